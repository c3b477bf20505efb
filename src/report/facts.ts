import type { Predicate } from '../filter/predicate.ts';
import { changesSomething, type TimelineEvent } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { remembered } from '../shared/remembered.ts';
import type { IncidentView } from './incident-view.ts';
import type { ReportOptions } from './options.ts';
import { type Seen, type Sighting, Tally } from './tally.ts';

/** Which events the timeline shows, and so which resources and indicators are listed. */
export type Selection =
  /** The operator's filter. */
  | 'filtered'
  /** Marked by a responder, or a rule fired. */
  | 'picked'
  /** Nothing is picked: whatever changed something or failed. */
  | 'changes'
  /** Saved logs with nothing picked, or everything was asked for. */
  | 'everything';

/**
 * Rows of the timeline at most: bounds the memory and the length of the text; Markdown viewers give up long before. `jsonl` has no bound.
 */
export const TIMELINE_LIMIT = 20_000;

/** Who did something, without which of their keys. */
export interface Actor {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
}

/** What one actor called. */
export interface ActorCall {
  readonly actor: string;
  readonly action: string;
}

/** What all sections draw from, gathered in one pass over the events. */
export interface Facts {
  readonly view: IncidentView;
  readonly options: ReportOptions;
  readonly filter: Predicate;
  readonly selection: Selection;
  readonly total: number;
  /** How many events the timeline would show if it had room for all. */
  readonly eligible: number;
  /** The first of them, in time order. */
  readonly timeline: readonly TimelineEvent[];
  readonly failed: number;
  readonly late: number;
  readonly marked: number;
  readonly withFindings: number;
  /** Calls of ours, as the records show them: they count for nothing below. */
  readonly own: number;
  /** Events of a kind that only a trail's data event selectors record: S3 objects, messages, invocations, feature store. */
  readonly dataEvents: number;
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  readonly actions: readonly Seen<string>[];
  /** By actor and action; `actorKey` of the actor. */
  readonly calls: readonly Seen<ActorCall>[];
  readonly principals: readonly Seen<Actor>[];
  readonly resources: readonly Seen<ResourceRef>[];
  readonly addresses: readonly Seen<string>[];
  readonly keys: readonly Seen<string>[];
  readonly agents: readonly Seen<string>[];
  readonly rules: readonly Seen<string>[];
  /** `actorKey` of those who did what the timeline shows, code on compute among them. */
  readonly suspects: ReadonlySet<string>;
  /** Whether something belongs to the events that the timeline shows. */
  inTimeline(sighting: Sighting): boolean;
}

/** What tells actors apart. */
export const actorKey = ({ arn, name }: Pick<Actor, 'arn' | 'name'>): string => `${arn}\n${name}`;

/** What the suspects called, marked or not. */
export const callsOfSuspects = ({ calls, suspects }: Facts): readonly Seen<ActorCall>[] =>
  calls.filter(({ thing }) => suspects.has(thing.actor));

/** Events that trails record only where they were told to. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html */
const dataEvent =
  /^(?:s3:(?:Get|Put|Head|Delete|Copy|Restore|Select|List)Object|s3:HeadBucket$|s3:(?:\w*Multipart|UploadPart|ListParts)|sns:Publish|sagemaker:Invoke|sagemaker:(?:Put|Get|Delete|BatchGet)Record|sagemaker:Batch(?:Put|Get)Metrics|sagemaker-mlflow:|lambda:Invoke|dynamodb:(?:Get|Put|Query|Scan|Batch|Update|Delete)\w*(?:Item|Query|Scan)?$)/;

/** Whether the event history holds an event: it has no data events. */
export const isInHistory = ({ origin, action }: TimelineEvent): boolean =>
  origin === 'cloudtrail' && !dataEvent.test(action);

/** What is told when nobody has marked anything: no logs, and no data events that went through, of which a working account makes thousands. */
const isTelling = ({ origin, action, readOnly, errorCode }: TimelineEvent): boolean =>
  origin !== 'cloudwatch-logs' && (errorCode !== '' || (readOnly !== true && !dataEvent.test(action)));

/** Keys of an actor and of its calls: made anew for each of a thousand events they would cost more than counting them. */
function keysOfActors() {
  const known = new Map<Principal, { readonly key: string; readonly callKey: (action: string) => string }>();
  return (principal: Principal) => {
    let keys = known.get(principal);
    if (!keys) {
      // Of a redacted view each event has a principal of its own.
      if (known.size >= 2_000) known.clear();
      const key = actorKey(principal);
      keys = { key, callKey: remembered((action) => `${key}\n${action}`) };
      known.set(principal, keys);
    }
    return keys;
  };
}

const gathered = new WeakMap<IncidentView, Facts>();

/**
 * Gathers what a report says. With a filter, only what matches exists for the report, and all of it stands in the timeline. Of one view with
 * the same options once: a bundle wants it for its report and for its records.
 */
export function gather(view: IncidentView, options: ReportOptions): Facts {
  const before = gathered.get(view);
  if (before?.options.filter === options.filter && before.options.everything === options.everything)
    return { ...before, options };
  const facts = gatherAnew(view, options);
  gathered.set(view, facts);
  return facts;
}

function gatherAnew(view: IncidentView, options: ReportOptions): Facts {
  const { filter, everything } = options;
  const actions = new Tally<string>();
  const calls = new Tally<ActorCall>();
  const principals = new Tally<Actor>();
  const resources = new Tally<ResourceRef>();
  const addresses = new Tally<string>();
  const keys = new Tally<string>();
  const agents = new Tally<string>();
  const rules = new Tally<string>();
  const keysOf = keysOfActors();
  const filtered = filter.type !== 'all';
  // Kept in case that nothing is picked; of saved logs everything, of the rest what changed something.
  let unpicked: TimelineEvent[] = [];
  const picked: TimelineEvent[] = [];
  let [changes, total, failed, late, marked, withFindings, pickedTotal, own, dataEvents] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let firstAt: number | undefined;
  let lastAt: number | undefined;
  const takesAll = filtered || everything;

  for (const event of view.events(filter)) {
    total += 1;
    if (event.errorCode) failed += 1;
    if (event.late) late += 1;
    if (event.marked) marked += 1;
    if (event.findings.length > 0) withFindings += 1;
    if (dataEvent.test(event.action)) dataEvents += 1;
    firstAt = Math.min(firstAt ?? event.at, event.at);
    lastAt = Math.max(lastAt ?? event.at, event.at);
    const isOwn = event.responder === 'own';
    if (isOwn) own += 1;
    const isPick = event.marked || event.findings.length > 0;
    // What we did stands in the timeline as what it is: from the journal, with its containment.
    const isChange = !isOwn && isTelling(event);
    if (isChange) changes += 1;
    if (!takesAll && isPick) {
      pickedTotal += 1;
      unpicked = [];
      if (picked.length < TIMELINE_LIMIT) picked.push(event);
    } else if (pickedTotal === 0 && unpicked.length < TIMELINE_LIMIT && (takesAll || view.mode === 'saved' || isChange))
      unpicked.push(event);
    if (isOwn) continue;

    const seen = { event, isPick, isChange, changed: changesSomething(event) && event.errorCode === '' };
    actions.add(event.action, event.action, seen);
    const { principal } = event;
    if (principal) {
      const { name, arn, type } = principal;
      const { key, callKey } = keysOf(principal);
      principals.add(key, { name, arn, type }, seen);
      calls.add(callKey(event.action), { actor: key, action: event.action }, seen);
    }
    if (principal?.accessKeyId) keys.add(principal.accessKeyId, principal.accessKeyId, seen);
    if (event.sourceIp) addresses.add(event.sourceIp, event.sourceIp, seen);
    if (event.userAgent) agents.add(event.userAgent, event.userAgent, seen);
    for (const { rule } of event.findings) rules.add(rule, rule, seen);
    const named = new Set<string>();
    for (const { kind, arn, name } of event.resources) {
      const id = arn || `${kind}\n${name}`;
      if (!named.has(id)) resources.add(id, { kind, arn, name }, seen);
      named.add(id);
    }
  }

  const selection: Selection = filtered
    ? 'filtered'
    : everything
      ? 'everything'
      : pickedTotal > 0
        ? 'picked'
        : view.mode === 'saved'
          ? 'everything'
          : 'changes';
  const inTimeline = (sighting: Sighting): boolean =>
    selection === 'picked' ? sighting.picked > 0 : selection === 'changes' ? sighting.changes > 0 : true;
  const actors = principals.sorted();
  return {
    view,
    options,
    filter,
    selection,
    total,
    eligible: selection === 'picked' ? pickedTotal : selection === 'changes' ? changes : total,
    timeline: selection === 'picked' ? picked : unpicked,
    failed,
    late,
    marked,
    withFindings,
    own,
    dataEvents,
    firstAt,
    lastAt,
    actions: actions.sorted(),
    calls: calls.sorted(),
    principals: actors,
    resources: resources.sorted(),
    addresses: addresses.sorted(),
    keys: keys.sorted(),
    agents: agents.sorted(),
    rules: rules.sorted(),
    suspects: new Set(actors.filter(inTimeline).map(({ thing }) => actorKey(thing))),
    inTimeline,
  };
}
