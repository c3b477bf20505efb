import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pagerCommand, pagerText, runPager } from '../../hooks/run-pager.ts';
import {
  between,
  copySequence,
  keepTitle,
  noticeSequence,
  restoreTitle,
  terminalSignals,
  titleSequence,
} from '../../hooks/terminal-sequences.ts';
import { mousePresses } from '../../hooks/use-mouse.ts';
import { until } from '../helpers/until.ts';

const ESC = '\u001b';
const hostile = `a${ESC}]52;c;ZXZpbA==\u0007${ESC}\\b\r\n\u009c\u202e;c`;

it('wraps what is copied for who stands between, and refuses what terminals would cut', () => {
  expect(copySequence('id', undefined)).toBe(`${ESC}]52;c;aWQ=\u0007`);
  expect(copySequence('id', 'tmux')).toBe(`${ESC}]52;c;aWQ=\u0007${ESC}Ptmux;${ESC}${ESC}]52;c;aWQ=\u0007${ESC}\\`);
  const long = 'x'.repeat(50_000);
  const forScreen = copySequence(long, 'screen')!;
  const pieces = forScreen.split(`${ESC}\\`).slice(0, -1);
  for (const piece of pieces) expect(piece.length).toBeLessThan(256);
  expect(pieces.map((piece) => piece.replace(`${ESC}P`, '')).join('')).toBe(copySequence(long, undefined));
  expect(copySequence('x'.repeat(60_000), undefined)).toBeUndefined();
});

it('knows who stands between', () => {
  expect(between({ TMUX: '/tmp/x,1,0', TERM: 'screen-256color' })).toBe('tmux');
  expect(between({ STY: '1.pts' })).toBe('screen');
  expect(between({ TERM: 'screen.xterm-256color' })).toBe('screen');
  expect(between({ TERM: 'xterm-256color' })).toBeUndefined();
});

it('carries no control of the text into a title or a notification', () => {
  const title = titleSequence(hostile);
  expect(title.slice(4, -1)).toMatch(/^\P{C}+$/u);
  expect(noticeSequence('osc9', hostile, undefined).slice(4, -1)).toMatch(/^\P{C}+$/u);
  expect(noticeSequence('osc777', hostile, undefined).split(';')).toHaveLength(4);
  expect(noticeSequence('bell', hostile, 'tmux')).toBe('\u0007');
  expect(noticeSequence('off', hostile, undefined)).toBe('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      for (const sequence of [titleSequence(text), noticeSequence('osc9', text, undefined)]) {
        const inside = sequence.slice(4, -1);
        expect(inside).toMatch(/^\P{Cc}*$/u);
        expect(inside.length).toBeLessThanOrEqual(120);
      }
    }),
  );
});

it('keeps the title that was there, once, and brings it back', () => {
  const written: string[] = [];
  const signals = terminalSignals((sequence) => written.push(sequence), {});
  signals.title('a');
  signals.title('b');
  signals.title(undefined);
  signals.title(undefined);
  signals.title('c');
  expect(written).toEqual([
    `${keepTitle}${ESC}]2;a\u0007`,
    `${ESC}]2;b\u0007`,
    restoreTitle,
    `${keepTitle}${ESC}]2;c\u0007`,
  ]);
  expect(signals.copyProblem('x')).toBeUndefined();
  expect(signals.copyProblem('x'.repeat(100_000))).toContain('too long');
  expect(terminalSignals(() => {}, { TERM: 'dumb' }).copyProblem('x')).toContain('TERM=dumb');
});

it('writes titles and notifications in ASCII where the screen is', () => {
  const written: string[] = [];
  const signals = terminalSignals((sequence) => written.push(sequence), {}, true);
  signals.title('firebreak one · no open findings');
  signals.notice('osc9', 'a “finding” of somebody’s');
  expect(written.join('')).not.toMatch(/[\u0080-\uffff]/);
  expect(written.join('')).toContain('firebreak one - no open findings');
});

it('hears the wheel and the first button, and nothing of the others', () => {
  const at = { column: 9, row: 4 };
  const heard = (read: string) => mousePresses(read).presses;
  expect(heard(`${ESC}[<0;10;5Mj${ESC}[<64;10;5M`)).toEqual([
    { name: 'Click', text: '', at },
    { name: 'WheelUp', text: '', at },
  ]);
  expect(heard(`${ESC}[<65;10;5M`)).toEqual([{ name: 'WheelDown', text: '', at }]);
  for (const nothing of [`${ESC}[<0;10;5m`, `${ESC}[<2;10;5M`, `${ESC}[<35;1;1M`, `${ESC}[A`, '[<0;1;1M'])
    expect(heard(nothing)).toEqual([]);
  // A read may end anywhere.
  for (let cut = 1; cut < 9; cut += 1) {
    const whole = `${ESC}[<0;10;5M`;
    const { rest } = mousePresses(whole.slice(0, cut));
    expect(heard(rest + whole.slice(cut))).toHaveLength(1);
  }
});

it('hands a pager words, never a shell, and text without controls', () => {
  expect(pagerCommand({ PAGER: ' less -S ' })).toEqual(['less', '-S']);
  expect(pagerCommand({ PAGER: `"/opt/my pager/less" -P 'a "b"' -R\\ x c"d e"` })).toEqual([
    '/opt/my pager/less',
    '-P',
    'a "b"',
    '-R x',
    'cd e',
  ]);
  expect(pagerCommand({ PAGER: 'less -P"it\\"s" $HOME `id`; rm x | cat "open' })).toEqual([
    ...['less', '-Pit"s', '$HOME', '`id`;', 'rm', 'x', '|', 'cat', '"open'],
  ]);
  expect(pagerCommand({ PAGER: ' "" ' })).toEqual(['less']);
  expect(pagerCommand({})).toEqual(['less']);
  expect(pagerText('{"a":{"b":1}}')).toBe('{\n  "a": {\n    "b": 1\n  }\n}\n');
  expect(pagerText(`line one\n\t${hostile}`)).toMatch(/^(?:\P{C}|\n)+$/u);
});

it('gives a copy to tmux itself, and sends it as a sequence where tmux does not take it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-tmux-'));
  const tmux = (script: string) => {
    const [path, taken] = [join(folder, 'tmux'), join(folder, 'taken')];
    writeFileSync(path, `#!/bin/sh\n${script.replaceAll('FILE', taken)}\n`);
    chmodSync(path, 0o755);
    return taken;
  };
  const written: string[] = [];
  const copy = (path: string) =>
    terminalSignals((sequence) => written.push(sequence), { TMUX: '/tmp/x,1,0', PATH: path }).copy('an id');

  const taken = tmux('echo "$@" > FILE.arguments; cat > FILE.text; mv FILE.text FILE');
  copy(`${folder}:/usr/bin:/bin`);
  await until(() => existsSync(taken), 'tmux has the text');
  expect(readFileSync(taken, 'utf8')).toBe('an id');
  expect(readFileSync(`${taken}.arguments`, 'utf8')).toBe('load-buffer -w -\n');
  expect(written).toEqual([]);

  tmux('exit 1');
  copy(`${folder}:/usr/bin:/bin`);
  await until(() => written.length === 1, 'the sequence of a tmux that refused');
  copy(join(folder, 'nothing'));
  await until(() => written.length === 2, 'the sequence without tmux');
  expect(written).toEqual([copySequence('an id', 'tmux'), copySequence('an id', 'tmux')]);
});

it('a pager that fails, is missing or is ended says so; one that was only left does not', async () => {
  // More than a pipe holds: a pager that reads nothing breaks it.
  const long = 'x'.repeat(1_000_000);
  const run = (pager: string) => runPager(long, { ...process.env, PAGER: pager });
  expect(await run('true')).toBeUndefined();
  expect(await run('false')).toBe('pager false ended with 1: nothing may have been shown; see PAGER');
  expect(await run('/no/such')).toBe('there is no pager /no/such: set PAGER');
  expect(await run(`${process.execPath} -e 'process.kill(process.pid,"SIGKILL")'`)).toMatch(
    /^pager .* was ended by SIGKILL$/,
  );
});
