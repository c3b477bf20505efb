import {
  countVerdicts,
  type Posture,
  type PostureResult,
  type PostureTopic,
  postureTopics,
} from '../src/model/posture.ts';
import { display } from '../src/shared/display.ts';
import { containResource } from './chooser.ts';
import type { Dialog } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { changeDialog, type Desk, openDialog, openScreen, say, topDialog } from './desk.ts';
import { offerPivots, resourcePivot } from './pivot.ts';

/** The posture on screen. */
export type PostureDialog = Extract<Dialog, { readonly type: 'posture' }>;

/** A row of the list: a topic with its counts, or a result. */
export type PostureRow =
  | { readonly type: 'topic'; readonly topic: PostureTopic; readonly counts: ReturnType<typeof countVerdicts> }
  | { readonly type: 'result'; readonly key: string; readonly result: PostureResult };

/** What was judged is read again when it is older, ms. */
const freshMs = 60_000;

/** Opens the posture, and has it judged where nobody did lately. */
export function openPosture(desk: Desk): void {
  const { at, state } = desk.session.posture.get();
  if (state === 'idle' || state === 'cancelled' || (at !== undefined && desk.surroundings.now() - at > freshMs))
    desk.session.judgePosture();
  openScreen(desk, { type: 'posture', selected: undefined, only: 'weak' });
}

const keyOf = ({ check, resource, region }: PostureResult): string =>
  `${check} ${region} ${resource.kind} ${resource.arn || resource.name}`;

const laid = new WeakMap<Posture, Partial<Record<PostureDialog['only'], readonly PostureRow[]>>>();

/** Topic by topic, weak first: what is weak or unknown, or everything. */
export function postureRows(posture: Posture, only: PostureDialog['only']): readonly PostureRow[] {
  const kept = laid.get(posture) ?? {};
  const known = kept[only];
  if (known) return known;
  const rows = postureTopics.flatMap((topic): readonly PostureRow[] => {
    const ofTopic = posture.results.filter((one) => one.topic === topic);
    const shown = ofTopic.filter(({ verdict }) => only === 'all' || verdict === 'weak' || verdict === 'unknown');
    return [
      { type: 'topic', topic, counts: countVerdicts(ofTopic) },
      ...shown.map((result): PostureRow => ({ type: 'result', key: keyOf(result), result })),
    ];
  });
  laid.set(posture, { ...kept, [only]: rows });
  return rows;
}

/**
 * Index of the selected result among the rows, by itself the first that is weak; -1 when there is none, or what was selected is not judged (yet):
 * another one must not stand under the keys while AWS is asked anew.
 */
export function selectedPostureIndex(rows: readonly PostureRow[], selected: string | undefined): number {
  const found = rows.findIndex((row) => row.type === 'result' && row.key === selected);
  if (found >= 0 || selected !== undefined) return found;
  const weak = rows.findIndex((row) => row.type === 'result' && row.result.verdict === 'weak');
  return weak >= 0 ? weak : rows.findIndex(({ type }) => type === 'result');
}

const dialogOf = (desk: Desk): PostureDialog | undefined => {
  const dialog = topDialog(desk);
  return dialog?.type === 'posture' ? dialog : undefined;
};

const rowsOf = (desk: Desk, { only }: PostureDialog) => postureRows(desk.session.posture.get(), only);

/** Moves the selection over the results; topics are passed over. */
export function moveInPosture(desk: Desk, dialog: PostureDialog, by: number): void {
  const rows = rowsOf(desk, dialog);
  const results = rows.flatMap((row) => (row.type === 'result' ? [row.key] : []));
  const at = rows[selectedPostureIndex(rows, dialog.selected)];
  const index = at?.type === 'result' ? results.indexOf(at.key) : by > 0 ? -1 : 0;
  const next = results[Math.max(0, Math.min(results.length - 1, index + by))];
  if (next !== undefined) changeDialog(desk, dialog.id, { selected: next });
}

/** The next topic's first result, after the last the first topic's. */
export function nextTopic(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  const rows = rowsOf(desk, dialog);
  const at = selectedPostureIndex(rows, dialog.selected);
  const heading = rows.findIndex(
    (row, index) => index > at && row.type === 'topic' && rows[index + 1]?.type === 'result',
  );
  const next = rows[heading < 0 ? rows.findIndex(({ type }) => type === 'result') : heading + 1];
  if (next?.type === 'result') changeDialog(desk, dialog.id, { selected: next.key });
}

/** The selected result of the open screen. */
export function selectedResult(desk: Desk): PostureResult | undefined {
  const dialog = dialogOf(desk);
  if (!dialog) return undefined;
  const rows = rowsOf(desk, dialog);
  const row = rows[selectedPostureIndex(rows, dialog.selected)];
  return row?.type === 'result' ? row.result : undefined;
}

/** Why there is nothing to act on. */
export const noPostureRow = (desk: Desk): string | undefined =>
  selectedResult(desk) ? undefined : 'nothing is selected';

const isAccount = ({ resource }: PostureResult): boolean => resource.kind === 'account';

/** Why there is no one resource behind it. */
export const noPostureResource = (desk: Desk): string | undefined => {
  const result = selectedResult(desk);
  return !result
    ? 'nothing is selected'
    : isAccount(result)
      ? 'it is about the account as a whole; v shows all of it'
      : undefined;
};

/** All of the selected result: evidence, why, remedy. */
export function openPostureResult(desk: Desk): void {
  const result = selectedResult(desk);
  if (result) openDialog(desk, { type: 'posture-result', result });
}

/** What can be done about the resource. */
export function containPosture(desk: Desk): void {
  const result = selectedResult(desk);
  if (result && !isAccount(result)) containResource(desk, result.resource, { reason: result.title });
}

/** What one can pivot to. */
export function pivotFromPosture(desk: Desk): void {
  const result = selectedResult(desk);
  const pivot = result && !isAccount(result) ? resourcePivot(result.resource) : undefined;
  offerPivots(desk, pivot ? [pivot] : [], 'nothing to pivot to here');
}

/** Why there is nothing to copy. */
export const noRemedy = (desk: Desk): string | undefined => {
  const result = selectedResult(desk);
  return !result ? 'nothing is selected' : result.remedy ? undefined : 'there is no remedy to copy here';
};

/** Copies the remedy, as lines for a shell or for Terraform. */
export function copyRemedy(desk: Desk): void {
  const remedy = selectedResult(desk)?.remedy;
  if (!remedy) return;
  copyText(
    desk,
    remedy.text.split('\n').map(display).join('\n'),
    `copied the remedy (${remedy.kind === 'cli' ? 'AWS CLI' : 'Terraform'}): read it before you run it`,
  );
}

/** What is weak or unknown, or everything. */
export function togglePosture(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (dialog) changeDialog(desk, dialog.id, { only: dialog.only === 'weak' ? 'all' : 'weak' });
}

/** Has it judged anew. */
export function judgeAgain(desk: Desk): void {
  desk.session.judgePosture();
  say(desk, 'asking AWS again');
}

/** Stops reading; what is in stays. */
export function stopJudging(desk: Desk): void {
  desk.session.stopPosture();
  say(desk, 'stopped; what was read until now stays');
}

/** Why there is nothing to stop. */
export const notJudging = (desk: Desk): string | undefined =>
  desk.session.posture.get().state === 'reading' ? undefined : 'nothing is being read';
