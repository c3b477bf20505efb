/**
 * Every action on every state of its target, on the range: prints the table, `--write` puts it into `src/containment/README.md`,
 * `--only TEXT` runs what has the text in action, kind or state. Ends with 1 when a cell breaks the contract.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { actions } from '../../src/containment/catalogue.ts';
import { cases } from './states/cases.ts';
import { type Cell, runCell } from './states/run-cell.ts';
import { readmePath, tableOf, withTable } from './states/table.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean' }, only: { type: 'string' } } });
const only = values.only ?? '';

const wanted = actions.flatMap((action) =>
  cases
    .filter(({ kind, state }) => action.appliesTo.includes(kind) && `${action.id} ${kind} ${state}`.includes(only))
    .map((one) => ({ action, one })),
);
const cells: Cell[] = [];
for (const { action, one } of wanted) {
  const cell = await runCell(action, one);
  cells.push(cell);
  process.stderr.write(
    `${cells.length}/${wanted.length} ${cell.action} · ${cell.state}: ${cell.result.slice(0, 1500)}\n`,
  );
}
const broken = cells.filter(({ result }) => result.startsWith('!'));
process.stdout.write(`${tableOf(cells)}\n`);
const counts = Map.groupBy(cells, ({ result }) => result.replace(/: `.*/, '').replace(/^!.*/s, 'BROKEN'));
process.stdout.write(
  `\n${cells.length} cells, ${new Set(cells.map(({ action }) => action)).size} actions: ${[...counts].map(([result, some]) => `${some.length} ${result}`).join(' · ')}\n`,
);
if (values.write && only === '' && broken.length === 0)
  writeFileSync(readmePath, withTable(readFileSync(readmePath, 'utf8'), tableOf(cells)));
process.exitCode = broken.length > 0 ? 1 : 0;
