import { expect, it } from 'vitest';
import { coverageRows, selectedCoverageIndex } from '../../hooks/coverage-screen.ts';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pressKey } from '../../hooks/press.ts';
import { coverageView } from '../../views/coverage/coverage-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { everyState } from '../views/catalogue.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW, snapshot } from '../views/fixtures.ts';
import { digestAnswers, unevaluated } from '../views/screen-samples.ts';

/** What the theme itself writes: bold, dim, reverse. */
const looks = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const over = { sources: everyState(), digests: digestAnswers.broken };
const findings = unevaluated(2);

function made() {
  const session = fakeSession({ snapshot: over, findings });
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  return desk;
}

function press(desk: Desk, ...names: readonly string[]) {
  for (const name of names) {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
    pressKey(desk, { name, text: [...name].length === 1 ? name : '' });
  }
}

const selectedRow = (desk: Desk) => {
  const dialog = topDialog(desk);
  const rows = coverageRows(desk.session.snapshot.get(), desk.session.findings.get());
  return rows[selectedCoverageIndex(rows, dialog?.type === 'coverage' ? dialog.selected : undefined)];
};

it('goes through sources, gaps, what nobody records, rules without what they need and digest files', () => {
  const desk = made();
  press(desk, 'V');
  const parts = [];
  for (let turn = 0; turn < 6; turn += 1) {
    parts.push(selectedRow(desk)?.type);
    press(desk, 'Tab');
  }
  expect(parts).toEqual(['source', 'gap', 'blind', 'rule', 'digests', 'source']);
  press(desk, 'G');
  expect(selectedRow(desk)?.type).toBe('proved');
});

it('keeps what is selected while sources come and go', () => {
  const desk = made();
  press(desk, 'V', 'Tab', 'Tab', 'Tab');
  const before = selectedRow(desk);
  const session = desk.session as ReturnType<typeof fakeSession>;
  session.snapshot.set({ ...session.snapshot.get(), sources: over.sources.slice(3) });
  press(desk, 'j', 'k');
  expect(selectedRow(desk)).toEqual(before);
});

it('leads from a gap to the timeline where it begins, from all else to everything as one text', async () => {
  const desk = made();
  press(desk, 'V', 'Enter');
  expect(topDialog(desk)?.type).toBe('coverage-text');
  press(desk, 'Esc', 'Tab', 'Enter');
  const { place } = desk.state.get();
  expect([topDialog(desk)?.type, place.type === 'hold' && place.cursor.at]).toEqual([undefined, NOW - 9000]);
  press(desk, 'Esc');
  expect(topDialog(desk)?.type).toBe('coverage');
});

it('says what is not evaluated and what digest files prove, and that silence of a rule means nothing', () => {
  const sheet = coverageView({ selected: 'rule r1' }, findings, {
    snapshot: snapshot({ sources: [], mode: 'saved', digests: digestAnswers.held }),
    now: NOW,
    utc: true,
    theme: createTheme({ ascii: true, theme: 'none' }),
    width: 120,
  });
  const text = [...(sheet.more ?? []), ...sheet.lines.slice(0, 99), ...sheet.footer].map((line) =>
    line.replaceAll(looks, '').trimEnd(),
  );
  expect(text).toEqual(
    expect.arrayContaining([
      '2 rules not evaluated',
      'digests hold',
      expect.stringMatching(/^> o Reads of many objects 1 +no S3 data events loaded$/),
      '  v 111122223333 us-east-1 2026-11-23 18:43:15Z to 2026-11-23 19:43:15Z: complete and unchanged',
      ' not evaluated: no S3 data events loaded. That it found nothing is not that there was nothing',
    ]),
  );
});
