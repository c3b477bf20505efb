import { predicateOf } from '../src/indicators/predicate.ts';
import {
  type ImportedIndicator,
  type IndicatorJudgement,
  type IndicatorRef,
  type IndicatorVerdict,
  indicatorKey,
  indicatorKinds,
  indicatorWords,
  type SeenIndicator,
} from '../src/model/indicator.ts';
import type { CollectedIndicators } from '../src/session/indicators.ts';
import type { Snapshot } from '../src/session/snapshot.ts';
import { display } from '../src/shared/display.ts';
import type { Dialog } from './console-state.ts';
import { background, changeDialog, closeDialog, type Desk, openDialog, openScreen, say, topDialog } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { goToEventId } from './go-to.ts';
import { selectedIndex } from './list-window.ts';
import { textField, textOf } from './text-field.ts';

/** The indicators on screen. */
export type IndicatorsDialog = Extract<Dialog, { readonly type: 'indicators' }>;
type ReasonDialog = Extract<Dialog, { readonly type: 'indicator-reason' }>;

/** A row of the list: seen, brought, or both. */
export interface IndicatorRow {
  readonly key: string;
  readonly ref: IndicatorRef;
  readonly seen: SeenIndicator | undefined;
  readonly brought: ImportedIndicator | undefined;
  readonly judged: IndicatorJudgement | undefined;
}

/** Opens the indicators of findings and marks as they are now. */
export function openIndicators(desk: Desk): void {
  const id = openScreen(desk, {
    type: 'indicators',
    selected: undefined,
    only: 'all',
    collected: undefined,
    elsewhere: undefined,
  });
  told = () => {
    const dialog = dialogOf(desk);
    // A new dialog to whoever draws it, though nothing else has changed.
    if (dialog) changeDialog(desk, dialog.id, {});
    askElsewhere(desk);
  };
  gather(desk, id);
}

/** Collects what the screen shows; it may have been closed meanwhile. */
function gather(desk: Desk, id: number): void {
  background(
    desk,
    desk.session.collectIndicators(desk.ending.signal).then((collected) => {
      if (dialogOf(desk)?.id !== id) return;
      changeDialog(desk, id, { collected });
      askElsewhere(desk);
    }),
  );
}

/** What rows are laid from. */
interface Laying {
  readonly collected: CollectedIndicators | undefined;
  readonly indicators: Snapshot['indicators'];
  readonly only: IndicatorsDialog['only'];
}

/** The rows as they were laid last: of a file of thousands they are drawn every second, and asked for with every key. */
let laid: (Laying & { readonly rows: readonly IndicatorRow[] }) | undefined;
/** What is being laid in pieces. */
let under: Laying | undefined;
/** Who draws them, to be told when they are laid. */
let told: () => void = () => undefined;

const same = (a: Laying | undefined, b: Laying): boolean =>
  a !== undefined && a.collected === b.collected && a.indicators === b.indicators && a.only === b.only;

/** So many are laid at once: keys wait for no more than that. */
const PIECE = 500;
/** Fewer are laid while they are asked for. */
const AT_ONCE = 2_000;

/**
 * The rows on screen, by kind and by when they were first seen; what was only brought comes last of its kind. Of tens of thousands they are
 * those of before until the new ones are laid.
 */
export function indicatorRows(
  collected: CollectedIndicators | undefined,
  { indicators }: Pick<Snapshot, 'indicators'>,
  { only }: Pick<IndicatorsDialog, 'only'>,
): readonly IndicatorRow[] {
  const wanted = { collected, indicators, only };
  if (same(laid, wanted)) return laid?.rows ?? [];
  if (same(under, wanted)) return laid?.rows ?? [];
  const pieces = layRows(wanted);
  if ((collected?.list.length ?? 0) + indicators.imported.length > AT_ONCE) {
    under = wanted;
    layOn(wanted, pieces);
    return laid?.rows ?? [];
  }
  under = undefined;
  let next = pieces.next();
  while (!next.done) next = pieces.next();
  laid = { ...wanted, rows: next.value };
  return laid.rows;
}

/** Whether all rows are laid; `false` while it goes on in pieces. */
export const areLaid = (): boolean => under === undefined;

/** Lays a piece and lets others in, until all are there or others are wanted. */
function layOn(wanted: Laying, pieces: Generator<undefined, readonly IndicatorRow[]>): void {
  setImmediate(() => {
    if (under !== wanted) return;
    const next = pieces.next();
    if (!next.done) {
      layOn(wanted, pieces);
      return;
    }
    laid = { ...wanted, rows: next.value };
    under = undefined;
    told();
  });
}

function* layRows({
  collected,
  indicators: { judged, imported },
  only,
}: Laying): Generator<undefined, readonly IndicatorRow[]> {
  const brought = new Map<string, ImportedIndicator>();
  for (const [at, one] of imported.entries()) {
    brought.set(indicatorKey(one), one);
    if (at % PIECE === PIECE - 1) yield;
  }
  const verdicts = new Map(judged.map((one) => [indicatorKey(one), one]));
  const keys = new Set<string>();
  // One list a kind instead of sorting: each is in its order already.
  const byKind = new Map<string, IndicatorRow[]>(indicatorKinds.map((kind) => [kind, []]));
  const add = (key: string, ref: IndicatorRef, seen: SeenIndicator | undefined) => {
    if (keys.has(key)) return;
    keys.add(key);
    const row = { key, ref, seen, brought: brought.get(key), judged: verdicts.get(key) };
    if (only === 'all' || (only === 'brought' ? row.brought !== undefined : row.judged === undefined))
      byKind.get(ref.kind)?.push(row);
  };
  for (const [at, one] of (collected?.list ?? []).entries()) {
    add(indicatorKey(one), one, one);
    if (at % PIECE === PIECE - 1) yield;
  }
  let at = 0;
  for (const [key, one] of brought) {
    add(key, one, undefined);
    at += 1;
    if (at % PIECE === 0) yield;
  }
  return [...byKind.values()].flat();
}

/** Index of the selected row; -1 in an empty list. */
export const selectedIndicatorIndex = (rows: readonly IndicatorRow[], selected: string | undefined): number =>
  selectedIndex(rows, selected, ({ key }) => key);

const dialogOf = (desk: Desk): IndicatorsDialog | undefined => {
  const dialog = topDialog(desk);
  return dialog?.type === 'indicators' ? dialog : undefined;
};
const rowsOf = (desk: Desk, dialog: IndicatorsDialog) =>
  indicatorRows(dialog.collected, desk.session.snapshot.get(), dialog);

function selectedRow(desk: Desk): IndicatorRow | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const rows = rowsOf(desk, dialog);
  return rows[selectedIndicatorIndex(rows, dialog.selected)];
}

/** Moves the selection. */
export function moveInIndicators(desk: Desk, dialog: IndicatorsDialog, by: number): void {
  const rows = rowsOf(desk, dialog);
  const next = rows[Math.max(0, Math.min(rows.length - 1, selectedIndicatorIndex(rows, dialog.selected) + by))];
  if (!next) return;
  changeDialog(desk, dialog.id, { selected: next.key });
  askElsewhere(desk);
}

/** Has all events counted that hold the selected one: those outside of findings and marks are the rest. */
function askElsewhere(desk: Desk): void {
  const [dialog, row] = [dialogOf(desk), selectedRow(desk)];
  if (!dialog || !row || dialog.elsewhere?.key === row.key) return;
  const filter = predicateOf(row.ref);
  if (!filter) return;
  const { key } = row;
  background(
    desk,
    desk.session.events
      .ask<'count'>('indicator', { type: 'count', filter }, desk.ending.signal)
      // A reason may be typed above it meanwhile.
      .then((count) => changeDialog(desk, dialog.id, { elsewhere: { key, count } })),
  );
}

/** Why there is nothing to act on. */
export const noIndicator = (desk: Desk): string | undefined =>
  selectedRow(desk) ? undefined : 'no indicator is selected';

/** Why it cannot be followed through the events. */
export function cannotPivotIndicator(desk: Desk): string | undefined {
  const row = selectedRow(desk);
  if (!row) return noIndicator(desk);
  return predicateOf(row.ref) || row.seen
    ? undefined
    : 'a hash stands in no event: it is known where a finding made it';
}

/** Enter: everything in this incident that holds it, findings or not. */
export function pivotIndicator(desk: Desk): void {
  const row = selectedRow(desk);
  if (!row) return;
  const filter = predicateOf(row.ref);
  const [first] = row.seen?.eventIds ?? [];
  if (filter) filterBy(desk, filter, { place: { type: 'follow' }, focus: 'events', detailScroll: 0 });
  else if (first !== undefined) goToEventId(desk, first);
}

/** The first event that it stands in. */
export function openFirstOfIndicator(desk: Desk): void {
  const [first] = selectedRow(desk)?.seen?.eventIds ?? [];
  if (first === undefined) say(desk, 'no event of a finding or a mark holds it; Enter looks in all');
  else goToEventId(desk, first);
}

/** Asks why the selected one is ours or benign; what is so already is so no more. */
export function judgeIndicator(desk: Desk, verdict: IndicatorVerdict): void {
  const row = selectedRow(desk);
  if (!row) return;
  const { kind, value } = row.ref;
  if (row.judged?.verdict === verdict) {
    background(
      desk,
      desk.session.judgeIndicator({ kind, value }, 'open', '').then(() => say(desk, 'an indicator again')),
    );
    return;
  }
  const about = `${verdict === 'own' ? 'Our own' : 'Benign'}: ${display(indicatorWords(row.ref))}`;
  openDialog(desk, { type: 'indicator-reason', verdict, indicator: { kind, value }, about, field: textField() });
}

/** Journals the reason that was typed. */
export function takeIndicatorReason(desk: Desk, { id, verdict, indicator, field }: ReasonDialog): void {
  const reason = textOf(field).trim();
  if (reason === '') {
    say(desk, 'a few words why: they go into the journal; Esc cancels');
    return;
  }
  closeDialog(desk, id);
  background(
    desk,
    desk.session.judgeIndicator(indicator, verdict, reason).then(() => say(desk, 'noted; it stays in the list')),
  );
}

const next = { all: 'undecided', undecided: 'brought', brought: 'all' } as const;

/** All, what nobody decided about, what was brought. */
export function toggleIndicators(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  changeDialog(desk, dialog.id, { only: next[dialog.only], selected: undefined, elsewhere: undefined });
  askElsewhere(desk);
}

/** Adds the indicators of a CSV file, and shows them. */
export function importIndicators(desk: Desk, argument: string): void {
  const path = argument.trim();
  if (path === '') {
    say(desk, 'import: name a CSV file', 'problem');
    return;
  }
  background(
    desk,
    desk.session.importIndicators(path).then(({ added, problems }) => {
      openIndicators(desk);
      const [first] = problems;
      if (first === undefined) say(desk, `${added} indicators brought; Tab shows them alone`);
      else say(desk, `${added} brought, ${problems.length} lines not: ${first}`, 'problem');
    }),
  );
}
