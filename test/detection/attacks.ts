/**
 * `node test/detection/attacks.ts [FOLDER]`: what the built-in rules find on the recorded attacks of the shared data, a line a finding, for
 * reading: an analyst should call each right.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtInRules } from '../../src/detection/built-in.ts';
import { DetectionEngine } from '../../src/detection/engine.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import { normalise } from '../../src/normalise/normalise.ts';

/** Recorded attacks, one a file; not part of the repository. */
export const attacksFolder = new URL('../../../shared/data/cloudtrail/stratus-red-team/', import.meta.url).pathname;
export const hasAttacks = existsSync(attacksFolder);

const set = ruleSet([builtInRules()]);
const levelOf = new Map([...set.events, ...set.correlations].map(({ info }) => [info.id, info.level]));

export interface AttackFinding {
  readonly rule: string;
  readonly level: string;
  readonly events: number;
}

/** What is found in each file, worst first. */
export function findingsOfAttacks(folder = attacksFolder): ReadonlyMap<string, readonly AttackFinding[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(files.map((name) => [name.replace(/\.json$/, ''), findingsOf(`${folder}/${name}`)]));
}

const levels = ['critical', 'high', 'medium', 'low', 'informational'];

function findingsOf(file: string): readonly AttackFinding[] {
  const { Records } = JSON.parse(readFileSync(file, 'utf8')) as { readonly Records: readonly object[] };
  const engine = new DetectionEngine(set);
  const found = new Map<string, Set<number>>();
  const add = (rule: string, row: number) => found.set(rule, (found.get(rule) ?? new Set()).add(row));
  for (const [row, value] of Records.entries()) {
    const text = JSON.stringify(value);
    const normalised = normalise({ format: 'cloudtrail', text });
    if (normalised.rejected !== undefined) continue;
    const { findings, hits } = engine.judge(normalised.event, normalised.record, text);
    for (const { rule } of findings) add(rule, row);
    for (const later of [...(hits ? engine.stored(hits, row) : []), ...engine.settle()])
      if (later.isLost) found.get(later.rule)?.delete(later.row);
      else add(later.rule, later.row);
  }
  return [...found]
    .filter(([, rows]) => rows.size > 0)
    .map(([rule, rows]) => ({ rule, level: levelOf.get(rule) ?? '', events: rows.size }))
    .sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || (a.rule < b.rule ? -1 : 1));
}

if (import.meta.main) {
  const [folder = attacksFolder] = process.argv.slice(2);
  for (const [name, findings] of findingsOfAttacks(folder)) {
    process.stdout.write(`${name}\n`);
    if (findings.length === 0) process.stdout.write('  nothing\n');
    for (const { rule, level, events } of findings)
      process.stdout.write(`  ${level.padEnd(13)} ${rule} (${events} ${events === 1 ? 'event' : 'events'})\n`);
  }
}
