import { expect, it } from 'vitest';
import { resourceKey, selectedResource } from '../../hooks/console-state.ts';
import { change, createDesk } from '../../hooks/desk.ts';
import { watchResources } from '../../hooks/watch-resources.ts';
import type { ResourceHeat } from '../../src/store/queries.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event } from '../views/fixtures.ts';

const heat = (name: string): ResourceHeat => ({
  kind: 'iam.role',
  arn: '',
  name,
  events: 1,
  writes: 0,
  errors: 0,
  lastAt: 0,
  why: [],
  isNew: false,
});

it('what is selected stays in the list when hotter ones leave no place for it; a rest is as long as the answer took twice', async () => {
  const session = fakeSession();
  let hottest = [heat('a'), heat('b')];
  let ticks = 0;
  const rests: { readonly ms: number; readonly run: () => void }[] = [];
  session.events.ask = async () => {
    ticks += 700;
    return hottest as never;
  };
  const desk = createDesk(session, {
    now: () => 0,
    ticks: () => ticks,
    later: (ms, run) => {
      rests.push({ ms, run });
      return () => {};
    },
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  const names = () =>
    desk.state
      .get()
      .resources?.map(({ name }) => name)
      .join(' ');
  const next = async (list: readonly string[], wanted: string) => {
    hottest = list.map(heat);
    session.add(event(1_000 + rests.length));
    rests.at(-1)?.run();
    await until(() => names() === wanted, wanted);
  };
  const end = watchResources(desk);
  await until(() => rests.length === 1);
  expect(rests[0]?.ms).toBe(1_400);
  change(desk, { resource: resourceKey(heat('b')) });
  await next(['c', 'a'], 'c a b');
  expect(selectedResource(desk.state.get())).toBe(2);
  // It is asked about each time anew, and once it is among them again it stands there once.
  await next(['d', 'c'], 'd c b');
  await next(['b', 'd'], 'b d');
  change(desk, { resource: resourceKey(heat('d')) });
  await next(['a', 'd'], 'a d');
  end();
});
