import type { DigestFinding } from '../src/model/digest-validation.ts';
import type { Findings } from '../src/session/findings.ts';
import type { Snapshot, SourceStatus } from '../src/session/snapshot.ts';
import type { Dialog } from './console-state.ts';
import { changeDialog, type Desk, openDialog, openScreen, say, topDialog } from './desk.ts';
import { goToEvent } from './go-to.ts';
import { selectedIndex } from './list-window.ts';

/** The coverage on screen. */
export type CoverageDialog = Extract<Dialog, { readonly type: 'coverage' }>;

/** The parts of the coverage, in their order. */
export type CoveragePart = 'sources' | 'gaps' | 'blind' | 'not-evaluated' | 'digests';

/** A row of the coverage; what has a key can be selected. */
export type CoverageRow =
  | { readonly type: 'part'; readonly part: CoveragePart; readonly count: number }
  | { readonly type: 'source'; readonly key: string; readonly part: 'sources'; readonly source: SourceStatus }
  | {
      readonly type: 'gap';
      readonly key: string;
      readonly part: 'gaps';
      readonly source: SourceStatus;
      readonly gap: SourceStatus['gaps'][number];
    }
  /** What nobody records, with the sources that say so. */
  | {
      readonly type: 'blind';
      readonly key: string;
      readonly part: 'blind';
      readonly spot: string;
      readonly sources: readonly string[];
    }
  /** A rule of which nothing is known, and what it lacks. */
  | {
      readonly type: 'rule';
      readonly key: string;
      readonly part: 'not-evaluated';
      readonly title: string;
      readonly needs: string;
    }
  | { readonly type: 'digests'; readonly key: string; readonly part: 'digests' }
  | { readonly type: 'proved'; readonly key: string; readonly part: 'digests'; readonly index: number }
  | {
      readonly type: 'digest-problem';
      readonly key: string;
      readonly part: 'digests';
      readonly problem: DigestFinding;
    };

const sourceKey = ({ id, account, profile, region }: SourceStatus): string =>
  `source ${id} ${account} ${profile} ${region}`;

/** What has to be loaded for a rule to say anything, in words; `undefined` for one that was evaluated. */
export function notEvaluated({ rules, states }: Pick<Findings, 'rules' | 'states'>, id: string): string | undefined {
  const rule = rules.get(id);
  const state = states.get(id);
  if (!rule || rule.silent || !state || state.evaluated > 0) return undefined;
  return rule.unread ?? (state.needs === '' ? 'what it needs is not loaded' : `no ${state.needs} loaded`);
}

/** What is recorded nowhere, each with the sources that say it of themselves: what one cannot show, another may. */
export function blindSpotsOf(sources: Snapshot['sources']): ReadonlyMap<string, ReadonlySet<string>> {
  const blind = new Map<string, Set<string>>();
  for (const { id, blindSpots } of sources)
    for (const spot of blindSpots) blind.set(spot, (blind.get(spot) ?? new Set()).add(id));
  return blind;
}

let last:
  | {
      readonly sources: Snapshot['sources'];
      readonly digests: Snapshot['digests'];
      readonly findings: Pick<Findings, 'rules' | 'states'>;
      readonly rows: readonly CoverageRow[];
    }
  | undefined;

/** The coverage as rows: sources, gaps, what is recorded nowhere, rules that could not be evaluated, digest files. */
export function coverageRows(
  { sources, digests }: Pick<Snapshot, 'sources' | 'digests'>,
  findings: Pick<Findings, 'rules' | 'states'>,
): readonly CoverageRow[] {
  if (last?.sources === sources && last.digests === digests && last.findings === findings) return last.rows;
  const blind = blindSpotsOf(sources);
  const gaps = sources.flatMap((source) => source.gaps.map((gap) => ({ source, gap })));
  const rules = [...findings.rules.values()].flatMap(({ id, title }) => {
    const needs = notEvaluated(findings, id);
    return needs === undefined ? [] : [{ id, title, needs }];
  });
  const part = (name: CoveragePart, rows: readonly CoverageRow[]): readonly CoverageRow[] =>
    rows.length === 0 ? [] : [{ type: 'part', part: name, count: rows.length }, ...rows];
  const rows: readonly CoverageRow[] = [
    ...part(
      'sources',
      sources.map((source) => ({ type: 'source', key: sourceKey(source), part: 'sources', source })),
    ),
    ...part(
      'gaps',
      gaps
        .sort((a, b) => b.gap.from - a.gap.from)
        .map(({ source, gap }) => ({
          type: 'gap',
          key: `gap ${sourceKey(source)} ${gap.id}`,
          part: 'gaps',
          source,
          gap,
        })),
    ),
    ...part(
      'blind',
      [...blind].map(([spot, ids]) => ({
        type: 'blind',
        key: `blind ${spot}`,
        part: 'blind',
        spot,
        sources: [...ids],
      })),
    ),
    ...part(
      'not-evaluated',
      rules
        .sort((a, b) => (a.needs < b.needs ? -1 : a.needs > b.needs ? 1 : a.title < b.title ? -1 : 1))
        .map(({ id, title, needs }) => ({ type: 'rule', key: `rule ${id}`, part: 'not-evaluated', title, needs })),
    ),
    ...(digests
      ? part('digests', [
          { type: 'digests', key: 'digests', part: 'digests' },
          ...digests.problems.map(
            (problem, index): CoverageRow => ({
              type: 'digest-problem',
              key: `digest ${index}`,
              part: 'digests',
              problem,
            }),
          ),
          ...digests.proved.map(
            (_, index): CoverageRow => ({ type: 'proved', key: `proved ${index}`, part: 'digests', index }),
          ),
        ])
      : []),
  ];
  last = { sources, digests, findings, rows };
  return rows;
}

/** Rows that can be selected. */
const selectable = (rows: readonly CoverageRow[]) => rows.flatMap((row) => (row.type === 'part' ? [] : [row]));

/** Index of the selected row among all; -1 when there is none. */
export function selectedCoverageIndex(rows: readonly CoverageRow[], selected: string | undefined): number {
  const some = selectable(rows);
  const row = some[selectedIndex(some, selected, ({ key }) => key)];
  return row ? rows.indexOf(row) : -1;
}

/** Opens what is read, how far, and what is not. */
export function openCoverage(desk: Desk): void {
  openScreen(desk, { type: 'coverage', selected: undefined });
}

const dialogOf = (desk: Desk): CoverageDialog | undefined => {
  const dialog = topDialog(desk);
  return dialog?.type === 'coverage' ? dialog : undefined;
};

const rowsOf = (desk: Desk) => coverageRows(desk.session.snapshot.get(), desk.session.findings.get());

/** Moves the selection; headings are passed over. */
export function moveInCoverage(desk: Desk, dialog: CoverageDialog, by: number): void {
  const some = selectable(rowsOf(desk));
  const next =
    some[Math.max(0, Math.min(some.length - 1, selectedIndex(some, dialog.selected, ({ key }) => key) + by))];
  if (next) changeDialog(desk, dialog.id, { selected: next.key });
}

function selectedCoverage(desk: Desk) {
  const dialog = dialogOf(desk);
  const rows = dialog ? rowsOf(desk) : [];
  return rows[selectedCoverageIndex(rows, dialog?.selected)];
}

/** To the first row of the next part, after the last to the first. */
export function nextCoveragePart(desk: Desk): void {
  const dialog = dialogOf(desk);
  if (!dialog) return;
  const rows = rowsOf(desk);
  const at = selectedCoverageIndex(rows, dialog.selected);
  const heading = rows.findIndex(({ type }, index) => index > at && type === 'part');
  const next = rows[(heading < 0 ? 0 : heading) + 1];
  if (next && next.type !== 'part') changeDialog(desk, dialog.id, { selected: next.key });
}

/** Enter: all of it as one text; for a gap the timeline at its beginning. */
export function openCoverageRow(desk: Desk): void {
  const row = selectedCoverage(desk);
  if (row?.type === 'gap') goToEvent(desk, { at: row.gap.from, rowId: Number.MAX_SAFE_INTEGER }, { type: 'all' });
  else if (row?.type === 'proved') {
    const { from } = desk.session.snapshot.get().digests?.proved[row.index] ?? {};
    if (from === undefined) say(desk, 'it is not there any more');
    else goToEvent(desk, { at: from, rowId: Number.MAX_SAFE_INTEGER }, { type: 'all' });
  } else openDialog(desk, { type: 'coverage-text' });
}
