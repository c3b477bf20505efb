import { expect, it } from 'vitest';
import { helpEntries } from '../../hooks/help.ts';
import { listed } from '../../src/cli/choose-line.ts';
import { noCalls } from '../../src/model/aws-call.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { callsView } from '../../views/calls/calls-view.ts';
import { helpView } from '../../views/dialogs/list-views.ts';
import { scoreView } from '../../views/dialogs/score-view.ts';
import { hintBarView } from '../../views/hint-bar-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { score, snapshots } from './catalogue.ts';
import { NOW, snapshot } from './fixtures.ts';

const theme = createTheme({ ascii: true, theme: 'none' });
const entries = helpEntries().map((entry) => ({ entry, disabled: undefined }));
// biome-ignore lint/suspicious/noControlCharactersInRegex: our own SGR sequences
const plain = (line: string) => line.replaceAll(/\u001b\[[\d;]*m/g, '');
const words = (lines: readonly string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');
const folder = '/home/oncall/.local/state/firebreak/incidents/drill-presigned-url-hijack-20261127T083218Z';

const context = { snapshot: snapshot(), now: NOW, utc: true, theme, width: 80 };

it('help tells the selected key whole, in as many rows whatever is selected', () => {
  const heights = entries.map(({ entry }, index) => {
    const { footer } = helpView(index, entries, context);
    expect(words(footer)).toContain(`${entry.keys.join(' ')}: ${entry.title}`.replaceAll(/\s+/g, ' '));
    return footer.length;
  });
  expect(new Set(heights).size).toBe(1);
  expect(helpView(0, entries, { ...context, width: 400 }).footer).toEqual([]);
});

it('the calls say the codes that refusals mostly have, on 80 cells', () => {
  const call = {
    number: 1,
    at: NOW,
    name: 'logs:FilterLogEvents',
    access: 'read' as const,
    region: 'us-east-1',
    tookMs: 99_900,
  };
  const refused = ['AccessDeniedException', 'ExpiredTokenException', 'ThrottlingException'];
  const calls = refused.map((code) => ({ ...call, waitedMs: 0, code, message: '', requestId: '', retries: 0 }));
  const { lines } = callsView({ selected: undefined, only: 'all' }, { ...noCalls, calls }, context);
  for (const code of refused) expect(words(lines.slice(0, 10).map(plain))).toContain(`99.9 s ${code}`);
});

it('a scorecard says where it was saved, however long that is', () => {
  const drill = snapshots.drill!;
  const made = { ...drill, incident: { ...drill.incident, folder }, drill: { ...drill.drill!, score } };
  const { footer } = scoreView({ snapshot: made, now: NOW, utc: true, theme, width: 80 });
  expect(footer.map((line) => plain(line).trim()).join('')).toBe(`saved:${folder}/scorecard.md`);
});

it('what was said keeps its end, where a path names its file', () => {
  const said = (text: string, tone: 'plain' | 'problem') => plain(hintBarView([], { text, tone }, 80, theme, '!'));
  const row = said(`report saved: ${folder}/report.md`, 'plain');
  expect(cellWidth(row)).toBe(80);
  expect(row.trimEnd()).toMatch(/^ report saved: \/home.+…/);
  expect(row.trimEnd()).toMatch(/083218Z\/report\.md$/);
  expect(said(`cannot: ${folder}`, 'problem').trimEnd()).toMatch(/… \(!\)$/);
});

it('the list of drills stands whole on 80 cells', () => {
  const rows = listed(scenarios, 80).split('\n');
  for (const row of rows) expect(cellWidth(row)).toBeLessThan(80);
  for (const { id, summary } of scenarios) {
    expect(words(rows)).toContain(id);
    expect(words(rows)).toContain(words([summary]));
  }
  expect(rows.length).toBeLessThan(20);
});
