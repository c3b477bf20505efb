import { identityKey, type Principal } from '../src/model/principal.ts';
import type { Dialog } from './console-state.ts';
import { changeDialog, type Desk, openScreen, topDialog } from './desk.ts';
import { keepKnown } from './keep-known.ts';
import { principalRows, whoPredicate } from './principal-rows.ts';
import { newestEvents } from './resource-screen.ts';
import { movedThing, selectedThingIndex, type ThingRow, type ThingRows, withOwnKeys } from './thing-rows.ts';

/** A principal on screen. */
export type PrincipalDialog = Extract<Dialog, { readonly type: 'principal' }>;

/** Relations that are shown. */
const MOST_EDGES = 200;

/** A principal as the store's `profile` takes it, and what it is called. */
export interface Who {
  readonly who: string;
  readonly name: string;
}

/** Who made an event. */
export const whoOf = (principal: Pick<Principal, 'type' | 'arn' | 'name'>): Who => ({
  who: identityKey(principal),
  name: principal.name,
});

/** Opens one principal: keys and sessions, where from, what it did, the chain, and what closes it. */
export function openPrincipalScreen(desk: Desk, { who, name }: Who): void {
  const id = openScreen(desk, {
    type: 'principal',
    who,
    name,
    selected: undefined,
    known: undefined,
    failure: undefined,
  });
  keepPrincipal(desk, id);
}

const dialogOf = (desk: Desk, id?: number): PrincipalDialog | undefined => {
  const dialog = id === undefined ? topDialog(desk) : desk.state.get().dialogs.find((each) => each.id === id);
  return dialog?.type === 'principal' ? dialog : undefined;
};

/** Keeps an open principal current with the events. */
export function keepPrincipal(desk: Desk, id: number): void {
  const open = dialogOf(desk, id);
  if (!open) return;
  const { who } = open;
  const { events } = desk.session;
  keepKnown(desk, id, async (signal) => {
    const profile = await events.ask<'profile'>('principal-profile', { type: 'profile', who }, signal);
    // One actor whatever its keys: of a role the session that did most.
    const [first] = profile.identities;
    const [neighbours, chain, newest] = await Promise.all([
      events.ask<'neighbours'>(
        'principal-neighbours',
        {
          type: 'neighbours',
          node: { type: 'principal', key: first?.key ?? who, name: first?.name ?? who },
          limit: MOST_EDGES,
        },
        signal,
      ),
      profile.last
        ? events.ask<'chain'>('principal-chain', { type: 'chain', rowId: profile.last.rowId }, signal)
        : Promise.resolve(undefined),
      newestEvents(desk, 'principal-events', whoPredicate(who), signal),
    ]);
    const { name } = dialogOf(desk, id) ?? open;
    changeDialog(desk, id, {
      known: { profile, neighbours, chain, events: newest },
      // Who was asked for by an ARN is called by the name that the records have.
      name: name === who && first ? first.name : name,
      failure: undefined,
    });
  });
}

/** The rows of an open principal. */
export const rowsOfPrincipal = (desk: Pick<Desk, 'session'>, dialog: PrincipalDialog): ThingRows =>
  withOwnKeys(principalRows(dialog, desk.session));

/** Moves the selection, or goes to the next part. */
export function moveInPrincipal(desk: Desk, dialog: PrincipalDialog, by: number | 'part'): void {
  const selected = movedThing(rowsOfPrincipal(desk, dialog), dialog.selected, by);
  if (selected !== undefined) changeDialog(desk, dialog.id, { selected });
}

/** The selected row of the principal on screen. */
export function selectedPrincipalRow(desk: Desk): ThingRow | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const rows = rowsOfPrincipal(desk, dialog);
  const row = rows[selectedThingIndex(rows, dialog.selected)];
  return row?.type === 'row' ? row : undefined;
}
