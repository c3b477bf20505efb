import type { DocumentDialog } from '../../hooks/evidence-intents.ts';
import { fit } from '../../src/shared/cells.ts';
import { safe, wrap } from '../components/text.ts';
import { paragraph } from '../detail/event-lines.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** Lines of a text that are drawn: a long report is read in its file. */
const SHOWN = 400;
/** Of one line: a row of a table holds more than anybody reads on a screen. */
const LINE = 600;

let drawn: { readonly text: string; readonly width: number; readonly lines: readonly string[] } | undefined;

/** A report or another text of the incident. */
export function documentView({ title, text, failure }: DocumentDialog, { width, theme }: DialogContext): Sheet {
  if (failure)
    return {
      title,
      lines: [failure.message, ...failure.nextSteps].flatMap((line) => paragraph(line, width, theme, 'failed')),
      footer: [],
    };
  if (text === undefined) return { title, lines: paragraph('being written …', width, theme, 'dim'), footer: [] };
  // Drawn once, not at every tick of the clock.
  if (drawn?.text !== text || drawn.width !== width) drawn = { text, width, lines: linesOf(text, width) };
  return { title, whole: true, lines: [...drawn.lines], footer: [] };
}

function linesOf(text: string, width: number): readonly string[] {
  const all = text.trimEnd().split('\n');
  const more = all.length - SHOWN;
  return [
    ...all
      .slice(0, SHOWN)
      .flatMap((line) => wrap(safe(line, LINE), width - 2, '  ').map((part) => fit(` ${part}`, width))),
    ...(more > 0 ? [fit(` … ${more.toLocaleString('en')} more lines: w writes the file`, width)] : []),
  ];
}
