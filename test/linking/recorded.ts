import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { link } from '../../src/linking/link.ts';
import type { NormalisedEvent } from '../../src/model/event.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { summarise } from '../../src/normalise/summary.ts';

/** Real records, which do not belong to the repository. */
export const trailFolder = new URL('../../../shared/data/cloudtrail/', import.meta.url).pathname;

export type TrailRecord = { readonly [member: string]: unknown };

/** Every record of the JSON files below a folder; none where there is no folder. */
export const savedRecords = (folder: string): readonly TrailRecord[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.json'))
        .sort()
        .flatMap((path) => {
          const value = JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')) as { Records?: readonly TrailRecord[] };
          return Array.isArray(value) ? (value as readonly TrailRecord[]) : (value.Records ?? [value as TrailRecord]);
        })
    : [];

/** The event of a record, linked and in words, as the ingest thread makes it. */
export function eventOf(record: TrailRecord): NormalisedEvent {
  const raw = { format: 'cloudtrail' as const, text: JSON.stringify(record) };
  const found = normalise(raw);
  if (found.rejected !== undefined) throw new Error(found.rejected);
  const linked = { ...found.event, resources: link(found.record, found.event) };
  return { ...linked, summary: summarise(linked, found.record, raw) };
}

/** Words of ARNs that the kind is not called by, and resources that lie below another in SageMaker's. */
const otherWords: { readonly [word: string]: string } = {
  'rds.db': 'rds.instance',
  'iam.root': 'iam.account',
  'sagemaker.edge-deployment': 'sagemaker.edge-deployment-plan',
};
const below = [
  /:(pipeline)\/[^/]+\/(execution)\//,
  /:(device)-fleet\/[^/]+\/()device\//,
  /:(model-card)\/[^/]+\/(export-job)\//,
];

/** What the ARN says itself: service, and the word before the first separator. Written apart from the linkers. */
function kindSaid(arn: string): string {
  const [, , service = '', , account = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (service === 's3' && account === '') return resource.includes('/') ? 's3.object' : 's3.bucket';
  if (service === 'sns') return 'sns.topic';
  if (service === 'sqs') return 'sqs.queue';
  if (service === 'logs' && resource.includes(':log-stream:')) return 'logs.log-stream';
  for (const path of below) {
    const [, type, part] = path.exec(arn) ?? [];
    if (type) return `sagemaker.${part ? `${type}-${part}` : type}`;
  }
  const said = `${service}.${/^[\w.-]+/.exec(resource)?.[0] ?? ''}`;
  return otherWords[said] ?? said;
}

interface Recall {
  readonly event: NormalisedEvent;
  /** ARNs that name something, each once. */
  readonly arns: readonly string[];
  readonly asResource: number;
  readonly asPrincipal: number;
  readonly patterns: number;
  readonly lost: readonly string[];
}

/**
 * Looks for ARNs in the record's text, whatever holds them (a policy written as JSON within JSON too), and for each in the event. Who acts
 * counts as referenced when the principal is that ARN or was issued by it.
 */
export function recallOf(record: TrailRecord): Recall {
  const event = eventOf(record);
  // Unescaped twice: a text inside a text.
  const text = JSON.stringify(record)
    .replaceAll('\\\\', '\\')
    .replaceAll('\\"', '"')
    .replaceAll(/\\[nrt]/g, ' ');
  const all = new Set(
    (text.match(/arn:aws[a-z-]*:[a-z0-9.-]+:[a-z0-9-]*:[\w*-]*:[^\s"',\\\]})]+/g) ?? []).map((arn) =>
      arn.replace(/[.:]+$/, ''),
    ),
  );
  const named = [...all].filter((arn) => !/[*?$]/.test(arn.replace(/:\*$/, '')));
  const lost: string[] = [];
  let asResource = 0;
  let asPrincipal = 0;
  for (const arn of named) {
    const bare = arn.replace(/:\*$/, '').replace(/\/$/, '');
    const link = event.resources.find((one) => one.arn.toLowerCase() === bare.toLowerCase());
    if (link && kindSaid(bare) === link.kind) asResource += 1;
    else if (event.principal?.arn === arn || event.principal?.issuerArn === arn) asPrincipal += 1;
    else lost.push(arn);
  }
  return { event, arns: named, asResource, asPrincipal, patterns: all.size - named.length, lost };
}
