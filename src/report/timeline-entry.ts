import type { Containment } from '../containment/containment.ts';
import type { HandOffState } from '../containment/hand-off.ts';
import type { TimelineEvent } from '../model/event.ts';
import { shortKind } from '../model/resource.ts';
import { effectWords } from './effect.ts';
import type { Facts } from './facts.ts';
import type { IncidentView } from './incident-view.ts';

/** Something that happened, ours or theirs, in the words the tables share. Texts are untrusted. */
export type TimelineEntry =
  | { readonly kind: 'event'; readonly at: number; readonly event: TimelineEvent }
  | {
      readonly kind: 'ours';
      readonly at: number;
      /** Call or decision: `sagemaker:StopNotebookInstance`. */
      readonly what: string;
      readonly state: string;
      readonly by: string;
      readonly target: string;
      readonly containment: string;
      readonly requestId: string;
    };

/** The timeline's events and what the responders did, in time order; at one time theirs before ours. */
export function* timelineEntries(facts: Facts): Iterable<TimelineEntry> {
  const ours = ownEntriesOf(facts.view);
  let next = 0;
  for (const event of facts.timeline) {
    for (let own = ours[next]; own && own.at < event.at; own = ours[++next]) yield own;
    yield { kind: 'event', at: event.at, event };
  }
  yield* ours.slice(next);
}

type Own = TimelineEntry & { readonly kind: 'ours' };

/** All that the responders did, what they asked others to do among it, in time order. */
export const ownEntriesOf = ({ containments, handOffs }: IncidentView): readonly Own[] =>
  [...containments.flatMap(ownEntries), ...handOffs.flatMap(handOffEntries)].sort((a, b) => a.at - b.at);

/** That somebody else was asked, and that the trail showed it done. */
function handOffEntries({ id, handOff, actionId, target, by, requestedAt, seen }: HandOffState): readonly Own[] {
  const entry = (at: number, state: string): Own => ({
    kind: 'ours',
    at,
    what: actionId || 'hand-off',
    state,
    by,
    target: `${shortKind(target.kind)} ${target.name || target.arn}`.trim(),
    containment: id,
    requestId: '',
  });
  return [
    entry(requestedAt, `asked of ${handOff.whom}: ${handOff.what}`),
    ...(seen ? [entry(seen.eventAt, `done by them: ${seen.action}, event ${seen.eventId}`)] : []),
  ];
}

/** What an entry acted on, short: `nb fraud-lab`. */
export function resourcesOf(event: TimelineEvent): readonly string[] {
  const main = event.resources.filter(({ relation }) => relation === 'target' || relation === 'created');
  const shown = main.length > 0 ? main : event.resources;
  return shown.map(({ kind, name, arn }) => `${shortKind(kind)} ${name || arn}`);
}

/** What we did in one containment, its looks at AWS included; in the order of the steps. */
function ownEntries(containment: Containment): readonly Own[] {
  const { id, plan, by, steps, undo, approvedAt, verdict } = containment;
  const target = `${shortKind(plan.target.kind)} ${plan.target.name || plan.target.arn}`;
  const own = (at: number, what: string, state: string, requestId = ''): Own => ({
    kind: 'ours',
    at,
    what,
    state,
    by,
    target,
    containment: id,
    requestId,
  });
  const looks = verdict.checks.map(({ at }) => at);
  // Of an undo that nobody looked at yet, the look from before it is all there is.
  const lastLook = Math.max(...looks);
  return [
    own(approvedAt, plan.action, 'approved'),
    ...(undo ? [own(undo.approvedAt, `undo: ${plan.action}`, 'approved')] : []),
    ...steps.flatMap((progress) => {
      const name = callName(progress.phase === 'do' ? plan.steps : (undo?.steps ?? []), progress.id);
      return progress.startedAt === undefined || name === undefined
        ? []
        : [
            own(
              progress.startedAt,
              progress.phase === 'do' ? name : `undo: ${name}`,
              progress.state,
              progress.requestId,
            ),
          ];
    }),
    ...(looks.length === 0
      ? []
      : undo && lastLook >= undo.approvedAt
        ? [own(lastLook, `undo: ${plan.action}`, effectWords(containment).short)]
        : [own(lastLook, plan.action, `effect ${undo ? verdict.effect : effectWords(containment).short}`)]),
  ];
}

/** Waits are no deeds. */
function callName(steps: Containment['plan']['steps'], id: string): string | undefined {
  const step = steps.find((candidate) => candidate.id === id);
  return step?.kind === 'call' ? step.call.name : undefined;
}
