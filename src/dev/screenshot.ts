/** `npm run screenshot`: draws the README's picture from the real program, in a real pseudo-terminal, on the drill. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noPseudoTerminal, openTerminal } from './pseudo-terminal.ts';
import { screenSvg } from './screen-svg.ts';

if (noPseudoTerminal) {
  process.stderr.write(`${noPseudoTerminal}\n`);
  process.exit(1);
}
const root = new URL('..', import.meta.url).pathname;
const state = mkdtempSync(join(tmpdir(), 'firebreak-screenshot-'));
const terminal = openTerminal({
  command: [
    process.execPath,
    join(root, 'dist/firebreak.js'),
    'drill',
    'presigned-url-hijack',
    '--speed',
    '20',
    '--state-dir',
    state,
  ],
  columns: 120,
  rows: 36,
});
await terminal.see('CreatePresignedNotebookInstanceUrl', 60_000);
await terminal.see('UpdateNotebookInstance', 60_000);
mkdirSync(join(root, '.images'), { recursive: true });
writeFileSync(
  join(root, '.images/console.svg'),
  screenSvg(terminal.term, 'Firebreak during the presigned-url-hijack drill'),
);
await terminal.press('q');
await terminal.exited();
rmSync(state, { recursive: true, force: true });
process.stderr.write('wrote .images/console.svg\n');
