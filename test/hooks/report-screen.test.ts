import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pressKey } from '../../hooks/press.ts';
import { movedBy, rowsOfLine } from '../../hooks/report-rows.ts';
import type { ReportDialog } from '../../hooks/report-screen.ts';
import { FailedError } from '../../src/model/errors.ts';
import { type LongText, lineAt, longText } from '../../src/model/long-text.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { sheetView } from '../../views/dialogs/sheet.ts';
import { reportView } from '../../views/report/report-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from '../views/fake-session.ts';

const theme = createTheme({ ascii: false, theme: 'none' });
const tick = async () => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

const textOf = (rows: number, more: readonly string[] = []): LongText =>
  longText([
    '# Incident INC\n\n## Summary\n\nalice did it\n\n## Timeline\n\n',
    ...more.map((line) => `${line}\n`),
    ...Array.from({ length: rows }, (_, n) => `| row ${n} | ${'w'.repeat(n % 300)} |\n`),
    '\n## Evidence register\n\nend\n',
  ]);

const huge = textOf(200_000);

const ending: AbortController[] = [];
afterEach(() => {
  for (const one of ending.splice(0)) one.abort();
});

/** A desk whose clock and timers are turned by hand. */
function deskOf(text: LongText | (() => Promise<LongText>)) {
  let now = 1_000_000;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const session = fakeSession();
  let made = 0;
  let current = text;
  session.longDocument = async () => {
    made += 1;
    return typeof current === 'function' ? current() : current;
  };
  const desk = createDesk(session, {
    now: () => now,
    later: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  ending.push(desk.ending);
  Object.assign(desk.extents, { dialogRows: 20, columns: 80 });
  const run = async (ms: number) => {
    const until = now + ms;
    for (;;) {
      const due = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      timers = timers.filter((one) => one !== due);
      now = Math.max(now, due.at);
      due.run();
      await tick();
    }
    now = until;
  };
  const press = async (...names: readonly string[]) => {
    for (const name of names) {
      pressKey(desk, { name, text: name === 'Space' ? ' ' : [...name].length === 1 ? name : '' });
      await tick();
      const top = topDialog(desk);
      if (top && top.type !== 'palette') dialogPainted(desk, top.id);
    }
  };
  const report = (): ReportDialog => {
    const dialog = topDialog(desk);
    if (dialog?.type !== 'report') throw new Error(`no report but ${dialog?.type}`);
    return dialog;
  };
  return {
    desk,
    session,
    run,
    press,
    report,
    open: async (command = 'preview') =>
      press(':', ...[...command].map((one) => (one === ' ' ? 'Space' : one)), 'Enter'),
    made: () => made,
    replace: (next: LongText | (() => Promise<LongText>)) => {
      current = next;
    },
    changed: () =>
      session.snapshot.set({ ...session.snapshot.get(), eventsVersion: session.snapshot.get().eventsVersion + 1 }),
    topLine: () => lineAt(report().text!, report().top.line),
  };
}

const shown = (dialog: ReportDialog, { session, desk }: ReturnType<typeof deskOf>, width: number, height: number) =>
  sheetView(
    reportView(dialog, { snapshot: session.snapshot.get(), now: desk.surroundings.now(), utc: true, theme, width }),
    0,
    width,
    height,
    theme,
  );

describe('the report on screen', () => {
  it('is the whole text, by rows: down, up, pages, the end and back', async () => {
    const on = deskOf(textOf(1_000));
    await on.open();
    expect(on.topLine()).toBe('# Incident INC');
    await on.press('j', 'j');
    expect(on.report().top).toEqual({ line: 2, part: 0 });
    await on.press('k', 'Space');
    expect(on.report().top).toEqual({ line: 20, part: 0 });
    await on.press('G');
    const last = shown(on.report(), on, 80, 21).join('\n');
    expect(last).toMatch(/end\s*$/);
    await on.press('g');
    expect(on.report().top).toEqual({ line: 0, part: 0 });
  });

  it('jumps by section, and begins at the one that was asked for', async () => {
    const on = deskOf(textOf(1_000));
    await on.open('preview time');
    expect(on.topLine()).toBe('## Timeline');
    await on.press('[');
    expect(on.topLine()).toBe('## Summary');
    await on.press(']', 'j');
    await on.press('[');
    expect(on.topLine()).toBe('## Timeline');
  });

  it('searches: the next, the one before, round the end, and says where nothing is', async () => {
    const on = deskOf(textOf(10_000));
    await on.open();
    await on.press('/', ...'ROW 9001', 'Enter');
    await on.run(50);
    expect(lineAt(on.report().text!, on.report().found)).toMatch(/^\| row 9001 /);
    await on.press('/', ...'row 77 ', 'Enter');
    await on.run(50);
    expect(lineAt(on.report().text!, on.report().found)).toMatch(/^\| row 77 /);
    await on.press('n');
    await on.run(50);
    expect(lineAt(on.report().text!, on.report().found)).toMatch(/^\| row 77 /);
    await on.press('/', ...'nowhere', 'Enter');
    await on.run(50);
    expect(on.report().found).toBe(-1);
    expect(on.desk.state.get().message?.text).toBe('not in the text');
    await on.press('/', 'x', 'Esc');
    expect(on.report().typing).toBe(false);
  });

  it('follows what changes at a calm pace, keeps the reader’s place, and ends with the screen', async () => {
    const on = deskOf(textOf(500));
    await on.open('preview timeline');
    await on.press(...Array.from({ length: 12 }, () => 'Space'));
    const line = on.topLine();
    expect(on.made()).toBe(1);
    await on.run(10_000);
    expect(on.made()).toBe(1);
    on.replace(textOf(500, ['| late |', '| later |']));
    for (let n = 0; n < 20; n += 1) {
      on.changed();
      await on.run(100);
    }
    await on.run(2_000);
    // The first change at once, the others together.
    expect(on.made()).toBe(3);
    expect(on.topLine()).toBe(line);
    await on.press('Esc');
    const before = on.made();
    on.changed();
    await on.run(60_000);
    expect(on.made()).toBe(before);
  });

  it('is not made anew more often than a tenth of the time allows, however long it takes', async () => {
    const on = deskOf(textOf(5));
    on.replace(async () => {
      await on.run(2_000);
      return textOf(5);
    });
    await on.open();
    await on.run(0);
    for (let n = 0; n < 60; n += 1) {
      on.changed();
      await on.run(1_000);
    }
    expect(on.made()).toBeLessThanOrEqual(5);
    expect(on.made()).toBeGreaterThanOrEqual(3);
  });

  it('keeps the text where a later one fails, and says why it is not current', async () => {
    const on = deskOf(textOf(50));
    await on.open();
    on.replace(async () => {
      throw new FailedError('ReportTooLarge', 'the report does not fit into memory', ['Use a filter']);
    });
    on.changed();
    await on.run(5_000);
    expect(on.report().failure?.code).toBe('ReportTooLarge');
    const rows = shown(on.report(), on, 80, 22);
    expect(rows[0]).toContain('not current');
    expect(rows.join('\n')).toContain('does not fit into memory');
    expect(rows[1]).toContain('# Incident INC');
  });

  it('w writes the file', async () => {
    const on = deskOf(textOf(50));
    await on.open();
    await on.press('w');
    expect(on.session.asked).toContain('report');
  });

  it.each(sizes)(
    'stands at %i×%i: while it is written, failing at once, empty, huge, hostile',
    async (width, height) => {
      const hostile = `## \u001b[31m\u202e${'漢'.repeat(300)}\n${'`'.repeat(5_000)}\n${'x'.repeat(40_000)}\n`;
      const texts = [
        textOf(0),
        textOf(3),
        textOf(200_000),
        longText([hostile]),
        longText([]),
        longText(['no line feed']),
      ];
      const on = deskOf(texts[2]!);
      await on.open();
      const base = on.report();
      const failure = { code: 'X', message: hostile, nextSteps: ['a'] };
      const dialogs: readonly ReportDialog[] = [
        { ...base, text: undefined },
        { ...base, text: undefined, failure },
        { ...base, failure },
        { ...base, typing: true },
        ...texts.flatMap((text) => [
          { ...base, text },
          { ...base, text, found: 1 },
          { ...base, text, top: movedBy(text, { line: 0, part: 0 }, 1e9, height - 1, width) },
          { ...base, text, top: { line: 1e9, part: 1e9 } },
        ]),
      ];
      for (const dialog of dialogs) {
        const rows = shown(dialog, on, width, height);
        expect(rows.length).toBeLessThanOrEqual(height);
        for (const row of rows) expect(cellWidth(stripVTControlCharacters(row))).toBe(width);
      }
      expect(shown({ ...base, text: undefined }, on, width, height)[1]).toContain('being written');
    },
  );

  it('of 200,000 lines is drawn, moved in and jumped in by the lines on screen alone', async () => {
    const text = huge;
    const on = deskOf(text);
    await on.open();
    let read = 0;
    const counted: LongText = {
      ...text,
      starts: new Proxy(text.starts, {
        get: (of, name) => {
          if (typeof name === 'string' && /^\d+$/.test(name)) read += 1;
          return Reflect.get(of, name, of);
        },
      }),
    };
    on.replace(counted);
    on.changed();
    await on.run(5_000);
    read = 0;
    await on.press('G', 'b', 'k', '[', ']', 'g', 'Space');
    shown(on.report(), on, 80, 24);
    expect(read).toBeLessThan(2_000);
    expect(rowsOfLine(counted, 100_000, 80).length).toBeGreaterThan(0);
  });
});
