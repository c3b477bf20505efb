import type { Failure } from '../../hooks/console-state.ts';
import { keyOr } from '../../hooks/key-names.ts';
import { type TextField, textOf } from '../../hooks/text-field.ts';
import type { Params, Step } from '../../src/containment/action.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { plural, safe } from '../components/text.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import type { Theme } from '../theme/theme.ts';
import type { DialogContext } from './context.ts';

/** What the lower end of a plan or an undo is drawn from. */
export interface ConfirmModel {
  readonly stage: 'planning' | 'ready' | 'sending' | 'failed';
  readonly kind: 'none' | 'key' | 'name';
  readonly settled: boolean;
  readonly name: string;
  readonly field: TextField;
  readonly verb: string;
  readonly steps: readonly Step[];
}

/** The lines that stay at the bottom: how it is confirmed, or why it cannot be. */
export function confirmFooter(model: ConfirmModel, { snapshot, now, theme, width }: DialogContext): string[] {
  const armed = snapshot.armedUntil !== undefined && snapshot.armedUntil > now;
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const line = (text: string, meaning: Parameters<Theme['paint']>[0] = 'plain') =>
    theme.paint(meaning, fit(` ${text}`, width));
  const name = safe(model.name, 200);
  const calls = plural(model.steps.filter(({ kind }) => kind === 'call').length, 'call');
  switch (model.stage) {
    case 'planning':
      return [rule, line('reading from AWS; nothing is sent… Esc gives up', 'dim')];
    case 'sending':
      return [rule, line('reading again and comparing with what you saw, then sending…', 'write')];
    case 'failed':
      return [rule, line('nothing more is sent. r plans again, Esc closes')];
    case 'ready':
      if (model.kind === 'none') return [rule, line('nothing to send: it is so already. Esc closes')];
      if (!armed)
        return [
          rule,
          line(`read-only: press ${keyOr(theme.key, 'arm')} to arm`, 'readonly'),
          line(
            model.kind === 'name' ? `after that: Type ${name} and Enter` : `after that: y ${model.verb} ${calls}`,
            'dim',
          ),
        ];
      if (model.kind === 'name') {
        const typed = textOf(model.field);
        const state =
          typed === model.name ? `Enter ${model.verb} ${calls}` : typed === '' ? 'Esc cancels' : 'not yet the name';
        return [rule, fieldLine(`Type ${name} to confirm: `, model.field, width, theme), line(state, 'dim')];
      }
      return [rule, buttons(` ${model.settled ? 'y' : '…'} ${model.verb} ${calls} `, model.settled, width, theme)];
  }
}

/** Cancel has the focus: Enter presses it. The other is pressed by its own key, once the dialog has settled. */
export function buttons(action: string, ready: boolean, width: number, theme: Theme): string {
  const cancel = `${theme.glyphs.button.first}Cancel${theme.glyphs.button.last}`;
  const shown = fit(action, Math.min(cellWidth(action), width - cancel.length - 4));
  const rest = ' '.repeat(Math.max(0, width - cancel.length - 4 - cellWidth(shown)));
  return ` ${theme.paint('selected', cancel)}   ${theme.paint(ready ? 'armed' : 'dim', shown)}${rest}`;
}

/** A failure and what can be done about it. */
export function failureLines(failure: Failure, { width, theme }: DialogContext): string[] {
  return [
    ' '.repeat(width),
    ...paragraph(`${failure.code}: ${failure.message}`, width, theme, 'problem'),
    ...failure.nextSteps.flatMap((step, index) => field(index === 0 ? 'next' : '', step, width, theme)),
  ];
}

/** Where and as whom it would be done: stands in every dialog that confirms. */
export function whereLines(
  { snapshot, width, theme }: DialogContext,
  plan: { readonly account: string; readonly region: string } | undefined,
): string[] {
  const { identity, accounts } = snapshot;
  const account = plan?.account ?? identity?.account;
  // Of several accounts, the plan's own: another's alias or identity beside it would be a lie.
  const own = account === identity?.account;
  const other = own ? undefined : accounts.find((one) => one.account === account);
  const known = own ? identity?.alias : other?.alias;
  const alias = known ? ` ${known}` : '';
  return [
    ...(identity?.endpoint.kind === 'simulated'
      ? field('endpoint', 'SIMULATED: no AWS account is touched', width, theme, 'simulated')
      : []),
    ...(identity?.endpoint.kind === 'custom'
      ? field('endpoint', `CUSTOM ENDPOINT ${identity.endpoint.host}`, width, theme, 'custom')
      : []),
    ...field(
      'account',
      `${account ?? 'not known yet'}${alias} in ${plan?.region ?? identity?.region ?? 'an unknown Region'}`,
      width,
      theme,
    ),
    ...field(
      'as',
      own
        ? (identity?.arn ?? 'not known yet')
        : other?.profile
          ? `the identity of profile ${other.profile}`
          : 'not known yet',
      width,
      theme,
    ),
  ];
}

/** What was chosen for the action's parameters. */
export const paramLines = (params: Params, width: number, theme: Theme): string[] =>
  Object.entries(params).flatMap(([name, value], index) =>
    field(index === 0 ? 'with' : '', `${name} = ${value}`, width, theme, 'title'),
  );

/** A heading inside a dialog, a blank line before it. */
export const heading = (text: string, { width, theme }: DialogContext): string[] => [
  ' '.repeat(width),
  theme.paint('title', fit(` ${text}`, width)),
];
