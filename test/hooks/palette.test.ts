import { describe, expect, it } from 'vitest';
import { commands } from '../../hooks/commands.ts';
import { createDesk, topDialog } from '../../hooks/desk.ts';
import { fuzzyBest, fuzzyScore } from '../../hooks/fuzzy.ts';
import { keymap } from '../../hooks/keymap.ts';
import { matchText, paletteMatches } from '../../hooks/palette.ts';
import { pasteText, pressKey } from '../../hooks/press.ts';
import { textOf } from '../../hooks/text-field.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW, notebook } from '../views/fixtures.ts';

function made() {
  const desk = createDesk(fakeSession(), {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  desk.state.set({
    ...desk.state.get(),
    resources: [{ ...notebook, events: 1, writes: 0, errors: 0, lastAt: 0, why: [], isNew: false }],
  });
  return desk;
}
type Made = ReturnType<typeof made>;
const press = (desk: Made, ...names: readonly string[]) => {
  for (const name of names)
    pressKey(desk, { name: name === ' ' ? 'Space' : name, text: [...name].length === 1 ? name : '' });
};
const names = (desk: Made, text: string) => paletteMatches(desk, text).map((match) => matchText(match).name);

describe('the score', () => {
  it('wants every character in order, whatever the case', () => {
    expect(fuzzyScore('cvg', 'Coverage')).toBeDefined();
    expect(fuzzyScore('gvc', 'coverage')).toBeUndefined();
    expect(fuzzyScore('', 'anything')).toBe(0);
  });

  it('puts whole words before parts, starts of words before insides, and keeps the order of equals', () => {
    const best = (typed: string, ...items: readonly string[]) => fuzzyBest(typed, items, (item) => [item], 9);
    expect(best('mark', 'bookmarks', 'remarkable mark', 'mark')).toEqual(['mark', 'remarkable mark', 'bookmarks']);
    expect(best('nf', 'in a file', 'next failed event')[0]).toBe('next failed event');
    expect(best('', 'b', 'a')).toEqual(['b', 'a']);
  });

  it('finds nothing by chance in a long text', () => {
    const long = 'the AWS calls that this session made, with request ids';
    expect(fuzzyScore('theem', long)).toBeUndefined();
    expect(fuzzyScore('regoin', 'the next change, failure or finding of this lane')).toBeUndefined();
    // Initials, and letters left out, are meant.
    expect(fuzzyScore('aws rids', long)).toBeDefined();
    expect(fuzzyScore('tacsm', long)).toBeDefined();
    expect(fuzzyScore('sesion', long)).toBeDefined();
  });

  it('finds what is written in other scripts and survives what is no text', () => {
    expect(fuzzyScore('数据', '数据库')).toBeGreaterThan(1000);
    expect(fuzzyScore('\u0000', 'a\u0000\u202e')).toBeDefined();
  });
});

describe('the palette', () => {
  it('takes the id of a key for what is meant: so it is named where the operator has taken the key away', () => {
    for (const id of ['arm', 'shown', 'filter', 'report'])
      expect(paletteMatches(made(), id)[0]).toMatchObject(
        id === 'arm' || id === 'shown'
          ? { type: 'key', binding: { id } }
          : { type: 'command', command: { names: [id] } },
      );
  });
  it('offers every key and every command', () => {
    const all = names(made(), '');
    for (const {
      names: [name],
    } of commands)
      expect(all.some((text) => text.startsWith(`:${name}`))).toBe(true);
    const offered = paletteMatches(made(), '').filter(({ type }) => type === 'key');
    expect(offered).toHaveLength(keymap.length - 1);
  });

  it('offers the values of every setting, and takes them', () => {
    const desk = made();
    expect(names(desk, 'high contrast')[0]).toBe(':theme high-contrast');
    expect(names(desk, 'theme')).toContain(':theme colour-blind');
    for (const text of ['theme high-contrast', 'mouse on', 'notify osc9']) {
      press(desk, ':', ...text, 'Enter');
    }
    expect(desk.state.get()).toMatchObject({ theme: 'high-contrast', mouse: true, notify: 'osc9' });
    press(desk, ':', ...'theme hgih-contrast', 'Enter');
    expect(desk.state.get().message?.text).toContain('did you mean high-contrast?');
    expect(desk.state.get().theme).toBe('high-contrast');
  });

  it('plans every action on what is selected, by its name', () => {
    const desk = made();
    desk.state.set({ ...desk.state.get(), focus: 'resources' });
    const [name = ''] = names(desk, 'contain test');
    expect(name).toMatch(/^:contain \S+ fraud-lab$/);
    press(desk, ':', ...name.slice(1), 'Enter');
    expect(desk.state.get().dialogs.at(-1)?.type).toMatch(/^(?:plan|parameters)$/);
  });

  it('means the word that was typed out, and takes the rest for its argument', () => {
    const desk = made();
    expect(names(desk, 'q')[0]).toBe(':quit');
    expect(names(desk, ':errors')[0]).toBe(':errors');
    expect(names(desk, 'filter ip=198.51.100.7 error')).toEqual([':filter ip=198.51.100.7 error']);
  });

  it('knows the command that was misspelt, and finds nothing where nothing is meant', () => {
    const desk = made();
    expect(names(desk, 'theem')[0]).toBe(':theme default|basic|colour-blind|high-contrast|none');
    expect(names(desk, 'covreage')[0]).toBe(':coverage');
    expect(names(desk, 'zzqqxx')).toEqual([]);
  });

  it('finds resources by name and goes to their events', async () => {
    const desk = made();
    press(desk, ':', ...'fraud-lab');
    press(desk, 'Enter');
    await until(() => desk.state.get().filter.text === 'resource=fraud-lab');
    expect(topDialog(desk)).toBeUndefined();
  });

  it('runs what was typed before its first frame, and Esc leaves without running', () => {
    const desk = made();
    press(desk, ':', ...'errors', 'Enter');
    expect(topDialog(desk)?.type).toBe('errors');
    const other = made();
    press(other, ':', ...'errors', 'Esc');
    expect(topDialog(other)).toBeUndefined();
    expect(other.state.get().dialogs).toEqual([]);
  });

  it('completes with Tab, waits for what a command is about, and filters by it', async () => {
    const desk = made();
    press(desk, ':', ...'filt', 'Tab');
    const open = topDialog(desk);
    expect(open?.type === 'palette' && textOf(open.field)).toBe('filter ');
    press(desk, ...'error', 'Enter');
    await until(() => desk.state.get().filter.text === 'error');
    const waiting = made();
    press(waiting, ':', ...'filter', 'Enter');
    expect(topDialog(waiting)?.type).toBe('palette');
  });

  it('brings earlier commands back', () => {
    const desk = made();
    press(desk, ':', ...'errors', 'Enter');
    desk.state.set({ ...desk.state.get(), dialogs: [] });
    press(desk, ':', 'Ctrl-P');
    const open = topDialog(desk);
    expect(open?.type === 'palette' && textOf(open.field)).toBe('errors');
    press(desk, 'Ctrl-N');
    const back = topDialog(desk);
    expect(back?.type === 'palette' && textOf(back.field)).toBe('');
  });

  it('says why an entry does nothing, and takes a paste as text', () => {
    const desk = made();
    press(desk, ':');
    pasteText(desk, 'undo a containment');
    press(desk, 'Enter');
    expect(desk.state.get().message?.text).toBe('nothing to undo');
    expect(topDialog(desk)?.type).toBe('palette');
  });
});
