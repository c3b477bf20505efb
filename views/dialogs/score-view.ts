import type { Hint } from '../../src/model/drill.ts';
import { scoreSections } from '../../src/model/score-text.ts';
import { safe } from '../components/text.ts';
import { paragraph } from '../detail/event-lines.ts';
import { heading } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

const meanings = { good: 'good', bad: 'problem', plain: 'plain' } as const;

/** How the drill went; empty until it was scored. */
export function scoreView(context: DialogContext): Sheet {
  const { snapshot, theme, width } = context;
  const { drill, incident } = snapshot;
  const score = drill?.score;
  if (!score) return { title: 'Scorecard', lines: paragraph(' it is being made', width, theme, 'dim'), footer: [] };
  const glyphs = { good: theme.glyphs.done, bad: theme.glyphs.failed, plain: ' ' };
  return {
    title: `Scorecard: ${safe(score.title, 100)}`,
    lines: scoreSections(score).flatMap((section) => [
      ...heading(section.title, context),
      ...section.lines.flatMap(({ text, tone }) =>
        // A reason belongs to the line above it.
        text.startsWith('  ')
          ? paragraph(`     ${safe(text.trimStart(), 1_000)}`, width, theme, 'dim')
          : paragraph(text.slice(0, 1_000), width, theme, meanings[tone], ` ${glyphs[tone]} `),
      ),
    ]),
    footer: paragraph(`saved: ${incident.folder}/scorecard.md`, width, theme, 'dim'),
  };
}

/** One hint. */
export function hintView(hint: Hint | undefined, { theme, width }: DialogContext): Sheet {
  return {
    title: hint ? `Hint ${hint.number} of ${hint.of}` : 'Hint',
    lines: paragraph(hint ? ` ${safe(hint.text, 2_000)}` : ' this drill has none', width, theme),
    footer: paragraph(
      hint && hint.number < hint.of ? ':hint again for the next one' : 'that was the last one',
      width,
      theme,
      'dim',
    ).slice(0, 1),
  };
}
