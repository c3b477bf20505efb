import type { ResourceRef } from '../src/model/resource.ts';
import { shortKind } from '../src/model/resource.ts';
import { nearest } from '../src/shared/nearest.ts';
import { type Command, commands, commandText, readyCommands } from './commands.ts';
import { type Dialog, resourceKey } from './console-state.ts';
import { changeDialog, closeDialog, type Desk, openDialog, say } from './desk.ts';
import { filterByResource } from './filter-intents.ts';
import { offerFocus } from './focus-screen.ts';
import { fuzzyBest } from './fuzzy.ts';
import type { KeyPress } from './key-splitter.ts';
import { type KeyBinding, keysOf, runBinding } from './keymap.ts';
import { editText, insertText, TEXT_LIMIT, type TextField, textField, textOf } from './text-field.ts';
import { toPanes } from './trail.ts';

/** What the palette can do: a word, a key, or go to a resource. */
export type PaletteMatch =
  /** `title`: what it is with this argument. */
  | { readonly type: 'command'; readonly command: Command; readonly argument: string; readonly title?: string }
  | { readonly type: 'key'; readonly binding: KeyBinding }
  | { readonly type: 'resource'; readonly resource: ResourceRef };

type PaletteDialog = Extract<Dialog, { readonly type: 'palette' }>;

/** More than anyone reads; typing on finds the rest. */
const MOST = 200;
/** Resources that are looked through for each key: a few milliseconds' worth. */
const SEARCHED = 3000;
/** Commands that `Ctrl-P` brings back. */
const HISTORY = 50;

/** What a match is called, for the list and for what was typed; untrusted where it is a resource. */
export function matchText(match: PaletteMatch): { readonly name: string; readonly title: string } {
  switch (match.type) {
    case 'command': {
      const { command, argument } = match;
      return {
        name: argument === '' ? commandText(command) : `:${command.names[0]} ${argument}`,
        title: match.title ?? command.title,
      };
    }
    case 'key':
      return { name: match.binding.keys[0] ?? '', title: match.binding.title };
    case 'resource':
      return {
        name: `${shortKind(match.resource.kind)} ${match.resource.name || match.resource.arn}`,
        title: 'its events',
      };
  }
}

/** Resources that the console knows by name. */
function resourcesOf(desk: Desk): readonly ResourceRef[] {
  const seen = new Set<string>();
  const known = [...(desk.state.get().resources ?? []), ...desk.session.inventory.get().items.map(({ ref }) => ref)];
  return known.slice(0, SEARCHED).filter((resource) => {
    const key = resourceKey(resource);
    if (seen.has(key) || (resource.name || resource.arn) === '') return false;
    seen.add(key);
    return true;
  });
}

/** What answers to the text, the best first. */
export function paletteMatches(desk: Desk, text: string): readonly PaletteMatch[] {
  const typed = text.trimStart().replace(/^:/, '');
  const [, word = '', rest] = /^(\S*)(?:\s+(.*))?$/s.exec(typed) ?? [];
  const exact = commands.find(({ names }) => names.includes(word.toLowerCase()));
  if (exact?.argument && rest !== undefined) {
    // What can stand there is known of some: `:theme high` means the one that answers to it.
    const ready = readyCommands(desk).filter(({ command }) => command === exact);
    const known = fuzzyBest(rest.trim(), ready, ({ argument, title }) => [argument, title], MOST);
    const typedOut: PaletteMatch = { type: 'command', command: exact, argument: rest.trim() };
    return known.length > 0 ? known.map((one) => ({ type: 'command', ...one })) : [typedOut];
  }
  const all: PaletteMatch[] = [
    ...commands.map((command): PaletteMatch => ({ type: 'command', command, argument: '' })),
    ...readyCommands(desk).map((ready): PaletteMatch => ({ type: 'command', ...ready })),
    ...keysOf(desk)
      .filter(({ id }) => id !== 'palette')
      .map((binding): PaletteMatch => ({ type: 'key', binding })),
    ...(typed === '' ? [] : resourcesOf(desk).map((resource): PaletteMatch => ({ type: 'resource', resource }))),
  ];
  const found = fuzzyBest(typed.trim(), all, searched, MOST);
  if (found.length === 0 && rest === undefined) {
    const meant = nearest(
      word,
      commands.flatMap((command) => command.names),
    );
    return all.filter((match) => match.type === 'command' && match.command.names.some((name) => name === meant));
  }
  // A word that was typed out is meant, however well something else fits.
  const isMeant = (match: PaletteMatch) =>
    exact
      ? match.type === 'command' && match.command === exact
      : match.type === 'key' && match.binding.id === word.toLowerCase();
  return found.toSorted((a, b) => Number(isMeant(b)) - Number(isMeant(a)));
}

function searched(match: PaletteMatch): readonly string[] {
  switch (match.type) {
    case 'command':
      return match.argument === ''
        ? [...match.command.names, match.command.title]
        : [match.argument, match.title ?? '', `${match.command.names[0]} ${match.argument}`];
    case 'key':
      return [match.binding.title, match.binding.id];
    case 'resource':
      return [match.resource.name || match.resource.arn, `${shortKind(match.resource.kind)} ${match.resource.name}`];
  }
}

/** Why a match would do nothing just now. */
export const matchDisabled = (desk: Desk, match: PaletteMatch): string | undefined =>
  match.type === 'command'
    ? match.command.disabledReason?.(desk)
    : match.type === 'key'
      ? match.binding.disabledReason?.(desk)
      : undefined;

/** Opens the palette. */
export function openPalette(desk: Desk, text = ''): void {
  openDialog(desk, {
    type: 'palette',
    field: textField(text),
    matches: paletteMatches(desk, text),
    selected: 0,
    back: 0,
    typed: '',
  });
}

function type(desk: Desk, dialog: PaletteDialog, field: TextField, next: Partial<PaletteDialog> = {}): void {
  changeDialog(desk, dialog.id, { field, matches: paletteMatches(desk, textOf(field)), selected: 0, back: 0, ...next });
}

/** A key in the palette. Keys before its first frame count: who types `:inv` quickly means it. */
export function pressInPalette(desk: Desk, dialog: PaletteDialog, key: KeyPress): void {
  const { matches, selected, field, back } = dialog;
  const last = Math.max(0, matches.length - 1);
  switch (key.name) {
    case 'Esc':
      closeDialog(desk, dialog.id);
      return;
    case 'Enter':
      choose(desk, dialog);
      return;
    case 'Up':
    case 'Down':
    case 'PageUp':
    case 'PageDown': {
      const page = Math.max(1, desk.extents.dialogRows - 1);
      const by = { Up: -1, Down: 1, PageUp: -page, PageDown: page }[key.name];
      changeDialog(desk, dialog.id, { selected: Math.max(0, Math.min(last, selected + by)) });
      return;
    }
    case 'Tab': {
      const match = matches[selected];
      if (match) type(desk, dialog, textField(completed(match)));
      return;
    }
    case 'Ctrl-P':
    case 'Ctrl-N': {
      const typed = back === 0 ? textOf(field) : dialog.typed;
      const next = Math.max(0, Math.min(desk.commands.length, back + (key.name === 'Ctrl-P' ? 1 : -1)));
      if (next !== back)
        type(desk, dialog, textField(next === 0 ? typed : desk.commands[next - 1]), { back: next, typed });
      return;
    }
    case 'Backspace':
      // As in vi: with nothing left to take away it leaves.
      if (textOf(field) === '') {
        closeDialog(desk, dialog.id);
        return;
      }
  }
  const edited = editText(field, key);
  if (edited && textOf(edited) === textOf(field)) changeDialog(desk, dialog.id, { field: edited });
  else if (edited) type(desk, dialog, edited);
}

/** Text from the clipboard, into the palette. */
export function pasteInPalette(desk: Desk, dialog: PaletteDialog, text: string): void {
  const typed = textOf(dialog.field).trim();
  // An alert of many lines, or what `:focus` is to start from: a line of text would spoil it.
  if (/[\r\n]/.test(text.trim()) || /^:?focus$/.test(typed)) {
    closeDialog(desk, dialog.id);
    offerFocus(desk, text);
    return;
  }
  const { field, cut } = insertText(dialog.field, text);
  type(desk, dialog, field);
  if (cut) say(desk, `pasted text was cut: a line holds ${TEXT_LIMIT.toLocaleString('en-US')} characters`, 'problem');
}

/** What Tab makes of a match: what typing on continues from. */
function completed(match: PaletteMatch): string {
  if (match.type === 'command') return `${match.command.names[0]}${match.command.argument ? ` ${match.argument}` : ''}`;
  return match.type === 'key' ? match.binding.title : match.resource.name || match.resource.arn;
}

function choose(desk: Desk, dialog: PaletteDialog): void {
  const match = dialog.matches[dialog.selected];
  if (!match) {
    say(desk, 'nothing is called that; Esc leaves');
    return;
  }
  const reason = matchDisabled(desk, match);
  if (reason !== undefined) {
    say(desk, reason);
    return;
  }
  // A command that lacks what it is about waits for it.
  if (
    match.type === 'command' &&
    match.command.argument &&
    !match.command.optional &&
    match.argument === '' &&
    !textOf(dialog.field).includes(' ')
  ) {
    type(desk, dialog, textField(completed(match)));
    return;
  }
  keep(desk, textOf(dialog.field).trim());
  run(desk, match);
}

function keep(desk: Desk, text: string): void {
  if (text === '') return;
  const known = desk.commands.indexOf(text);
  if (known >= 0) desk.commands.splice(known, 1);
  desk.commands.unshift(text);
  desk.commands.length = Math.min(desk.commands.length, HISTORY);
}

function run(desk: Desk, match: PaletteMatch): void {
  closeDialog(desk);
  if (match.type === 'command') match.command.run(desk, match.argument);
  else if (match.type === 'resource') filterByResource(desk, match.resource);
  else {
    // A key of the panes alone: no screen above them may hide what it does.
    if (!match.binding.everywhere) toPanes(desk);
    runBinding(desk, match.binding);
  }
}
