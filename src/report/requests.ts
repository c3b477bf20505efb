import { isTellingBucket } from '../indicators/ordinary.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { Facts } from './facts.ts';
import { code, escapeMarkdown } from './markdown.ts';
import { count, counted } from './time.ts';

/** Records that are read for what a call asked for: a block of them is unpacked for each. Ours. */
const mostRead = 500;
const LISTED = 6;

type Json = { readonly [member: string]: unknown };
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Json)[name] : undefined;
const at = (value: unknown, path: string): unknown => path.split('.').reduce(member, value);
const textAt = (value: unknown, path: string): string => {
  const found = at(value, path);
  return typeof found === 'string' ? found : '';
};

/** The request of a call that stands in the timeline and went through. */
interface Asked {
  readonly event: TimelineEvent;
  readonly request: unknown;
}

/** `undefined`: records cannot be read here, as of a report that is redacted. */
function asked({ timeline, view }: Facts, isWanted: (action: string) => boolean): readonly Asked[] | undefined {
  const calls = timeline.filter(
    ({ action, errorCode, responder }) => isWanted(action) && !errorCode && responder !== 'own',
  );
  const found: Asked[] = [];
  for (const event of calls.slice(0, mostRead)) {
    const bytes = view.raw?.(event);
    if (!bytes) return undefined;
    try {
      found.push({ event, request: member(JSON.parse(Buffer.from(bytes).toString()), 'requestParameters') });
    } catch {
      // A record that is no JSON asks for nothing that can be told; the coverage counts it.
    }
  }
  return found;
}

const notRead = (what: string): string => `${what} stands in the records, which this report does not show.`;

/** Members of requests that name where SageMaker writes what goes through an endpoint. */
const sinks: readonly (readonly [path: string, words: string])[] = [
  ['dataCaptureConfig.destinationS3Uri', 'captured requests and answers'],
  ['asyncInferenceConfig.outputConfig.s3OutputPath', 'asynchronous answers'],
  ['asyncInferenceConfig.outputConfig.s3FailurePath', 'failed asynchronous answers'],
];

/** Where endpoints were told to write what goes through them. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html */
export function sinksSet(facts: Facts): string {
  const calls = asked(facts, (action) => action === 'sagemaker:CreateEndpointConfig');
  if (calls === undefined) return notRead('Where endpoints were told to write what goes through them');
  const told = calls.flatMap(({ event, request }) =>
    sinks.flatMap(([path, words]) => {
      const uri = textAt(request, path);
      const bucket = /^s3:\/\/([^/]+)/.exec(uri)?.[1];
      if (bucket === undefined) return [];
      const whose = isTellingBucket(bucket, facts.view.account) ? ', not named after this account' : '';
      return [
        `${words} of ${escapeMarkdown(textAt(request, 'endpointConfigName'))} to ${code(bucket)}${whose} ${code(event.id)}`,
      ];
    }),
  );
  return told.length === 0
    ? 'No call in the timeline set a data capture or an asynchronous output.'
    : `Sinks that were set: ${listed(told)}.`;
}

/** Notebooks and domains that were made or changed so that they reach the internet by themselves. */
export function opened(facts: Facts): string {
  const calls = asked(facts, (action) =>
    /^sagemaker:(?:CreateNotebookInstance|CreateDomain|UpdateDomain)$/.test(action),
  );
  if (calls === undefined) return notRead('Whether notebooks and domains were given direct internet access');
  const told = calls.flatMap(({ event, request }) => {
    if (event.action === 'sagemaker:CreateNotebookInstance') {
      const direct = textAt(request, 'directInternetAccess');
      if (direct === 'Disabled') return [];
      const name = escapeMarkdown(textAt(request, 'notebookInstanceName'));
      return [
        `notebook ${name} with direct internet access${direct === '' ? ' (not said, so enabled)' : ''} ${code(event.id)}`,
      ];
    }
    if (textAt(request, 'appNetworkAccessType') !== 'PublicInternetOnly') return [];
    const name = textAt(request, 'domainName') || textAt(request, 'domainId');
    return [`domain ${escapeMarkdown(name)} on the public internet ${code(event.id)}`];
  });
  return told.length === 0 ? '' : `Open to the internet were made: ${listed(told)}.`;
}

const listed = (all: readonly string[]): string =>
  `${all.slice(0, LISTED).join('; ')}${all.length > LISTED ? `; and ${counted(all.length - LISTED, 'other')}` : ''}`;

/** What was found of compute at work for somebody else, and what would say more of it. */
export function abuse({ rules, view, inTimeline }: Facts): string {
  const titles = new Map(view.rules.map(({ id, title }) => [id, title]));
  const found = rules.filter((one) => inTimeline(one) && /miner|mining|hashrate|spam|ses-|scan/.test(one.thing));
  const told = found.map(
    ({ thing, events, firstId }) =>
      `${escapeMarkdown(titles.get(thing) ?? thing)} ${count(events)}×, first ${code(firstId)}`,
  );
  return `${told.length > 0 ? `Found: ${listed(told)}. ` : ''}Not loaded: GuardDuty’s findings, flow logs and the load of the instances (${code('aws guardduty list-findings')}, ${code('aws cloudwatch get-metric-data')} of /aws/sagemaker).`;
}
