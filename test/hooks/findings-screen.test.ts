import { expect, it } from 'vitest';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { selectedFinding } from '../../hooks/findings-screen.ts';
import { watchSelection } from '../../hooks/hold-selection.ts';
import { pressKey } from '../../hooks/press.ts';
import type { Match } from '../../src/detection/detection.ts';
import type { RuleInfo } from '../../src/detection/rule.ts';
import { type FindingGroup, findingKey } from '../../src/model/finding.ts';
import { type Findings, noFindings } from '../../src/session/findings.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { findingsView } from '../../views/findings/findings-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event, NOW, notebook, role, snapshot } from '../views/fixtures.ts';

const evil = 'evil\u001b[2J\u202e';
const rule = (id: string, over: Partial<RuleInfo> = {}): RuleInfo => ({
  id,
  name: undefined,
  title: `Title of ${id}`,
  description: 'It is bad.',
  level: 'high',
  status: 'stable',
  tags: ['attack.t1546'],
  references: [],
  falsePositives: ['engineers'],
  triage: ['Read the script', 'Stop the notebook'],
  playbook: 'lifecycle-backdoor',
  file: 'x.yml',
  kind: 'event',
  silent: false,
  evidence: [],
  rules: [],
  unread: undefined,
  aboutActor: false,
  notes: [],
  ...over,
});
const group = (id: string, actor: string, over: Partial<FindingGroup> = {}): FindingGroup => ({
  key: findingKey(id, actor, notebook),
  rule: id,
  severity: 'high',
  actor,
  actorArn: '',
  resource: notebook,
  events: 3,
  firstAt: NOW - 60_000,
  lastAt: NOW,
  lastRow: 1,
  eventIds: ['e1', 'e2', 'e3'],
  ...over,
});
const matches: readonly Match[] = [
  { selection: 'sel', not: false, reasons: [{ field: 'eventName', wanted: "startswith 'Update'", value: evil }] },
];
const findings: Findings = {
  groups: [group('swap', 'alice'), group('stop', evil, { severity: 'medium', resource: undefined })],
  rules: new Map(
    [rule('swap'), rule('stop', { title: evil }), rule('quiet'), rule('blind')].map((one) => [one.id, one]),
  ),
  states: new Map(
    [
      { id: 'swap', evaluated: 9, forgotten: 0, needs: '' },
      { id: 'stop', evaluated: 9, forgotten: 0, needs: '' },
      { id: 'quiet', evaluated: 1_234, forgotten: 0, needs: '' },
      { id: 'blind', evaluated: 0, forgotten: 0, needs: 'data events of s3' },
    ].map((one) => [one.id, one]),
  ),
  problems: [],
  at: NOW,
};

function made(given = findings, options: Parameters<typeof fakeSession>[0] = {}) {
  const session = fakeSession({ findings: given, explained: matches, ...options });
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  return { session, desk };
}

function press(desk: Desk, ...names: readonly string[]) {
  for (const name of names) {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
    pressKey(desk, { name, text: name === 'Space' ? ' ' : [...name].length === 1 ? name : '' });
  }
}
const type = (desk: Desk, text: string) =>
  press(desk, ...[...text].map((letter) => (letter === ' ' ? 'Space' : letter)));

/** What the theme itself writes: bold, dim, reverse. Everything else that begins with an escape is not ours. */
const looks = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** The screen as text. */
function drawn(desk: Desk, width = 120): string {
  const dialog = topDialog(desk);
  if (dialog?.type !== 'findings') throw new Error('not on screen');
  const theme = createTheme({ ascii: true, theme: 'none' });
  const sheet = findingsView(dialog, desk.session.findings.get(), {
    snapshot: desk.session.snapshot.get(),
    now: NOW,
    utc: true,
    theme,
    width,
  });
  const lines = [...(sheet.head ?? []), ...sheet.lines.slice(0, 20), ...sheet.footer].map((line) =>
    line.replaceAll(looks, ''),
  );
  for (const line of lines) expect(cellWidth(line)).toBe(width);
  return [sheet.title, ...(sheet.more ?? []), ...lines].join('\n');
}

it('gives what names do not need to what was found, and cuts nothing that it says of none', async () => {
  const long = 'Credentials of SageMaker compute used where no compute of it is';
  const { desk, session } = made();
  session.findings.set({
    ...findings,
    groups: [group('swap', 'ds-exec')],
    rules: new Map([['swap', rule('swap', { title: long })]]),
  });
  press(desk, 'F');
  expect(drawn(desk, 120)).toContain(`${long} ds-exec nb fraud-lab`);
  // On a wide screen the names still stand beside it.
  expect(drawn(desk, 200)).toContain(`${long} ds-exec nb fraud-lab`);
  // A name as long as the room lets it be is cut there, and takes none from the title.
  session.findings.set({
    ...findings,
    groups: [group('swap', 'x'.repeat(90))],
    rules: new Map([['swap', rule('swap')]]),
  });
  expect(drawn(desk, 120)).toMatch(/Title of swap +x{40,}\S* nb fraud-lab/);
  session.findings.set({
    ...noFindings,
    at: NOW,
    states: new Map([['swap', { ...session.findings.get().states.get('swap')!, evaluated: 0 }]]),
    rules: new Map([['swap', rule('swap')]]),
  });
  expect(drawn(desk, 80).replaceAll(/\s+/g, ' ')).toContain(
    '1 rule could not be evaluated: what they need is not loaded. Tab shows the rules.',
  );
});

it('shows what was found, why, and what to do; Enter filters its events', async () => {
  const { desk } = made();
  press(desk, 'F');
  await until(() => {
    const dialog = topDialog(desk);
    return dialog?.type === 'findings' && dialog.why !== undefined;
  });
  const text = drawn(desk);
  expect(text).toContain('Title of swap');
  expect(text).toContain("eventName startswith 'Update': evil\\u{1b}[2J\\u{202e}");
  expect(text).toContain('1 [ ] Read the script');
  // The rule names a playbook; of those that there are here, none is for this notebook.
  expect(text).not.toContain('playbook lifecycle-backdoor');
  expect(text).toContain('no playbook is for it: c lists what can be done');
  expect(text).not.toContain('\u001b');
  for (const width of [80, 200]) expect(drawn(desk, width)).toContain('alice');
  press(desk, 'Enter');
  await until(() => desk.state.get().filter.text === 'rule=swap principal=alice resource=fraud-lab');
});

it('names the playbook that `c` would offer, and on what, or all that are for something else; of a rule the one that it names', async () => {
  const { desk, session } = made(findings, { playbooks: true });
  press(desk, 'F');
  await until(() => drawn(desk).includes('playbook test-playbook on nb fraud-lab'));
  press(desk, 'c');
  const dialog = topDialog(desk);
  expect(dialog?.type === 'choose' && dialog.playbooks[0]?.id).toBe('test-playbook');
  press(desk, 'Esc', 'Tab', 'Tab');
  expect(drawn(desk)).toContain('playbook lifecycle-backdoor');
  const { playbooks } = session;
  Object.assign(session, {
    playbooks: (...asked: Parameters<typeof playbooks>) =>
      playbooks(...asked).flatMap((one) => ['a', 'b'].map((id) => ({ ...one, id, answers: false }))),
  });
  const whyOf = () => {
    const on = topDialog(desk);
    return on?.type === 'findings' ? on.why?.key : undefined;
  };
  const first = whyOf();
  press(desk, 'Tab', 'j');
  await until(() => whyOf() !== first);
  press(desk, 'k');
  await until(() => drawn(desk).includes('playbooks a, b'));
});

it('takes decisions: acknowledge, evidence, dismiss and mute with a reason, steps of the triage', async () => {
  const { desk, session } = made();
  press(desk, 'F', 'a', 'm', '2');
  await until(() => session.asked.length >= 3);
  expect(session.asked).toEqual(['judge swap acknowledged', 'judge swap evidence', 'done Stop the notebook']);
  expect(drawn(desk)).toContain('2 [x] Stop the notebook');
  press(desk, 'd', 'Enter');
  expect(topDialog(desk)?.type).toBe('finding-reason');
  type(desk, 'a drill');
  press(desk, 'Enter');
  expect(topDialog(desk)?.type).toBe('findings');
  press(desk, 'M');
  type(desk, 'ours');
  press(desk, 'Enter');
  await until(() => session.asked.length >= 5);
  expect(session.asked.slice(3)).toEqual(['judge swap dismissed a drill', 'mute swap alice ours']);
});

it('what was decided about leaves the list, and Tab shows it with the decision; then the rules with how each stands', () => {
  const { desk, session } = made();
  session.snapshot.set({
    ...session.snapshot.get(),
    decisions: {
      verdicts: new Map([
        [group('swap', 'alice').key, { verdict: 'dismissed', reason: 'a drill', at: NOW, by: 'carol' }],
      ]),
      muted: new Set(),
      steps: new Set(),
    },
  });
  press(desk, 'F');
  expect(selectedFinding(desk)?.rule).toBe('stop');
  expect(drawn(desk)).not.toContain('Title of swap');
  press(desk, 'Tab');
  expect(drawn(desk)).toContain('dismissed: Title of swap');
  press(desk, 'Tab');
  const rules = drawn(desk);
  expect(rules).toMatch(/Title of quiet +nothing in 1,234 records/);
  expect(rules).toMatch(/Title of blind +not evaluated: no data events of s3 loaded/);
  expect(selectedFinding(desk)).toBeUndefined();
});

it('an empty list says that nothing was found, and what could not be asked', () => {
  const { desk } = made({ ...findings, groups: [] });
  press(desk, 'F');
  expect(drawn(desk)).toContain('No rule found anything in what is loaded');
  expect(drawn(desk)).toContain('1 rule could not be evaluated');
  press(desk, 'Enter', 'a', 'd', 'm', 'M', 'c', 'p', '3');
  expect(topDialog(desk)?.type).toBe('findings');
  expect(snapshot().openFindings).toBe(0);
  // Where no rule saw a record that it looks at, nothing was looked for.
  const states = new Map([...findings.states].map(([id, state]) => [id, { ...state, evaluated: 0 }]));
  const { desk: unseen } = made({
    ...findings,
    groups: [],
    states,
    rules: new Map([...findings.rules].slice(0, 4).filter(([id]) => states.has(id))),
  });
  press(unseen, 'F');
  expect(drawn(unseen)).not.toContain('No rule found anything');
  expect(drawn(unseen)).toContain('Nothing is loaded yet that a rule looks at');
});

it('c contains what a finding is about and who did it; where it is about nothing, who did it', () => {
  const by = (over: Partial<FindingGroup>) => ({ ...findings, groups: [group('swap', 'ds-exec/alice', over)] });
  // The newest event names an endpoint, of many that its actor touched.
  const newest = event(6);
  const chosen = (given: Findings) => {
    const { desk } = made(given, { events: [newest], playbooks: true });
    press(desk, 'F', 'c');
    const dialog = topDialog(desk);
    if (dialog?.type !== 'choose') throw new Error(`${desk.state.get().message?.text}`);
    const { groups, playbooks, reason } = dialog;
    return { on: groups.map(({ target, relation }) => `${target.kind} ${relation}`), playbooks, reason };
  };
  const lastRow = newest.rowId;
  expect(chosen(by({ lastRow }))).toMatchObject({
    on: ['sagemaker.notebook-instance target', 'iam.role actor'],
    playbooks: [{ subject: notebook }],
    reason: 'Title of swap',
  });
  expect(chosen(by({ lastRow, resource: undefined }))).toMatchObject({
    on: ['iam.role actor'],
    playbooks: [{ subject: { kind: 'iam.role', arn: role.arn } }],
  });
});

it('keeps the finding that could be read under the keys, whatever graver one comes above it', () => {
  const { session, desk } = made();
  const end = watchSelection(desk);
  pressKey(desk, { name: 'F', text: 'F' });
  dialogPainted(desk, topDialog(desk)?.id ?? 0);
  const known = session.findings.get();
  session.findings.set({ ...known, groups: [group('new', 'mallory', { severity: 'critical' }), ...known.groups] });
  expect(selectedFinding(desk)?.rule).toBe('swap');
  end();
});
