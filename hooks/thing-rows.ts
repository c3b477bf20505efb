import type { Containment } from '../src/containment/containment.ts';
import type { FilterField, Predicate } from '../src/filter/predicate.ts';
import type { EventRow, Position } from '../src/model/event.ts';
import type { FindingGroup } from '../src/model/finding.ts';
import { isOpen } from '../src/model/finding.ts';
import type { OpenDoor, OpenDoors } from '../src/model/open-door.ts';
import type { PostureResult } from '../src/model/posture.ts';
import { type ResourceRef, shortKind } from '../src/model/resource.ts';
import type { Findings } from '../src/session/findings.ts';
import type { ActionChoice } from '../src/session/session.ts';
import type { Snapshot } from '../src/session/snapshot.ts';
import { selectedIndex } from './list-window.ts';

/** How the keys of rows begin that say what AWS says of a thing. */
export const FACT = 'fact ';

/** Where Enter on a row leads. */
export type Lead =
  | { readonly type: 'resource'; readonly ref: ResourceRef }
  /** `who` as the store's `profile` takes it. */
  | { readonly type: 'principal'; readonly who: string; readonly name: string }
  | { readonly type: 'event'; readonly at: Position; readonly within: Predicate }
  | { readonly type: 'event-id'; readonly eventId: string }
  | { readonly type: 'filter'; readonly predicate: Predicate }
  | { readonly type: 'finding'; readonly group: FindingGroup }
  | { readonly type: 'containment'; readonly id: string }
  | { readonly type: 'action'; readonly choice: ActionChoice; readonly target: ResourceRef; readonly reason: string }
  | { readonly type: 'posture'; readonly result: PostureResult }
  | { readonly type: 'users' };

/** What a row means; the colours of the same names. */
export type Tone = 'plain' | 'dim' | 'good' | 'write' | 'finding' | 'failed' | 'problem' | 'title';

/** A row about one thing: what it is about, in few cells, and the words. Untrusted. */
export interface ThingRow {
  readonly type: 'row';
  readonly key: string;
  readonly label: string;
  readonly text: string;
  readonly tone: Tone;
  /** Epoch ms: when it was, since when it has been, when it ends by itself. */
  readonly at?: number | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Its state is said in the words that every screen has for it. */
  readonly containment?: Containment;
  readonly lead?: Lead;
  /** What `y` copies; absent: the text. */
  readonly copy?: string;
}
/** A heading above the rows of a part. */
export interface ThingPart {
  readonly type: 'part';
  readonly title: string;
  readonly count: number;
}
export type ThingRows = readonly (ThingRow | ThingPart)[];

export const is = (field: FilterField, value: string): Predicate => ({ type: 'field', field, op: 'is', value });

const allEvents = 'all events';

/** A part with its rows; what there is to say instead where there are none, and nothing where that is nothing. */
export function part(title: string, rows: readonly ThingRow[], none = ''): ThingRows {
  // The way to all the others is none of them.
  const count = rows.filter(({ key }) => key !== allEvents).length;
  if (rows.length > 0) return [{ type: 'part', title, count }, ...rows];
  return none === ''
    ? []
    : [
        { type: 'part', title, count: 0 },
        { type: 'row', key: `none ${title}`, label: '', text: none, tone: 'dim' },
      ];
}

/** `12 events, 3 changes, 1 failed`. */
export function amountText({
  events,
  changes,
  errors,
}: {
  readonly events: number;
  readonly changes: number;
  readonly errors: number;
}): string {
  const counted = (value: number, noun: string) => `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
  return [
    counted(events, 'event'),
    changes > 0 ? counted(changes, 'change') : '',
    errors > 0 ? `${errors.toLocaleString('en-US')} failed` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

export const refText = ({ kind, arn, name }: ResourceRef): string => `${shortKind(kind)} ${name || arn}`;

const severe = new Set(['critical', 'high']);

/** Findings, what nobody decided about first. @param of On whose screen: what that is need not be said. */
export function findingRows(
  groups: readonly FindingGroup[],
  { rules }: Findings,
  { decisions }: Snapshot,
  of: 'what' | 'who',
): readonly ThingRow[] {
  return groups
    .map((group) => ({ group, open: isOpen(group, decisions) }))
    .sort((a, b) => Number(b.open) - Number(a.open))
    .map(({ group, open }): ThingRow => {
      const about = group.resource ? ` on ${refText(group.resource)}` : '';
      const verdict = decisions.verdicts.get(group.key)?.verdict;
      return {
        type: 'row',
        key: `finding ${group.key}`,
        label: group.severity === 'informational' ? 'info' : group.severity,
        text: `${verdict ? `${verdict}: ` : ''}${rules.get(group.rule)?.title ?? group.rule}${of === 'what' && group.actor ? `, by ${group.actor}` : ''}${of === 'who' ? about : ''}`,
        tone: open ? (severe.has(group.severity) ? 'finding' : 'write') : 'dim',
        at: group.lastAt,
        lead: { type: 'finding', group },
      };
    });
}

/** Doors, with how long each stays open by itself. */
export const doorRows = (doors: readonly OpenDoor[]): readonly ThingRow[] =>
  doors.map(
    (door): ThingRow => ({
      type: 'row',
      key: `door ${door.id}`,
      label: door.until === undefined ? 'open' : 'open until',
      text: `${door.what}${door.count > 1 ? ` ×${door.count}` : ''}${door.certainty === 'possible' ? ' (possible: AWS offers no way to ask)' : ''}`,
      tone: door.suspect ? 'finding' : 'plain',
      until: door.until,
      lead:
        door.proof.type === 'event'
          ? { type: 'event-id', eventId: door.proof.eventId }
          : { type: 'filter', predicate: is('principal', door.principal) },
    }),
  );

/** What is said where nothing speaks against a thing: no more than is known. */
export const nothingAgainst = ({ at, unknown }: Pick<OpenDoors, 'at' | 'unknown'>): string =>
  at === undefined
    ? 'no finding names it; what is still open is being looked at'
    : `no finding names it, and no open door is known${unknown.length > 0 ? ', as far as could be looked (:open says what was not)' : ''}`;

/** What was done about a thing. */
export const containmentRows = (contained: readonly Containment[]): readonly ThingRow[] =>
  contained.map(
    (containment): ThingRow => ({
      type: 'row',
      key: `containment ${containment.id}`,
      label: containment.id,
      text: containment.plan.action,
      tone: 'plain',
      at: containment.approvedAt,
      containment,
      lead: { type: 'containment', id: containment.id },
      copy: containment.id,
    }),
  );

const classLabels = {
  seconds: 'in seconds',
  interrupts: 'interrupts',
  'not-reversible': 'for good',
  destroys: 'destroys',
} as const;

/** What can be done about a target: Enter plans it, which sends nothing. */
export const actionRows = (
  choices: readonly ActionChoice[],
  target: ResourceRef,
  reason: string,
  named = false,
): readonly ThingRow[] =>
  choices.map(
    (choice): ThingRow => ({
      type: 'row',
      key: `action ${choice.action.id} ${target.arn || target.name}`,
      label: classLabels[choice.action.class],
      text: `${choice.action.title}${named ? `: ${refText(target)}` : ''}${choice.disabledReason === undefined ? '' : ` (not now: ${choice.disabledReason})`}`,
      tone: choice.disabledReason === undefined ? 'plain' : 'dim',
      lead: { type: 'action', choice, target, reason },
      copy: choice.action.id,
    }),
  );

/** Events, the newest first, and the way to all of them. */
export function eventRows(
  { rows, total }: { readonly rows: readonly EventRow[]; readonly total: number },
  predicate: Predicate,
  whose: 'who' | 'what',
): readonly ThingRow[] {
  const shown = rows.toReversed().map(
    (row): ThingRow => ({
      type: 'row',
      key: `event ${row.rowId}`,
      label: whose === 'who' ? row.principalName : row.resourceName,
      text: [
        row.action,
        whose === 'who' ? row.sourceIp : `${shortKind(row.resourceKind)} ${row.resourceName} ${row.sourceIp}`.trim(),
        row.errorCode,
        row.marked ? 'marked' : '',
        row.responder === 'own' ? 'us' : row.responder === 'claimed' ? 'says it is Firebreak' : '',
      ]
        .filter(Boolean)
        .join('  '),
      tone: row.severity ? 'finding' : row.errorCode ? 'failed' : row.readOnly === false ? 'write' : 'plain',
      at: row.at,
      lead: { type: 'event', at: { at: row.at, rowId: row.rowId }, within: predicate },
      copy: row.id,
    }),
  );
  const all = total > rows.length ? total : 0;
  return all > 0
    ? [
        ...shown,
        {
          type: 'row',
          key: allEvents,
          label: '',
          text: `all ${all.toLocaleString('en-US')} in the timeline`,
          tone: 'dim',
          lead: { type: 'filter', predicate },
        },
      ]
    : shown;
}

/** The rows with no two of one key: what is selected is a key, and one would be passed over for ever. */
export function withOwnKeys(rows: ThingRows): ThingRows {
  const times = new Map<string, number>();
  return rows.map((row) => {
    if (row.type === 'part') return row;
    const before = times.get(row.key) ?? 0;
    times.set(row.key, before + 1);
    return before === 0 ? row : { ...row, key: `${row.key} ${before}` };
  });
}

/** Index of the selected row among all; headings cannot be selected. -1 when there is none. */
export function selectedThingIndex(rows: ThingRows, selected: string | undefined): number {
  const some = rows.flatMap((row) => (row.type === 'row' ? [row] : []));
  const row = some[selectedIndex(some, selected, ({ key }) => key)];
  return row ? rows.indexOf(row) : -1;
}

/** Key of the row that is `by` further on, or the first of the next part. */
export function movedThing(rows: ThingRows, selected: string | undefined, by: number | 'part'): string | undefined {
  if (by === 'part') {
    const at = selectedThingIndex(rows, selected);
    const heading = rows.findIndex(({ type }, index) => index > at && type === 'part');
    const next = rows[(heading < 0 ? 0 : heading) + 1];
    return next?.type === 'row' ? next.key : undefined;
  }
  const some = rows.flatMap((row) => (row.type === 'row' ? [row] : []));
  return some[Math.max(0, Math.min(some.length - 1, selectedIndex(some, selected, ({ key }) => key) + by))]?.key;
}
