import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { startRange } from './start-range.ts';

/** How long a record takes from the moment it can be read to the line that `watch` prints, by the source that brought it first. */
export interface Latency {
  readonly source: string;
  /** Epoch ms differences, unsorted. */
  readonly delays: readonly number[];
}

interface Line {
  readonly id: string;
  readonly publishedAt: string;
}

/** Runs the range and `watch` beside each other for a while. */
export async function streamLatency(options: {
  readonly program: string;
  readonly folder: string;
  readonly name: string;
  readonly seconds: number;
  readonly rangeFlags: readonly string[];
}): Promise<readonly Latency[]> {
  const { program, folder, name, seconds, rangeFlags } = options;
  const truth = join(folder, `${name}.truth.jsonl`);
  const range = await startRange(program, ['--truth', truth, ...rangeFlags]);
  const settings = range.env;
  const watch = spawn(process.execPath, [program, 'watch', '--json', '--state-dir', join(folder, name)], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const printed = new Map<string, { readonly at: number; readonly source: string }>();
  let rest = '';
  watch.stdout.setEncoding('utf8').on('data', (data: string) => {
    const at = Date.now();
    const lines = (rest + data).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { id, routes } = JSON.parse(line) as { id: string; routes: readonly string[] };
      printed.set(id, { at, source: routes[0] ?? '' });
    }
  });
  // The first load and the opening of the tails are no part of what is measured.
  await pause(15_000);
  const from = Date.now();
  await changeStates(settings, from + seconds * 1_000);
  const to = Date.now() - 5_000;
  watch.kill('SIGINT');
  await new Promise((resolve) => watch.once('close', resolve));
  await range.stop();
  const delays = new Map<string, number[]>();
  for (const line of readFileSync(truth, 'utf8').split('\n')) {
    if (!line.endsWith('}')) continue;
    const { id, publishedAt } = JSON.parse(line) as Line;
    const published = Date.parse(publishedAt);
    const seen = printed.get(id);
    if (!seen || published < from || published > to) continue;
    delays.set(seen.source, [...(delays.get(seen.source) ?? []), seen.at - published]);
  }
  return [...delays].map(([source, list]) => ({ source, delays: list }));
}

/** A calm account reports no change of state by itself: here a model is made every half second. */
async function changeStates(settings: NodeJS.ProcessEnv, until: number): Promise<void> {
  const client = new SageMakerClient({
    endpoint: settings.AWS_ENDPOINT_URL!,
    region: settings.AWS_REGION!,
    credentials: {
      accessKeyId: settings.AWS_ACCESS_KEY_ID!,
      secretAccessKey: settings.AWS_SECRET_ACCESS_KEY!,
      sessionToken: settings.AWS_SESSION_TOKEN!,
    },
  });
  for (let number = 0; Date.now() < until; number += 1) {
    await client.send(new CreateModelCommand({ ModelName: `bench-${number}` }));
    await pause(500);
  }
  client.destroy();
}
