import type { Cell } from './run-cell.ts';

export const readmePath = new URL('../../../src/containment/README.md', import.meta.url).pathname;

const begin = '<!-- states: written by `node test/containment/states.ts --write` -->';
const end = '<!-- states end -->';

const short = (id: string) => id.replace(/^sagemaker\./, '');

/** A table a kind: states down, actions across; actions that do the same in every state share a column. */
export function tableOf(cells: readonly Cell[]): string {
  return [...Map.groupBy(cells, ({ kind }) => kind)]
    .map(([kind, ofKind]) => {
      const states = [...new Set(ofKind.map(({ state }) => state))];
      const columns = Map.groupBy([...new Set(ofKind.map(({ action }) => action))], (action) =>
        JSON.stringify(states.map((state) => resultOf(ofKind, action, state))),
      );
      const across = [...columns.values()];
      return [
        `| ${kind} | ${across.map((ids) => ids.map(short).join(', ')).join(' | ')} |`,
        `|---|${across.map(() => '---|').join('')}`,
        ...states.map(
          (state) => `| ${state} | ${across.map(([id = '']) => resultOf(ofKind, id, state)).join(' | ')} |`,
        ),
      ].join('\n');
    })
    .join('\n\n');
}

const resultOf = (cells: readonly Cell[], action: string, state: string): string =>
  cells.find((cell) => cell.action === action && cell.state === state)?.result.slice(0, 200) ?? '';

/** The README with the table in its place. @throws When it has none. */
export function withTable(readme: string, table: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error('the README has no place for the table of states');
  return `${readme.slice(0, from + begin.length)}\n\n${table}\n\n${readme.slice(to)}`;
}

/** What the README says of an action in a state; `undefined` where it has no such row or column. */
export function written(readme: string, kind: string, action: string, state: string): string | undefined {
  const rows = readme.slice(readme.indexOf(begin), readme.indexOf(end)).split('\n');
  const first = rows.findIndex((row) => row.startsWith(`| ${kind} |`));
  const cellsOf = (row = '') => row.split('|').map((text) => text.trim());
  const column = cellsOf(rows[first]).findIndex((text, at) => at > 1 && text.split(', ').includes(short(action)));
  const row = rows.slice(first).find((one) => cellsOf(one)[1] === state);
  return first < 0 || column < 0 ? undefined : cellsOf(row)[column];
}
