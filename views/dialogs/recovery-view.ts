import { keyOr } from '../../hooks/key-names.ts';
import { type RecoveryDialog, recoveryConfirm } from '../../hooks/recovery.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { Containment } from '../../src/containment/containment.ts';
import { shortKind } from '../../src/model/resource.ts';
import type { RecoveryProgress } from '../../src/session/snapshot.ts';
import { fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { plural, safe } from '../components/text.ts';
import { paragraph } from '../detail/event-lines.ts';
import type { Meaning } from '../theme/theme.ts';
import { buttons, failureLines, heading, whereLines } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';
import { stepText } from './steps.ts';

type Ended = RecoveryProgress['items'][number]['state'];

const endWords: { readonly [State in Ended]: readonly [words: string, meaning: Meaning] } = {
  running: ['being undone', 'write'],
  undone: ['undone', 'good'],
  failed: ['failed', 'problem'],
  refused: ['refused', 'problem'],
  skipped: ['not begun', 'finding'],
};

const titleOf = ({ id, plan }: Containment): string =>
  `${id} ${plan.action} ${shortKind(plan.target.kind)} ${plan.target.name}`;

/** The whole recovery: each undo in its order, headed by what it opens again, and what nothing brings back. */
export function recoveryView(dialog: RecoveryDialog, context: DialogContext): Sheet {
  const { width, theme, snapshot } = context;
  const { recovery, stage, failure } = dialog;
  const progress = stage === 'running' ? snapshot.recovery : undefined;
  const opened = recovery?.items.flatMap(({ containment, planned }) =>
    (planned?.reopens ?? []).map((line) => `${containment.id} ${line}`),
  );
  return {
    title: `Undo everything in ${safe(snapshot.incident.name, 120)}`,
    whole: true,
    lines: [
      ...whereLines(context, recovery?.items[0]?.containment.plan),
      ...(stage === 'failed' && failure ? failureLines(failure, context) : []),
      ...(stage === 'planning'
        ? [' '.repeat(width), ...paragraph('planning: reading what there is…', width, theme, 'dim')]
        : []),
      ...(recovery
        ? [
            ...(opened && opened.length > 0
              ? [
                  ...heading('Opens again, for somebody still hostile', context),
                  ...opened.flatMap((line) => paragraph(` ${line}`, width, theme, 'problem')),
                ]
              : []),
            ...(recovery.cannot.length > 0
              ? [
                  ...heading('Cannot be undone', context),
                  ...recovery.cannot.flatMap(({ containment, why }) =>
                    paragraph(` ${titleOf(containment)}: ${why}`, width, theme, 'finding'),
                  ),
                ]
              : []),
            ...heading(`In this order (${plural(recovery.items.length, 'undo')})`, context),
            ...recovery.items.flatMap((item, at) => itemLines(item, at, progress, context)),
          ]
        : []),
    ],
    footer: footer(dialog, progress, context),
  };
}

function itemLines(
  { containment, after, state, planned, refusal }: NonNullable<RecoveryDialog['recovery']>['items'][number],
  at: number,
  progress: RecoveryProgress | undefined,
  { width, theme }: DialogContext,
): string[] {
  const ended = progress?.items.find(({ id }) => id === containment.id);
  const [words, meaning]: readonly [string, Meaning] = ended
    ? endWords[ended.state]
    : state === 'ready'
      ? ['', 'title']
      : state === 'later'
        ? ['looked at again when its turn comes', 'finding']
        : ['refused now', 'problem'];
  const line = (text: string, how: Meaning) => paragraph(`      ${text}`, width, theme, how);
  return [
    ...paragraph(
      `${String(at + 1).padStart(3)}  ${titleOf(containment)}${after.length > 0 ? `, after ${after.join(', ')}` : ''}${words ? `: ${words}` : ''}`,
      width,
      theme,
      meaning,
    ),
    ...(ended?.why && ended.state !== 'undone' ? line(ended.why, meaning) : []),
    ...(!ended && refusal && state === 'refused'
      ? [
          ...line(`${refusal.code}: ${refusal.message}`, 'problem'),
          ...refusal.nextSteps.flatMap((step) => line(step, 'dim')),
        ]
      : []),
    ...(ended
      ? []
      : [
          ...(planned?.comesBack ?? []).flatMap((text) => line(`comes back: ${text}`, 'plain')),
          ...containment.plan.notRestored.flatMap((text) => line(`does not come back: ${text}`, 'finding')),
          ...(planned?.steps ?? []).flatMap((step) => {
            const { head, input } = stepText(step);
            return line(
              `${head}${step.kind === 'call' ? ` ${input.map((part) => part.trim()).join(' ')}` : ''}`,
              'dim',
            );
          }),
        ]),
  ];
}

function footer(
  dialog: RecoveryDialog,
  progress: RecoveryProgress | undefined,
  { snapshot, now, theme, width }: DialogContext,
): string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const line = (text: string, meaning: Meaning = 'plain') => theme.paint(meaning, fit(` ${text}`, width));
  const { stage, recovery, field } = dialog;
  const armed = snapshot.armedUntil !== undefined && snapshot.armedUntil > now;
  const name = safe(snapshot.incident.name, 120);
  if (stage === 'planning') return [rule, line('reading from AWS; nothing is sent… Esc gives up', 'dim')];
  if (stage === 'failed') return [rule, line('nothing more is sent. r plans again, Esc closes')];
  if (stage === 'running') {
    const items = progress?.items ?? [];
    const undone = items.filter(({ state }) => state === 'undone').length;
    const stuck = items.filter(({ state }) => state !== 'undone' && state !== 'running').length;
    if (!progress || progress.running)
      return [rule, line(`one after the other, each verified… ${undone} undone so far`, 'write')];
    return [
      rule,
      stuck > 0
        ? line(`${undone} undone, ${stuck} not: the reason stands with each. r plans what is left`, 'problem')
        : line(`all ${undone} undone. Esc closes`, 'good'),
    ];
  }
  const kind = recoveryConfirm(dialog);
  const ready = recovery?.items.filter(({ state }) => state !== 'refused').length ?? 0;
  if (kind === 'none') return [rule, line('nothing that can be sent now. Esc closes')];
  if (!armed)
    return [
      rule,
      line(`read-only: press ${keyOr(theme.key, 'arm')} to arm`, 'readonly'),
      line(
        kind === 'name' ? `after that: Type ${name} and Enter` : `after that: y undo ${plural(ready, 'containment')}`,
        'dim',
      ),
    ];
  if (kind === 'name') {
    const typed = textOf(field);
    const state =
      typed === snapshot.incident.name ? 'Enter undoes it all' : typed === '' ? 'Esc cancels' : 'not yet the name';
    return [rule, fieldLine(`Type ${name} to confirm: `, field, width, theme), line(state, 'dim')];
  }
  const action = ` ${dialog.settled ? 'y' : '…'} undo ${plural(ready, 'containment')} `;
  return [rule, buttons(action, dialog.settled, width, theme)];
}
