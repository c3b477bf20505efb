import type { Dialog } from '../../hooks/console-state.ts';
import { confirmKind, nameToType } from '../../hooks/containment-intents.ts';
import { shortKind } from '../../src/model/resource.ts';
import { fit } from '../../src/shared/cells.ts';
import { safe, wrap } from '../components/text.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { confirmFooter, failureLines, heading, whereLines } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import { difference } from './difference.ts';
import type { Sheet } from './sheet.ts';
import { comparable, stepLines } from './steps.ts';

/** The preview of an undo, headed by what comes back. */
export function undoView(dialog: Extract<Dialog, { readonly type: 'undo' }>, context: DialogContext): Sheet {
  const { width, theme, snapshot } = context;
  const { preview, previous } = dialog;
  const containment = preview?.containment ?? snapshot.containments.find(({ id }) => id === dialog.containmentId);
  const target = containment?.plan.target;
  const changed = preview && previous ? difference(comparable(previous.steps), comparable(preview.steps)) : [];
  return {
    title: `Undo ${safe(dialog.containmentId, 40)}${target ? ` on ${shortKind(target.kind)} ${safe(target.name, 120)}` : ''}`,
    whole: true,
    lines: [
      ...field('undoes', containment ? containment.plan.summary : '', width, theme, 'title'),
      ...whereLines(context, containment?.plan),
      ...(dialog.stage === 'failed' && dialog.failure ? failureLines(dialog.failure, context) : []),
      ...(preview && dialog.stage !== 'failed'
        ? [
            ...(previous
              ? [
                  ' '.repeat(width),
                  ...paragraph(
                    'AWS changed since the preview. Nothing was sent. This is the new undo:',
                    width,
                    theme,
                    'problem',
                  ),
                  ...changed.flatMap(({ type, text }) =>
                    wrap(safe(text), width - 4, '    ').map((line) =>
                      theme.paint(
                        ({ same: 'dim', added: 'added', removed: 'removed' } as const)[type],
                        fit(
                          ` ${{ same: ' ', added: theme.glyphs.added, removed: theme.glyphs.removed }[type]} ${line}`,
                          width,
                        ),
                      ),
                    ),
                  ),
                ]
              : []),
            ...(preview.reopens.length > 0
              ? [
                  ...heading('Opens again, for somebody still hostile', context),
                  ...preview.reopens.flatMap((line) => paragraph(` ${line}`, width, theme, 'problem')),
                ]
              : []),
            ...heading('Comes back', context),
            ...(preview.comesBack.length > 0
              ? preview.comesBack.flatMap((line) => paragraph(` ${line}`, width, theme, 'finding'))
              : paragraph(' nothing', width, theme, 'dim')),
            ...(containment?.plan.undoRisk
              ? paragraph(` risk: ${containment.plan.undoRisk}`, width, theme, 'problem')
              : []),
            ...heading('Does not come back', context),
            ...(preview.notRestored.length > 0
              ? preview.notRestored.flatMap((line) => paragraph(` ${line}`, width, theme, 'finding'))
              : paragraph(' nothing is missing', width, theme, 'dim')),
            ...heading('Sends, in this order', context),
            ...stepLines(preview.steps, width, theme),
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
        verb: previous ? 'accept the new undo and send' : 'undo with',
        steps: preview?.steps ?? [],
      },
      context,
    ),
  };
}
