import { keyOr } from '../../hooks/key-names.ts';
import type { Step, WaitStep } from '../../src/containment/action.ts';
import type { Containment, StepState } from '../../src/containment/containment.ts';
import { shortKind } from '../../src/model/resource.ts';
import { roughly } from '../../src/model/work.ts';
import { fit } from '../../src/shared/cells.ts';
import { stateWords } from '../components/containment-state.ts';
import { safe, wrap } from '../components/text.ts';
import { instant, span } from '../components/time.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { usualMs } from '../header/next-decision.ts';
import type { Meaning } from '../theme/theme.ts';
import { heading, paramLines } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';
import { stepText } from './steps.ts';

const stepMeaning: { readonly [state in StepState]: Meaning } = {
  pending: 'dim',
  sent: 'write',
  confirmed: 'good',
  failed: 'problem',
  skipped: 'dim',
  unknown: 'finding',
};

/** How long a wait will still take: by what AWS usually needs, and by its own limit. */
function waitText(step: WaitStep, sinceMs: number): string {
  const usual = usualMs(step) - sinceMs;
  const most = Math.max(0, step.atMostMs - sinceMs);
  return `, ${usual > 0 ? `about ${roughly(usual)} left` : 'longer than usual'}, ${roughly(most)} at most (s stops behind this step)`;
}

function progressLines(
  containment: Containment,
  phase: 'do' | 'undo',
  steps: readonly Step[],
  context: DialogContext,
): string[] {
  const { width, theme, now } = context;
  const { glyphs } = theme;
  const glyphOf: { readonly [state in StepState]: string } = {
    pending: glyphs.pending,
    sent: glyphs.running,
    confirmed: glyphs.done,
    failed: glyphs.failed,
    skipped: glyphs.read,
    unknown: glyphs.finding,
  };
  return steps.flatMap((step) => {
    const progress = containment.steps.find((each) => each.id === step.id && each.phase === phase);
    const state = progress?.state ?? 'pending';
    const { startedAt, endedAt } = progress ?? {};
    // In the air, or waited for: until it has ended nothing is known of it.
    const isGoing = state === 'pending' && startedAt !== undefined && endedAt === undefined;
    const took = startedAt === undefined ? '' : ` ${span(Math.max(0, (endedAt ?? now) - startedAt))}`;
    const words = isGoing
      ? step.kind === 'wait'
        ? 'waiting'
        : 'being sent'
      : state === 'unknown'
        ? 'may have happened'
        : state;
    const left = isGoing && step.kind === 'wait' ? waitText(step, now - startedAt) : '';
    return [
      ...wrap(
        `${isGoing ? glyphs.running : glyphOf[state]} ${safe(`${step.id.padStart(2)}  ${stepText(step).head}  ${words}${took}${left}`)}`,
        width - 2,
        '      ',
      ).map((line) => theme.paint(isGoing ? 'write' : stepMeaning[state], fit(` ${line}`, width))),
      ...(progress?.requestId ? paragraph(`      request ${progress.requestId}`, width, theme, 'silent') : []),
      ...(progress?.error ? paragraph(`      ${progress.error}`, width, theme, 'problem') : []),
    ];
  });
}

/** A containment on its way and how far its effect is proved. */
export function progressView(containment: Containment | undefined, id: string, context: DialogContext): Sheet {
  const { width, theme, now, utc } = context;
  if (!containment) return { title: `${safe(id, 40)}`, lines: paragraph('starting…', width, theme, 'dim'), footer: [] };
  const { plan, verdict, undoSteps, steps } = containment;
  const words = stateWords(containment);
  const undoing =
    steps.some(({ phase }) => phase === 'undo') || containment.state === 'undoing' || containment.state === 'undone';
  const over = containment.state !== 'in-progress' && containment.state !== 'undoing';
  return {
    title: `${safe(containment.id, 40)} ${safe(plan.action, 120)} on ${shortKind(plan.target.kind)} ${safe(plan.target.name, 120)}`,
    whole: true,
    lines: [
      ...paragraph(words.text, width, theme, words.meaning),
      ...paragraph(plan.summary, width, theme),
      ...field(
        'approved',
        `${instant(containment.approvedAt, utc)}, ${span(now - containment.approvedAt)} ago, by ${containment.by}`,
        width,
        theme,
      ),
      ...field('reason', containment.reason, width, theme),
      ...paramLines(plan.params, width, theme),
      ...heading('Steps', context),
      ...progressLines(containment, 'do', plan.steps, context),
      ...(undoing
        ? [
            ...heading('Undo', context),
            ...progressLines(containment, 'undo', containment.undo?.steps ?? undoSteps, context),
          ]
        : []),
      ...(verdict.checks.length > 0
        ? [
            ...heading('What AWS says', context),
            ...verdict.checks.flatMap(({ what, holds, why, at }) =>
              paragraph(
                `${what}: ${why} (${instant(at, utc)})`,
                width,
                theme,
                holds ? 'good' : 'problem',
                ` ${holds ? theme.glyphs.done : theme.glyphs.failed} `,
              ),
            ),
          ]
        : []),
      ...(verdict.provedBy && verdict.contradictedBy
        ? field('refused', `event ${verdict.provedBy}, before that`, width, theme, 'good')
        : []),
      ...(verdict.stillOpen.length > 0
        ? [
            ...heading('Still open', context),
            ...verdict.stillOpen.flatMap(({ what, until, closeWith }) =>
              paragraph(
                ` ${what}${until ? `, until ${until}` : ''}${closeWith ? `; close with ${closeWith}` : ''}`,
                width,
                theme,
                'finding',
              ),
            ),
          ]
        : []),
      ...(over
        ? field(
            'next',
            containment.accepted
              ? 'c plans it again (sends nothing)'
              : containment.ineffective
                ? `c plans it again (sends nothing), d leaves it so; who changed it stands in the journal (${keyOr(theme.key, 'journal')})`
                : containment.state !== 'undone' && undoSteps.length > 0
                  ? `z undoes it, ${keyOr(theme.key, 'report')} writes the report`
                  : `${keyOr(theme.key, 'report')} writes the report`,
            width,
            theme,
          )
        : []),
    ],
    footer: [],
  };
}
