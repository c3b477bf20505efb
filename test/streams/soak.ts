/**
 * Watches a busy range for a long time and prints whether memory, sockets and Live Tail sessions stay flat.
 * `node test/streams/soak.ts [--minutes N] [--rate N]`: 180 minutes at 50 events a second are 540,000 events; 10 minutes at 900 are as many.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { start, startRangeProcess } from '../helpers/firebreak.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '900' } },
});
const minutes = Number(values.minutes);
const folder = mkdtempSync(join(tmpdir(), 'firebreak-soak-'));
const range = await startRangeProcess(['--rate', values.rate, '--truth', join(folder, 'truth.jsonl')]);
const watch = start(['watch', '--json', '--for', `${minutes * 60}s`, '--state-dir', join(folder, 'state')], range.env);
let lines = 0;
watch.stdout!.on('data', (chunk: Buffer) => {
  for (const byte of chunk) if (byte === 10) lines += 1;
});
watch.stderr!.resume();
let over = false;
const ended = new Promise<void>((resolve) =>
  watch.on('close', () => {
    over = true;
    resolve();
  }),
);
const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
const residentOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
const socketsOf = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // Closed between the listing and the look.
    }
  }).length;
const tails = async () => {
  const answer = (await (await fetch(`${range.endpoint}/_range/tails`)).json()) as { openTails: number };
  return answer.openTails;
};

const samples: { readonly at: number; readonly rss: number; readonly sockets: number; readonly tails: number }[] = [];
const from = Date.now();
while (!over) {
  await Promise.race([pause(5_000), ended]);
  if (over) break;
  const sample = {
    at: Date.now() - from,
    rss: residentOf(watch.pid!),
    sockets: socketsOf(watch.pid!),
    tails: await tails(),
  };
  samples.push(sample);
  if (samples.length % 12 === 0)
    process.stdout.write(
      `${(sample.at / 60_000).toFixed(0)} min: ${mb(sample.rss)} MB, ${sample.sockets} sockets, ${sample.tails} tails, ${lines} events\n`,
    );
}
const leftTails = await pause(2_000).then(tails);
await range.stop();
const published = Number(execFileSync('wc', ['-l', join(folder, 'truth.jsonl')], { encoding: 'utf8' }).split(' ')[0]);
// 5 minutes of 180 are a thirty-sixth; a short run is warm after a minute at the earliest.
const warm = samples.filter(({ at }) => at >= Math.max(60_000, (minutes * 60_000) / 36));
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const third = Math.max(1, Math.floor(warm.length / 3));
const early = median(warm.slice(0, third).map(({ rss }) => rss));
const late = median(warm.slice(-third).map(({ rss }) => rss));
process.stdout.write(
  `${published} published, ${lines} printed; resident ${mb(early)} MB early, ${mb(late)} MB late (${(((late - early) / early) * 100).toFixed(1)} %), most ${mb(Math.max(...samples.map(({ rss }) => rss)))} MB; sockets ${Math.min(...warm.map(({ sockets }) => sockets))} to ${Math.max(...warm.map(({ sockets }) => sockets))}; tails open at most ${Math.max(...samples.map((sample) => sample.tails))}, after the end ${leftTails}\n`,
);
