import type { Containment } from '../containment/containment.ts';
import { escapeMarkdown } from './markdown.ts';

/** What can be claimed of a containment, as Markdown: words of ours, and what others wrote escaped; ids of events stand apart. */
export interface EffectWords {
  /** `holding: AWS still read it back after 60 s`. */
  readonly effect: string;
  /** The same where there is little room: `holding`. */
  readonly short: string;
  /** `a later attempt was refused`. */
  readonly proof: string;
  /** The event that shows it; empty: none. */
  readonly eventId: string;
}

/**
 * What a containment does now, as every text that leaves the program says it: what was undone proves nothing any more, and what was never sent
 * has no effect that somebody could wait for.
 */
export function effectWords(containment: Containment): EffectWords {
  const effect = effectOf(containment);
  return { effect, short: effect.slice(0, effect.indexOf(':')), ...proofOf(containment) };
}

/** Who left it so, and why: their words, not ours, so they are Markdown here already. */
const left = (accepted: Containment['accepted']): string =>
  accepted ? `; known to ${escapeMarkdown(accepted.by)}, and left so: ${escapeMarkdown(accepted.reason, 2_000)}` : '';

function effectOf({ state, verdict, undo, holdingAt, steps, accepted }: Containment): string {
  switch (state) {
    case 'planned':
    case 'refused':
      return 'no effect: nothing was sent';
    case 'in-progress':
      return 'not known yet: it is being sent';
    case 'partial':
      return undo
        ? 'undone in part: some of it still stands, some does not'
        : 'in part: some calls were sent, not all took effect';
    case 'failed':
      if (verdict.contradictedBy)
        return `absent: AWS reads it back, and yet a call passed that it should have refused${left(accepted)}`;
      if (typeof verdict.stoodUntil === 'number')
        return `absent: AWS read it back until ${new Date(verdict.stoodUntil).toISOString()} and does not any more${left(accepted)}`;
      return verdict.effect === 'absent' && steps.some((step) => step.state === 'sent' || step.state === 'confirmed')
        ? 'absent: AWS does not read back what was sent'
        : 'no effect: it failed';
    case 'unverified':
      return undo ? 'not known: its undo may have happened' : 'not known: it may have happened';
    case 'undoing':
      return 'being undone: it no longer counts';
    case 'undone':
      return 'undone: AWS reads back what was there before';
    case 'written':
    case 'confirmed':
      switch (verdict.effect) {
        case 'proved':
          return holdingAt === undefined
            ? 'proved: AWS reads it back, and a later attempt was refused'
            : 'proved: AWS still read it back after 60 s, and a later attempt was refused';
        case 'holding':
          return 'holding: AWS still read it back after 60 s';
        case 'written':
          return 'written: AWS reads back what was sent; whether it holds was not yet looked at';
        case 'absent':
          return 'absent: AWS does not read back what was sent';
        case 'unknown':
          return 'not known: nobody could look';
      }
  }
}

const nothingSent: ReadonlySet<Containment['state']> = new Set(['planned', 'refused']);

function proofOf({ state, verdict, undo }: Containment): Pick<EffectWords, 'proof' | 'eventId'> {
  const { provedBy, contradictedBy, provable, effect } = verdict;
  if (nothingSent.has(state)) return { proof: 'nothing was sent that could be proved', eventId: '' };
  if (contradictedBy)
    return { proof: 'not effective: a call passed that it should have refused', eventId: contradictedBy };
  if (provedBy !== null) {
    if (effect === 'proved') return { proof: 'refused call', eventId: provedBy };
    return undo
      ? { proof: 'none any more; a call was refused before it was undone', eventId: provedBy }
      : { proof: 'none any more; a call was refused while it stood', eventId: provedBy };
  }
  if (undo) return { proof: 'none: no refused attempt was seen while it stood', eventId: '' };
  if (effect === 'absent') return { proof: 'none', eventId: '' };
  return {
    proof: provable === false ? 'it refuses no calls, so none can prove it' : 'no refused attempt seen yet',
    eventId: '',
  };
}
