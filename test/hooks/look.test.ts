import { expect, it } from 'vitest';
import type { ResourceHeat } from '../../hooks/console-state.ts';
import { change, createDesk } from '../../hooks/desk.ts';
import { MOST_LOOKUPS, wantedOf, watchLook, withLookup } from '../../hooks/look.ts';
import { pressKey } from '../../hooks/press.ts';
import type { Lookup, Wanted } from '../../src/sources/source.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event, notebook, role } from '../views/fixtures.ts';

const heat = (name: string): ResourceHeat => ({
  kind: 'sagemaker.endpoint',
  arn: `arn:aws:sagemaker:us-east-1:111122223333:endpoint/${name}`,
  name,
  events: 1,
  writes: 0,
  errors: 0,
  lastAt: 0,
  why: [],
  isNew: false,
});
const many = Array.from({ length: 100 }, (_, index) => heat(`e${index}`));
const names = ({ resources }: Wanted) => resources.map(({ name }) => name);
const key = (value: string): Lookup => ({ attribute: 'AccessKeyId', value });

it('wants the rows on screen first, then what the event names, each once', () => {
  const read = event(1, {
    resources: [
      { ...heat('e1'), relation: 'target' },
      { ...role, relation: 'uses' },
    ],
  });
  const wanted = wantedOf({ resources: many, selected: 0, rows: 10, event: read, lookups: [key('AKIA1')] });
  expect(names(wanted)).toEqual([...many.slice(0, 10).map(({ name }) => name), role.name]);
  expect(wanted.resources[0]).toEqual({ kind: heat('e0').kind, arn: heat('e0').arn, name: 'e0' });
  expect(wanted.lookups).toEqual([key('AKIA1')]);
});

it('wants the rows that the list was scrolled to, and its top where the list is off the screen', () => {
  const at = (selected: number, rows: number) =>
    names(wantedOf({ resources: many, selected, rows, event: undefined, lookups: [] }));
  expect(at(99, 10)).toEqual(many.slice(90).map(({ name }) => name));
  expect(at(0, 1)).toEqual(many.slice(0, 8).map(({ name }) => name));
  expect(at(0, 100)).toHaveLength(40);
  expect(wantedOf({ resources: [], selected: -1, rows: 10, event: undefined, lookups: [] }).resources).toEqual([]);
});

it('keeps the newest look-ups, each once', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'c'].reduce<readonly Lookup[]>(
    (lookups, value) => withLookup(lookups, key(value)),
    [],
  );
  expect(all.map(({ value }) => value)).toEqual(['c', 'f', 'e', 'd', 'b']);
  expect(all).toHaveLength(MOST_LOOKUPS);
  expect(withLookup([key('a')], { attribute: 'Username', value: 'a' })).toHaveLength(2);
});

/** A desk on a clock that is turned by hand, and what the session was told with the time. */
function watched() {
  const session = fakeSession();
  const told: { readonly at: number; readonly wanted: Wanted }[] = [];
  let now = 1_000_000;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  Object.assign(session, { look: (wanted: Wanted) => told.push({ at: now, wanted }) });
  const desk = createDesk(session, {
    now: () => now,
    later: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  const end = watchLook(desk);
  return {
    desk,
    told,
    end,
    timers: () => timers.length,
    pass(ms: number) {
      for (let left = ms; left > 0; left -= 10) {
        now += 10;
        const due = timers.filter(({ at }) => at <= now);
        timers = timers.filter(({ at }) => at > now);
        for (const { run } of due) run();
      }
    },
  };
}

it('says nothing before there is a list, then at once, and twice a second at most with the last word kept', () => {
  const { desk, told, pass } = watched();
  pass(2000);
  expect(told).toEqual([]);
  change(desk, { resources: [heat('first')] });
  expect(told).toHaveLength(1);
  for (let step = 0; step < 40; step += 1) {
    change(desk, { resources: [heat(`e${step}`)] });
    pass(50);
  }
  pass(1000);
  for (const [index, { at }] of told.entries()) {
    const before = told[index - 1];
    if (before) expect(at - before.at).toBeGreaterThanOrEqual(500);
  }
  expect(told.length).toBeGreaterThanOrEqual(4);
  expect(names(told.at(-1)!.wanted)).toEqual(['e39']);
});

it('does not say the same twice, but once a minute that somebody presses keys', () => {
  const { desk, told, pass } = watched();
  change(desk, { resources: [heat('one')] });
  const press = () => pressKey(desk, { name: 'Ctrl-L', text: '' });
  press();
  pass(1000);
  const first = told.length;
  for (let second = 0; second < 50; second += 1) {
    press();
    change(desk, { detailScroll: second });
    pass(1000);
  }
  expect(told).toHaveLength(first);
  pass(15_000);
  expect(told).toHaveLength(first); // Nobody pressed anything.
  press();
  expect(told).toHaveLength(first + 1);
  expect(told.at(-1)?.wanted).toEqual(told.at(-2)?.wanted);
});

it('adds what the event names once the list is held, not while the newest is followed', () => {
  const { desk, told, pass } = watched();
  change(desk, { resources: [heat('one')] });
  expect(names(told.at(-1)!.wanted)).toEqual(['one']);
  for (const _ of [1, 2, 3]) pressKey(desk, { name: 'k', text: 'k' });
  pass(1000);
  expect(names(told.at(-1)!.wanted)).toEqual(['one', notebook.name, role.name]);
});

it('lets idle tails stop: what arrives when nobody pressed a key for long puts nothing off', () => {
  const { desk, told, pass } = watched();
  change(desk, { resources: [heat('one')] });
  pass(9 * 60_000);
  change(desk, { resources: [heat('two')] });
  expect(names(told.at(-1)!.wanted)).toEqual(['two']);
  pass(2 * 60_000);
  change(desk, { resources: [heat('three')] });
  expect(names(told.at(-1)!.wanted)).toEqual(['two']);
  pressKey(desk, { name: 'Ctrl-L', text: '' });
  expect(names(told.at(-1)!.wanted)).toEqual(['three']);
});

it('ends without leaving anything behind', () => {
  const { desk, told, end, timers } = watched();
  change(desk, { resources: [heat('one')] });
  end();
  change(desk, { resources: [heat('two')] });
  expect(told).toHaveLength(1);
  expect(timers()).toBe(0);
});
