import { type Command, commands, commandText } from './commands.ts';
import { isScreen, screenTitles } from './console-state.ts';
import { type Desk, screenOf, topDialog } from './desk.ts';
import { keymap, keysOf, runBinding } from './keymap.ts';
import { openPalette } from './palette.ts';
import { type ScreenBinding, screenKeymap } from './screen-keymap.ts';

/** One row of the help, and of the README's table. */
export interface HelpEntry {
  /** Keys, the first one first, or the command as it is typed. */
  readonly keys: readonly string[];
  readonly title: string;
  /** Panes or screens in which it is offered; empty: everywhere. */
  readonly where: readonly string[];
  readonly run: (desk: Desk) => void;
  readonly disabledReason?: (desk: Desk) => string | undefined;
}

function screenReason(desk: Desk, { screens, disabledReason }: ScreenBinding): string | undefined {
  const dialog = screenOf(desk);
  if (!dialog || !isScreen(dialog.type) || !screens.includes(dialog.type))
    return `only in ${screens.map((screen) => screenTitles[screen]).join(', ')}`;
  return topDialog(desk)?.id === dialog.id ? disabledReason?.(desk) : undefined;
}

function runCommand(desk: Desk, command: Command): void {
  const reason = command.disabledReason?.(desk);
  // What it is about has to be typed.
  if (command.argument && !command.optional) openPalette(desk, `${command.names[0]} `);
  else if (reason === undefined) command.run(desk, '');
}

/** Every key (the operator's own at a desk), then every command, in the order in which help shows them. */
export const helpEntries: (desk?: Desk) => readonly HelpEntry[] = (desk) => [
  ...(desk ? keysOf(desk) : keymap).map((binding) => ({
    keys: binding.keys,
    title: binding.title,
    where: binding.panes ?? [],
    run: (desk: Desk) => runBinding(desk, binding),
    ...(binding.disabledReason ? { disabledReason: binding.disabledReason } : {}),
  })),
  ...screenKeymap.map((binding) => ({
    keys: binding.keys,
    title: binding.title,
    where: binding.screens.map((screen) => screenTitles[screen]),
    run: (desk: Desk) => runBinding(desk, binding),
    // Help lies above the screen: its keys work there only.
    disabledReason: (desk: Desk) => screenReason(desk, binding),
  })),
  ...commands.map((command) => ({
    keys: [commandText(command), ...command.names.slice(1).map((name) => `:${name}`)],
    title: command.title,
    where: [],
    run: (desk: Desk) => runCommand(desk, command),
    ...(command.disabledReason ? { disabledReason: command.disabledReason } : {}),
  })),
];

/** The table of keys and commands for the README, in markdown. */
export function keyTable(): string {
  // A bar ends a cell, in code too.
  const code = (name: string) => `\`${name.replaceAll('|', '\\|')}\``;
  const rows = helpEntries().map(({ keys, title, where }) => {
    const place = where.length > 0 ? ` (${where.join(', ')})` : '';
    return `| ${keys.map(code).join(' ')} | ${title.replaceAll('|', '\\|')}${place} |`;
  });
  return ['| key | what it does |', '|---|---|', ...rows].join('\n');
}
