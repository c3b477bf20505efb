import { expect, it } from 'vitest';
import type { Pane } from '../../hooks/console-state.ts';
import { change, createDesk, currentPage } from '../../hooks/desk.ts';
import { filterBy } from '../../hooks/filter-intents.ts';
import { pressKey } from '../../hooks/press.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event } from '../views/fixtures.ts';

/** A desk on whose screen the lanes, the events and the detail stand below each other, each row twelve rows high. */
function deskOf() {
  const session = fakeSession();
  const desk = createDesk(session, {
    now: () => Date.now(),
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  const panes: readonly Pane[] = ['lanes', 'events', 'detail'];
  Object.assign(desk.extents, {
    eventRows: 11,
    areas: panes.map((pane, place) => ({ pane, top: place * 12, left: 0, width: 80, height: 12 })),
  });
  change(desk, { mouse: true });
  const at = (pane: Pane, row = 1) => ({ column: 1, row: panes.indexOf(pane) * 12 + row });
  return {
    session,
    desk,
    key: (name: string) => pressKey(desk, { name, text: name.length === 1 ? name : '' }),
    click: (pane: Pane, row?: number) => pressKey(desk, { name: 'Click', text: '', at: at(pane, row) }),
    wheel: (pane: Pane) => pressKey(desk, { name: 'WheelUp', text: '', at: at(pane) }),
    selected: () => {
      const page = currentPage(desk);
      return page.rows[page.selected]?.rowId;
    },
  };
}

it.each([
  ['Enter', ({ key }: ReturnType<typeof deskOf>) => key('Enter')],
  ['Tab', ({ key }: ReturnType<typeof deskOf>) => key('Tab')],
  ['a click', ({ click }: ReturnType<typeof deskOf>) => click('detail')],
])(
  'the event whose detail is chosen by %s stays, and the newest is followed again by who leaves it',
  (_how, choose) => {
    for (const leave of ['Esc', 'Tab', 'l', 'click', 'filter'] as const) {
      const on = deskOf();
      const read = on.selected();
      choose(on);
      expect(on.desk.state.get().focus).toBe('detail');
      on.session.add(event(300));
      expect(on.selected()).toBe(read);
      if (leave === 'click') on.click('lanes', 0);
      else if (leave === 'filter') filterBy(on.desk, { type: 'flag', flag: 'error' });
      else on.key(leave);
      expect(on.desk.state.get().place).toEqual({ type: 'follow' });
    }
  },
);

it('a list that was frozen stays so, and what is clicked at is what was seen', () => {
  const on = deskOf();
  on.key('s');
  const frozen = on.desk.state.get().place;
  on.key('Enter');
  on.key('Esc');
  expect(on.desk.state.get().place).toEqual(frozen);

  const other = deskOf();
  other.key('Enter');
  const seen = currentPage(other.desk).rows[2]!.rowId;
  other.session.add(event(300));
  other.click('events', 3);
  expect(other.selected()).toBe(seen);
  other.session.add(event(301));
  expect(other.selected()).toBe(seen);
});

it('the wheel moves the events from where they are seen', () => {
  const on = deskOf();
  on.key('Enter');
  const top = currentPage(on.desk).rows[0]!.rowId;
  for (let row = 300; row < 340; row += 1) on.session.add(event(row));
  on.wheel('events');
  expect(currentPage(on.desk).rows.some(({ rowId }) => rowId === top)).toBe(true);
});
