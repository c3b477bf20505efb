import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NormalisedEvent, TimelineEvent } from '../../src/model/event.ts';
import type { LaneAnswer, LaneQuestion } from '../../src/model/lane.ts';
import type { OwnCalls } from '../../src/store/event-reader.ts';
import { LaneIndex } from '../../src/store/lane-index.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { lanesOf } from '../views/lanes-of.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const START = Date.parse('2026-11-23T20:00:00Z');
const MINUTE = 60_000;
const endpoint = {
  kind: 'sagemaker.endpoint',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/fraud-scorer',
  name: 'Fraud-Scorer',
};
const notebook = { kind: 'sagemaker.notebook-instance', arn: '', name: 'fraud-lab' };
const role = { kind: 'iam.role', arn: 'arn:aws:iam::111122223333:role/service-role/ds-exec', name: 'ds-exec' };
const question: LaneQuestion = { lanes: [endpoint, notebook, role], from: START, to: START + 30 * MINUTE, columns: 60 };

/** An event of the `n`th kind. */
const made = (n: number, minute: number, kind: number): NormalisedEvent =>
  event({
    id: uuid(n),
    at: START + minute * MINUTE,
    readOnly: kind % 3 !== 0,
    action:
      kind % 3 === 0
        ? ['sagemaker:StopNotebookInstance', 'sagemaker:InvokeEndpoint'][kind % 2]!
        : 'sagemaker:DescribeEndpoint',
    errorCode: kind % 5 === 0 ? 'AccessDenied' : '',
    // No log line says who wrote it.
    ...(kind % 7 === 6 ? { origin: 'cloudwatch-logs', principal: undefined } : {}),
    resources: [
      [{ ...endpoint, relation: 'target' as const }],
      [{ ...notebook, relation: 'target' as const }],
      [
        { ...endpoint, relation: 'uses' as const, name: 'fraud-scorer' },
        { ...notebook, relation: 'target' as const },
      ],
    ][kind % 3]!,
  });

const stamped = (each: NormalisedEvent): TimelineEvent => ({
  ...each,
  // Names are one in any case.
  resources: each.resources.map((link) => ({
    ...link,
    name: link.name === 'fraud-scorer' ? 'Fraud-Scorer' : link.name,
  })),
  rowId: 0,
  seenAt: 0,
  routes: [],
  findings: [],
  late: false,
  marked: false,
  responder: undefined,
  repeats: 0,
  rawSha256: '',
});

/** Columns of a lane as text; which change is named first among those of one second is left open. */
const plain = (answer: LaneAnswer) =>
  answer.lanes.map(({ columns }) =>
    columns.map(({ column, reads, changes, failed }) => `${column}: ${reads} ${changes} ${failed}`).join(', '),
  );

/** The store's index as the query worker holds it, without a thread. */
function opened(path: string) {
  const database = openForReading(path);
  const index = new LaneIndex(database);
  return {
    ask(of: LaneQuestion = question, own?: OwnCalls): LaneAnswer {
      index.answer(of, own);
      index.readFor(Number.POSITIVE_INFINITY);
      const answer = index.answer(of, own);
      expect(answer.lanes.every(({ complete }) => complete)).toBe(true);
      return answer;
    },
    close: () => database.close(),
  };
}

it('counts what the events say, however they arrive: at once, one after the other, late, or while it is asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: -5, max: 35 }), fc.integer({ min: 0, max: 41 })), { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
      async (kinds, cuts) => {
        const events = kinds.map(([minute, kind], n) => made(n, minute, kind));
        const path = newStorePath();
        const writer = openWriter(path);
        const lanes = opened(path);
        try {
          let from = 0;
          for (const cut of [...cuts, events.length]) {
            await writer.write(events.slice(from, from + cut).map((each) => stored(each)));
            from += cut;
            const wanted = lanesOf(events.slice(0, from).map(stamped), question);
            expect(plain(lanes.ask())).toEqual(plain(wanted));
          }
          // A window of another width, over other columns, from what is in memory.
          const wider = { ...question, from: START - 10 * MINUTE, to: START + 50 * MINUTE, columns: 7 };
          expect(plain(lanes.ask(wider))).toEqual(plain(lanesOf(events.map(stamped), wider)));
        } finally {
          lanes.close();
          writer.close();
        }
      },
    ),
    { numRuns: 20 },
  );
});

it('reads lanes while a first load goes on, when no index finds their events', async () => {
  const events = Array.from({ length: 9_000 }, (_, n) => made(n, n % 37, n % 41));
  const path = newStorePath();
  const writer = openWriter(path);
  const lanes = opened(path);
  try {
    writer.beginLoad();
    let from = 0;
    for (const cut of [8_500, 8_800, 9_000]) {
      await writer.write(events.slice(from, cut).map((each) => stored(each)));
      from = cut;
      expect(plain(lanes.ask())).toEqual(plain(lanesOf(events.slice(0, cut).map(stamped), question)));
    }
    writer.endLoad();
    expect(plain(lanes.ask())).toEqual(plain(lanesOf(events.map(stamped), question)));
  } finally {
    lanes.close();
    writer.close();
  }
});

it('tells states by the sentences about them, with the one that held before the window, and leaves those of others out', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const change = (n: number, minute: number, status: string) =>
    stored(
      event({
        id: `state-${n}`,
        at: START + minute * MINUTE,
        origin: 'eventbridge',
        action: 'SageMaker Notebook Instance State Change',
        readOnly: undefined,
        principal: undefined,
        summary: `Notebook Instance fraud-lab is now ${status}: is now Broken`,
        resources: [
          { ...notebook, relation: 'target' },
          { ...role, relation: 'uses' },
        ],
      }),
    );
  await writer.write([
    change(1, -20, 'Pending'),
    change(2, -10, 'InService'),
    change(4, 12, 'Stopped'),
    change(3, 10, 'Stopping'),
  ]);
  writer.close();
  const lanes = opened(path);
  try {
    const [, lab, of] = lanes.ask().lanes;
    expect(lab?.states.map(({ at, status }) => `${(at - START) / MINUTE} ${status}`)).toEqual([
      '-10 InService',
      '10 Stopping',
      '12 Stopped',
    ]);
    expect(of?.states).toEqual([]);
  } finally {
    lanes.close();
  }
});

it('takes findings that come to events which were counted before, and tells our own changes from others', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const lanes = opened(path);
  const own = { mark: 'firebreak-inc', arns: new Set(['arn:aws:sts::111122223333:assumed-role/ds-exec/alice']) };
  try {
    await writer.write([
      stored(made(1, 3, 0)),
      stored({ ...made(2, 4, 12), userAgent: 'aws-sdk firebreak-inc' }),
      stored({ ...made(3, 4, 1), userAgent: 'aws-sdk firebreak-inc' }),
    ]);
    const told = () =>
      lanes
        .ask(question, own)
        .lanes[0]?.columns.map(({ changes, reads, ours, severity }) => [changes, reads, ours, severity]);
    // Our reads are left out.
    expect(told()).toEqual([
      [1, 0, 0, undefined],
      [1, 0, 1, undefined],
    ]);
    const finding = { row: 1, rule: 'r', severity: 'high' } as const;
    writer.changeFindings([{ ...finding, isLost: false }]);
    expect(told()?.[0]).toEqual([1, 0, 0, 'high']);
    // A correlation that a later event contradicts takes it back.
    writer.changeFindings([{ ...finding, isLost: true }]);
    expect(told()?.[0]).toEqual([1, 0, 0, undefined]);
  } finally {
    lanes.close();
    writer.close();
  }
});

it('shows ways in until the later of what they open ends, and to no end where no record says', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  const mint = (n: number, minute: number, until: number | undefined) =>
    stored(made(n, minute, 1), {
      grants: [{ type: 'door', resource: notebook, urlUntil: START + (minute + 5) * MINUTE, until }],
    });
  await writer.write([mint(1, -30, START - 20 * MINUTE), mint(2, -20, START + 5 * MINUTE), mint(3, 2, undefined)]);
  writer.close();
  const lanes = opened(path);
  try {
    const [, lab] = lanes.ask().lanes;
    expect(lab?.exposures).toEqual([
      { from: START - 20 * MINUTE, until: START + 5 * MINUTE, who: 'ds-exec/alice' },
      { from: START + 2 * MINUTE, until: START + 7 * MINUTE, who: 'ds-exec/alice' },
    ]);
  } finally {
    lanes.close();
  }
});
