import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { start, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import { compareStreams, openGaps, parseLines, repeatsKept, type SeenLine, type TrueLine } from './compare.ts';

/** Watches a busy range, lets `trouble` happen in the middle, and waits until everything that was published is seen. */
async function watchThrough(
  trouble: (
    control: (path: string) => Promise<void>,
    /** Waits until the watch has said it, and so many more lines have been published since it was asked. */
    told: (what: RegExp, more: number) => Promise<void>,
  ) => Promise<void>,
) {
  const folder = stateFolder();
  const truthPath = join(folder, 'truth.jsonl');
  const range = await startRangeProcess(['--speed', '20', '--rate', '10', '--truth', truthPath]);
  const control = async (path: string) => {
    const answer = await fetch(`${range.endpoint}/_range/${path}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  };
  const watch = start(['watch', '--json', '--state-dir', folder], range.env);
  let stdout = '';
  let stderr = '';
  watch.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  watch.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => watch.on('close', resolve));
  const look = (until: number) =>
    compareStreams(
      parseLines<TrueLine>(readFileSync(truthPath, 'utf8')),
      parseLines<SeenLine>(stdout),
      openGaps(stderr),
      until,
      repeatsKept(folder),
    );
  const since = async (condition: () => boolean, withinMs: number) => {
    const end = Date.now() + withinMs;
    while (!condition() && Date.now() < end) await pause(250);
  };
  await since(() => /cloudwatch-logs \S+: live/.test(stderr), 15_000);
  const published = () => parseLines<TrueLine>(readFileSync(truthPath, 'utf8')).length;
  await trouble(control, (what, more) => {
    const enough = published() + more;
    return since(() => what.test(stderr) && published() >= enough, 60_000);
  });
  const over = Date.now() + 3_000;
  await since(() => Date.now() > over + 5_000 && look(over).lost.length === 0 && openGaps(stderr).length === 0, 90_000);
  const result = { ...look(over), stderr, gaps: openGaps(stderr) };
  watch.kill('SIGINT');
  await ended;
  await range.stop();
  return result;
}

// Each has a range and a watch of its own, and waits for most of its time.
it.concurrent('goes on after a network that was cut, says so meanwhile, and loses nothing', {
  timeout: 150_000,
}, async () => {
  const { lost, duplicated, published, stderr, gaps } = await watchThrough(async (control) => {
    await control('refuse?ms=12000').catch(() => undefined); // The answer may be cut off with everything else.
    await pause(12_000);
  });
  expect({ lost, duplicated, gaps }).toEqual({ lost: [], duplicated: [], gaps: [] });
  expect(published).toBeGreaterThan(200);
  expect(stderr).toMatch(/cloudtrail-lookup \S+: unreachable: /);
  expect(stderr).toMatch(/gap cloudwatch-logs .*: /);
  expect(stderr).toMatch(/gap filled cloudwatch-logs/);
});

it.concurrent('goes on with renewed credentials, says that they had expired, and loses nothing', {
  timeout: 150_000,
}, async () => {
  const { lost, duplicated, stderr, gaps } = await watchThrough(async (control, told) => {
    await control('expire');
    await told(/cloudtrail-lookup \S+: expired: /, 100);
    await control('renew');
  });
  expect({ lost, duplicated, gaps }).toEqual({ lost: [], duplicated: [], gaps: [] });
  expect(stderr).toMatch(/cloudtrail-lookup \S+: expired: /);
  expect(stderr.lastIndexOf('cloudtrail-lookup us-east-1: polling')).toBeGreaterThan(
    stderr.indexOf('cloudtrail-lookup us-east-1: expired'),
  );
});
