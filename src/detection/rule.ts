import type { Severity } from '../model/event.ts';
import { type Correlation, readCorrelation } from './correlation-rule.ts';
import { compileDetection, type Detection } from './detection.ts';
import type { JsonObject, RuleRecord } from './record.ts';
import { RuleError } from './rule-error.ts';

/** What a rule says about itself: all that a console, a report or a catalogue shows. Plain data: it crosses threads. */
export interface RuleInfo {
  readonly id: string;
  /** By what correlations may call it besides its id. */
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly level: Severity;
  readonly status: string;
  /** `attack.t1546`, `atlas.aml.t0010`. */
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** What to do about a finding, one imperative sentence each (`custom.triage`). */
  readonly triage: readonly string[];
  /** The playbook that answers it (`custom.playbook`). */
  readonly playbook: string | undefined;
  readonly file: string;
  readonly kind: 'event' | 'correlation';
  /** A correlation uses it, so it makes no findings by itself. */
  readonly silent: boolean;
  /** What has to be loaded for it to say anything; see `evidence.ts`. Empty for a correlation: that of its rules counts. */
  readonly evidence: readonly string[];
  /** Ids of the rules that a correlation is made of. */
  readonly rules: readonly string[];
  /** Why no record can ever meet it: `reads logs of windows, which this program does not read`. */
  readonly unread: string | undefined;
  /** Its findings are about who does it, whatever it is done to (`custom.about: actor`). */
  readonly aboutActor: boolean;
  /** What is odd about it without making it useless. */
  readonly notes: readonly string[];
}

/** A rule that was read: about single records, or about how several of them come together. */
export type Rule =
  | {
      readonly type: 'event';
      readonly info: RuleInfo;
      readonly detection: Detection;
      /** Kinds of records that its `logsource` means. */
      readonly kinds: readonly RuleRecord['kind'][];
      /** The document, by which rules are told from other rules of the same id. */
      readonly source: unknown;
    }
  | {
      readonly type: 'correlation';
      readonly info: RuleInfo;
      readonly correlation: Correlation;
      readonly source: unknown;
    };

const levels: readonly string[] = ['informational', 'low', 'medium', 'high', 'critical'];
/** Short forms that people write. */
const levelAliases: { readonly [alias: string]: string } = { info: 'informational', crit: 'critical' };

/** Reads one document. @param file Where it stands, for messages. @throws RuleError */
export function readRule(document: unknown, file: string): Rule {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new RuleError([], 'a rule is a map: title, logsource, detection …');
  const rule = document as JsonObject;
  if (rule.action !== undefined)
    throw new RuleError(
      ['action'],
      'collections by action (global, repeat) are no longer part of Sigma: write each rule out',
    );
  if (rule.filter !== undefined && rule.detection === undefined)
    throw new RuleError(['filter'], 'Sigma filters are not supported: put the exclusion into the rules');
  const title = textAt(rule, 'title');
  if (title === undefined) throw new RuleError(['title'], 'the rule has no title');
  if (title.length > 256) throw new RuleError(['title'], 'the title has more than 256 characters');
  const written = textAt(rule, 'level')?.toLowerCase();
  const level = written === undefined ? undefined : (levelAliases[written] ?? written);
  if (level !== undefined && !levels.includes(level))
    throw new RuleError(['level'], `there is no level ${level}; there are ${levels.join(', ')}`);
  const custom = mapAt(rule, 'custom') ?? {};
  const notes: string[] = level === undefined ? ['has no level: taken as medium'] : [];
  const info = {
    id: textAt(rule, 'id') ?? textAt(rule, 'name') ?? slug(title),
    name: textAt(rule, 'name'),
    title,
    description: (textAt(rule, 'description') ?? '').trim(),
    level: (level ?? 'medium') as Severity,
    status: textAt(rule, 'status') ?? '',
    tags: textsAt(rule, 'tags'),
    references: textsAt(rule, 'references'),
    falsePositives: textsAt(rule, 'falsepositives'),
    triage: textsAt(custom, 'triage'),
    playbook: textAt(custom, 'playbook'),
    file,
    silent: false,
    aboutActor: custom.about === 'actor',
    notes,
  };
  if (rule.correlation !== undefined) {
    if (rule.detection !== undefined)
      throw new RuleError(['correlation'], 'a document holds a detection or a correlation, not both');
    const correlation = readCorrelation(rule.correlation, ['correlation']);
    return {
      type: 'correlation',
      info: { ...info, kind: 'correlation', evidence: [], rules: correlation.rules, unread: undefined },
      correlation,
      source: document,
    };
  }
  if (rule.logsource === undefined) throw new RuleError(['logsource'], 'the rule has no logsource');
  if (rule.detection === undefined) throw new RuleError(['detection'], 'the rule has no detection');
  const detection = compileDetection(rule.detection, ['detection']);
  const { kinds, unread, note } = logsource(rule.logsource, detection);
  if (note !== undefined) notes.push(note);
  return {
    type: 'event',
    info: { ...info, kind: 'event', evidence: textsAt(custom, 'evidence'), rules: [], unread },
    detection,
    kinds,
    source: document,
  };
}

/** What of a `logsource` this program reads: CloudTrail records, EventBridge events and CloudWatch log lines. */
const services: { readonly [service: string]: RuleRecord['kind'] } = {
  cloudtrail: 'cloudtrail',
  aws_cloudtrail: 'cloudtrail',
  'aws-cloudtrail': 'cloudtrail',
  eventbridge: 'eventbridge',
  cloudwatch: 'cloudwatch-logs',
  cloudwatch_logs: 'cloudwatch-logs',
};

/** Fields that CloudTrail records have, and no other log of AWS. */
const trailFields: readonly string[] = ['eventName', 'eventSource'];

function logsource(
  value: unknown,
  { fields }: Detection,
): {
  readonly kinds: readonly RuleRecord['kind'][];
  readonly unread: string | undefined;
  readonly note?: string;
} {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RuleError(['logsource'], 'logsource is a map of product, service and category');
  const source = value as JsonObject;
  const product = textAt(source, 'product')?.toLowerCase();
  const service = textAt(source, 'service')?.toLowerCase();
  const category = textAt(source, 'category')?.toLowerCase();
  if (product === undefined && service === undefined && category === undefined)
    throw new RuleError(['logsource'], 'logsource names neither product nor service nor category');
  const said = [product, service, category].filter((part) => part !== undefined).join('/');
  const unread = { kinds: [], unread: `reads logs of ${said}, which this program does not read` };
  const known = [service, product, category].flatMap((part) => services[part ?? ''] ?? []);
  const isAws = product === undefined || ['aws', 'amazon', 'amazonaws'].includes(product) || services[product];
  if (!isAws) return unread;
  if (known.length > 0) return { kinds: [known[0]!], unread: undefined };
  // Named after the service that is called, not after the log that tells of it.
  if (product !== undefined && fields.some((field) => trailFields.includes(field)))
    return service === undefined
      ? { kinds: ['cloudtrail'], unread: undefined }
      : {
          kinds: ['cloudtrail'],
          unread: undefined,
          note: `logsource names ${said}: taken as CloudTrail records, since it asks for ${trailFields.find((field) => fields.includes(field))}`,
        };
  if (service !== undefined) return unread;
  return product === undefined
    ? unread
    : { kinds: ['cloudtrail', 'cloudwatch-logs', 'eventbridge'], unread: undefined };
}

/** @throws RuleError when it is there and no text. */
function textAt(map: JsonObject, name: string): string | undefined {
  const value = map[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new RuleError([name], `${name} is a text`);
  return String(value);
}

function mapAt(map: JsonObject, name: string): JsonObject | undefined {
  const value = map[name];
  if (value === undefined || value === null) return undefined;
  // Members of one's own are the author's: what is not ours to read is left alone.
  return typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A list of texts; a single one counts as a list. What is no text is left out: nothing hangs on it. */
function textsAt(map: JsonObject, name: string): readonly string[] {
  const value = map[name];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
}

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
