import type { Severity } from '../model/event.ts';
import { aggregationOf } from './aggregation.ts';
import { type Correlation, readCorrelation } from './correlation-rule.ts';
import { compileDetection, type Detection } from './detection.ts';
import { isRecordField } from './field-names.ts';
import { type FilterRule, readFilter } from './filter-rule.ts';
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

/** What a document says: one rule, or two where an aggregation counts what its detection finds, or a filter for the rules of others. */
export type ReadDocument = { readonly rules: readonly Rule[] } | { readonly filter: FilterRule };

/** Reads one document. @param file Where it stands, for messages. @throws RuleError */
export function readRule(document: unknown, file: string): ReadDocument {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new RuleError([], 'a rule is a map: title, logsource, detection …');
  const rule = document as JsonObject;
  if (['title', 'detection', 'correlation', 'filter', 'logsource', 'action'].every((name) => rule[name] === undefined))
    throw new RuleError([], 'is no Sigma rule: it has neither title nor logsource nor detection');
  if (rule.action !== undefined)
    throw new RuleError(['action'], 'there is no such action; there are global, repeat and reset');
  const title = textAt(rule, 'title');
  if (title === undefined) throw new RuleError(['title'], 'the rule has no title');
  if (rule.filter !== undefined && rule.detection === undefined) {
    if (rule.logsource === undefined) throw new RuleError(['logsource'], 'the filter has no logsource');
    return { filter: readFilter(rule, title, (detection) => logsource(rule.logsource, detection).kinds) };
  }
  const info = infoOf(rule, title, file);
  if (rule.correlation !== undefined) {
    if (rule.detection !== undefined)
      throw new RuleError(['correlation'], 'a document holds a detection or a correlation, not both');
    return { rules: [correlationOf(info, readCorrelation(rule.correlation, ['correlation']), document)] };
  }
  if (rule.logsource === undefined) throw new RuleError(['logsource'], 'the rule has no logsource');
  if (rule.detection === undefined) throw new RuleError(['detection'], 'the rule has no detection');
  if (typeof rule.detection !== 'object' || rule.detection === null || Array.isArray(rule.detection))
    throw new RuleError(['detection'], 'detection is a map of selections and a condition');
  const aggregation = aggregationOf(rule.detection as JsonObject, ['detection']);
  const detection = compileDetection(aggregation?.detection ?? rule.detection, ['detection']);
  const { kinds, unread, note } = logsource(rule.logsource, detection);
  const notes = [...info.notes, ...(note === undefined ? [] : [note])];
  const unknown =
    kinds.length === 1 && kinds[0] === 'cloudtrail' ? detection.fields.filter((one) => !isRecordField(one)) : [];
  if (unknown.length > 0) notes.push(`CloudTrail records have no ${unknown.slice(0, 3).join(', ')}`);
  const event: Rule = {
    type: 'event',
    info: {
      ...info,
      notes,
      kind: 'event',
      evidence: textsAt(mapAt(rule, 'custom') ?? {}, 'evidence'),
      rules: [],
      unread,
    },
    detection,
    kinds,
    source: document,
  };
  if (!aggregation) return { rules: [event] };
  // Its own events are a rule by themselves, which makes no findings: what is told is that they are so many.
  const counted = {
    ...event,
    info: { ...event.info, id: `${info.id}/events`, name: undefined, title: `${info.title} (each)` },
  };
  const { correlation } = aggregation;
  const taken = `its aggregation is taken as the correlation ${correlation.type}`;
  return {
    rules: [
      counted,
      correlationOf({ ...info, notes: [...notes, taken] }, { ...correlation, rules: [counted.info.id] }, document),
    ],
  };
}

type CommonInfo = Omit<RuleInfo, 'kind' | 'evidence' | 'rules' | 'unread'>;

function correlationOf(info: CommonInfo, correlation: Correlation, source: unknown): Rule {
  return {
    type: 'correlation',
    info: { ...info, kind: 'correlation', evidence: [], rules: correlation.rules, unread: undefined },
    correlation,
    source,
  };
}

const longestTitle = 256;

/** @throws RuleError */
function infoOf(rule: JsonObject, title: string, file: string): CommonInfo {
  const written = textAt(rule, 'level')?.toLowerCase();
  const level = written === undefined ? undefined : (levelAliases[written] ?? written);
  if (level !== undefined && !levels.includes(level))
    throw new RuleError(['level'], `there is no level ${level}; there are ${levels.join(', ')}`);
  const custom = mapAt(rule, 'custom') ?? {};
  const notes: string[] = level === undefined ? ['has no level: taken as medium'] : [];
  if (title.length > longestTitle) notes.push(`its title has more than ${longestTitle} characters`);
  const status = textAt(rule, 'status') ?? '';
  if (status === 'deprecated' || status === 'unsupported') notes.push(`its author calls it ${status}`);
  return {
    id: textAt(rule, 'id') ?? textAt(rule, 'name') ?? slug(title),
    name: textAt(rule, 'name'),
    title: title.slice(0, longestTitle),
    description: (textAt(rule, 'description') ?? '').trim(),
    level: (level ?? 'medium') as Severity,
    status,
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
}

/** What of a `logsource` this program reads besides whatever names CloudTrail: EventBridge events and CloudWatch log lines. */
const services: ReadonlyMap<string, RuleRecord['kind']> = new Map([
  ['eventbridge', 'eventbridge'],
  ['cloudwatch', 'cloudwatch-logs'],
  ['cloudwatch_logs', 'cloudwatch-logs'],
]);

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
  const [product, service, category] = ['product', 'service', 'category'].map((name) =>
    textAt(source, name)?.toLowerCase(),
  );
  if (product === undefined && service === undefined && category === undefined)
    throw new RuleError(['logsource'], 'logsource names neither product nor service nor category');
  const named = [product, service, category].filter((part) => part !== undefined);
  const said = named.join('/');
  const unread = { kinds: [], unread: `reads logs of ${said}, which this program does not read` };
  const known = [service, product, category].flatMap((part) => services.get(part ?? '') ?? []);
  const isAws = product === undefined || aws.has(product) || services.has(product) || said.includes('cloudtrail');
  const isOfCloud = product !== undefined && clouds.has(product) && (aws.has(service ?? '') || aws.has(category ?? ''));
  if (!isAws && !isOfCloud) return unread;
  if (said.includes('cloudtrail')) return { kinds: ['cloudtrail'], unread: undefined };
  if (known.length > 0) return { kinds: [known[0]!], unread: undefined };
  // Named after the service that is called, or after nothing, not after the log that tells of it.
  const telling = trailFields.find((field) => fields.includes(field));
  if (telling !== undefined && (product !== undefined || trailFields.every((field) => fields.includes(field))))
    return {
      kinds: ['cloudtrail'],
      unread: undefined,
      ...(said === product && aws.has(said)
        ? {}
        : { note: `logsource names ${said}: taken as CloudTrail records, since it asks for ${telling}` }),
    };
  if (service !== undefined || product === undefined || isOfCloud) return unread;
  return { kinds: ['cloudtrail', 'cloudwatch-logs', 'eventbridge'], unread: undefined };
}

const aws: ReadonlySet<string> = new Set(['aws', 'amazon', 'amazonaws', 'amazon_web_services']);
/** Products that are none. */
const clouds: ReadonlySet<string> = new Set(['cloud', 'any', 'generic']);

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
