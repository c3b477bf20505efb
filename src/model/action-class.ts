/** How much a slip would cost, and so how it is confirmed: `y` · `y` with the victims listed · typed name · typed name. */
export type ActionClass = 'seconds' | 'interrupts' | 'not-reversible' | 'destroys';

/** What a slip would cost, in words: the same on every screen, on the command line and in the README. */
export const classWords: { readonly [Class in ActionClass]: string } = {
  seconds: 'reversible in seconds',
  interrupts: 'interrupts work',
  'not-reversible': 'NOT reversible',
  destroys: 'DESTROYS something',
};

/** Whether the operator types the target's name to confirm an action of this class. */
export const needsName = (kind: ActionClass): boolean => kind === 'destroys' || kind === 'not-reversible';
