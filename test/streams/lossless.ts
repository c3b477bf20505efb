/**
 * Runs the range with every fault on beside `firebreak watch --json`, and prints what was lost, duplicated, or missing without a gap that says
 * so. `node test/streams/lossless.ts [--for SECONDS] [--speed N] [--seed N] [--rate N] [--no-trail] [--calm]`; ends with 1 unless all are 0.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { start, startRangeProcess } from '../helpers/firebreak.ts';
import { compareStreams, openGaps, parseLines, repeatsKept, type SeenLine, type TrueLine } from './compare.ts';

const { values } = parseArgs({
  options: {
    for: { type: 'string', default: '120' },
    drain: { type: 'string', default: '100' },
    speed: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string' },
    calm: { type: 'boolean', default: false },
    'no-trail': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'firebreak-streams-'));
const truthPath = join(folder, 'truth.jsonl');
const faultsPath = join(folder, 'faults.json');
/** Throttled, cut, late and with tokens that have run out, as on the worst of days; lag up to 15 min of the account's time. */
const faults = {
  rules: [
    { operation: '*', fault: 'throttle', probability: 0.3 },
    { operation: '*', fault: 'reset', probability: 0.05 },
    { operation: 'cloudtrail:LookupEvents', fault: 'error', code: 'InvalidNextTokenException', probability: 0.03 },
    { operation: 'logs:FilterLogEvents', fault: 'error', code: 'InvalidParameterException', probability: 0.03 },
  ],
  trail: { lagMs: [5_000, 900_000], disorder: 0.2, duplicates: 0.1 },
  tails: { sampled: 0.1, cut: 0.01, duplicates: 0.05 },
  pages: { empty: 0.2 },
};
writeFileSync(faultsPath, JSON.stringify(faults));

const seconds = Number(values.for);
const range = await startRangeProcess([
  '--scenario',
  'presigned-url-hijack',
  '--truth',
  truthPath,
  '--speed',
  values.speed,
  '--seed',
  values.seed,
  ...(values.calm ? [] : ['--faults', faultsPath]),
  ...(values.rate ? ['--rate', values.rate] : []),
  ...(values['no-trail'] ? ['--no-trail'] : []),
]);
/** Asks until the range answers: its faults meet this question, too. */
async function lookUp(region: string, id: string): Promise<readonly Event[]> {
  const client = new CloudTrailClient({
    endpoint: range.endpoint,
    region,
    maxAttempts: 20,
    credentials: {
      accessKeyId: range.env.AWS_ACCESS_KEY_ID!,
      secretAccessKey: range.env.AWS_SECRET_ACCESS_KEY!,
      sessionToken: range.env.AWS_SESSION_TOKEN!,
    },
  });
  const attributes = [{ AttributeKey: 'EventId' as const, AttributeValue: id }];
  for (;;) {
    try {
      const { Events = [] } = await client.send(new LookupEventsCommand({ LookupAttributes: attributes }));
      client.destroy();
      return Events;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'InvalidNextTokenException')) throw error;
    }
  }
}
const startedAt = Date.now();
const watch = start(
  [
    'watch',
    '--json',
    '--since',
    '2h',
    '--for',
    `${seconds + Number(values.drain)}s`,
    '--state-dir',
    join(folder, 'state'),
    // What a trail brings of every Region, the event history brings of each by itself; the range's people work in these two.
    ...(values['no-trail'] ? ['--region', 'us-east-1', '--region', 'eu-west-1'] : []),
  ],
  range.env,
);
let stdout = '';
let stderr = '';
watch.stdout!.setEncoding('utf8').on('data', (text: string) => {
  stdout += text;
});
watch.stderr!.setEncoding('utf8').on('data', (text: string) => {
  stderr += text;
});
// A script that breaks must not leave an account under attack behind.
process.once('uncaughtException', (error) => {
  watch.kill();
  process.stderr.write(`${error.stack ?? error.message}\n`);
  void range.stop().finally(() => process.exit(1));
});
const code = await new Promise((resolve) => watch.on('close', resolve));

const truth = parseLines<TrueLine>(readFileSync(truthPath, 'utf8'));
const seen = parseLines<SeenLine>(stdout);
const gaps = openGaps(stderr);
const repeats = repeatsKept(join(folder, 'state'));
const { lost: missing, ...result } = compareStreams(truth, seen, gaps, startedAt + seconds * 1_000, repeats);
const kinds = await whatTheyAre(missing.filter(({ kind }) => kind === 'cloudtrail').slice(0, 60));
const notLoaded = await whatWasNotLoaded(missing.filter(({ kind }) => kind === 'cloudtrail'));
const lost = missing.filter(({ id }) => !notLoaded.has(id));
const unexplained = result.unexplained.filter(({ id }) => !notLoaded.has(id));
await range.stop();
writeFileSync(join(folder, 'watch.jsonl'), stdout);
writeFileSync(join(folder, 'watch.stderr'), stderr);
for (const kind of ['cloudtrail', 'cloudwatch-logs', 'eventbridge']) {
  const published = truth.filter((line) => line.kind === kind).length;
  const without = lost.filter((line) => line.kind === kind).length;
  process.stdout.write(`${kind}: ${published} published, ${without} lost\n`);
}
for (const line of lost.slice(0, 5)) process.stdout.write(`  lost: ${JSON.stringify(line)}\n`);
for (const [what, count] of kinds) process.stdout.write(`  missing: ${count} ${what}\n`);
process.stdout.write(
  `watch ended with ${code}; ${result.seen} events printed, ${result.published} due, ${repeats.size} kept as repeats, ${notLoaded.size} not loaded and said so; files in ${folder}\n`,
);
process.stdout.write(
  `lost ${lost.length}, duplicated ${result.duplicated.length}, unexplained gaps ${unexplained.length}, gaps still open ${gaps.length}\n`,
);
process.exitCode = code === 0 && lost.length === 0 && result.duplicated.length === 0 ? 0 : 1;

/** How many of the missing records are of which action and Region: the range itself says. */
async function whatTheyAre(missing: readonly TrueLine[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const region of missing.length > 0 ? ['us-east-1', 'eu-west-1'] : []) {
    for (const { id } of missing) {
      for (const { EventSource, EventName, ReadOnly } of await lookUp(region, id)) {
        const what = `${region} ${EventSource} ${EventName} ${ReadOnly === 'true' ? 'read' : 'write'}`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/**
 * Which of the missing records are reads of services other than SageMaker, IAM and CloudTrail, in a Region of which `watch` said to the end
 * that those are not loaded: an account may write more than the event history can be asked for. The range itself says what they are.
 */
async function whatWasNotLoaded(missing: readonly TrueLine[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const region of ['us-east-1', 'eu-west-1']) {
    const said = stderr
      .split('\n')
      .findLast((line) => line.startsWith(`firebreak: cloudtrail-lookup ${region}: `) && line.includes('loaded'));
    if (missing.length === 0 || !said?.includes('reads of other services not loaded')) continue;
    const isOther = ({ EventSource = '', ReadOnly }: Event) =>
      ReadOnly === 'true' && !/^(sagemaker|iam|cloudtrail)\.amazonaws\.com$/.test(EventSource);
    for (const { id } of missing)
      if ((await lookUp(region, id)).some((event) => event.EventId === id && isOther(event))) found.add(id);
  }
  return found;
}
