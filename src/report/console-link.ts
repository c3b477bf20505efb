import type { TimelineEvent } from '../model/event.ts';
import { code } from './markdown.ts';

/** Hosts of the consoles by how the Region begins; those of the isolated partitions are not on the internet. */
const hosts: readonly (readonly [region: RegExp, domain: string])[] = [
  [/^cn-[a-z]+-\d$/, 'console.amazonaws.cn'],
  [/^us-gov-[a-z]+-\d$/, 'console.amazonaws-us-gov.com'],
  [/^(?!us-iso|us-gov|cn)[a-z]{2}-[a-z]+-\d$/, 'console.aws.amazon.com'],
];
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of an event as Markdown, linked to its record in the event history of CloudTrail's console, which keeps it 90 days. What is not of
 * the form that AWS gives its ids and Regions is foreign text and gets no link.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html
 */
export function linkedId({ id, region, origin }: Pick<TimelineEvent, 'id' | 'region' | 'origin'>): string {
  const domain = hosts.find(([form]) => form.test(region))?.[1];
  return origin === 'cloudtrail' && domain !== undefined && uuid.test(id)
    ? `[${code(id)}](https://${region}.${domain}/cloudtrailv2/home?region=${region}#/events/${id})`
    : code(id);
}
