import type { Dialog } from '../../hooks/console-state.ts';
import type { HelpEntry } from '../../hooks/help.ts';
import type { PaletteMatch } from '../../hooks/palette.ts';
import type { ThingRows } from '../../hooks/thing-rows.ts';
import type { Assessment, Containment } from '../../src/containment/containment.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import type { AwsCalls } from '../../src/model/aws-call.ts';
import type { OpenDoors } from '../../src/model/open-door.ts';
import type { Posture } from '../../src/model/posture.ts';
import type { Findings } from '../../src/session/findings.ts';
import type { JournalRow } from '../../src/session/journal-rows.ts';
import { callsView, callView } from '../calls/calls-view.ts';
import { chainView } from '../chain/chain-view.ts';
import { fieldLine } from '../components/field-line.ts';
import { safe } from '../components/text.ts';
import { coverageText } from '../coverage/coverage-text.ts';
import { coverageView } from '../coverage/coverage-view.ts';
import { paragraph, rawLines } from '../detail/event-lines.ts';
import { doorsView } from '../doors/doors-view.ts';
import { findingsView } from '../findings/findings-view.ts';
import { indicatorsView } from '../indicators/indicators-view.ts';
import { inventoryView } from '../inventory/inventory-view.ts';
import { journalView } from '../journal/journal-view.ts';
import { type LogsModel, logsView } from '../logs/logs-view.ts';
import { handOffView } from '../playbook/hand-off-view.ts';
import { playbooksView, playbookView } from '../playbook/playbook-view.ts';
import { postureResultView, postureView } from '../posture/posture-view.ts';
import { reportView } from '../report/report-view.ts';
import { principalView } from '../thing/principal-view.ts';
import { resourceView } from '../thing/resource-view.ts';
import { chooseView } from './choose-view.ts';
import type { DialogContext } from './context.ts';
import { documentView } from './document-view.ts';
import { focusView } from './focus-view.ts';
import { heatView } from './heat-view.ts';
import { containmentsView, errorsView, helpView, identityView, leaveView } from './list-views.ts';
import { paletteView } from './palette-view.ts';
import { parametersView } from './parameters-view.ts';
import { pivotView } from './pivot-view.ts';
import { planView } from './plan-view.ts';
import { progressView } from './progress-view.ts';
import { questionView } from './question-view.ts';
import { recoveryView } from './recovery-view.ts';
import { hintView, scoreView } from './score-view.ts';
import type { Sheet } from './sheet.ts';
import { undoView } from './undo-view.ts';

/** What single dialogs need besides. */
export interface DialogExtras {
  /** What the plan on screen hits; streams in. */
  readonly assessment: Assessment | undefined;
  readonly containments: readonly Containment[];
  /** What was done, and the AWS calls made. */
  readonly journal: readonly JournalRow[];
  readonly calls: AwsCalls;
  /** Why each entry of the help would do nothing. */
  readonly help: readonly { readonly entry: HelpEntry; readonly disabled: string | undefined }[];
  /** Why a match of the palette would do nothing just now. */
  readonly paletteDisabled: (match: PaletteMatch) => string | undefined;
  /** What runs now, and what is still open. */
  readonly inventory: Inventory;
  readonly openDoors: OpenDoors;
  /** What the rules found. */
  readonly findings: Findings;
  /** How the resources are set up. */
  readonly posture: Posture;
  /** More targets of one action than this want their number typed. */
  readonly mostTargets: number;
  /** What is known of the resource or principal on screen. */
  readonly things: ThingRows;
  /** The lines of log groups on screen. */
  readonly logs: LogsModel;
  /** The raw record that is shown. */
  readonly raw: string;
}

/** Any dialog as a sheet. */
export function dialogView(dialog: Dialog, extras: DialogExtras, context: DialogContext): Sheet {
  const { width, theme, snapshot } = context;
  switch (dialog.type) {
    case 'choose':
      return chooseView(dialog, context);
    case 'parameters':
      return parametersView(dialog, context);
    case 'plan':
      return planView(dialog, extras.assessment, context);
    case 'undo':
      return undoView(dialog, context);
    case 'progress':
      return progressView(
        snapshot.containments.find(({ id }) => id === dialog.containmentId),
        dialog.containmentId,
        context,
      );
    case 'containments':
      return containmentsView(extras.containments, dialog.selected, context);
    case 'journal':
      return journalView(dialog, extras.journal, context);
    case 'findings':
      return findingsView(dialog, extras.findings, context);
    case 'indicators':
      return indicatorsView(dialog, context);
    case 'posture':
      return postureView(dialog, extras.posture, context);
    case 'posture-result':
      return postureResultView(dialog.result, context);
    case 'calls':
      return callsView(dialog, extras.calls, context);
    case 'call':
      return callView(dialog.call, context);
    case 'recovery':
      return recoveryView(dialog, context);
    case 'playbook':
      return playbookView(dialog, extras.mostTargets, context);
    case 'playbooks':
      return playbooksView(dialog.selected, context);
    case 'hand-off':
      return handOffView(dialog, context);
    case 'reason':
    case 'loss-reason':
    case 'finding-reason':
    case 'indicator-reason':
      return {
        title: safe(dialog.about, 200),
        lines: [fieldLine('Why? ', dialog.field, width, theme)],
        footer: paragraph('The reason goes into the journal and the report.', width, theme, 'dim'),
      };
    case 'note':
      return {
        title: `Note on ${safe(dialog.about, 200)}`,
        lines: [fieldLine('# ', dialog.field, width, theme)],
        footer: paragraph(
          dialog.eventId ? `event ${dialog.eventId}` : 'no event is selected',
          width,
          theme,
          'dim',
        ).slice(0, 1),
      };
    case 'palette':
      return paletteView(dialog, extras.paletteDisabled, context);
    case 'inventory':
      return inventoryView(dialog, extras.inventory, context);
    case 'doors':
      return doorsView(dialog, extras.openDoors, context);
    case 'chain':
      return chainView(dialog, context);
    case 'heat':
      return heatView(dialog.resource, context);
    case 'focus':
      return focusView(dialog, context);
    case 'help':
      return helpView(dialog.selected, extras.help, context);
    case 'report':
      return reportView(dialog, context);
    case 'document':
      return documentView(dialog, context);
    case 'raw':
      return {
        title: 'Raw record, as it came',
        whole: true,
        lines: rawLines(extras.raw, width, { wrapped: true }),
        footer: [],
      };
    case 'errors':
      return errorsView(dialog, context);
    case 'hint':
      return hintView(dialog.hint, context);
    case 'score':
      return scoreView(context);
    case 'identity':
      return identityView(context);
    case 'question':
      return questionView(dialog, context);
    case 'pivot':
      return pivotView(dialog.pivots, dialog.selected, context);
    case 'coverage':
      return coverageView(dialog, extras.findings, context);
    case 'resource':
      return resourceView(dialog, extras.things, context);
    case 'principal':
      return principalView(dialog, extras.things, context);
    case 'logs':
      return logsView(dialog, extras.logs, context);
    case 'coverage-text':
      return coverageText(context);
    case 'leave':
      return leaveView(context);
  }
}
