import { expect, it } from 'vitest';
import { selectedCallIndex } from '../../hooks/calls-screen.ts';
import { chainState, openChain } from '../../hooks/chain-screen.ts';
import type { Dialog } from '../../hooks/console-state.ts';
import { openCoverage } from '../../hooks/coverage-screen.ts';
import { changeDialog, createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { openDoorsScreen, selectedDoor } from '../../hooks/doors-screen.ts';
import { openFindings, selectedFinding } from '../../hooks/findings-screen.ts';
import { watchSelection } from '../../hooks/hold-selection.ts';
import { openIndicators } from '../../hooks/indicators-screen.ts';
import { openInventory, selectedItem } from '../../hooks/inventory-screen.ts';
import { openJournalScreen, selectedJournalRow } from '../../hooks/journal-screen.ts';
import { openPosture, selectedResult } from '../../hooks/posture-screen.ts';
import { pressKey } from '../../hooks/press.ts';
import { openResourceScreen, selectedResourceRow } from '../../hooks/resource-screen.ts';
import { type FindingGroup, findingKey } from '../../src/model/finding.ts';
import type { SeenIndicator } from '../../src/model/indicator.ts';
import { noPosture, type Posture, type PostureResult } from '../../src/model/posture.ts';
import type { JournalRow } from '../../src/session/journal-rows.ts';
import { observable } from '../../src/shared/observable.ts';
import { until } from '../helpers/until.ts';
import { type FakeSession, fakeSession } from '../views/fake-session.ts';
import { NOW, notebook, rowOf, story } from '../views/fixtures.ts';
import { journalRow } from '../views/journal-samples.ts';
import { chain, door, inventory, item, link } from '../views/situation.ts';

/** A desk on which the selection is held. */
function held(session: FakeSession): Desk {
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  watchSelection(desk);
  return desk;
}

const painted = (desk: Desk) => dialogPainted(desk, topDialog(desk)?.id ?? 0);
const selected = (dialog: Dialog | undefined) => (dialog && 'selected' in dialog ? dialog.selected : undefined);

it('a newer entry of the journal comes above the one that could be read, and keys stay with that', () => {
  const journal = observable<readonly JournalRow[]>([journalRow({ key: '1' })]);
  const desk = held({ ...fakeSession(), journal });
  openJournalScreen(desk);
  const add = (key: string) => journal.set([...journal.get(), journalRow({ key })]);
  // Nobody has read it before it is on screen: it opens on the newest.
  add('2');
  expect(selectedJournalRow(desk)?.key).toBe('2');
  painted(desk);
  add('3');
  expect(selectedJournalRow(desk)?.key).toBe('2');
  pressKey(desk, { name: 'k', text: 'k' });
  add('4');
  expect(selectedJournalRow(desk)?.key).toBe('3');
});

it('a graver door comes above', () => {
  const doors = { ...fakeSession().openDoors.get(), doors: [door(1), door(2)] };
  const session = fakeSession({ openDoors: doors });
  const desk = held(session);
  openDoorsScreen(desk);
  painted(desk);
  session.openDoors.set({ ...doors, doors: [door(0), ...doors.doors] });
  expect(selectedDoor(desk)?.id).toBe('door-1');
});

it('an item that was not listed yet comes above', () => {
  const listed = { ...inventory, items: [item(1)] };
  const session = fakeSession({ inventory: { ...inventory, items: [] } });
  const desk = held(session);
  openInventory(desk);
  painted(desk);
  session.inventory.set(listed);
  session.inventory.set({ ...listed, items: [item(0, { accelerated: true }), ...listed.items] });
  expect(selectedItem(desk)?.item.ref.name).toBe('miner-1');
});

it('a weak result comes above while AWS is still asked', () => {
  const result = (check: string, verdict: PostureResult['verdict']): PostureResult => ({
    check,
    topic: 'infrastructure security',
    title: check,
    resource: notebook,
    account: '111122223333',
    region: 'us-east-1',
    verdict,
    evidence: [],
    missing: [],
    note: '',
    why: '',
    here: [],
    remedy: undefined,
    references: [],
  });
  const posture = observable<Posture>({ ...noPosture, state: 'reading' });
  const desk = held({ ...fakeSession(), posture });
  openPosture(desk);
  painted(desk);
  const judged = (...results: readonly PostureResult[]) => posture.set({ ...noPosture, state: 'reading', results });
  judged(result('a', 'unknown'));
  judged(result('b', 'weak'), result('a', 'unknown'));
  expect(selectedResult(desk)?.check).toBe('b');
  judged(result('c', 'weak'), result('b', 'weak'), result('a', 'unknown'));
  expect(selectedResult(desk)?.check).toBe('b');
  // Asked anew, they come one by one: no other stands under the keys meanwhile.
  judged();
  judged(result('c', 'weak'));
  expect(selectedResult(desk)).toBeUndefined();
  judged(result('c', 'weak'), result('b', 'weak'));
  expect(selectedResult(desk)?.check).toBe('b');
  // What is not judged weak any more hands the selection on once all are.
  posture.set({ ...noPosture, state: 'done', results: [result('c', 'weak')] });
  expect(selectedResult(desk)?.check).toBe('c');
});

it('indicators that are collected anew come above', async () => {
  const seen = (value: string): SeenIndicator => ({
    kind: 'address',
    value,
    events: 1,
    firstAt: NOW,
    lastAt: NOW,
    eventIds: ['e'],
    rules: [],
  });
  const collected = { list: [seen('198.51.100.7')], events: 1, isCut: false };
  const desk = held(fakeSession({ indicators: collected }));
  openIndicators(desk);
  painted(desk);
  await until(() => selected(topDialog(desk)) !== undefined);
  const first = selected(topDialog(desk));
  changeDialog(desk, topDialog(desk)?.id ?? 0, {
    collected: { ...collected, list: [seen('192.0.2.1'), ...collected.list] },
  });
  expect([first, selected(topDialog(desk))]).toEqual([first, first]);
  expect(first).toContain('198.51.100.7');
});

it('a finding that is dismissed hands the selection to the row below it, which is held', () => {
  const group = (rule: string): FindingGroup => ({
    key: findingKey(rule, 'alice', notebook),
    rule,
    severity: 'high',
    actor: 'alice',
    actorArn: '',
    resource: notebook,
    events: 1,
    firstAt: NOW,
    lastAt: NOW,
    lastRow: 1,
    eventIds: ['e'],
  });
  const session = fakeSession({ findings: { ...fakeSession().findings.get(), groups: ['a', 'b', 'c'].map(group) } });
  const desk = held(session);
  const put = (...rules: readonly string[]) =>
    session.findings.set({ ...session.findings.get(), groups: rules.map(group) });
  openFindings(desk);
  painted(desk);
  pressKey(desk, { name: 'j', text: 'j' });
  put('a', 'c');
  expect(selectedFinding(desk)?.rule).toBe('c');
  put('grave', 'a', 'c');
  expect(selectedFinding(desk)?.rule).toBe('c');
  // The last one has nothing below.
  put('grave', 'a');
  expect(selectedFinding(desk)?.rule).toBe('a');
  put('graver', 'a');
  expect(selectedFinding(desk)?.rule).toBe('a');
});

it('a door that is closed hands the selection to its neighbour, also twice at once', () => {
  const doors = { ...fakeSession().openDoors.get(), doors: [door(0), door(1), door(2), door(3)] };
  const session = fakeSession({ openDoors: doors });
  const desk = held(session);
  openDoorsScreen(desk);
  painted(desk);
  pressKey(desk, { name: 'j', text: 'j' });
  session.openDoors.set({ ...doors, doors: [door(0), door(2), door(3)] });
  session.openDoors.set({ ...doors, doors: [door(0), door(3)] });
  session.openDoors.set({ ...doors, doors: [door(9), door(0), door(3)] });
  expect(selectedDoor(desk)?.id).toBe('door-3');
});

it('what a filter that is being typed leaves out is selected again when the filter goes', () => {
  const session = fakeSession({ inventory: { ...inventory, items: [item(0), item(1), item(2)] } });
  const desk = held(session);
  openInventory(desk);
  painted(desk);
  pressKey(desk, { name: 'j', text: 'j' });
  const before = selectedItem(desk)?.key;
  for (const text of ['/', 'm', 'i', 'n', 'e', 'r', '-', '2']) pressKey(desk, { name: text, text });
  expect(selectedItem(desk)?.item.ref.name).toBe('miner-2');
  pressKey(desk, { name: 'Esc', text: '' });
  expect(selectedItem(desk)?.key).toBe(before);
});

it('a gap that is filled hands the selection of the coverage to the row below it', () => {
  const session = fakeSession();
  const of = session.snapshot.get();
  const [source] = of.sources;
  const gap = (id: string, from: number) => ({
    ...source!.gaps[0],
    id,
    from,
    to: from + 1_000,
    why: 'the stream broke',
  });
  const withGaps = (...gaps: ReturnType<typeof gap>[]) =>
    session.snapshot.set({ ...of, sources: [{ ...source!, gaps } as typeof source & object] });
  withGaps(gap('a', NOW - 1_000), gap('b', NOW - 2_000), gap('c', NOW - 3_000));
  const desk = held(session);
  openCoverage(desk);
  painted(desk);
  pressKey(desk, { name: 'j', text: 'j' });
  pressKey(desk, { name: 'j', text: 'j' });
  expect(selected(topDialog(desk))).toMatch(/^gap .* b$/);
  withGaps(gap('a', NOW - 1_000), gap('c', NOW - 3_000));
  expect(selected(topDialog(desk))).toMatch(/^gap .* c$/);
});

it('the oldest event shown of a resource makes room for a new one, and hands the selection to its neighbour', () => {
  const desk = held(fakeSession());
  openResourceScreen(desk, notebook);
  const rows = story().slice(-6).map(rowOf);
  const id = topDialog(desk)?.id ?? 0;
  const show = (...shown: typeof rows) =>
    changeDialog(desk, id, {
      known: {
        neighbours: { node: { type: 'resource', ref: notebook }, edges: [], more: 0 },
        maker: undefined,
        acting: undefined,
        events: { rows: shown, total: shown.length },
      },
    });
  show(...rows.slice(0, 5));
  painted(desk);
  changeDialog(desk, id, { selected: `event ${rows[0]!.rowId}` });
  expect(selectedResourceRow(desk)?.at).toBe(rows[0]!.at);
  show(...rows.slice(1));
  expect(selectedResourceRow(desk)?.key).toBe(`event ${rows[1]!.rowId}`);
});

it('a link of a chain stays selected when what came before it is found, also in what was done with it', async () => {
  const desk = held(fakeSession({ chain }));
  openChain(desk);
  await until(() => selected(topDialog(desk)) !== undefined);
  painted(desk);
  const at = () => {
    const dialog = topDialog(desk);
    if (dialog?.type !== 'chain') return undefined;
    const { rows, index } = chainState(dialog);
    const row = rows[index];
    return row && 'link' in row ? dialog.chain?.links[row.link]?.name : undefined;
  };
  const id = topDialog(desk)?.id ?? 0;
  const whose = chain.links[0]!.name;
  expect(at()).toBe(whose);
  const found = link({ name: 'mallory', accessKeyId: 'AKIAEXAMPLEMALLORY01', parent: undefined });
  const more = {
    ...chain,
    at: chain.at + 1,
    links: [
      found,
      ...chain.links.map((each) => ({ ...each, parent: each.parent === undefined ? 0 : each.parent + 1 })),
    ],
  };
  changeDialog(desk, id, { chain: more });
  expect(at()).toBe(whose);
  pressKey(desk, { name: 'j', text: 'j' });
  expect(at()).toBe(whose);
  changeDialog(desk, id, { chain: { ...more, links: more.links.map((each) => ({ ...each, actions: [] })) } });
  expect(at()).toBe(whose);
});

it('a call that is no longer kept hands the selection to the one that stands nearest, not to the newest', () => {
  const calls = [9, 8, 5, 4].map((number) => ({ number }));
  const at = (selected: number | undefined) => calls[selectedCallIndex(calls, selected)]?.number;
  expect([at(undefined), at(8), at(7), at(3)]).toEqual([9, 8, 5, 4]);
  expect(selectedCallIndex([], 3)).toBe(-1);
});
