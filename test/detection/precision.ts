/**
 * `node test/detection/precision.ts [SCENARIO…] [--no-trail] [--seed N] [--hours N]`: plays the drills to their ends with nobody answering, and
 * prints for each rule how much of what it names is the attack's (precision), how much of what tells it names (recall, against `declared.ts`),
 * and how long after the telling event could first be read. Then the same accounts without the attack's records, `--hours` long (default 24):
 * nothing above `low` may be found. Ends with 1 when somebody innocent has a finding above `low`, or a telling event has none.
 */
import { parseArgs } from 'node:util';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { judge, levelOf, type Score, score, tooLoud } from './measured.ts';
import { played } from './played.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-trail': { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '24' },
  },
});
const trail = values['no-trail'] !== true;
const seed = Number(values.seed);
const hours = Number(values.hours);
const ids = scenarios.map(({ id }) => id).filter((id) => positionals.length === 0 || positionals.includes(id));
const say = (text: string) => process.stdout.write(`${text}\n`);
const scores = new Map<string, Score>();
const levels = ['critical', 'high', 'medium', 'low', 'informational'];
const quiet = new Set(['low', 'informational']);
const percent = (part: number, of: number) => (of === 0 ? '  -' : `${Math.round((100 * part) / of)} %`).padStart(6);

let events = 0;
for (const id of ids) {
  const story = await played(id, { seed, trail });
  const found = judge(id, story);
  events += found.seen.length;
  score(id, story, found, trail, scores);
}
say(`${ids.length} scenarios, seed ${seed}, ${trail ? 'with a trail' : 'event history only'}: ${events} events\n`);
say(`${'rule'.padEnd(46)} level          named precision  declared recall  slowest`);
const sorted = [...scores].sort(
  ([a], [b]) => levels.indexOf(levelOf.get(a) ?? '') - levels.indexOf(levelOf.get(b) ?? '') || (a < b ? -1 : 1),
);
let faults = 0;
for (const [rule, one] of sorted) {
  const level = levelOf.get(rule) ?? 'no such rule';
  say(
    `${rule.padEnd(46)} ${level.padEnd(13)} ${String(one.named).padStart(6)}   ${percent(one.right, one.named)}   ${String(one.declared).padStart(6)} ${percent(one.found, one.declared)} ${`${(one.slowestMs / 1000).toFixed(0)} s`.padStart(8)}`,
  );
  for (const miss of one.misses) say(`    missed  ${miss}`);
  if (!quiet.has(level)) for (const blame of one.blames.slice(0, 5)) say(`    blamed  ${blame}`);
  faults += one.misses.length + (quiet.has(level) ? 0 : one.blames.length);
}
const sum = (pick: (one: Score) => number, loud: boolean) =>
  sorted.filter(([rule]) => !loud || !quiet.has(levelOf.get(rule) ?? '')).reduce((all, [, one]) => all + pick(one), 0);
say(
  `\nabove low: precision ${percent(
    sum((one) => one.right, true),
    sum((one) => one.named, true),
  ).trim()}; all: recall ${percent(
    sum((one) => one.found, false),
    sum((one) => one.declared, false),
  ).trim()}\n`,
);

if (hours > 0) {
  let calm = 0;
  const loud: string[] = [];
  for (const id of ids) {
    const found = judge(id, await played(id, { seed, trail, ms: hours * 3_600_000 }), { benign: true });
    calm += found.seen.length;
    loud.push(...tooLoud(id, found));
  }
  say(`${hours} h of each account without the attack: ${calm} events, ${loud.length} findings above low`);
  for (const one of loud.slice(0, 40)) say(`    ${one}`);
  faults += loud.length;
}
process.exitCode = faults === 0 ? 0 : 1;
process.exit();
