import type { Step } from '../../src/containment/action.ts';
import { fit } from '../../src/shared/cells.ts';
import { canonicalJson } from '../../src/shared/json.ts';
import { safe, wrap } from '../components/text.ts';
import { span } from '../components/time.ts';
import type { Theme } from '../theme/theme.ts';

/** A step as text: its head, and the lines of its input. */
export interface StepText {
  readonly head: string;
  readonly input: readonly string[];
}

/** `NotebookInstanceStatus = Stopped`, `gone`. */
function untilText(step: Extract<Step, { readonly kind: 'wait' }>): string {
  const { read, member, until } = step.check;
  const what = member ? `${member} = ` : '';
  return `${read.name}: ${until === 'gone' ? 'gone' : `${what}${until.join(' or ')}`}`;
}

/** What a step sends or waits for. Inputs are shown whole: what is confirmed must have been readable. */
export function stepText(step: Step): StepText {
  if (step.kind === 'wait')
    return {
      head: `wait, at most ${span(step.atMostMs)}, until ${untilText(step)}`,
      input: step.why ? [step.why] : [],
    };
  const { name, input, region } = step.call;
  const json = JSON.stringify(input, null, 2) ?? '';
  const short = json.length <= 100 ? canonicalSpaced(input) : undefined;
  return { head: `${name}${region ? ` in ${region}` : ''}`, input: short === undefined ? json.split('\n') : [short] };
}

const canonicalSpaced = (input: unknown): string => JSON.stringify(input, null, 1).replaceAll(/\n\s*/g, ' ');

/** The steps numbered, inputs indented; every line exactly `width` cells. */
export function stepLines(steps: readonly Step[], width: number, theme: Theme): string[] {
  return steps.flatMap((step) => {
    const { head, input } = stepText(step);
    const meaning = step.kind === 'call' ? 'title' : 'dim';
    return [
      ...wrap(safe(`${step.id.padStart(3)}  ${head}`), width - 2, '     ').map((line) =>
        theme.paint(meaning, fit(` ${line}`, width)),
      ),
      ...input.flatMap((line) => {
        const shown = safe(line, 200_000);
        const indent = ' '.repeat(shown.length - shown.trimStart().length);
        return wrap(shown, Math.max(10, width - 8), `${indent}  `).map((part) =>
          theme.paint(step.kind === 'call' ? 'plain' : 'dim', fit(`      ${part}`, width)),
        );
      }),
    ];
  });
}

/** What undo will send: for each call, last first, its undo steps. */
export const undoStepsOf = (steps: readonly Step[]): readonly Step[] =>
  steps
    .toReversed()
    .flatMap((step) => (step.kind === 'call' ? (step.undo ?? []) : []))
    .map((step, index) => ({ ...step, id: String(index + 1) }));

/** A step as lines that can be compared. */
export const comparable = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) => {
    const { head, input } = stepText(step);
    const undo = step.kind === 'call' ? canonicalJson(step.undo ?? []) : '';
    return [
      `${step.id} ${head}`,
      ...input.map((line) => `   ${line}`),
      ...(undo && undo !== '[]' ? [`   undo: ${undo}`] : []),
    ];
  });
