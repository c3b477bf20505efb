import { type Desk, openDialog } from './desk.ts';

/** Containments with steps in flight. */
export const inFlight = (desk: Pick<Desk, 'session'>) =>
  desk.session.snapshot.get().containments.filter(({ state }) => state === 'in-progress' || state === 'undoing');

/** `q`: leaves, or first shows what is in flight. */
export function leave(desk: Desk): void {
  const { dialogs } = desk.state.get();
  if (inFlight(desk).length === 0 || dialogs.some(({ type }) => type === 'leave')) desk.surroundings.exit();
  else openDialog(desk, { type: 'leave' });
}
