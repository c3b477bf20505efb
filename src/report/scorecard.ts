import type { Score } from '../model/drill.ts';
import { scoreSections } from '../model/score-text.ts';
import { escapeMarkdown } from './markdown.ts';

const marks = { good: '✓ ', bad: '✗ ', plain: '' } as const;

/** How a drill went, as markdown. */
export function renderScorecard(score: Score): string {
  const { scenario, seed, speed, startedAt, title } = score;
  return [
    `# Drill: ${escapeMarkdown(title)}`,
    '',
    `Scenario \`${scenario}\`, seed ${seed}, speed ${speed}, begun ${startedAt}. Play it again: \`firebreak drill ${scenario} --seed ${seed} --speed ${speed}\`.`,
    ...scoreSections(score).flatMap((section) => [
      '',
      `## ${escapeMarkdown(section.title)}`,
      '',
      ...section.lines.map(({ text, tone }) =>
        // A reason belongs to the line above it.
        text.startsWith('  ') ? `  ${escapeMarkdown(text.trimStart())}` : `- ${marks[tone]}${escapeMarkdown(text)}`,
      ),
    ]),
    '',
  ].join('\n');
}
