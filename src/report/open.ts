import type { Containment, ContainmentPhase } from '../containment/containment.ts';
import type { Facts } from './facts.ts';
import { utc } from './time.ts';
import { resourcesOf } from './timeline-entry.ts';

/** One way that is still open. Texts are untrusted. */
export interface StillOpenLine {
  readonly what: string;
  /** Epoch ms; `undefined`: until somebody closes it, or nobody can say. */
  readonly until: number | undefined;
  /** AWS's limit, not what the record says. */
  readonly atTheLatest: boolean;
  readonly closeWith: string;
  /** What shows it: an event id, a containment, an operation. */
  readonly proof: string;
  readonly certainty: 'seen' | 'possible';
  /** Of somebody who is suspect, or left by what we did: keeps the incident open. */
  readonly suspect: boolean;
}

/** A presigned URL lives 5 minutes, the session it opens 12 hours unless the call asked for less; nothing lists or ends sessions. AWS's limits. */
const SESSION_MS = 12 * 3_600_000 + 5 * 60_000;

/** What a state says about the door that the containment was to close. */
const unfinished: { readonly [Phase in ContainmentPhase]?: string } = {
  'in-progress': 'is still being sent',
  partial: 'was only partly sent',
  failed: 'failed',
  refused: 'was refused',
  unverified: 'may have happened: nobody has looked since',
  written: 'is written, not yet seen to hold',
  undoing: 'is being undone',
  undone: 'was undone',
};

/** States after which the same action closes the door, if anything does. */
const closesAgain: ReadonlySet<ContainmentPhase> = new Set(['partial', 'failed', 'undone']);

/** All that is known to be open: what containments left, and the doors; where nobody computed those, the URLs in the timeline. */
export function openOnes(facts: Facts): readonly StillOpenLine[] {
  return [...facts.view.containments.flatMap(leftBy), ...(facts.view.doors ? doorLines(facts) : mints(facts))];
}

/** Until when the last of some is open; there must be one. */
export const lastUntil = (open: readonly StillOpenLine[]): string =>
  open.some(({ until }) => until === undefined)
    ? 'at least one until somebody closes it'
    : `the last until ${utc(Math.max(...open.map(({ until }) => until ?? 0)))}`;

function leftBy({ id, plan, state, verdict }: Containment): readonly StillOpenLine[] {
  const target = plan.target.name || plan.target.arn;
  const subject = `${plan.action} on ${target}`;
  const again = { closeWith: `${plan.action} ${target}` };
  const line = (what: string, more: Partial<StillOpenLine> = {}): StillOpenLine => ({
    what,
    until: undefined,
    atTheLatest: false,
    closeWith: '',
    proof: id,
    certainty: 'seen',
    suspect: true,
    ...more,
  });
  const why = unfinished[state];
  return [
    ...(why ? [line(`${subject} ${why}`, closesAgain.has(state) ? again : {})] : []),
    ...(verdict.effect === 'absent' && !why ? [line(`${subject} no longer holds`, again)] : []),
    ...verdict.stillOpen.map(({ what, until, closeWith }) => {
      const at = until === null ? Number.NaN : Date.parse(until);
      return line(Number.isNaN(at) && until ? `${what} (until ${until})` : what, {
        until: Number.isNaN(at) ? undefined : at,
        closeWith: closeWith ?? '',
      });
    }),
  ];
}

function doorLines({ view }: Facts): readonly StillOpenLine[] {
  return (view.doors?.doors ?? []).map((door) => ({
    what: door.count > 1 ? `${door.what} (${door.count} of them)` : door.what,
    until: door.until,
    atTheLatest: door.certainty === 'possible',
    closeWith: door.closeWith
      ? `${door.closeWith.actionId} ${door.closeWith.target.name || door.closeWith.target.arn}`
      : '',
    proof: door.proof.type === 'event' ? door.proof.eventId : door.proof.operation,
    certainty: door.certainty,
    suspect: door.suspect,
  }));
}

function mints({ view, timeline }: Facts): readonly StillOpenLine[] {
  const now = Date.parse(view.asOf);
  return timeline.flatMap((event): StillOpenLine[] => {
    const until = event.at + SESSION_MS;
    const isMint = /^sagemaker:Create(?:PartnerApp)?Presigned\w*Url$/.test(event.action);
    if (event.errorCode || !(until > now) || !isMint) return [];
    const where = resourcesOf(event).join(', ') || 'a resource the record does not name';
    return [
      {
        what: `a session of ${event.principal?.name ?? 'somebody'} on ${where}, by presigned URL`,
        until,
        atTheLatest: true,
        closeWith: '',
        proof: event.id,
        certainty: 'possible',
        suspect: true,
      },
    ];
  });
}
