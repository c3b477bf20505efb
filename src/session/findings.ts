import type { Match } from '../detection/detection.ts';
import type { RuleState } from '../detection/engine.ts';
import type { RuleInfo } from '../detection/rule.ts';
import type { RuleProblem } from '../detection/rule-error.ts';
import type { RunningRules } from '../ingest/ingest.ts';
import { rawRecordOf } from '../ingest/raw-of.ts';
import type { RawRecord } from '../model/event.ts';
import { type FindingDecisions, type FindingGroup, findingKey, isOpen, mostFindingEvents } from '../model/finding.ts';
import { type Clock, ticksOf } from '../shared/clock.ts';
import { type Observable, observable } from '../shared/observable.ts';
import type { EventQueries } from '../store/queries.ts';

/** What the rules found, and how each rule stands. */
export interface Findings {
  /** The gravest first, then the newest. */
  readonly groups: readonly FindingGroup[];
  /** By id. */
  readonly rules: ReadonlyMap<string, RuleInfo>;
  readonly states: ReadonlyMap<string, RuleState>;
  /** Rules that could not be loaded. */
  readonly problems: readonly RuleProblem[];
  /** Epoch ms of the last look; `undefined` before the first. */
  readonly at: number | undefined;
}

export const noFindings: Findings = { groups: [], rules: new Map(), states: new Map(), problems: [], at: undefined };

/** Findings are gathered anew at most so often; how rules stand is asked while somebody looks. */
const lookEveryMs = 1_000;
/** A look that takes long is followed by a rest so many times as long: while a million records come in, what is told changes with each. */
const restShare = 9;
/** It never rests longer: a look may have waited for others, or for a machine that slept. */
const longestRestMs = 10_000;

/** Groups of rules that are about their actor become one for each actor, whatever was done to which resource. */
function byActor(groups: readonly FindingGroup[], rules: ReadonlyMap<string, RuleInfo>): readonly FindingGroup[] {
  const merged = new Map<string, FindingGroup>();
  for (const group of groups) {
    const key = rules.get(group.rule)?.aboutActor ? findingKey(group.rule, group.actor, undefined) : group.key;
    const before = merged.get(key);
    merged.set(
      key,
      before
        ? {
            ...before,
            events: before.events + group.events,
            firstAt: Math.min(before.firstAt, group.firstAt),
            lastAt: Math.max(before.lastAt, group.lastAt),
            lastRow: Math.max(before.lastRow, group.lastRow),
            eventIds: [...before.eventIds, ...group.eventIds].slice(-mostFindingEvents),
          }
        : key === group.key
          ? group
          : { ...group, key, resource: undefined },
    );
  }
  return [...merged.values()];
}

/** Keeps the findings current as events come. */
export function watchFindings(parts: {
  readonly events: EventQueries;
  readonly ingest: {
    rules(): Promise<RunningRules>;
    explain(rule: string, record: RawRecord): Promise<readonly Match[]>;
  };
  readonly clock: Clock;
  readonly ending: AbortSignal;
  decisions(): FindingDecisions;
  /** Hears how many nobody has decided about, whenever that may be another number. */
  counted(open: number): void;
  failed(error: unknown): void;
}): {
  readonly findings: Observable<Findings>;
  /** The store's number of findings, or events: looks again when it is another. */
  changed(version: number): void;
  /** Decisions were made. */
  recount(): void;
  explain(group: FindingGroup): Promise<readonly Match[]>;
} {
  const { events, ingest, clock, ending, failed } = parts;
  const findings = observable(noFindings);
  let seen = -1;
  let wanted = false;
  let looking = false;

  const recount = () => {
    const decisions = parts.decisions();
    parts.counted(findings.get().groups.filter((group) => isOpen(group, decisions)).length);
  };

  async function look(): Promise<void> {
    looking = true;
    try {
      while (wanted && !ending.aborted) {
        wanted = false;
        const isFirst = findings.get().at === undefined;
        const from = ticksOf(clock);
        const [{ groups }, running] = await Promise.all([
          events.ask<'findings'>('findings', { type: 'findings' }, ending),
          ingest.rules(),
        ]);
        const rules = new Map(running.rules.map((rule) => [rule.id, rule]));
        findings.set({
          groups: byActor(groups, rules),
          rules,
          states: new Map(running.states.map((state) => [state.id, state])),
          problems: running.problems,
          at: clock.now(),
        });
        recount();
        const restMs = Math.min(longestRestMs, restShare * (ticksOf(clock) - from));
        // The first look waits until the rules are read, and mostly finds nothing: it is no measure, and must not be all that is known for long.
        await clock.sleep(isFirst ? lookEveryMs : Math.max(lookEveryMs, restMs), ending);
      }
    } catch (error) {
      if (!ending.aborted) failed(error);
    } finally {
      looking = false;
    }
  }

  return {
    findings,
    changed(version) {
      if (version === seen) return;
      seen = version;
      wanted = true;
      if (!looking) void look();
    },
    recount,
    async explain({ rule, lastRow }) {
      const event = events.event(lastRow);
      return event ? ingest.explain(rule, rawRecordOf(event, events.raw(lastRow))) : [];
    },
  };
}
