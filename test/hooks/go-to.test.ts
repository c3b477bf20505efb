import { expect, it } from 'vitest';
import { change, createDesk } from '../../hooks/desk.ts';
import { filterBy } from '../../hooks/filter-intents.ts';
import { goToEventId } from '../../hooks/go-to.ts';
import { is } from '../../hooks/thing-rows.ts';
import { selectedRow } from '../../hooks/timeline-intents.ts';
import { printFilter } from '../../src/filter/print.ts';
import { emptyEvents } from '../../views/events/empty-events.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event, NOW, notebook, story } from '../views/fixtures.ts';

const line = event(90, {
  id: 'line-1',
  at: NOW - 1_000,
  origin: 'cloudwatch-logs',
  action: 'logs:/aws/sagemaker/TrainingJobs',
  resources: [{ ...notebook, relation: 'target' }],
});

function made() {
  const session = fakeSession({ events: [...story(), line] });
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => undefined,
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  change(desk, { shown: 'actions' });
  return desk;
}

it('shows the line that one goes to, though the timeline leaves log lines out', async () => {
  const desk = made();
  goToEventId(desk, 'line-1');
  await until(() => desk.state.get().place.type === 'hold');
  expect(selectedRow(desk)?.id).toBe('line-1');
  expect(printFilter(desk.state.get().filter.predicate)).toContain('source=cloudwatch-logs');
  // What is not left out is gone to among everything.
  goToEventId(desk, story()[0]!.id);
  await until(() => selectedRow(desk)?.id === story()[0]!.id);
  expect(desk.state.get().filter.text).toBe('');
});

it('says that what matches is left out, not that nothing matches', async () => {
  const desk = made();
  filterBy(desk, is('action', line.action));
  await until(() => desk.state.get().filter.leftOut !== undefined);
  const { filter } = desk.state.get();
  expect(filter).toMatchObject({ count: 0, leftOut: 1 });
  const said = emptyEvents(desk.session.snapshot.get(), true, { leftOut: filter.leftOut });
  expect(said.slice(0, 2)).toEqual([
    'what matches is left out: a log line or own read',
    'L shows it · Esc shows all again',
  ]);
});
