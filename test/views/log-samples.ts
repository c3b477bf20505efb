import type { LogsOf } from '../../hooks/logs-screen.ts';
import { textField } from '../../hooks/text-field.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import { event, hostile, NOW, notebook, rowOf } from './fixtures.ts';
import type { ScreenSample } from './screen-samples.ts';

const evil = hostile(1).principal?.arn ?? '';
const group = '/aws/sagemaker/Endpoints/fraud-scorer';

/** A line of a log group. */
export const line = (index: number, words: string, over: Partial<TimelineEvent> = {}): TimelineEvent =>
  event(index, {
    rowId: 5_000 + index,
    id: `line-${index}`,
    at: NOW - 60_000 + index * 100,
    origin: 'cloudwatch-logs',
    action: `logs:${group}`,
    readOnly: undefined,
    principal: undefined,
    sourceIp: '',
    errorCode: '',
    summary: words,
    resources: [
      { kind: 'sagemaker.endpoint', arn: '', name: 'fraud-scorer', relation: 'target' },
      { kind: 'logs.log-group', arn: '', name: group, relation: 'parent' },
    ],
    findings: [],
    ...over,
  });

/** The logs in every state. */
export function logSamples(height: number): readonly ScreenSample[] {
  const of: LogsOf = { type: 'all' };
  const groups = [{ name: group, lines: 1_284, lastAt: NOW - 9_000, watched: true }];
  const sample = (
    title: string,
    lines: readonly TimelineEvent[],
    over: Partial<Extract<ScreenSample['body'], { type: 'logs' }>> = {},
    snapshot: ScreenSample['over'] = {},
    total = lines.length,
  ): ScreenSample => {
    const rows = lines.slice(-Math.max(1, height - 11)).map(rowOf);
    const last = lines.at(-1);
    return {
      title: `logs: ${title}`,
      body: {
        type: 'logs',
        on: undefined,
        of,
        groups,
        view: { id: 1, slot: 'logs-a' },
        place: { type: 'follow' },
        timelineAt: NOW - 30_000,
        field: textField(),
        typing: false,
        problem: '',
        failure: undefined,
        ...over,
      },
      extras: {
        logs: {
          page: { rows, selected: rows.length - 1, total, newer: over.place ? 100 : 0 },
          words: lines.slice(-rows.length).map(({ summary }) => summary),
          whole: last?.summary.repeat(3) ?? '',
          writer: last && { ...notebook, name: last.summary },
          stream: last?.summary ?? '',
          height,
        },
      },
      over: { marked: new Set(['line-2']), ...snapshot },
    };
  };
  const several = Array.from({ length: 60 }, (_, index) =>
    line(
      index,
      index % 7 ? `10.32.0.2 - - "POST /invocations HTTP/1.1" 200 ${index}` : 'Traceback (most recent call last):',
    ),
  );
  const sources = (state: 'denied' | 'expired' | 'unreachable' | 'connecting' | 'live') => ({
    sources: [
      {
        id: 'cloudwatch-logs',
        title: 'CloudWatch Logs',
        account: '',
        profile: '',
        region: 'us-east-1',
        state,
        why: state === 'live' ? '' : `not now ${evil}`,
        permission: state === 'denied' ? 'logs:FilterLogEvents' : '',
        coveredTo: undefined,
        gaps: [],
        blindSpots: [],
        alarm: '',
        stoppedAt: undefined,
        lagMs: 5_000,
        lag: undefined,
        progress: '',
        firstLoad: undefined,
        watching: [group],
        gapsFilled: 0,
        records: 0,
        heardAt: undefined,
      },
    ],
  });
  const thousands = Array.from({ length: 3_000 }, (_, index) => ({
    name: `${group}-${index}`,
    lines: index,
    lastAt: index % 2 ? NOW : 0,
    watched: index % 3 === 0,
  }));
  return [
    sample('loading', [], { groups: undefined, view: undefined }),
    sample('counting', [], {}, {}, -1),
    sample('empty', []),
    sample('empty, saved', [], {}, { mode: 'saved', sources: [] }),
    sample('empty, nothing matches', [], { field: textField('nothing') }),
    ...(['denied', 'expired', 'unreachable', 'connecting', 'live'] as const).map((state) =>
      sample(`empty, ${state}`, [], {}, sources(state)),
    ),
    sample('failed', [], { failure: { code: 'StoreError', message: evil, nextSteps: [evil] } }),
    sample('one', [line(1, 'started')]),
    sample('several', several, { place: { type: 'hold', cursor: { at: NOW, rowId: 1 }, line: 3 } }, sources('live')),
    sample('of one resource', several, {
      on: notebook,
      of: { type: 'resource', ref: notebook },
      timelineAt: undefined,
    }),
    sample('thousands of groups', several, { groups: thousands, of: { type: 'group', name: `${group}-1500` } }),
    sample('typing', several, { typing: true, field: textField('POST'), problem: '' }),
    sample('a filter that cannot be read', several, { typing: true, field: textField('ip='), problem: `no ${evil}` }),
    sample(
      'hostile',
      Array.from({ length: 60 }, (_, index) =>
        line(index, `${evil}\n${evil}`, { action: `logs:${evil}`, late: true, resources: hostile(index).resources }),
      ),
      {
        groups: [{ name: evil.repeat(9), lines: 1, lastAt: Number.NaN, watched: false }],
        of: { type: 'group', name: evil.repeat(9) },
      },
    ),
    sample(
      'CJK',
      Array.from({ length: 60 }, (_, index) => line(index, '数据库-人事部-テスト-데이터'.repeat(20))),
      {
        groups: [{ name: '数据'.repeat(80), lines: 1, lastAt: NOW, watched: true }],
        of: { type: 'group', name: '数据'.repeat(80) },
      },
    ),
  ];
}
