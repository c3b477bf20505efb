import type { FilterField, Predicate } from '../src/filter/predicate.ts';
import type { ChainEvent, ChainLink, ChainSearch, CredentialChain } from '../src/model/chain.ts';
import { BELOW, type ChainRow, chainRows, isRenewed, isSelectable, linkKeys, searchKeys } from './chain-rows.ts';
import { type Dialog, resourceKey } from './console-state.ts';
import { background, change, changeDialog, type Desk, failureOf, openScreen, say, topDialog } from './desk.ts';
import { goToEvent } from './go-to.ts';
import { withLookup } from './look.ts';
import { keyPivot, offerPivots, type Pivot, resourcePivot } from './pivot.ts';
import { selectedEvent } from './timeline-intents.ts';

/** The chain on screen. */
export type ChainDialog = Extract<Dialog, { readonly type: 'chain' }>;

/** An open chain is asked for again this long after an answer, when events have arrived meanwhile. */
const AGAIN_MS = 1000;
/** After an answer of AWS it is asked for again this soon. */
const AWS_MS = 200;
/** Opened resources that AWS is asked about: each costs some calls. */
const MOST_ASKED = 5;

/** Opens the chain of the selected event's credentials. */
export function openChain(desk: Desk): void {
  const event = selectedEvent(desk);
  if (!event) return;
  const { rowId, summary, action } = event;
  const id = openScreen(desk, {
    type: 'chain',
    rowId,
    about: summary || action,
    chain: undefined,
    failure: undefined,
    selected: undefined,
    all: false,
  });
  keepAsking(desk, id);
}

/**
 * Asks for the chain of an open dialog, and again as events arrive and AWS answers, until it is closed. Which code had a role's credentials
 * no record says: what the opened resources run as is asked of AWS, and joins the chain when the answer is there.
 */
export function keepAsking(desk: Desk, id: number): void {
  const { session, surroundings } = desk;
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const signal = AbortSignal.any([aborter.signal, desk.ending.signal]);
  const dialog = () =>
    desk.state.get().dialogs.find((each): each is ChainDialog => each.id === id && each.type === 'chain');
  let asked = -1;
  let answered = false;
  const heard = () => {
    answered = true;
  };
  const ends = [session.inventory.subscribe(heard)];
  const enriched = new Set<string>();
  signal.addEventListener('abort', () => {
    for (const end of ends) end();
  });
  const askAws = ({ links }: CredentialChain) => {
    for (const { handover, resource } of links) {
      const key = resource && resourceKey(resource);
      if (handover !== 'presigned' || !resource || key === undefined || enriched.has(key)) continue;
      if (enriched.size >= MOST_ASKED) return;
      enriched.add(key);
      ends.push(session.enrich(resource).subscribe(heard));
    }
  };
  const ask = async () => {
    const open = dialog();
    const version = session.snapshot.get().eventsVersion;
    if (!open || signal.aborted) return;
    if (version !== asked || answered) {
      asked = version;
      answered = false;
      try {
        const chain = await session.events.ask<'chain'>('chain', { type: 'chain', rowId: open.rowId }, signal);
        const now = dialog();
        if (now) changeDialog(desk, id, { chain, failure: undefined, selected: now.selected ?? firstKey(chain) });
        if (now) askAws(chain);
      } catch (error) {
        const failure = failureOf(desk, error);
        if (failure) changeDialog(desk, id, { failure });
      }
    }
    if (dialog() && !signal.aborted) surroundings.later(answered ? AWS_MS : AGAIN_MS, () => void ask());
  };
  if (session.snapshot.get().mode !== 'saved') session.lookAround();
  background(desk, ask());
}

/** The event's own credentials are selected first. */
const firstKey = (chain: CredentialChain): string =>
  linkKeys(chain)[Math.max(0, chain.at)] ?? searchKeys(chain)[0] ?? '';

/** Rows of an open chain, and the selected one. */
export function chainState({ chain, selected, all }: Pick<ChainDialog, 'chain' | 'selected' | 'all'>): {
  readonly rows: readonly ChainRow[];
  /** Index in `rows`; -1 where nothing can be selected. */
  readonly index: number;
} {
  const rows = chain ? chainRows(chain, all) : [];
  const found = rows.findIndex((row) => isSelectable(row) && row.key === selected);
  // An action that is no longer shown: its link.
  const link = selected?.split(BELOW)[0];
  const near = found >= 0 ? found : rows.findIndex((row) => isSelectable(row) && row.key === link);
  return { rows, index: near >= 0 ? near : rows.findIndex(isSelectable) };
}

const dialogOf = (desk: Desk): ChainDialog | undefined => {
  const dialog = topDialog(desk);
  return dialog?.type === 'chain' ? dialog : undefined;
};

/** The selected row of the chain on screen. */
export function selectedChainRow(desk: Desk): { readonly chain: CredentialChain; readonly row: ChainRow } | undefined {
  const dialog = dialogOf(desk);
  if (!dialog?.chain) return undefined;
  const { rows, index } = chainState(dialog);
  const row = rows[index];
  return row && { chain: dialog.chain, row };
}

/** Moves the selection over the rows that can be selected. */
export function moveInChain(desk: Desk, dialog: ChainDialog, by: number): void {
  const { rows, index } = chainState(dialog);
  const selectable = rows.flatMap((row, at) => (isSelectable(row) ? [{ key: row.key, at }] : []));
  const from = selectable.findIndex(({ at }) => at === index);
  const next = selectable[Math.max(0, Math.min(selectable.length - 1, from + by))];
  if (next) changeDialog(desk, dialog.id, { selected: next.key });
}

/** To the next or the previous link, past its actions. */
export function moveToLink(desk: Desk, by: 1 | -1): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  const { rows, index } = chainState(dialog);
  for (let at = index + by; at >= 0 && at < rows.length; at += by) {
    const row = rows[at];
    if (row?.type === 'link' || row?.type === 'search') {
      changeDialog(desk, dialog.id, { selected: row.key });
      return;
    }
  }
}

/** Shows all actions of every link, or the most telling. */
export function toggleAllActions(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (dialog) changeDialog(desk, dialog.id, { all: !dialog.all });
}

const is = (field: FilterField, value: string): Predicate => ({ type: 'field', field, op: 'is', value });

/** The events that were made with a link's credentials; `undefined` for a door. */
export function linkPredicate(link: ChainLink): Predicate | undefined {
  // Where keys are renewed the name is what stays.
  if (link.accessKeyId !== '' && !isRenewed(link)) return is('key', link.accessKeyId);
  if (link.events > 0 && link.name !== '') return is('principal', link.name);
  return link.accessKeyId === '' ? undefined : is('key', link.accessKeyId);
}

/** Filters the timeline by a link, and goes to the event. */
function goTo(desk: Desk, link: ChainLink, event: ChainEvent | undefined): void {
  const within =
    linkPredicate(link) ?? (link.resource ? is('resource', link.resource.name || link.resource.arn) : undefined);
  if (event) goToEvent(desk, event, within ?? { type: 'all' });
  else say(desk, 'no event of it is loaded');
}

/** Enter: the events of the link from its first on, or the first event of the action; on a search: looks elsewhere. */
export function openChainRow(desk: Desk): void {
  const selected = selectedChainRow(desk);
  if (!selected) return;
  const { chain, row } = selected;
  if (row.type === 'search') {
    lookElsewhere(desk);
    return;
  }
  if (row.type === 'more') return;
  const link = chain.links[row.link];
  if (!link) return;
  goTo(desk, link, row.type === 'action' ? link.actions[row.action]?.first : (link.first ?? link.by));
}

/** Goes to the record that handed the selected credentials over. */
export function openHandover(desk: Desk): void {
  const selected = selectedChainRow(desk);
  const link = selected && 'link' in selected.row ? selected.chain.links[selected.row.link] : undefined;
  if (link?.by) goToEvent(desk, link.by, { type: 'all' });
  else say(desk, 'no record of this handover is known');
}

/** The search that `l` is about: the selected one, else the first that can be looked for. */
function searchOf(desk: Desk): ChainSearch | undefined {
  const selected = selectedChainRow(desk);
  const searched = selected?.chain.searched ?? dialogOf(desk)?.chain?.searched ?? [];
  const chosen = selected?.row.type === 'search' ? searched[selected.row.search] : undefined;
  return chosen ?? searched.find(({ lookup, regions }) => lookup && regions.length > 0);
}

/** Why nothing can be looked for elsewhere. */
export function cannotLook(desk: Desk): string | undefined {
  if (desk.session.snapshot.get().mode === 'saved') return 'these are saved logs: no event history can be asked';
  const search = searchOf(desk);
  if (!search) return 'no parent is missing';
  if (!search.lookup) return 'the event history cannot look for this';
  return search.regions.length === 0 ? 'no other Region is left to look in' : undefined;
}

/** Has the event history of other Regions looked through for the missing parent, the likeliest first. */
export function lookElsewhere(desk: Desk): void {
  const reason = cannotLook(desk);
  const search = searchOf(desk);
  if (reason !== undefined || !search?.lookup) {
    say(desk, reason ?? 'no parent is missing');
    return;
  }
  const { lookup, regions } = search;
  // Added last first, so that the likeliest Region is asked first.
  const lookups = regions
    .toReversed()
    .reduce((list, region) => withLookup(list, { ...lookup, region }), desk.state.get().lookups);
  change(desk, { lookups });
  say(desk, `looking for ${lookup.attribute} ${lookup.value} in ${regions.join(', ')}; what is found is added here`);
}

/** What one can pivot to from a row of the chain. */
export function pivotFromChain(desk: Desk): void {
  const selected = selectedChainRow(desk);
  const link = selected && 'link' in selected.row ? selected.chain.links[selected.row.link] : undefined;
  const action =
    selected?.row.type === 'action' ? selected.chain.links[selected.row.link]?.actions[selected.row.action] : undefined;
  const pivots: (Pivot | undefined)[] = [
    link?.accessKeyId ? keyPivot(link.accessKeyId) : undefined,
    link && link.events > 0 && link.name !== ''
      ? { title: `principal ${link.name}`, predicate: is('principal', link.name) }
      : undefined,
    link?.resource ? resourcePivot(link.resource) : undefined,
    action ? { title: `event name ${action.action}`, predicate: is('action', action.action) } : undefined,
  ];
  offerPivots(
    desk,
    pivots.filter((pivot) => pivot !== undefined),
    'nothing to pivot to here',
  );
}
