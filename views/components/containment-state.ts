import type { Containment } from '../../src/containment/containment.ts';
import type { Meaning } from '../theme/theme.ts';
import { safe } from './text.ts';

/** What a state means, in words that promise no more than is known. What somebody knew and left so is no alarm any more. */
export function stateWords({
  state,
  verdict,
  undo,
  accepted,
}: Pick<Containment, 'state' | 'verdict' | 'undo' | 'accepted'>): {
  readonly text: string;
  readonly meaning: Meaning;
} {
  switch (state) {
    case 'planned':
      return { text: 'planned: nothing was sent', meaning: 'dim' };
    case 'refused':
      return { text: 'refused: nothing was sent', meaning: 'problem' };
    case 'in-progress':
      return { text: 'in progress', meaning: 'write' };
    case 'partial':
      return undo
        ? { text: 'undone in part: some of it still stands, some does not', meaning: 'problem' }
        : { text: 'partial: some calls were sent, not all', meaning: 'problem' };
    case 'failed':
      if (accepted)
        return {
          text: `${verdict.contradictedBy ? 'refuses not everything' : 'no longer in force'}, known and left so by ${safe(accepted.by, 80)}: ${safe(accepted.reason, 400)}`,
          meaning: 'dim',
        };
      return verdict.contradictedBy
        ? {
            text: `NOT EFFECTIVE: a call passed that it should have refused, event ${verdict.contradictedBy}`,
            meaning: 'problem',
          }
        : typeof verdict.stoodUntil === 'number'
          ? { text: 'NO LONGER IN FORCE: AWS does not read it back any more', meaning: 'problem' }
          : { text: 'failed', meaning: 'problem' };
    case 'unverified':
      return {
        text: `${undo ? 'its undo may' : 'may'} have happened: v looks at AWS again`,
        meaning: 'finding',
      };
    case 'written':
      return { text: 'written: AWS reads back what was sent. Looked at again after 60 s', meaning: 'good' };
    case 'confirmed':
      if (verdict.effect === 'proved')
        return { text: `proved: a later attempt was refused, event ${verdict.provedBy ?? ''}`, meaning: 'good' };
      return {
        text: `holding: still so after 60 s. ${verdict.provable === false ? 'It refuses no calls, so none can prove it' : 'No attempt seen yet'}`,
        meaning: 'good',
      };
    case 'undoing':
      return { text: 'undo in progress', meaning: 'write' };
    case 'undone':
      return { text: 'undone', meaning: 'good' };
  }
}
