import { type NoticeKind, noticeKinds, type ThemeName, themeNames } from '../src/model/console-settings.ts';
import { nearest } from '../src/shared/nearest.ts';
import type { Command } from './commands.ts';
import { change, type Desk, say } from './desk.ts';

/** What the operator may choose while the console runs; the file says what it begins with. */
interface Choice<Value extends string> {
  readonly names: readonly [string, ...string[]];
  readonly title: string;
  readonly values: readonly Value[];
  readonly now: (desk: Desk) => Value;
  readonly take: (desk: Desk, value: Value) => void;
}

function choose<Value extends string>({ names, title, values, now, take }: Choice<Value>): Command {
  const [name] = names;
  return {
    names,
    argument: values.join('|'),
    optional: true,
    title,
    run: (desk, text) => {
      const wanted = text.trim().toLowerCase();
      const value = values.find((one) => one === wanted);
      if (value !== undefined) {
        take(desk, value);
        say(desk, `${name}: ${value}`);
      } else if (wanted === '') say(desk, `${name}: ${now(desk)}; there are ${values.join(', ')}`);
      else {
        const meant = nearest(wanted, values);
        say(desk, `${name}: there is no ${wanted}; ${meant ? `did you mean ${meant}?` : values.join(', ')}`, 'problem');
      }
    },
  };
}

/** Takes the mouse from the terminal, or gives it back. */
export function toggleMouse(desk: Desk): void {
  const mouse = !desk.state.get().mouse;
  change(desk, { mouse });
  say(desk, mouse ? 'mouse on: the wheel scrolls, a click selects; Shift selects text' : 'mouse off: it selects text');
}

const onOff = ['on', 'off'] as const;
const isOn = (value: boolean) => (value ? 'on' : 'off');

/** Settings of the console as words of the palette. */
export const settingCommands: readonly Command[] = [
  choose<ThemeName>({
    names: ['theme', 'colours'],
    title: 'colours: the terminal’s own, eight, safe for the colour-blind, strong, none',
    values: themeNames,
    now: (desk) => desk.state.get().theme,
    take: (desk, theme) => change(desk, { theme }),
  }),
  choose({
    names: ['mouse'],
    title: 'mouse: the wheel scrolls and a click selects; off, the terminal selects text',
    values: onOff,
    now: (desk) => isOn(desk.state.get().mouse),
    take: (desk, value) => change(desk, { mouse: value === 'on' }),
  }),
  choose<NoticeKind>({
    names: ['notify', 'bell'],
    title: 'how a new grave finding is told: bell, desktop notification, not at all',
    values: noticeKinds,
    now: (desk) => desk.state.get().notify,
    take: (desk, notify) => change(desk, { notify }),
  }),
  choose({
    names: ['title'],
    title: 'whether the terminal’s title names incident and findings',
    values: onOff,
    now: (desk) => isOn(desk.state.get().title),
    take: (desk, value) => change(desk, { title: value === 'on' }),
  }),
];

/** Every value of every setting, for the palette: `theme high-contrast` is found by either word. */
export const settingValues: readonly {
  readonly command: Command;
  readonly argument: string;
  readonly title: string;
}[] = settingCommands.flatMap((command) =>
  (command.argument ?? '').split('|').map((argument) => ({ command, argument, title: `setting: ${command.title}` })),
);
