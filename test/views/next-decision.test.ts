import { expect, it } from 'vitest';
import type { Step } from '../../src/containment/action.ts';
import type { Containment } from '../../src/containment/containment.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { headerView } from '../../views/header/header-view.ts';
import { nextDecision } from '../../views/header/next-decision.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { containment, NOW, plan, role, snapshot } from './fixtures.ts';

const minute = 60_000;
const waits: readonly Step[] = [
  { id: '1', kind: 'call', call: { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'a' } } },
  {
    id: '2',
    kind: 'wait',
    why: '',
    atMostMs: 30 * minute,
    check: {
      read: { name: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName: 'a' } },
      member: 'NotebookInstanceStatus',
      until: ['Stopped'],
    },
  },
];
const running = (startedAt: number | undefined, over: Partial<Containment> = {}) =>
  containment({
    state: 'in-progress',
    plan: plan('interrupts', role, { steps: waits }),
    steps: [
      { id: '1', phase: 'do', state: 'confirmed', startedAt: NOW - minute, endedAt: NOW - minute },
      { id: '2', phase: 'do', state: 'pending', ...(startedAt === undefined ? {} : { startedAt }) },
    ],
    ...over,
  });

it.each<[string, readonly Containment[], number | undefined, object | undefined]>([
  ['nothing runs', [containment({ state: 'written' })], undefined, undefined],
  [
    'a wait that has begun',
    [running(NOW - minute)],
    NOW + 10 * minute,
    { running: 1, dueAt: NOW + 2 * minute, needsArming: false },
  ],
  ['the lease ends before', [running(NOW - minute)], NOW + minute, { dueAt: NOW + 2 * minute, needsArming: true }],
  ['the lease has ended', [running(NOW - minute)], undefined, { dueAt: NOW + 2 * minute, needsArming: true }],
  [
    'the earliest of several',
    [running(NOW), running(NOW - 2 * minute)],
    undefined,
    { running: 2, dueAt: NOW + minute },
  ],
  ['longer than usual', [running(NOW - 20 * minute)], undefined, { dueAt: undefined, overdue: true }],
  [
    'only a call is in the air',
    [running(undefined, { plan: plan('seconds', role, { steps: waits.slice(0, 1) }) })],
    undefined,
    { dueAt: undefined, overdue: false },
  ],
])('%s', (_what, containments, armedUntil, wanted) => {
  const found = nextDecision({ containments, armedUntil }, NOW);
  if (wanted === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(wanted);
});

it.each([80, 120, 200])('stands in the header at %i columns beside everything else', (columns) => {
  const theme = createTheme({ ascii: false, theme: 'none' });
  const [, second = ''] = headerView(
    { snapshot: snapshot({ containments: [running(NOW)], armedUntil: undefined }), now: NOW, utc: true, openDoors: 7 },
    columns,
    theme,
  );
  expect(cellWidth(second)).toBe(columns);
  expect(second).toMatch(/1 running \(x\), (?:next decision )?due 20:46/);
});
