import { type ResourceHeat, resourceKey } from '../../hooks/console-state.ts';
import { laneColumns } from '../../hooks/lane-window.ts';
import type { Lane, LaneColumn } from '../../src/model/lane.ts';
import { type LanesModel, laneNames } from '../../views/lanes/lanes-view.ts';
import { NOW } from './fixtures.ts';

const MINUTE = 60_000;

export const laneColumn = (over: Partial<LaneColumn> & { readonly column: number }): LaneColumn => ({
  reads: 0,
  changes: 0,
  failed: 0,
  ours: 0,
  action: '',
  severity: undefined,
  ...over,
});

export const emptyLane: Lane = { columns: [], states: [], exposures: [], complete: true };

const heat = (name: string, kind = 'sagemaker.endpoint'): ResourceHeat => ({
  kind,
  arn: '',
  name,
  events: 1_284,
  writes: 3,
  errors: 0,
  lastAt: NOW,
  why: [],
  isNew: false,
});

const busy = (columns: number): Lane => ({
  columns: Array.from({ length: columns }, (_, column) =>
    laneColumn({
      column,
      reads: 2 ** (column % 12),
      changes: column % 9 === 4 ? 2 : 0,
      failed: column % 13 === 5 ? 1 : 0,
      ours: column % 36 === 4 ? 1 : 0,
      action: column % 9 === 4 ? 'StopNotebookInstance' : '',
      severity: column % 17 === 6 ? 'high' : column % 19 === 8 ? 'low' : column % 23 === 9 ? 'critical' : undefined,
    }),
  ),
  states: [],
  exposures: [],
  complete: true,
});

const told = (columns: number): Lane => ({
  columns: [laneColumn({ column: Math.floor(columns / 2), changes: 1, action: 'CreatePresignedNotebookInstanceUrl' })],
  states: [
    { at: NOW - 40 * MINUTE, status: 'InService' },
    { at: NOW - 20 * MINUTE, status: 'Stopping' },
    { at: NOW - 15 * MINUTE, status: 'Failed' },
    { at: NOW - 9 * MINUTE, status: 'Stopped' },
  ],
  exposures: [
    { from: NOW - 12 * MINUTE, until: NOW + 30 * MINUTE, who: 'alice' },
    { from: NOW - 25 * MINUTE, until: undefined, who: '' },
  ],
  complete: false,
});

const hostile = (columns: number): Lane => ({
  columns: [
    laneColumn({ column: 3, changes: 1, action: 'Evil\u001b[2J\u202eCall' }),
    laneColumn({ column: columns - 1, changes: 1, action: '漢字を消す操作' }),
  ],
  states: [{ at: NOW - 20 * MINUTE, status: 'In\u0007Serv漢ice' }],
  exposures: [{ from: NOW - 5 * MINUTE, until: NOW, who: '\u001b]0;pwned\u0007' }],
  complete: true,
});

/** What the lanes look like of every kind of data, at one width. */
export function laneModels(width: number, named: boolean): { readonly [title: string]: LanesModel } {
  const columns = laneColumns(width - (named ? laneNames(width) : 0));
  const window = { from: NOW - 30 * MINUTE, to: NOW + 2 * MINUTE, columns };
  const model = (
    lanes: readonly (readonly [ResourceHeat, Lane | undefined])[],
    over: Partial<LanesModel> = {},
  ): LanesModel => ({
    resources: lanes.map(([resource]) => resource),
    selected: 0,
    focused: true,
    shown: {
      window,
      lanes: new Map(lanes.flatMap(([resource, lane]) => (lane ? [[resourceKey(resource), lane]] : []))),
    },
    ours: new Map(),
    scale: {
      loadedFrom: NOW - 28 * MINUTE,
      settledTo: NOW - 15 * MINUTE,
      edge: NOW,
      gaps: [],
      cursorAt: NOW - 8 * MINUTE,
    },
    utc: true,
    named,
    ...over,
  });
  const one = heat('fraud-lab', 'sagemaker.notebook-instance');
  return {
    reading: model([], { resources: undefined, shown: undefined }),
    empty: model([]),
    one: model([[one, told(columns)]], {
      ours: new Map([
        [
          resourceKey(one),
          [
            { at: NOW - 3 * MINUTE, state: 'done' },
            { at: NOW - MINUTE, state: 'failed' },
          ],
        ],
      ]),
    }),
    'not there yet': model([[one, undefined]], { focused: false }),
    gaps: model([[one, emptyLane]], {
      scale: {
        loadedFrom: undefined,
        settledTo: undefined,
        edge: NOW,
        gaps: [{ from: NOW - 22 * MINUTE, to: NOW - 18 * MINUTE }],
        cursorAt: undefined,
      },
    }),
    thousands: model(
      Array.from({ length: 3_000 }, (_, index) => [heat(`endpoint-${index}`), busy(columns)] as const),
      { selected: 1_500 },
    ),
    hostile: model([
      [heat('\u001b[31mred\u202e\u0000', 'x.\u001b[2J'), hostile(columns)],
      [heat('名前'.repeat(40)), hostile(columns)],
    ]),
  };
}
