import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compile } from '../../src/filter/matches.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { type Ingest, startIngest } from '../../src/ingest/ingest.ts';
import { FailedError } from '../../src/model/errors.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { openForReading } from '../../src/store/schema.ts';
import { rule } from '../detection/asked.ts';
import { alice, detecting, raw } from './detecting.ts';

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

  it('what somebody brought is found in what is stored already, and in what comes', async () => {
    const path = freshPath();
    const first = await start(path);
    const from = { sourceIPAddress: '198.51.100.7' };
    await first.push('a', [raw('CreateModel', 0, from), raw('CreateModel', 1)]);
    await first.close();
    const ingest = await startIngest({
      path,
      indicators: [
        { kind: 'network', value: '198.51.100.0/24' },
        { kind: 'bucket', value: 'evil-exfil' },
      ],
      onProgress: () => undefined,
    });
    closing.push(() => ingest.close());
    const output = { requestParameters: { outputDataConfig: { s3OutputPath: 's3://evil-exfil/out' } } };
    await ingest.push('a', [raw('CreateTrainingJob', 2, output)]);
    const queries = open(path);
    await expect
      .poll(() => rulesOf(queries).map((rules) => rules.filter((id) => id.startsWith('brought'))), { timeout: 10_000 })
      .toEqual([['brought-network'], [], ['brought-name']]);
  });

  it('what somebody brings meanwhile is found in what is stored, in what waits, and in what comes', async () => {
    const path = freshPath();
    const ingest = await start(path);
    const from = { sourceIPAddress: '198.51.100.7' };
    await ingest.push('a', [raw('CreateModel', 0, from), raw('CreateModel', 1)]);
    const waiting = ingest.push('a', [raw('CreateModel', 2, from)]);
    const asked = ingest.lookFor([{ kind: 'address', value: '198.51.100.7' }]);
    await Promise.all([waiting, asked, ingest.push('a', [raw('CreateModel', 3, from)])]);
    await ingest.push('a', [raw('CreateModel', 4, from)]);
    const queries = open(path);
    const found = ['brought-address'];
    await expect
      .poll(() => rulesOf(queries).map((rules) => rules.filter((id) => id.startsWith('brought'))), { timeout: 60_000 })
      .toEqual([found, [], found, found, found]);
  }, 90_000);

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

    it('whoever is killed between an event and what correlations say of it says it at the next start', async () => {
      const path = freshPath();
      const { writer, write, replay } = await detecting(path, []);
      await replay(nothing);
      await write([...many, ...swap().slice(0, 2)]);
      writer.close();
      const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
      const script = `
        import { detecting } from ${here('./detecting.ts')};
        const { writer, write, replay } = await detecting(${JSON.stringify(path)}, []);
        await replay(async () => undefined);
        writer.changeFindings = () => process.kill(process.pid, 'SIGKILL');
        await write([${JSON.stringify(swap()[2])}]);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
      expect(found(path)).toEqual([]);
      const again = await detecting(path, []);
      expect(again.writer.totals.events).toBe(many.length + 3);
      await again.replay(nothing);
      again.writer.close();
      expect(found(path)).toEqual([`1 ${swapped}`, `2 ${swapped}`, `3 ${swapped}`]);
    });

    it('what the disk refused of the correlations is written with the next batch', async () => {
      const path = freshPath();
      const { writer, write, replay } = await detecting(path, []);
      await replay(nothing);
      const batch = [...many, ...swap()];
      const { changeFindings } = writer;
      writer.changeFindings = () => {
        throw new FailedError('DiskFull', 'the disk is full', []);
      };
      await expect(write(batch)).rejects.toThrow('full');
      writer.changeFindings = changeFindings;
      // The source gives it again: all of it is stored already.
      await write(batch);
      writer.close();
      expect(found(path)).toEqual([`1 ${swapped}`, `2 ${swapped}`, `3 ${swapped}`]);
    });

    it('what the disk refused of the correlations is not taken for told because a later batch, given before that, says nothing', async () => {
      const path = freshPath();
      const { writer, write, replay } = await detecting(path, []);
      await replay(nothing);
      const { changeFindings } = writer;
      let isFull = true;
      // As a thread of its own answers: later.
      writer.changeFindings = async (...args) => {
        if (!isFull) return changeFindings.apply(writer, args);
        isFull = false;
        await new Promise((resolve) => setImmediate(resolve));
        throw new FailedError('DiskFull', 'the disk is full', []);
      };
      const refused = expect(write([...many, ...swap()])).rejects.toThrow('full');
      await write([raw('DescribeEndpoint', 30)]);
      await refused;
      writer.close();
      expect(found(path)).toEqual([`1 ${swapped}`, `2 ${swapped}`, `3 ${swapped}`]);
    });

    it('what the disk refused while that was read again is written with the next batch, and the next start reads it again', async () => {
      const path = freshPath();
      const before = await detecting(path, []);
      await before.replay(nothing);
      await before.write([...many, raw('CreateModel', 700)]);
      before.writer.close();
      const { writer, write, replay } = await detecting(path, [first]);
      const { changeFindings } = writer;
      writer.changeFindings = () => {
        throw new FailedError('DiskFull', 'the disk is full', []);
      };
      await expect(replay(nothing)).rejects.toThrow('full');
      expect(found(path)).toEqual([]);
      writer.changeFindings = changeFindings;
      await write([raw('DescribeEndpoint', 800)]);
      expect(found(path)).toEqual(['1 under-test']);
      // Judged by none until all of it was written.
      expect(writer.rules).toBe(0);
      writer.close();
      const again = await detecting(path, [first]);
      await again.replay(nothing);
      expect(again.writer.rules).not.toBe(0);
      again.writer.close();
      expect(found(path)).toEqual(['1 under-test']);
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
