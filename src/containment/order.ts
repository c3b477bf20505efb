import type { ActionClass } from '../model/action-class.ts';
import type { ContainmentAction } from './action.ts';

/** What a slip would cost, the least first. */
const classes: readonly ActionClass[] = ['seconds', 'interrupts', 'not-reversible', 'destroys'];

/** Within a class what is tried first, where the order of ids would have it otherwise: what cuts most and breaks least. */
const first: readonly string[] = [
  'iam.role.quarantine',
  'iam.role.deny-sagemaker-entry',
  'iam.user.deny-sagemaker-entry',
  'iam.role.revoke-sessions',
  'iam.role.set-boundary',
  'sagemaker.endpoint.deny-invoke',
  'sagemaker.presigned-entry.close',
  'sagemaker.notebook-instance.stop',
];

const place = (id: string): number => (first.includes(id) ? first.indexOf(id) : first.length);

/** The actions of a resource as they are offered: what costs least first, within that the first choice, then by id. */
export const inOrder = <Action extends Pick<ContainmentAction, 'id' | 'class'>>(
  actions: readonly Action[],
): readonly Action[] =>
  actions.toSorted(
    (a, b) =>
      classes.indexOf(a.class) - classes.indexOf(b.class) || place(a.id) - place(b.id) || (a.id < b.id ? -1 : 1),
  );
