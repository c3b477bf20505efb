import type { Dialog } from '../../hooks/console-state.ts';
import { confirmKind, nameToType } from '../../hooks/containment-intents.ts';
import type { Plan } from '../../src/containment/action.ts';
import type { Assessment } from '../../src/containment/containment.ts';
import { classWords } from '../../src/model/action-class.ts';
import { shortKind } from '../../src/model/resource.ts';
import { fit } from '../../src/shared/cells.ts';
import { count, plural, safe, wrap } from '../components/text.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { confirmFooter, failureLines, heading, paramLines, whereLines } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import { difference } from './difference.ts';
import type { Sheet } from './sheet.ts';
import { comparable, stepLines, undoStepsOf } from './steps.ts';

function listLines(label: string, items: readonly string[], none: string, context: DialogContext): string[] {
  const { width, theme } = context;
  if (items.length === 0) return field(label, none, width, theme, 'dim');
  return items.flatMap((item, index) => field(index === 0 ? label : '', item, width, theme, 'finding'));
}

function affectedLines(assessment: Assessment, context: DialogContext): string[] {
  const { width, theme } = context;
  const { affected, affectedComplete, affectedProgress, permissions } = assessment;
  const more = assessment.affectedProblem
    ? `not complete: ${assessment.affectedProblem}`
    : affectedComplete
      ? affected.length === 0
        ? 'nothing else was found'
        : ''
      : `still looking${affectedProgress ? `: ${count(affectedProgress.done)} of ${plural(affectedProgress.total, 'thing')} that are listed so far` : ''}…`;
  const { missing, notSeen, checked } = permissions;
  const checkedWords = {
    simulated: 'AWS simulated the calls: allowed',
    tried: 'tried before: allowed',
    'not-allowed': 'could not be checked: the simulation itself is not allowed',
    pending: 'being checked…',
  }[checked];
  return [
    ...heading(`Also hit${affected.length > 0 ? `: ${plural(affected.length, 'other')}` : ''}`, context),
    ...affected
      .slice(0, 200)
      .flatMap(({ kind, arn, why }) => paragraph(` ${shortKind(kind)} ${arn}: ${why}`, width, theme, 'finding')),
    ...(affected.length > 200 ? paragraph(` and ${affected.length - 200} more`, width, theme, 'finding') : []),
    ...(more ? paragraph(` ${more}`, width, theme, 'dim') : []),
    ...(assessment.invocations ?? []).flatMap((each) => paragraph(` in use now: ${each}`, width, theme, 'finding')),
    ...heading('Permissions', context),
    ...(missing.length > 0
      ? paragraph(` missing: ${missing.join(', ')}`, width, theme, 'problem')
      : paragraph(` ${checkedWords}`, width, theme, 'dim')),
    ...(notSeen.length > 0 ? paragraph(` that check cannot see: ${notSeen.join(', ')}`, width, theme, 'dim') : []),
    ...(assessment.takes || assessment.assumed?.length ? heading('Time, and what is assumed', context) : []),
    ...(assessment.takes ? paragraph(` takes: ${assessment.takes}`, width, theme) : []),
    ...(assessment.assumed ?? []).flatMap((each) =>
      paragraph(` assumed, not measured on AWS: ${each}`, width, theme, 'dim'),
    ),
  ];
}

/** What is out of order, and what of the recorded calls would be refused: read before the calls themselves. */
function effectLines({ warnings = [], radius }: Assessment, context: DialogContext): string[] {
  const { width, theme } = context;
  // Over which time it was counted stands last, unless that is all there is to say.
  const [held = '', ...counted] = radius?.sentences ?? [];
  const sentences = radius?.state === 'counted' ? [...counted, held] : (radius?.sentences ?? []);
  return [
    ...warnings.flatMap((each) => paragraph(each, width, theme, 'problem', `${theme.glyphs.warning} `)),
    ...(radius
      ? [
          ...heading('Refuses', context),
          ...(radius.state === 'counting'
            ? paragraph(' counting the recorded calls…', width, theme, 'dim')
            : sentences.flatMap((each) => paragraph(` ${each}`, width, theme, each === held ? 'dim' : 'finding'))),
        ]
      : []),
  ];
}

/** What changed in AWS between the preview and the confirmation. */
function differenceLines(previous: Plan, next: Plan, context: DialogContext): string[] {
  const { width, theme } = context;
  const all = difference(comparable(previous.steps), comparable(next.steps));
  const steps = all.some(({ type }) => type !== 'same')
    ? all
    : // Same calls: then it is what they rest on.
      difference(
        previous.preconditions.map((each) => `needs ${each.member} = ${JSON.stringify(each.equals)}`),
        next.preconditions.map((each) => `needs ${each.member} = ${JSON.stringify(each.equals)}`),
      );
  return [
    ...paragraph('AWS changed since the preview. Nothing was sent. This is the new plan:', width, theme, 'problem'),
    ...steps.flatMap(({ type, text }) => {
      const sign = { same: ' ', added: theme.glyphs.added, removed: theme.glyphs.removed }[type];
      const meaning = ({ same: 'dim', added: 'added', removed: 'removed' } as const)[type];
      return wrap(safe(text), width - 4, '    ').map((line) => theme.paint(meaning, fit(` ${sign} ${line}`, width)));
    }),
    ' '.repeat(width),
  ];
}

function planLines(plan: Plan, assessment: Assessment | undefined, context: DialogContext): string[] {
  const { width, theme } = context;
  const undo = undoStepsOf(plan.steps);
  return [
    ...paragraph(plan.summary, width, theme),
    ...(assessment ? effectLines(assessment, context) : []),
    ...field('breaks', plan.impact, width, theme),
    ...listLines('destroys', plan.evidenceLost, 'no evidence', context),
    ...listLines('undo lacks', plan.notRestored, 'nothing: undo brings all of it back', context),
    ...heading(plan.steps.length > 0 ? 'Sends, in this order' : 'Sends nothing', context),
    ...stepLines(plan.steps, width, theme),
    ...(plan.steps.length > 0
      ? [...heading(undo.length > 0 ? 'Undo will send' : 'There is no undo', context), ...stepLines(undo, width, theme)]
      : []),
    ...(plan.stillOpen && plan.stillOpen.length > 0
      ? [
          ...heading('Stays open', context),
          ...plan.stillOpen.flatMap(({ what, until, closeWith }) =>
            paragraph(
              ` ${what}${until ? `, until ${until}` : ''}${closeWith ? `; close with ${closeWith}` : ''}`,
              width,
              theme,
              'finding',
            ),
          ),
        ]
      : []),
    ...(assessment ? affectedLines(assessment, context) : []),
    ...field('plan', plan.digest, width, theme, 'silent'),
    ...field('good until', plan.expiresAt, width, theme, 'dim'),
  ];
}

/** The preview of a plan: what it does, what it breaks, and the exact calls. */
export function planView(
  dialog: Extract<Dialog, { readonly type: 'plan' }>,
  assessment: Assessment | undefined,
  context: DialogContext,
): Sheet {
  const { width, theme } = context;
  const plan = dialog.preview?.plan;
  const previous = dialog.previous?.plan;
  const { target } = dialog;
  return {
    title: `${safe(dialog.title, 200)}${plan ? ` (${classWords[plan.class]})` : ''}`,
    ...(dialog.playbook ? { right: `${dialog.playbook.run} step ${dialog.playbook.step}` } : {}),
    whole: true,
    lines: [
      ...field(
        'target',
        `${shortKind(target.kind)} ${target.name}${target.arn ? `  ${target.arn}` : ''}`,
        width,
        theme,
        'title',
      ),
      ...whereLines(context, plan),
      ...paramLines(dialog.params, width, theme),
      ...(dialog.stage === 'failed' && dialog.failure ? failureLines(dialog.failure, context) : []),
      ...(plan && dialog.stage !== 'failed'
        ? [
            ' '.repeat(width),
            ...(previous ? differenceLines(previous, plan, context) : []),
            ...planLines(plan, assessment, context),
          ]
        : []),
      ...(dialog.stage === 'planning'
        ? [' '.repeat(width), ...paragraph('planning: reading what there is…', width, theme, 'dim')]
        : []),
    ],
    footer: confirmFooter(
      {
        stage: dialog.stage,
        kind: confirmKind(dialog),
        settled: dialog.settled,
        name: nameToType(dialog),
        field: dialog.field,
        verb: previous ? 'accept the new plan and send' : 'send',
        steps: plan?.steps ?? [],
      },
      context,
    ),
  };
}
