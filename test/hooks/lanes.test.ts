import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change, createDesk } from '../../hooks/desk.ts';
import { watchSelection } from '../../hooks/hold-selection.ts';
import {
  initialLanes,
  LANE_STEPS,
  type LanesState,
  laneColumns,
  laneSpans,
  laneWindow,
} from '../../hooks/lane-window.ts';
import {
  currentWindow,
  fitLanes,
  focusLanes,
  goToTime,
  laneClock,
  nextMark,
  panLanes,
  zoomLanes,
} from '../../hooks/lanes.ts';
import { selectedSubject } from '../../hooks/timeline-intents.ts';
import { columnAt, columnStart, stateTone } from '../../src/model/lane.ts';
import { density, laneCells, shortAction } from '../../views/lanes/lane-cells.ts';
import { type LanesModel, lanesView } from '../../views/lanes/lanes-view.ts';
import { oursOf } from '../../views/lanes/use-lane-scale.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from '../views/fake-session.ts';
import { containment, event, story } from '../views/fixtures.ts';
import { emptyLane, laneColumn } from '../views/lane-samples.ts';

const NOW = Date.parse('2026-11-23T20:43:15Z');
const MINUTE = 60_000;
const follow = { type: 'follow' } as const;
const clock = { edge: NOW, oldest: NOW - 3 * 3_600_000, cursorAt: NOW, place: follow };

describe('the window', () => {
  it('follows time by sixths of itself, with what is to come at its right', () => {
    const { from, to } = laneWindow(initialLanes, clock, 72);
    expect([new Date(from).toISOString(), new Date(to).toISOString()]).toEqual([
      '2026-11-23T20:15:00.000Z',
      '2026-11-23T20:45:00.000Z',
    ]);
    expect(laneWindow(initialLanes, { ...clock, edge: NOW + 90_000, cursorAt: NOW + 90_000 }, 72)).toMatchObject({
      from,
      to,
    });
    expect(laneWindow(initialLanes, { ...clock, edge: NOW + 110_000, cursorAt: NOW + 110_000 }, 72).to).toBe(
      to + 5 * MINUTE,
    );
  });

  it('goes by AWS’s clock, as events do, and so do the marks of what we did', () => {
    const clockSkewMs = 60 * MINUTE;
    const desk = createDesk(fakeSession({ snapshot: { mode: 'live', clockSkewMs } }), {
      now: () => NOW + clockSkewMs,
      later: () => () => {},
      copy: () => {},
      exit: () => {},
      repaint: () => {},
    });
    expect(laneClock(desk).edge).toBe(NOW);
    const marks = [...oursOf([containment({ approvedAt: NOW + clockSkewMs })], clockSkewMs).values()];
    expect(marks).toMatchObject([[{ at: NOW }]]);
  });

  it('says why there is no next mark while the lane is not there yet', () => {
    const desk = createDesk(fakeSession({ snapshot: { mode: 'live' } }), {
      now: () => NOW,
      later: () => () => {},
      copy: () => {},
      exit: () => {},
      repaint: () => {},
    });
    nextMark(desk, 1);
    expect(desk.state.get().message?.text).toBe('there is no lane');
  });

  it('holds all that is loaded where it is to fit', () => {
    expect(laneWindow({ ...initialLanes, span: 'fit' }, clock, 60)).toMatchObject({
      from: Date.parse('2026-11-23T15:00:00Z'),
      to: Date.parse('2026-11-23T21:00:00Z'),
    });
  });

  it('holds time and cursor wherever it may, is as long as it was asked for, and moves by whole steps', () => {
    const place = { type: 'hold', cursor: { at: 0, rowId: 1 }, line: 0 } as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...laneSpans, 'fit' as const),
        fc.integer({ min: 0, max: 90 * 24 * 60 }),
        fc.option(fc.integer({ min: 0, max: 4000 }), { nil: undefined }),
        fc.integer({ min: 30, max: 240 }),
        (span, cursorMinutes, toMinutes, width) => {
          const cursorAt = NOW - cursorMinutes * MINUTE;
          const lanes: LanesState = {
            ...initialLanes,
            span,
            to: toMinutes === undefined ? 'follow' : NOW - toMinutes * MINUTE,
          };
          const window = laneWindow(lanes, { ...clock, cursorAt, place }, laneColumns(width));
          const length = window.to - window.from;
          expect(laneSpans).toContain(length);
          if (span !== 'fit') expect(length).toBe(span);
          expect(cursorAt).toBeGreaterThanOrEqual(window.from);
          expect(cursorAt).toBeLessThan(window.to);
          if (toMinutes === undefined) expect(window.to % (length / LANE_STEPS)).toBe(0);
          expect(window.columns).toBeLessThanOrEqual(width);
          const column = columnAt(window, cursorAt);
          expect(columnStart(window, column)).toBeLessThanOrEqual(cursorAt);
          expect(columnStart(window, column + 1)).toBeGreaterThan(cursorAt);
        },
      ),
    );
  });

  it('stays where it was moved to until the events stand elsewhere', () => {
    const moved: LanesState = { ...initialLanes, to: NOW - 60 * MINUTE, movedAt: follow };
    expect(laneWindow(moved, clock, 60).to).toBe(NOW - 60 * MINUTE);
    const place = { type: 'hold', cursor: { at: NOW, rowId: 1 }, line: 0 } as const;
    expect(laneWindow(moved, { ...clock, place }, 60).to).toBeGreaterThan(NOW);
  });
});

describe('the axis', () => {
  const theme = createTheme({ ascii: false, theme: 'none' });
  const axis = (from: number, minutes: number, over: Partial<LanesModel['scale']> = {}) => {
    const window = { from, to: from + minutes * MINUTE, columns: 138 };
    const scale = { edge: NOW, loadedFrom: undefined, settledTo: undefined, gaps: [], cursorAt: undefined, ...over };
    const { arn, kind, name } = resource;
    const resources = [
      { arn, kind, name, events: 1, writes: 0, errors: 0, lastAt: NOW, why: [], isNew: false },
    ] satisfies LanesModel['resources'];
    const shown = { window, lanes: new Map() };
    const model = { resources, selected: 0, focused: false, shown, ours: new Map(), scale, utc: true, named: false };
    return stripVTControlCharacters(lanesView(model, 144, 3, theme)[0] ?? '');
  };
  const resource = { arn: '', kind: 'iam.role', name: 'r' };
  const at = (text: string) => Date.parse(text);

  it.each([
    ['the day of time is not told', axis(at('2026-11-23T20:15:00Z'), 30), / Lanes, 30m ─+ 20:20 /],
    ['another day is', axis(at('2026-11-21T20:15:00Z'), 30), / Lanes, 30m 11-21 ─* 20:20 /],
    ['another year is', axis(at('2013-02-03T04:00:00Z'), 30), / Lanes, 30m 2013-02-03 ─* 04:10 /],
    ['and where labels are days, alone', axis(at('2019-11-10T00:00:00Z'), 90 * 1440), / Lanes, 90d 2019\/20 ─+ 12-10 /],
    ['a midnight among the labels tells it', axis(at('2026-11-19T12:00:00Z'), 1440), / Lanes, 1d ─+ 16:00 .* 11-20 /],
    ['half days and days may have none', axis(at('2026-11-20T00:00:00Z'), 1440), / Lanes, 1d 11-20 ─* 04:00 /],
    ['nor have half a day of today one', axis(at('2026-11-23T00:00:00Z'), 720), / Lanes, 12h ─+ 02:00 /],
    ['sixths of a quarter of an hour are half minutes', axis(at('2026-11-23T20:15:00Z'), 15), / 20:17:30 ─/],
  ])('%s', (_what, line, wanted) => expect(line).toMatch(wanted));

  it('shows the cursor whatever stands there', () => {
    const cursorAt = at('2026-11-23T20:20:00Z');
    expect(axis(at('2026-11-23T20:15:00Z'), 30, { cursorAt })).toMatch(/^ Lanes, 30m ─+▾─+ 20:25 /);
  });
});

describe('the keys', () => {
  const made = (receivedTo: number) => {
    const session = fakeSession({ snapshot: { mode: 'saved', receivedTo } });
    const desk = createDesk(session, {
      now: () => NOW,
      later: () => () => {},
      copy: () => {},
      exit: () => {},
      repaint: () => {},
    });
    return { session, desk };
  };

  it('the window that was zoomed goes on with the events that are followed; one that was moved away stays', () => {
    const newest = Math.max(...story().map((each) => each.at));
    // A load is ahead of the rows on screen.
    const { session, desk } = made(newest + 3_600_000);
    zoomLanes(desk, -1);
    const late = newest + 30 * MINUTE;
    const later = event(9_999, { at: late });
    session.add(later);
    const { from, to } = currentWindow(desk);
    expect([from <= late, late < to]).toEqual([true, true]);
    panLanes(desk, -1);
    session.add({ ...later, rowId: 10_000, id: 'later', at: late + 30 * MINUTE });
    expect(currentWindow(desk).to).toBeLessThan(late + 30 * MINUTE);
  });

  it('say where all that is loaded is more than the longest window', () => {
    const { desk } = made(NOW + 4_000 * 86_400_000);
    fitLanes(desk);
    expect(desk.state.get().message?.text).toMatch(/90 days at most, and the events go back to 2026-11-23: T /);
  });

  it('go to a typed time, and no further than what is loaded, which they say', () => {
    const times = story().map((each) => each.at);
    const [oldest, newest] = [Math.min(...times), Math.max(...times)];
    const { desk } = made(newest);
    const gone = (text: string) => {
      change(desk, { message: undefined });
      goToTime(desk, text);
      return [laneClock(desk).cursorAt, desk.state.get().message?.text];
    };
    const utc = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    const middle = Math.floor((oldest + newest) / 2_000) * 1_000;
    expect(gone(new Date(middle).toISOString())).toEqual([middle, undefined]);
    const [early, saidEarly] = gone('2020-01-01');
    expect(early).toBe(oldest);
    expect(saidEarly).toContain(`before ${utc(oldest)}Z`);
    const [late, saidLate] = gone('2030-01-01');
    expect(late).toBe(newest);
    expect(saidLate).toContain(`can be, ${utc(newest)}Z`);
  });

  it('are about the resource that stood there when the list got them, whatever comes above it', () => {
    const { desk } = made(NOW);
    watchSelection(desk);
    const heat = (name: string) => ({ kind: 'iam.role', arn: '', name, events: 1, writes: 0, errors: 0, lastAt: 0 });
    const list = (...names: readonly string[]) =>
      desk.state.set({
        ...desk.state.get(),
        resources: names.map((name) => ({ ...heat(name), why: [], isNew: false })),
      });
    list('a', 'b');
    list('b', 'a');
    focusLanes(desk);
    list('c', 'a', 'b');
    expect(selectedSubject(desk)?.name).toBe('b');
  });
});

describe('a lane', () => {
  const theme = createTheme({ ascii: false, theme: 'none' });
  const window = { from: NOW - 30 * MINUTE, to: NOW, columns: 30 };
  const scale = {
    window,
    most: 8,
    loadedFrom: window.from,
    settledTo: undefined,
    edge: NOW,
    gaps: [],
    cursorAt: undefined,
  };
  const drawn = (
    lane: Parameters<typeof laneCells>[0],
    over: Partial<typeof scale> = {},
    ours: Parameters<typeof laneCells>[1] = [],
  ) =>
    laneCells(lane, ours, { ...scale, ...over }, theme)
      .map(({ glyph }) => glyph)
      .join('');
  const at = (column: number) => columnStart(window, column);

  it.each([
    ['nothing', emptyLane, '                              '],
    [
      'reads, twice as many a step',
      { ...emptyLane, columns: [1, 2, 3, 4, 8, 64, 128].map((reads, column) => laneColumn({ column, reads })) },
      '▁▂▂▃▄▇█                       ',
    ],
    [
      'what weighs most lies on top',
      {
        ...emptyLane,
        columns: [
          laneColumn({ column: 1, reads: 9, changes: 1, failed: 1, severity: 'high', action: 'StopApp' }),
          laneColumn({ column: 3, reads: 9, changes: 1, severity: 'low', action: 'StopApp' }),
          laneColumn({ column: 5, reads: 9, changes: 1, ours: 1, failed: 1, action: 'StopApp' }),
          laneColumn({ column: 7, reads: 9, changes: 1, failed: 1, action: 'StopApp' }),
          laneColumn({ column: 9, reads: 9, changes: 1, severity: 'informational', action: 'StopApp' }),
        ],
      },
      ' ▲ △ ✓ ✗ ◆ stop               ',
    ],
    [
      'states as lines with their names, the last up to now',
      {
        ...emptyLane,
        states: [
          { at: at(-5), status: 'InService' },
          { at: at(6), status: 'Stopping' },
          { at: at(18), status: 'Failed' },
        ],
      },
      '──────╌Stopping╌╌╌━Failed━━━━━',
    ],
    [
      'ways in, hatched, with the state between',
      {
        ...emptyLane,
        states: [{ at: at(-5), status: 'InService' }],
        exposures: [{ from: at(10), until: at(15), who: 'alice' }],
      },
      '──────────░─░─░───────────────',
    ],
  ] as const)('%s', (_what, lane, wanted) => {
    expect(drawn(lane).padEnd(30)).toBe(wanted.padEnd(30));
  });

  it('tells what is not loaded, not read and not settled from nothing', () => {
    expect(
      drawn(emptyLane, {
        loadedFrom: at(4),
        gaps: [{ from: at(8), to: at(10) }] as never,
        settledTo: at(20) as never,
        cursorAt: at(25) as never,
      }),
    ).toBe('····    ~~~         ┊    │    ');
  });

  it('marks what we did, but not over a finding', () => {
    const lane = { ...emptyLane, columns: [laneColumn({ column: 3, changes: 1, severity: 'high', action: 'x' })] };
    const ours = [
      { at: at(3), state: 'done' },
      { at: at(6), state: 'running' },
      { at: at(9), state: 'failed' },
      { at: at(40), state: 'done' },
    ] as const;
    expect(drawn(lane, {}, ours)).toBe('   ▲  ▸  ✗                    ');
  });

  it('never says less of more, and never more of the same when the fullest column grows', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.nat(1e6),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e6 }),
        (a, b, most, more) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          expect(density(low, most)).toBeLessThanOrEqual(density(high, most));
          expect(density(a, most + more)).toBeLessThanOrEqual(density(a, most));
          expect(density(a, most) > 0).toBe(a > 0);
        },
      ),
    );
  });

  it.each([
    ['InService', 'steady'],
    ['Running', 'steady'],
    ['Updating', 'changing'],
    ['InProgress', 'changing'],
    ['SystemUpdating', 'changing'],
    ['Stopped', 'ended'],
    ['OutOfService', 'ended'],
    ['Failed', 'failed'],
    ['UpdateRollbackFailed', 'failed'],
    ['RollingBack', 'failed'],
    ['WhateverComes', 'steady'],
  ] as const)('%s is %s', (status, tone) => expect(stateTone(status)).toBe(tone));

  it('shortens operations to their verb', () => {
    expect(['StopNotebookInstance', 'CreatePresignedDomainUrl', 'PutRolePolicy', 'x'].map(shortAction)).toEqual([
      'stop',
      'presign',
      'put',
      'x',
    ]);
  });
});
