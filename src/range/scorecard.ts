import type { ResponderFacts, Score, Story } from '../model/drill.ts';
import type { Deed } from './chronicle.ts';
import { mistakesOf } from './mistakes.ts';

/** What a scorecard is made of. */
export interface ScoreParts {
  readonly scenario: { readonly id: string; readonly title: string };
  readonly seed: number;
  readonly speed: number;
  readonly story: Story;
  readonly now: number;
  readonly deeds: readonly Deed[];
  /** `eventID`s of the records that the attack left. */
  readonly attackEvents: ReadonlySet<string>;
  /** Log groups that the attacker shortened or took away and nobody brought back, and the trail; as they are now. */
  readonly logs: readonly { readonly what: string; readonly kept: boolean }[];
  readonly hints: number;
}

/** Calls by which he looks, not by which he gains. */
const looks =
  /^(sts:GetCallerIdentity|\w[\w-]*:(List|Describe|GetTrail|GetModelPackageGroupPolicy|GetBucketPolicy)\w*)$/;
/** Calls by which somebody's work is interrupted. */
const interrupts = /^sagemaker:(Stop|Delete)\w+$/;

/** The names that say what a call was about; a data object by its key. */
function target({ input }: Deed): string {
  const named = [
    'Key',
    'EndpointName',
    'EndpointConfigName',
    'ModelPackageArn',
    'ModelPackageGroupName',
    'UserProfileName',
    'SpaceName',
    'Bucket',
    'RoleArn',
    'RoleName',
    'UserName',
    'Name',
    'logGroupName',
  ];
  const member =
    named.find((name) => typeof input[name] === 'string') ?? Object.keys(input).find((name) => /Name$/.test(name));
  const value = member === undefined ? '' : String(input[member]);
  return value.startsWith('arn:') ? value.slice(value.indexOf('/') + 1) : value;
}

const operation = ({ call }: Deed): string => call.split(':')[1] ?? call;

/** What worked for him: the same operation in one phase is one row. */
function achievements(deeds: readonly Deed[], since: number, firstAction: number | undefined): Score['achieved'] {
  const rows = new Map<string, { -readonly [M in keyof Score['achieved'][number]]: Score['achieved'][number][M] }>();
  for (const deed of deeds) {
    if (deed.side !== 'attacker' || deed.code !== undefined || looks.test(deed.call)) continue;
    const afterFirstAction = firstAction !== undefined && deed.at > firstAction;
    const many = deed.call === 's3:GetObject';
    const key = `${deed.call} ${many ? '' : target(deed)} ${afterFirstAction}`;
    const row = rows.get(key);
    if (row) {
      row.times += 1;
      row.lastMs = deed.at - since;
      if (many) row.what = `GetObject, the last ${target(deed)}`;
    } else
      rows.set(key, {
        afterMs: deed.at - since,
        lastMs: deed.at - since,
        phase: deed.phase ?? '',
        what: `${operation(deed)} ${target(deed)}`.trim(),
        times: 1,
        afterFirstAction,
      });
  }
  return [...rows.values()];
}

/** Refused calls of the innocent since the first action, and what of theirs was stopped or deleted. */
function collateral(deeds: readonly Deed[], firstAction: number | undefined): Score['collateral'] {
  if (firstAction === undefined) return [];
  const rows = new Map<string, { who: string; what: string; times: number }>();
  const add = (who: string, what: string) => {
    const row = rows.get(`${who} ${what}`) ?? { who, what, times: 0 };
    row.times += 1;
    rows.set(`${who} ${what}`, row);
  };
  for (const deed of deeds) {
    if (deed.at < firstAction) continue;
    if (deed.side === 'benign' && deed.code !== undefined) add(deed.who, `${operation(deed)} refused`);
    if (deed.side !== 'responder' || deed.code !== undefined || !interrupts.test(deed.call)) continue;
    // What he made himself is nobody's loss.
    const made = deeds.some(
      ({ call, code, input, side }) =>
        side === 'attacker' &&
        code === undefined &&
        /:Create/.test(call) &&
        Object.values(input).some((value) => typeof value === 'string' && value === target(deed)),
    );
    if (!made)
      add(
        target(deed),
        operation(deed)
          .replace(/^Stop.*/, 'stopped')
          .replace(/^Delete(\w+)/, 'deleted ($1)'),
      );
  }
  return [...rows.values()].sort((a, b) => b.times - a.times);
}

/** He could do nothing any more, and needed nothing any more. */
const leftRunning = (afterMs: number): Score['mistakes'][number] => ({
  afterMs,
  what: 'what he had put in place was left as it was until it had done its work',
  consequence: '',
  why: 'An identity that is cut stops nothing that it began: endpoints serve on, jobs run on, shares stay. Close the way in, then take back what came through it.',
});

/** How it went. Pure. */
export function scoreOf(parts: ScoreParts, facts: ResponderFacts): Score {
  const { attackEvents, deeds, hints, logs, now, scenario, seed, speed, story } = parts;
  const since = story.startedAt;
  const after = (at: number | undefined): number | null =>
    at === undefined ? null : Math.max(0, Math.trunc(at - since));
  const firstAction = deeds.find(({ code, side }) => side === 'responder' && code === undefined)?.at;
  const worked = deeds.filter(({ call, code, side }) => side === 'attacker' && code === undefined && !looks.test(call));
  const outcome =
    story.state === 'running' ? 'left' : story.state === 'attacker-stopped' ? 'contained' : 'goal-reached';
  return {
    scenario: scenario.id,
    title: scenario.title,
    seed,
    speed,
    startedAt: new Date(since).toISOString(),
    outcome,
    ending: story.ending,
    lastedMs: Math.trunc((story.endedAt ?? now) - since),
    firstMarkMs: after(facts.marks[0]?.at),
    firstRightMarkMs: after(facts.marks.find(({ eventId }) => attackEvents.has(eventId))?.at),
    firstActionMs: after(firstAction),
    containedMs: outcome === 'contained' ? after(worked.at(-1)?.at ?? since) : null,
    achieved: achievements(deeds, since, firstAction),
    refused: deeds.filter(
      ({ code = '', side }) =>
        side === 'attacker' && /Denied|InvalidClientToken|InvalidAccessKey|UnrecognizedClient/.test(code),
    ).length,
    collateral: collateral(deeds, firstAction),
    evidence: [
      ...logs,
      ...(facts.containments === 0
        ? []
        : [
            {
              what: `${facts.snapshots} of ${facts.containments} containments with a snapshot of what was there before`,
              kept: facts.snapshots === facts.containments,
            },
          ]),
      { what: `events marked: ${facts.marks.length}, notes: ${facts.notes}`, kept: facts.marks.length > 0 },
      { what: facts.reports > 0 ? 'a report was written' : 'no report was written', kept: facts.reports > 0 },
    ],
    mistakes: [
      ...mistakesOf(deeds, since, speed),
      ...(outcome === 'goal-reached' && firstAction !== undefined && (worked.at(-1)?.at ?? since) <= firstAction
        ? [leftRunning(Math.trunc((story.endedAt ?? now) - since))]
        : []),
    ],
    hints,
  };
}
