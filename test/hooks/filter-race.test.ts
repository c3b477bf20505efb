import { describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../hooks/desk.ts';
import { filterBy, searchText, showFilter, toggleShown, watchShown } from '../../hooks/filter-intents.ts';
import { goToEvent } from '../../hooks/go-to.ts';
import { walkBack } from '../../hooks/trail.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { Predicate } from '../../src/filter/predicate.ts';
import { printFilter } from '../../src/filter/print.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW, snapshot } from '../views/fixtures.ts';

const predicate = (text: string): Predicate => {
  const parsed = parseFilter(text, { now: NOW });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.predicate;
};

/** A desk whose views arrive when they are let through, in whatever order. */
function held() {
  const session = fakeSession({ snapshot: { mode: 'live', identity: undefined, accounts: [] } });
  const waiting: { readonly filter: string; arrive(): void; fail(error: Error): void }[] = [];
  const view = session.events.view;
  const events = {
    ...session.events,
    view: async (slot: string, filter: Predicate, signal: AbortSignal) => {
      await new Promise<void>((arrive, fail) => waiting.push({ filter: printFilter(filter), arrive, fail }));
      return view(slot, filter, signal);
    },
  };
  const passed = { ms: 0 };
  const desk = createDesk(
    { ...session, events },
    {
      now: () => NOW,
      ticks: () => passed.ms,
      later: () => () => {},
      copy: () => {},
      exit: () => {},
      repaint: () => {},
    },
  );
  return { session, desk, waiting, passed };
}

/** All that was let through has been dealt with. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const known = () => ({ identity: snapshot().identity, accounts: [] });
const isInForce = (desk: Desk, text: string) =>
  until(
    () => desk.state.get().filter.text === text && desk.state.get().filter.count !== undefined,
    () => `filter "${text}", which is "${desk.state.get().filter.text}"`,
  );

describe('while a view is on its way', () => {
  it('AWS says who we are: the filter that was asked for comes all the same, without our own reads, at the place it was asked for', async () => {
    const { session, desk, waiting } = held();
    const end = watchShown(desk);
    goToEvent(desk, { at: NOW, rowId: 3 }, predicate('error'));
    session.snapshot.set({ ...session.snapshot.get(), ...known() });
    for (const { arrive } of waiting) arrive();
    await isInForce(desk, 'error');
    expect(waiting.at(-1)?.filter).toContain('agent~');
    expect(desk.state.get()).toMatchObject({ place: { type: 'hold', cursor: { rowId: 3 } }, focus: 'events' });
    expect(waiting.map(({ filter }) => filter.startsWith('error'))).toEqual([false, true, true]);
    end();
  });

  it('says for how long it is searched, and then how far the older events are, with rate and time left', async () => {
    const { desk, session, waiting, passed } = held();
    session.snapshot.set({ ...session.snapshot.get(), events: 1_000_000 });
    const said = (searched?: number, afterMs = 0, brief = false) => {
      passed.ms = afterMs;
      return searchText(desk, searched === undefined ? {} : { searched }, brief);
    };
    expect(said()).toBe('');
    showFilter(desk, 'error', predicate('error'));
    expect(said()).toBe('searching 1,000,000 events');
    expect(said(undefined, 3_000)).toBe('searching 1,000,000 events, for 3s');
    expect(said(undefined, 3_000, true)).toBe('searching, for 3s');
    passed.ms = 0;
    waiting[0]?.arrive();
    await isInForce(desk, 'error');
    expect(said(0.45, 3_000)).toBe('searching 450,000 of 1,000,000 events, 150,000/s, 4s left');
    expect(said(0.45, 3_000, true)).toBe('searching 45 %, 4s left');
    expect(said()).toBe('');
  });

  it('L keeps the filter that was asked for', async () => {
    const { desk, waiting } = held();
    filterBy(desk, predicate('action~Create*'));
    toggleShown(desk);
    for (const { arrive } of waiting.toReversed()) arrive();
    await isInForce(desk, 'action~Create');
    expect(desk.state.get().shown).toBe('actions');
    expect(waiting.at(-1)?.filter).toContain('cloudwatch-logs');
  });

  it('Esc takes back what was asked for, and it does not come after all', async () => {
    const { desk, waiting } = held();
    filterBy(desk, predicate('error'));
    expect(walkBack(desk)).toBe(true);
    for (const { arrive } of waiting) arrive();
    await turn();
    filterBy(desk, predicate('readonly'));
    waiting.at(-1)?.arrive();
    await isInForce(desk, 'readonly');
    expect(desk.state.get().trail.map(({ filter }) => filter.text)).toEqual(['']);
  });

  it('what failed is asked for no more, and what another desk asks changes nothing', async () => {
    const { desk, waiting } = held();
    const other = held();
    showFilter(desk, 'error', predicate('error'));
    showFilter(other.desk, 'readonly', predicate('readonly'));
    waiting[0]?.arrive();
    await isInForce(desk, 'error');
    filterBy(desk, predicate('marked'));
    waiting[1]?.fail(new DOMException('gone', 'AbortError'));
    await turn();
    toggleShown(desk);
    waiting[2]?.arrive();
    await until(() => desk.state.get().filter.count !== undefined && desk.state.get().shown === 'actions', 'the view');
    expect(desk.state.get().filter.text).toBe('error');
    expect(other.desk.state.get().filter.text).toBe('');
  });
});
