import type { Aws, Identity } from '../aws/aws.ts';
import type { FactSources } from '../containment/gather-facts.ts';
import { isAbout, type KnownResource, type SeenEvent } from '../containment/playbook-facts.ts';
import { isBy, isIssue, isMint } from '../containment/playbook-suspects.ts';
import type { Predicate } from '../filter/predicate.ts';
import { activityOf } from '../inventory/activity.ts';
import type { Enrichment } from '../inventory/enrichment.ts';
import { type HistoryAttribute, historyPageSize, historyPages } from '../inventory/event-history.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { link } from '../linking/link.ts';
import type { CallerAddress, Callers } from '../model/caller.ts';
import { AwsCallError } from '../model/errors.ts';
import { changesSomething } from '../model/event.ts';
import { isCompute } from '../model/principal.ts';
import { normalise } from '../normalise/normalise.ts';
import type { Observable } from '../shared/observable.ts';
import type { EventQueries } from '../store/queries.ts';
import type { Looking } from './inventory.ts';
import { wholeView } from './whole-view.ts';

/** Newest events of one question: more are not looked through while the operator waits. */
const mostEvents = 600;
const mostReads = 200;
/** Events that are read in one go: the screen must not stand still. */
const chunk = 20;
/** How long what runs is waited for. */
const waitForInventoryMs = 8_000;
const waitForAnswerMs = 8_000;

/** Waits until an observable's value is what is wanted, or the time is over. @throws The signal's reason. */
async function settled<Value>(
  source: Observable<Value>,
  isSettled: (value: Value) => boolean,
  atMostMs: number,
  signal: AbortSignal,
): Promise<Value> {
  signal.throwIfAborted();
  if (!isSettled(source.get()))
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        end();
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        done();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        done();
        resolve();
      }, atMostMs);
      const end = source.subscribe(() => {
        if (!isSettled(source.get())) return;
        done();
        resolve();
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  return source.get();
}

const knownOf = ({ ref, status, role, relations }: Enrichment, activity: KnownResource['activity']): KnownResource => ({
  ref,
  state: status,
  activity,
  role,
  relations,
});

/** What AWS says now, by the session's own looking. */
export function lookingSources(
  looking: Pick<Looking, 'inventory' | 'lookAround' | 'enrich'>,
  signal: AbortSignal,
): Pick<FactSources, 'describe' | 'running'> {
  return {
    async describe(ref) {
      const answer = await settled(
        looking.enrich(ref),
        ({ state, at }) => state !== 'loading' || at !== undefined,
        waitForAnswerMs,
        signal,
      );
      switch (answer.state) {
        case 'loaded':
        case 'loading':
          return answer.at === undefined
            ? `${ref.name}: AWS has not answered yet`
            : knownOf(answer, activityOf(answer.status));
        case 'gone':
          return { ...knownOf(answer, 'idle'), state: 'gone' };
        case 'denied':
          return `${ref.name} was not looked at: needs ${answer.why}`;
        case 'failed':
          return `${ref.name} was not looked at: ${answer.why}`;
        case 'unknown':
          return undefined;
      }
    },
    async running() {
      const isThere = ({ completeAt }: Inventory) => completeAt !== undefined;
      if (!isThere(looking.inventory.get())) looking.lookAround();
      const { items, parts, completeAt } = await settled(looking.inventory, isThere, waitForInventoryMs, signal);
      const bad = parts.filter(({ state }) => state === 'denied' || state === 'failed');
      return {
        resources: items.map(({ ref, state, activity, role, relations }) => ({
          ref,
          state,
          activity,
          role,
          relations,
        })),
        problems: [
          ...(completeAt === undefined && parts.length > 0 ? ['what runs now: the listings are still under way'] : []),
          ...(bad.length > 0
            ? [
                `what runs now: ${[...new Set(bad.map(({ title }) => title))].slice(0, 4).join(', ')} could not be listed`,
              ]
            : []),
        ],
      };
    },
  };
}

const anyOf = (...terms: readonly Predicate[]): Predicate => ({ type: 'or', terms });
const allOf = (...terms: readonly Predicate[]): Predicate => ({ type: 'and', terms });
const reads: Predicate = { type: 'flag', flag: 'readonly' };
/** Reads that hand out credentials or a way in count as changes here. */
const telling: Predicate = anyOf(
  { type: 'not', term: reads },
  ...['sts:AssumeRole*', 'sts:Get*Token', 'sagemaker:CreatePresigned*', 'sagemaker:StartSession'].map(
    (value): Predicate => ({ type: 'field', field: 'action', op: 'like', value }),
  ),
);

/** Events of the incident's store. */
export function storeEvents(events: EventQueries, signal: AbortSignal): Pick<FactSources, 'events' | 'callers'> {
  let slot = 0;
  const read = async (predicate: Predicate, most: number) => {
    slot += 1;
    const view = await wholeView(events, `playbook ${slot % 4}`, predicate, signal);
    const { rows, total } = events.window({ view, from: 'newest', rows: most });
    const found: SeenEvent[] = [];
    for (const [index, { rowId }] of rows.entries()) {
      if (index % chunk === chunk - 1) await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      const event = events.event(rowId);
      if (event) found.push(event);
    }
    return { found, cut: total > rows.length };
  };
  return {
    async events(question) {
      const who: Predicate =
        'address' in question
          ? { type: 'field', field: 'ip', op: 'is', value: question.address }
          : 'about' in question
            ? { type: 'field', field: 'resource', op: 'is', value: question.about.name || question.about.arn }
            : question.by.kind === 'iam.access-key'
              ? { type: 'field', field: 'key', op: 'is', value: question.by.name }
              : { type: 'field', field: 'principal', op: 'is', value: question.by.name };
      const changes = await read(allOf(who, telling), mostEvents);
      const others = 'about' in question ? undefined : await read(allOf(who, reads), mostReads);
      return {
        events: [...changes.found, ...(others?.found ?? [])].filter((event) =>
          'about' in question
            ? isAbout(event, question.about)
            : 'by' in question
              ? isBy(question.by, event.principal)
              : true,
        ),
        problem: changes.cut ? `of ${whose(changes.found)} only the newest ${mostEvents} calls were looked at` : '',
      };
    },
    callers: () => events.ask<'callers'>('playbook', { type: 'callers' }, signal),
  };
}

const whose = (events: readonly SeenEvent[]): string => events[0]?.principal?.name ?? 'these';

/** Code on compute and from where it called, counted in memory. */
function callersIn(events: readonly SeenEvent[]): Callers {
  const compute = new Map<string, { principal: NonNullable<SeenEvent['principal']>; events: SeenEvent[] }>();
  const people = new Map<string, Set<string>>();
  for (const event of events) {
    const { principal, sourceIp } = event;
    if (!principal || principal.type === 'AWSService' || principal.type === 'AWSAccount') continue;
    if (isCompute(principal)) {
      const key = `${principal.arn} ${principal.accessKeyId ?? ''}`;
      const one = compute.get(key) ?? { principal, events: [] };
      one.events.push(event);
      compute.set(key, one);
    } else people.set(sourceIp, (people.get(sourceIp) ?? new Set()).add(principal.name));
  }
  return {
    compute: [...compute.values()].map(({ principal, events: calls }) => {
      const byAddress = new Map<string, SeenEvent[]>();
      for (const call of calls) byAddress.set(call.sourceIp, [...(byAddress.get(call.sourceIp) ?? []), call]);
      return {
        principal,
        addresses: [...byAddress].map(([address, there]): CallerAddress => {
          const last = there.reduce((best, one) => (one.at >= best.at ? one : best));
          return {
            address,
            events: there.length,
            firstAt: Math.min(...there.map(({ at }) => at)),
            lastAt: last.at,
            eventId: last.id,
            action: last.action,
            account: last.account,
            region: last.region,
            people: [...(people.get(address) ?? [])].slice(0, 3),
          };
        }),
      };
    }),
    suspects: { principals: [], addresses: [], resources: [] },
  };
}

/** Pages for each question. */
const mostPages = 8;
const dayMs = 24 * 3_600_000;

/**
 * Events of CloudTrail's event history, of the last 24 hours: for the command line, which has no incident loaded. Data events are not in it.
 */
export function historyEvents(parts: {
  readonly aws: Aws;
  readonly identity: Pick<Identity, 'globalRegion'>;
  readonly regions: readonly string[];
  readonly signal: AbortSignal;
}): Pick<FactSources, 'events' | 'callers'> {
  const { aws, identity, signal } = parts;
  const regions = [...new Set([...parts.regions, identity.globalRegion])];
  const seen = new Map<string, SeenEvent>();
  const problems = new Map<string, string>();
  const done = new Map<string, Promise<readonly SeenEvent[]>>();

  const lookUp = (name: HistoryAttribute, value: string) => {
    const attribute = { key: name, value };
    const key = `${name} ${value}`;
    const known = done.get(key);
    if (known) return known;
    const from = aws.now() - dayMs;
    const asked = (async () => {
      const found: SeenEvent[] = [];
      for (const region of regions) {
        let isCut = false;
        try {
          for await (const { events, more } of historyPages(aws, { attribute, from, region, mostPages }, signal)) {
            for (const { CloudTrailEvent = '' } of events) {
              const event = eventOf(CloudTrailEvent, region);
              if (!event) continue;
              seen.set(event.id, event);
              found.push(event);
            }
            isCut = more;
          }
          if (isCut)
            problems.set(
              key,
              `the event history of ${region}: only the newest ${mostPages * historyPageSize} of ${key} were looked at`,
            );
        } catch (error) {
          if (!(error instanceof AwsCallError) || error.reason === 'aborted') throw error;
          problems.set(key, `the event history of ${region} did not tell (${error.code})`);
        }
      }
      return found;
    })();
    done.set(key, asked);
    return asked;
  };
  const writes = async () => [
    ...(await lookUp('ReadOnly', 'false')),
    // Reads by their own account, yet they hand out credentials.
    ...(await lookUp('EventName', 'AssumeRole')),
  ];

  return {
    async events(question) {
      let found: readonly SeenEvent[];
      if ('about' in question) found = (await writes()).filter((event) => isAbout(event, question.about));
      else if ('address' in question) {
        await writes();
        found = [...seen.values()].filter(({ sourceIp }) => sourceIp === question.address);
      } else {
        const { by } = question;
        const asked =
          by.kind === 'iam.access-key'
            ? await lookUp('AccessKeyId', by.name)
            : by.kind === 'iam.user'
              ? await lookUp('Username', by.name)
              : await lookUp('Username', 'SageMaker');
        const all = [...asked, ...(await writes())];
        found = all.filter((event) => isBy(by, event.principal));
      }
      return {
        events: found.filter(
          (event) => !('about' in question) || changesSomething(event) || isMint(event) || isIssue(event),
        ),
        problem: [...problems.values()].join('; '),
      };
    },
    async callers() {
      await lookUp('Username', 'SageMaker');
      return callersIn([...seen.values()]);
    },
  };
}

/** A record of the event history as an event; `undefined` for what is none. */
function eventOf(text: string, region: string): SeenEvent | undefined {
  const normalised = normalise({ format: 'cloudtrail', text, region });
  if (normalised.rejected !== undefined) return undefined;
  const { event, record } = normalised;
  return { ...event, resources: link(record, event) };
}
