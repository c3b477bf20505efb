import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compile } from '../../src/filter/matches.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { startDetector } from '../../src/ingest/detector.ts';
import { type Ingest, startIngest } from '../../src/ingest/ingest.ts';
import { link } from '../../src/linking/link.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { cloudtrail, rule } from '../detection/asked.ts';
import { stored } from '../store/stored.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-detection-'));
let stores = 0;
const freshPath = () => {
  stores += 1;
  return join(folder, `${stores}.db`);
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(path: string, rules: readonly string[] = []): Promise<Ingest> {
  const ingest = await startIngest({ path, rules, onProgress: () => undefined });
  closing.push(() => ingest.close());
  return ingest;
}
const open = (path: string) => {
  const queries = openQueries(path);
  closing.push(() => queries.close());
  return queries;
};
const alice = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/alice', userName: 'alice' };
const raw = (eventName: string, second: number, members: { readonly [name: string]: unknown } = {}) => ({
  format: 'cloudtrail' as const,
  text: JSON.stringify(
    cloudtrail({
      eventName,
      userIdentity: alice,
      ...members,
      eventTime: new Date(Date.UTC(2026, 10, 23, 20, 0, second)).toISOString(),
    }),
  ),
});
const notebook = { requestParameters: { notebookInstanceName: 'fraud-lab' } };
const swap = () => [
  raw('StopNotebookInstance', 0, notebook),
  raw('UpdateNotebookInstance', 10, {
    requestParameters: { notebookInstanceName: 'fraud-lab', lifecycleConfigName: 'evil' },
  }),
  raw('StartNotebookInstance', 20, notebook),
];
const swapped = 'sagemaker-notebook-script-swapped';
const rulesOf = (queries: ReturnType<typeof open>) =>
  queries.arrived(0, 100).map(({ findings }) => findings.map((one) => one.rule));

describe('rules run where events come in', () => {
  it('a finding stands on its event, a correlation’s on earlier ones too, in whatever order they came', async () => {
    const path = freshPath();
    const ingest = await start(path);
    const [stop, update, begin] = swap();
    await ingest.push('a', [begin!, raw('StopLogging', 5, { eventSource: 'cloudtrail.amazonaws.com' })]);
    await ingest.push('a', [update!]);
    const queries = open(path);
    expect(rulesOf(queries)).toEqual([[], ['cloudtrail-logging-stopped'], []]);
    await ingest.push('b', [stop!]);
    queries.refresh();
    expect(rulesOf(queries)).toEqual([[swapped], ['cloudtrail-logging-stopped'], [swapped], [swapped]]);
    expect(queries.arrived(0, 1)[0]?.findings).toEqual([{ rule: swapped, severity: 'high' }]);
    // A row of the timeline shows it, and findings are told in the order in which they came.
    expect(queries.window({ view: 'all', from: 'oldest', rows: 4 }).rows.map(({ severity }) => severity)).toEqual([
      'high',
      'high',
      'high',
      'high',
    ]);
    expect(queries.found?.(0, 10).map(({ event }) => event.action)).toEqual([
      'cloudtrail:StopLogging',
      expect.stringMatching(/^sagemaker:/),
      expect.stringMatching(/^sagemaker:/),
      expect.stringMatching(/^sagemaker:/),
    ]);
  });

  it('the same event by another route is no second hit', async () => {
    const path = freshPath();
    const ingest = await start(path);
    const [stop, update, begin] = swap();
    await ingest.push('a', [stop!, update!, begin!]);
    await ingest.push('b', [stop!, update!, begin!]);
    const queries = open(path);
    const { groups } = await queries.ask<'findings'>('t', { type: 'findings' }, new AbortController().signal);
    expect(groups).toMatchObject([
      { rule: swapped, severity: 'high', actor: 'alice', events: 3, resource: { name: 'fraud-lab' } },
    ]);
    expect(groups[0]?.eventIds.length).toBe(3);
  });

  it('the filter asks for rules, and a view of it takes in what was found later', async () => {
    const path = freshPath();
    const ingest = await start(path);
    const [stop, update, begin] = swap();
    await ingest.push('a', [stop!, update!]);
    const queries = open(path);
    const parsed = parseFilter('rule=sagemaker-notebook-script-*', { now: Date.now() });
    if (!parsed.ok) throw new Error(parsed.problem);
    const view = await queries.view('t', parsed.predicate, new AbortController().signal);
    expect(queries.window({ view, from: 'newest', rows: 10 }).rows).toEqual([]);
    await ingest.push('a', [begin!]);
    queries.refresh();
    await expect
      .poll(() => queries.window({ view, from: 'newest', rows: 10 }).rows.length, { timeout: 10_000 })
      .toBe(3);
    const found = queries.arrived(0, 10);
    expect(found.map((event) => compile(parsed.predicate)(event))).toEqual([true, true, true]);
  });

  it('rules of one’s own run beside the built-in ones; bad ones are told, and each says what it could speak of', async () => {
    const mine = join(folder, 'mine.yml');
    writeFileSync(
      mine,
      [
        rule('s: {eventName: CreateModel}\ncondition: s'),
        rule('s: {f|nope: 1}\ncondition: s').replace('under-test', 'bad'),
        rule('s: [xmrig]\ncondition: s')
          .replace('under-test', 'lines')
          .replace('service: cloudtrail', 'service: cloudwatch'),
      ].join('---\n'),
    );
    const path = freshPath();
    const ingest = await start(path, [mine]);
    await ingest.push('a', [raw('CreateModel', 0)]);
    expect(rulesOf(open(path))).toEqual([['under-test']]);
    const { rules, states, problems } = await ingest.rules();
    expect(problems).toMatchObject([{ id: 'bad', field: 'detection.s.f|nope' }]);
    expect(rules.map(({ id }) => id)).toContain('lines');
    const evaluated = (id: string) => states.find((state) => state.id === id)?.evaluated;
    expect([evaluated('under-test'), evaluated('lines'), evaluated('logs-miner-output')]).toEqual([1, 0, 0]);
    expect(await ingest.explain('under-test', raw('CreateModel', 0))).toMatchObject([
      { selection: 's', reasons: [{ field: 'eventName', value: 'CreateModel' }] },
    ]);
  });

  it('an incident that is opened again with other rules is judged by them; with the same, correlations go on', async () => {
    const path = freshPath();
    const [stop, update, begin] = swap();
    const first = await start(path);
    await first.push('a', [stop!, update!, raw('CreateModel', 1)]);
    await first.close();
    const again = await start(path);
    await again.push('a', [begin!]);
    const queries = open(path);
    await expect.poll(() => rulesOf(queries), { timeout: 10_000 }).toEqual([[swapped], [swapped], [], [swapped]]);
    await again.close();
    const mine = join(folder, 'other.yml');
    writeFileSync(mine, rule('s: {eventName: CreateModel}\ncondition: s'));
    await start(path, [mine]);
    await expect
      .poll(() => rulesOf(queries), { timeout: 10_000 })
      .toEqual([[swapped], [swapped], ['under-test'], [swapped]]);
  });

  it('what we do ourselves is no finding', async () => {
    const path = freshPath();
    const ingest = await start(path);
    ingest.setOwn('firebreak-INC', [alice.arn]);
    const stopped = { eventSource: 'cloudtrail.amazonaws.com', userAgent: 'aws-sdk-js firebreak-INC' };
    await ingest.push('a', [raw('StopLogging', 0, stopped)]);
    expect(rulesOf(open(path))).toEqual([[]]);
  });

  describe('while what is stored is read again', () => {
    const first = join(folder, 'first.yml');
    writeFileSync(first, rule('s: {eventName: CreateModel, firebreak.firstSeen: action}\ncondition: s'));

    /** A detector on a store, without a thread: what happens between two pieces of the reading is the test's. */
    async function detecting(path: string, rules: readonly string[]) {
      const detector = await startDetector(rules);
      const writer = openWriter(path);
      const write = (raws: readonly ReturnType<typeof raw>[]) =>
        detector.write(
          writer,
          raws.map((one) => {
            const normalised = normalise(one);
            if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
            const { event, record } = normalised;
            const linked = { ...event, resources: link(record, event), summary: '' };
            return detector.judge(stored(linked, { bytes: Buffer.from(one.text) }), record, one.text);
          }),
          [],
        );
      /** @param before Called before each piece with how many were read. @param most Pieces after which it is ended. */
      const replay = (before: (pieces: number) => Promise<void>, most = Number.POSITIVE_INFINITY) => {
        let pieces = 0;
        return detector.replay(
          writer,
          path,
          () => false,
          async (work) => {
            await before(pieces);
            work();
          },
          () => {
            pieces += 1;
            return pieces < most;
          },
        );
      };
      return { writer, write, replay };
    }
    /** More than is read in one piece, of somebody who is known, and then what the test is about. */
    const many = Array.from({ length: 1_100 }, (_, n) => raw('DescribeEndpoint', n));
    const nothing = async () => undefined;
    const found = (path: string) => {
      const database = openForReading(path);
      const rows = database.prepare('select event, rule from finding order by event').all();
      database.close();
      return rows.map(({ event, rule }) => `${Number(event) - many.length} ${rule}`);
    };

    it('what comes meanwhile is judged with all of it', async () => {
      const path = freshPath();
      const [stop, update, begin] = swap();
      const before = await detecting(path, [first]);
      await before.replay(nothing);
      await before.write([...many, stop!, update!, raw('CreateModel', 700)]);
      before.writer.close();
      expect(found(path)).toEqual(['3 under-test']);
      const again = await detecting(path, [first]);
      await again.replay(async (pieces) => {
        if (pieces !== 1) return;
        // Of the second piece nothing is known yet: this looks like the first of its kind, and like no part of a sequence.
        await again.write([begin!, raw('CreateModel', 900)]);
        expect(found(path)).toEqual(['3 under-test', '5 under-test']);
      });
      again.writer.close();
      expect(found(path)).toEqual([`1 ${swapped}`, `2 ${swapped}`, '3 under-test', `4 ${swapped}`]);
    });

    it('whoever is ended before its end begins again', async () => {
      const path = freshPath();
      const before = await detecting(path, []);
      await before.replay(nothing);
      await before.write([...many, raw('CreateModel', 700)]);
      before.writer.close();
      const ended = await detecting(path, [first]);
      await ended.replay(nothing, 1);
      ended.writer.close();
      expect(found(path)).toEqual([]);
      const again = await detecting(path, [first]);
      await again.replay(nothing);
      again.writer.close();
      expect(found(path)).toEqual(['1 under-test']);
    });
  });
});
