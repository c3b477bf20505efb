/**
 * `node test/detection/latency.ts [SCENARIO…] [--seed N] [--speed X] [--no-trail] [--minutes N]`: how long a finding takes in the program as it is.
 * `firebreak range --truth` writes when each record could first be read, by any route; beside it `firebreak watch --json --findings-only` prints
 * findings. Per scenario and rule: findings, the delay from the telling event's publication to the finding's line, median and longest, in
 * seconds and in polling intervals of 10 s (the event history's). Of a correlation the event tells that was published last before the line.
 * Ends with 1 when the longest of a rule above `low` is more than one interval. Needs the built program (`node src/dev/build.ts`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { builtInRules } from '../../src/detection/built-in.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import type { TruthLine } from '../range/inside.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-trail': { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '10' },
    minutes: { type: 'string' },
  },
});
const speed = Number(values.speed);
const pollMs = 10_000;
/** What was published so soon after the start is history to the watch. */
const startMs = 6_000;
const program = new URL('../../dist/firebreak.js', import.meta.url).pathname;
const { events, correlations } = ruleSet([builtInRules()]);
const infoOf = new Map([...events, ...correlations].map(({ info }) => [info.id, info]));

/** A finding as the program said it. */
interface Said {
  readonly rule: string;
  readonly event: string;
  /** Epoch ms: when its line came. */
  readonly at: number;
}

const start = (args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });

interface Watched {
  readonly said: readonly Said[];
  readonly truth: readonly TruthLine[];
  /** Epoch ms: when the watch was started. */
  readonly watchedAt: number;
}

async function watched(id: string): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-latency-'));
  const truth = join(folder, 'truth.jsonl');
  const clean = { PATH: process.env.PATH ?? '', HOME: folder };
  const trail = values['no-trail'] ? ['--no-trail'] : [];
  const range = start(
    ['range', '--scenario', id, '--seed', values.seed, '--speed', String(speed), '--truth', truth, ...trail],
    clean,
  );
  const env: { [name: string]: string } = { ...clean };
  const said = new Map<string, Said>();
  let watch: ChildProcess | undefined;
  try {
    for await (const line of createInterface({ input: range.stdout! })) {
      const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      if (name && value !== undefined) env[name] = value;
      if (name === 'AWS_SESSION_TOKEN') break;
    }
    const { deadlineMs } = scenarios.find((one) => one.id === id)!.attack;
    const storyMs = (values.minutes === undefined ? deadlineMs : Number(values.minutes) * 60_000) / speed;
    // After its end everything that was published has the time to be found.
    const lastMs = storyMs + 6 * pollMs;
    const watchedAt = Date.now();
    watch = start(
      ['watch', '--json', '--findings-only', '--for', `${Math.ceil(lastMs / 1000)}s`, '--state-dir', folder],
      env,
    );
    for await (const line of createInterface({ input: watch.stdout! })) {
      const at = Date.now();
      const { id: event, findings } = JSON.parse(line) as {
        id: string;
        findings: readonly { readonly rule: string }[];
      };
      for (const { rule } of findings) {
        const key = `${rule} ${event}`;
        if (!said.has(key)) said.set(key, { rule, event, at });
      }
    }
    return {
      watchedAt,
      said: [...said.values()],
      truth: readFileSync(truth, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as TruthLine),
    };
  } finally {
    for (const child of [watch, range])
      if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        await once(child, 'exit');
      }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long a finding took. */
interface Delay {
  readonly ms: number;
  /** When the telling event could first be read, ms after the watch was started. */
  readonly publishedAfterMs: number;
  /** By which route. */
  readonly route: string;
}

/** Delays of each rule, the shortest first. */
function delays({ said, truth, watchedAt }: Watched): Map<string, Delay[]> {
  const first = new Map<string, { readonly at: number; readonly route: string }>();
  for (const { id, publishedAt, route } of truth) {
    const at = Date.parse(publishedAt);
    if (at < (first.get(id)?.at ?? Number.POSITIVE_INFINITY)) first.set(id, { at, route });
  }
  const published = new Map([...first].map(([id, { at }]) => [id, at]));
  const found = new Map<string, Delay[]>();
  for (const { rule, event, at } of said) {
    const own = published.get(event);
    if (own === undefined) continue;
    const isCorrelation = infoOf.get(rule)?.kind === 'correlation';
    const together = isCorrelation ? said.filter((one) => one.rule === rule && one.at <= at + 50) : [];
    const telling = Math.max(own, ...together.map((one) => published.get(one.event) ?? 0).filter((when) => when <= at));
    // The program has to start, and reads an hour of history first.
    if (telling < watchedAt + startMs) continue;
    const route = [...first.values()].find((one) => one.at === telling)?.route ?? '';
    const list = found.get(rule) ?? [];
    found.set(rule, list);
    list.push({ ms: at - telling, publishedAfterMs: telling - watchedAt, route });
  }
  for (const list of found.values()) list.sort((a, b) => a.ms - b.ms);
  return found;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const seconds = (ms: number) => (ms / 1000).toFixed(1).padStart(7);
const ids = scenarios.map(({ id }) => id).filter((id) => positionals.length === 0 || positionals.includes(id));
const all: number[] = [];
let late = 0;
for (const id of ids) {
  const story = await watched(id);
  const { said } = story;
  const found = delays(story);
  say(
    `\n${id}, seed ${values.seed}, speed ${speed}${values['no-trail'] ? ', event history only' : ''}: ${said.length} findings`,
  );
  say(`${'rule'.padEnd(50)} level         findings  median s  longest s  intervals`);
  for (const [rule, list] of [...found].sort(([, a], [, b]) => b.at(-1)!.ms - a.at(-1)!.ms)) {
    const { ms: longest, publishedAfterMs, route } = list.at(-1)!;
    const level = infoOf.get(rule)?.level ?? '';
    all.push(...list.map(({ ms }) => ms));
    const isLate = longest > pollMs;
    if (isLate && level !== 'low' && level !== 'informational') late += 1;
    say(
      `${rule.padEnd(50)} ${level.padEnd(13)} ${String(list.length).padStart(8)}   ${seconds(list[list.length >> 1]!.ms)}    ${seconds(longest)}  ${(longest / pollMs).toFixed(2).padStart(9)}${isLate ? `  late: ${route}, +${Math.round(publishedAfterMs / 1000)} s` : ''}`,
    );
  }
}
all.sort((a, b) => a - b);
const at = (share: number) => seconds(all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0).trim();
say(
  `\n${all.length} findings: median ${at(0.5)} s, p95 ${at(0.95)} s, longest ${at(1)} s; ${late} rules above low later than one interval`,
);
process.exitCode = late === 0 && all.length > 0 ? 0 : 1;
