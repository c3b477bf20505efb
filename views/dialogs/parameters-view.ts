import { offeredValues, type ParametersDialog, selectedValue } from '../../hooks/parameters.ts';
import { textOf } from '../../hooks/text-field.ts';
import { shortKind } from '../../src/model/resource.ts';
import { fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { count, cutMiddle, safe, wrap } from '../components/text.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { failureLines } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import { drawnRows, type Sheet } from './sheet.ts';

/** Rows below what it is about, whatever they hold, so that nothing jumps while AWS is asked or a filter is typed. */
const ROWS = 12;
/** Rows at the bottom with the selected value in full. */
const WHOLE = 3;

/** Part of a row that the end of an ARN gets. */
const END = 0.65;

/** A value in one row: of several with commas between, each keeps its end. */
function valueText(value: string, width: number): string {
  const parts = safe(value).split(',');
  if (parts.length === 1 || parts.length > 4) return cutMiddle(parts.join(', '), width, END);
  const room = Math.floor((width - 2 * (parts.length - 1)) / parts.length);
  return parts.map((part) => cutMiddle(part.trim(), room, END)).join(', ');
}

/** Rows that a long name may take at the top: what is chosen from must stay in sight. */
const HEAD = 2;

/** What is being chosen for: the parameter in words, and what was chosen before. */
function headLines({ offered, at, params, target }: ParametersDialog, { width, theme }: DialogContext): string[] {
  const parameter = offered[at];
  return [
    ...field('target', `${shortKind(target.kind)} ${target.name || target.arn}`, width, theme, 'title').slice(0, HEAD),
    ...Object.entries(params)
      .slice(0, at)
      .flatMap(([name, value]) => field('chosen', `${name} = ${value}`, width, theme, 'dim').slice(0, HEAD)),
    ...(parameter ? field(safe(parameter.name, 60), parameter.title, width, theme).slice(0, HEAD) : []),
  ];
}

function stateLines(dialog: ParametersDialog, context: DialogContext): readonly string[] | undefined {
  const { width, theme } = context;
  const parameter = dialog.offered[dialog.at];
  if (dialog.stage === 'asking')
    return paragraph('asking AWS which values fit; nothing is sent… Esc gives up', width, theme, 'dim');
  if (dialog.stage === 'failed') return dialog.failure ? failureLines(dialog.failure, context) : [];
  if (parameter?.choices?.length === 0)
    return [
      ...paragraph(`no value of ${parameter.name} fits this target`, width, theme, 'problem'),
      ...paragraph('so this cannot be planned here: Esc goes back, r asks AWS again', width, theme, 'dim'),
    ];
  return undefined;
}

/** What an action wants to be told: the values that fit, the likeliest first, or a line to type in. */
export function parametersView(dialog: ParametersDialog, context: DialogContext): Sheet {
  const sheet = content(dialog, context);
  return { ...sheet, whole: true, most: ROWS - sheet.footer.length };
}

function content(dialog: ParametersDialog, context: DialogContext): Sheet {
  const { width, theme } = context;
  const { offered, at, mode, field: line } = dialog;
  const parameter = offered[at];
  const values = offeredValues(dialog) ?? [];
  const state = stateLines(dialog, context);
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const common = {
    title: safe(dialog.action.title, 200),
    head: headLines(dialog, context),
    right: offered.length > 1 ? `${at + 1} of ${offered.length}` : '',
  };
  if (state) return { ...common, lines: state, footer: [] };
  if (mode === 'text')
    return {
      ...common,
      lines: [],
      footer: [rule, fieldLine(`${safe(parameter?.name ?? '', 60)} = `, line, width, theme)],
    };
  const row = (index: number): string => {
    const chosen = index === dialog.selected;
    const likeliest = index === 0 && values.length > 1 && values[0] === parameter?.choices?.[0];
    const room = width - 4 - (likeliest ? 14 : 0);
    const text = fit(
      `${chosen ? theme.glyphs.pointer : ' '}  ${fit(valueText(values[index] ?? '', room), room)}${likeliest ? '  likeliest' : ''}`,
      width,
    );
    return chosen ? theme.paint('selected', text) : text;
  };
  // Only where a value may be cut; the same for all of them, so that nothing jumps.
  const cut = (parameter?.choices ?? []).some((value) => value.length > width - 20);
  const whole = wrap(safe(selectedValue(dialog) ?? ''), width - 2);
  const none = [theme.paint('dim', fit(`   nothing matches ${safe(textOf(line), 100)}`, width))];
  return {
    ...common,
    right: [common.right, values.length > 1 ? `${count(dialog.selected + 1)}/${count(values.length)}` : '']
      .filter(Boolean)
      .join(` ${theme.glyphs.dot} `),
    lines: values.length > 0 ? drawnRows(values.length, row) : none,
    footer: [
      ...(mode === 'filter' ? [fieldLine('/', line, width, theme)] : []),
      ...(cut
        ? [
            rule,
            ...Array.from({ length: WHOLE }, (_, index) => {
              const last = whole.length > WHOLE && index === WHOLE - 1;
              return theme.paint('dim', fit(` ${last ? whole.slice(index).join('') : (whole[index] ?? '')}`, width));
            }),
          ]
        : []),
    ],
    selectedLine: dialog.selected,
  };
}
