import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDesk } from '../../hooks/desk.ts';
import {
  initialLanes,
  LANE_STEPS,
  type LanesState,
  laneColumns,
  laneSpans,
  laneWindow,
} from '../../hooks/lane-window.ts';
import { laneClock } from '../../hooks/lanes.ts';
import { columnAt, columnStart, stateTone } from '../../src/model/lane.ts';
import { density, laneCells, shortAction } from '../../views/lanes/lane-cells.ts';
import { oursOf } from '../../views/lanes/use-lane-scale.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from '../views/fake-session.ts';
import { containment } from '../views/fixtures.ts';
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
