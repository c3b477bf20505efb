import { expect, it } from 'vitest';
import type { Step } from '../../src/containment/action.ts';
import type { Containment, StepProgress } from '../../src/containment/containment.ts';
import { progressView } from '../../views/dialogs/progress-view.ts';
import { journalView } from '../../views/journal/journal-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { containment, NOW, plan, role, snapshot } from './fixtures.ts';
import { journalRow } from './journal-samples.ts';

const context = {
  theme: createTheme({ ascii: true, theme: 'none' }),
  width: 200,
  now: NOW,
  utc: true,
  snapshot: snapshot(),
};
/** What the theme itself writes; every other escape is not ours. */
const looks = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const plainOf = (lines: readonly string[]) => lines.map((line) => line.replaceAll(looks, '')).join('\n');

/** The journal with one containment in it, and that containment opened. */
function screens(one: Containment): { readonly row: string; readonly footer: string; readonly opened: string } {
  const rows = [journalRow({ type: 'containment', what: 'c1 iam.role.quarantine role ds-exec', containment: one })];
  const sheet = journalView({ selected: undefined, only: 'all' }, rows, context);
  return {
    row: plainOf(sheet.lines.slice(0, 1)),
    footer: plainOf(sheet.footer),
    opened: plainOf(progressView(one, 'c1', context).lines.slice(0, 40)),
  };
}

const lost: Partial<Containment> = { state: 'failed', ineffective: 'gone' };
const accepted = { by: 'carol\u001b[2J', reason: 'the role is deleted\u202e', at: NOW };

it('what does not stand any more is an alarm, until somebody knew it and left it so', () => {
  const gone = containment({
    ...lost,
    verdict: { ...containment().verdict, effect: 'absent', stoodUntil: NOW - 5_000 },
  });
  const alarm = screens(gone);
  expect(alarm.row).toContain('NOT IN FORCE');
  expect(alarm.footer).toContain('NO LONGER IN FORCE');
  const left = screens({ ...gone, accepted });
  for (const text of Object.values(left)) {
    expect(text).not.toMatch(/NOT IN FORCE|NO LONGER IN FORCE/);
    expect(text).not.toContain('\u001b');
  }
  expect(left.row).toContain('lost, left so');
  for (const text of [left.footer, left.opened])
    expect(text).toContain('no longer in force, known and left so by carol\\u{1b}[2J: the role is deleted\\u{202e}');
});

it('so with what never refused everything', () => {
  const passed = containment({
    ...lost,
    ineffective: 'contradicted',
    verdict: { ...containment().verdict, effect: 'absent', contradictedBy: 'ev-7' },
  });
  expect(screens(passed).row).toContain('NOT EFFECTIVE');
  const left = screens({ ...passed, accepted });
  expect(left.row).toContain('lost, left so');
  expect(left.footer).toContain('refuses not everything, known and left so by carol');
});

const waits: readonly Step[] = [
  { id: '1', kind: 'call', call: { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'a' } } },
  {
    id: '2',
    kind: 'wait',
    why: '',
    atMostMs: 30 * 60_000,
    check: {
      read: { name: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName: 'a' } },
      member: 'NotebookInstanceStatus',
      until: ['Stopped'],
    },
  },
];

it('what is waited for says for how long, about how long still, and how it is stopped; what is in the air is no more than that', () => {
  /** As the journal is folded: a step that has begun is pending until it has ended. */
  const sent: StepProgress = { id: '1', phase: 'do', state: 'sent', startedAt: NOW - 90_000, endedAt: NOW - 89_000 };
  const opened = (waitedMs: number | undefined, call = sent) =>
    screens(
      containment({
        state: 'in-progress',
        plan: plan('interrupts', role, { steps: waits }),
        steps: [
          call,
          { id: '2', phase: 'do', state: 'pending', ...(waitedMs === undefined ? {} : { startedAt: NOW - waitedMs }) },
        ],
      }),
    ).opened;
  expect(opened(60_000)).toMatch(/= Stopped {2}waiting 1m, about 2m left, 29m at most \(s stops behind this step\)/);
  expect(opened(6 * 60_000)).toContain('waiting 6m, longer than usual, 24m at most');
  expect(opened(undefined)).toMatch(/= Stopped {2}pending *\n/);
  const { endedAt: _, ...inTheAir } = sent;
  expect(opened(undefined, { ...inTheAir, state: 'pending' })).toMatch(
    /sagemaker:StopNotebookInstance {2}being sent 1m/,
  );
});
