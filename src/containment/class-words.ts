import type { ActionClass } from './action.ts';

/** What a slip would cost, in words. */
export const classWords: { readonly [Class in ActionClass]: string } = {
  seconds: 'undone in seconds',
  interrupts: 'interrupts work; can be undone',
  'not-reversible': 'cannot be undone',
  destroys: 'destroys something; the name is asked for',
};

/** Whether the operator types the target's name to confirm an action of this class. */
export const needsName = (kind: ActionClass): boolean => kind === 'destroys' || kind === 'not-reversible';
