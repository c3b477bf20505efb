import type { StepOfRun } from '../src/containment/containment.ts';
import type { PlannedPlaybook, PlaybookRun, RunStep } from '../src/containment/playbook.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { PlaybookChoice } from '../src/session/session.ts';
import { display } from '../src/shared/display.ts';
import { containResource } from './chooser.ts';
import type { Dialog } from './console-state.ts';
import { subjectsOf } from './containable.ts';
import {
  background,
  changeDialog,
  closeDialog,
  type Desk,
  failDialog,
  failureOf,
  openDialog,
  say,
  topDialog,
} from './desk.ts';
import { openHandOff } from './hand-off.ts';
import type { KeyPress } from './key-splitter.ts';
import { openAction } from './parameters.ts';
import { editText, textField, textOf } from './text-field.ts';
import { selectedEvent, selectedSubject } from './timeline-intents.ts';

/** A playbook on screen: planned, or started. */
export type PlaybookDialog = Extract<Dialog, { readonly type: 'playbook' }>;

/** Steps as they stand: of a playbook that was not started, all open. */
export const stepsOnScreen = (
  dialog: Pick<PlaybookDialog, 'plan' | 'run'>,
  runs: readonly PlaybookRun[],
): readonly RunStep[] =>
  runOf(dialog, runs)?.steps ??
  (dialog.plan?.steps ?? []).map((step) => ({ ...step, state: 'open', reason: '', next: [], by: '', at: undefined }));

/** The run behind a dialog; `undefined` before it is started. */
export const runOf = ({ run }: Pick<PlaybookDialog, 'run'>, runs: readonly PlaybookRun[]): PlaybookRun | undefined =>
  run === undefined ? undefined : runs.find(({ id }) => id === run);

const runsOf = (desk: Desk): readonly PlaybookRun[] => desk.session.snapshot.get().playbooks;

/** Index of the selected step: the one whose turn it is, unless another was chosen. */
export function selectedStep(
  dialog: Pick<PlaybookDialog, 'plan' | 'run' | 'selected'>,
  runs: readonly PlaybookRun[],
): number {
  const steps = stepsOnScreen(dialog, runs);
  const wanted = dialog.selected ?? runOf(dialog, runs)?.next;
  const found = steps.findIndex(({ id }) => id === wanted);
  return found >= 0 ? found : runOf(dialog, runs) ? Math.max(0, steps.length - 1) : 0;
}

/** Selects the step at an index. */
export function selectStep(desk: Desk, dialog: PlaybookDialog, index: number): void {
  const steps = stepsOnScreen(dialog, runsOf(desk));
  const step = steps[Math.max(0, Math.min(steps.length - 1, index))];
  if (step) changeDialog(desk, dialog.id, { selected: step.id });
}

/** Plans a playbook on a subject, on a sheet of its own; sends nothing. */
export function openPlaybook(
  desk: Desk,
  playbook: { readonly id: string; readonly title: string },
  subject: ResourceRef,
  event: TimelineEvent | undefined,
): void {
  const id = openDialog(desk, {
    type: 'playbook',
    stage: 'planning',
    playbookId: playbook.id,
    title: playbook.title,
    subject,
    event,
    plan: undefined,
    run: undefined,
    selected: undefined,
    field: textField(),
    failure: undefined,
  });
  planIt(desk, id, playbook.id, subject, event);
}

function planIt(
  desk: Desk,
  id: number,
  playbookId: string,
  subject: ResourceRef,
  event: TimelineEvent | undefined,
): void {
  const aborter = new AbortController();
  desk.waiting.set(id, aborter);
  const work = async () => {
    try {
      const plan = await desk.session.planPlaybook(playbookId, subject, event, aborter.signal);
      changeDialog(desk, id, { stage: 'ready', plan, failure: undefined }, { reread: true });
    } catch (error) {
      failDialog(desk, id, error);
    }
  };
  background(desk, work());
}

/** One action on several targets, as a sheet of steps. */
export function openBatch(desk: Desk, plan: PlannedPlaybook): void {
  openDialog(desk, {
    type: 'playbook',
    stage: 'ready',
    playbookId: plan.playbook,
    title: plan.title,
    subject: plan.subject,
    event: undefined,
    plan,
    run: undefined,
    selected: undefined,
    field: textField(),
    failure: undefined,
  });
}

/** Opens a playbook that was started, where it stands. */
export function openRun(desk: Desk, run: PlaybookRun): void {
  openDialog(desk, {
    type: 'playbook',
    stage: 'ready',
    playbookId: run.playbook,
    title: run.title,
    subject: run.subject,
    event: undefined,
    plan: run,
    run: run.id,
    selected: undefined,
    field: textField(),
    failure: undefined,
  });
}

/** Opens the only playbook that was started, or the list of them. */
export function openPlaybooks(desk: Desk): void {
  const runs = runsOf(desk);
  const [only] = runs;
  if (only && runs.length === 1) openRun(desk, only);
  else openDialog(desk, { type: 'playbooks', selected: Math.max(0, runs.length - 1) });
}

/** Playbooks for what is selected: the resource, else the event. */
export function offeredHere(desk: Desk): {
  readonly offered: readonly PlaybookChoice[];
  readonly event: TimelineEvent | undefined;
} {
  const subject = selectedSubject(desk);
  if (subject) return { offered: desk.session.playbooks([subject], undefined), event: undefined };
  const event = selectedEvent(desk);
  return { offered: event ? desk.session.playbooks(subjectsOf(event), event) : [], event };
}

/** Why there is no playbook to show. */
export const noPlaybook = (desk: Desk): string | undefined =>
  runsOf(desk).length > 0 ? undefined : 'no playbook was started: c on an event or a resource offers them';

/** Whether so many targets want their number typed before it starts. */
export const wantsCount = (desk: Desk, { plan, run }: Pick<PlaybookDialog, 'plan' | 'run'>): boolean =>
  run === undefined && plan !== undefined && plan.targetsAtOnce > desk.session.mostTargets;

/** Starts what is on screen: journals it, and plans its first step. Nothing is sent. */
function start(desk: Desk, dialog: PlaybookDialog): void {
  const { plan } = dialog;
  if (!plan || plan.steps.length === 0) {
    say(desk, 'there is nothing to do; Esc closes');
    return;
  }
  const typed = textOf(dialog.field).trim();
  if (wantsCount(desk, dialog) && typed !== String(plan.targetsAtOnce)) {
    say(desk, `type ${plan.targetsAtOnce}, the number of targets, and Enter; Esc cancels`, 'problem');
    return;
  }
  changeDialog(desk, dialog.id, { stage: 'starting' });
  const work = async () => {
    try {
      const run = await desk.session.startPlaybook(plan, typed === '' ? undefined : Number(typed));
      const next = changeDialog(desk, dialog.id, { stage: 'ready', run, selected: undefined });
      if (next?.type === 'playbook') goOn(desk, next);
    } catch (error) {
      failDialog(desk, dialog.id, error);
    }
  };
  background(desk, work());
}

const refusalOf = (desk: Desk, of: StepOfRun): string | undefined => {
  try {
    desk.session.refuseBeforeTurn(of);
    return undefined;
  } catch (error) {
    return failureOf(desk, error)?.message;
  }
};

/** Plans the selected step, or shows what became of it. */
function goOn(desk: Desk, dialog: PlaybookDialog): void {
  const run = runOf(dialog, runsOf(desk));
  const step = stepsOnScreen(dialog, runsOf(desk))[selectedStep(dialog, runsOf(desk))];
  if (!run || !step) return;
  if (run.ended && dialog.selected === undefined) {
    say(desk, `it was ended: ${display(run.ended.reason)}`);
    return;
  }
  if (run.next === undefined && dialog.selected === undefined) {
    say(desk, 'every step is decided; Esc closes');
    return;
  }
  if (step.containment && (step.state === 'done' || step.state === 'running' || step.state === 'unverified')) {
    openDialog(desk, { type: 'progress', containmentId: step.containment.id });
    return;
  }
  const request = desk.session.snapshot.get().handOffs.find(({ id }) => id === step.request);
  if (request) {
    openHandOff(desk, request.handOff, { ...request, request: request.id });
    return;
  }
  const of = { run: run.id, step: step.id };
  const refusal = refusalOf(desk, of);
  if (refusal !== undefined) {
    say(desk, refusal, 'problem');
    return;
  }
  // Back from the plan, the one whose turn has come is selected.
  changeDialog(desk, dialog.id, { selected: undefined });
  const { handOff, actionId, target, params } = step;
  if (handOff) {
    openHandOff(desk, handOff, { actionId, target, playbook: of });
    return;
  }
  const choice = desk.session.choices(target).find(({ action }) => action.id === actionId);
  if (!choice) {
    say(desk, `${actionId} does not apply to ${display(target.name || target.arn)}`, 'problem');
    return;
  }
  if (choice.disabledReason !== undefined) {
    say(desk, choice.disabledReason, 'problem');
    return;
  }
  openAction(desk, choice, target, reasonOf(run, step), undefined, { playbook: of, params });
}

const reasonOf = (run: PlaybookRun, step: RunStep): string =>
  `playbook ${run.id} (${run.title}), step ${step.id}${step.why === '' ? '' : `: ${step.why}`}`;

/** Opens the line for the reason of leaving a step out, or of giving the whole up. */
function askReason(desk: Desk, dialog: PlaybookDialog, what: 'skip' | 'end'): void {
  const run = runOf(dialog, runsOf(desk));
  const step = stepsOnScreen(dialog, runsOf(desk))[selectedStep(dialog, runsOf(desk))];
  if (!run) {
    say(desk, 'it is not started yet: Enter starts it, Esc leaves it');
    return;
  }
  if (run.ended) {
    say(desk, `it was ended: ${display(run.ended.reason)}`);
    return;
  }
  if (what === 'end') {
    openDialog(desk, {
      type: 'reason',
      run: run.id,
      step: undefined,
      about: `End ${run.id} ${run.title}`,
      field: textField(),
    });
    return;
  }
  if (!step || ['done', 'running', 'requested', 'seen'].includes(step.state)) {
    say(desk, step ? `step ${step.id} is ${step.state}: there is nothing to skip` : 'nothing is selected');
    return;
  }
  openDialog(desk, {
    type: 'reason',
    run: run.id,
    step: step.id,
    about: `Skip step ${step.id}: ${step.title}`,
    field: textField(),
  });
}

/** Journals the reason that was typed. */
export function takeReason(desk: Desk, dialog: Extract<Dialog, { readonly type: 'reason' }>): void {
  const reason = textOf(dialog.field).trim();
  if (reason === '') {
    say(desk, 'a few words why: they go into the journal and the report; Esc cancels');
    return;
  }
  closeDialog(desk, dialog.id);
  const below = topDialog(desk);
  if (below?.type === 'playbook') changeDialog(desk, below.id, { selected: undefined });
  const { run, step } = dialog;
  const work =
    step === undefined
      ? desk.session.endPlaybook(run, reason).then(() => say(desk, `${run} ended`))
      : desk.session
          .decideStep({ run, step }, { type: 'skipped', reason })
          .then(() => say(desk, `step ${step} skipped; the reason is in the journal`));
  background(desk, work);
}

/** A key in a playbook that is not for moving in it. */
export function pressInPlaybook(desk: Desk, dialog: PlaybookDialog, key: KeyPress): void {
  if (dialog.stage === 'failed') {
    const next =
      key.name === 'r'
        ? changeDialog(desk, dialog.id, { stage: 'planning', failure: undefined }, { reread: true })
        : undefined;
    if (next) planIt(desk, next.id, dialog.playbookId, dialog.subject, dialog.event);
    return;
  }
  if (dialog.stage !== 'ready') return;
  switch (key.name) {
    case 'Enter':
      if (dialog.run === undefined) start(desk, dialog);
      else goOn(desk, dialog);
      return;
    case 's':
      askReason(desk, dialog, 'skip');
      return;
    case 'E':
      askReason(desk, dialog, 'end');
      return;
    case 'c':
    case 'a':
      otherAction(desk, dialog);
  }
}

/** Digits of the number of targets, while it is asked for. @returns Whether the key was for it. */
export function pressInCount(desk: Desk, dialog: PlaybookDialog, key: KeyPress): boolean {
  if (dialog.stage !== 'ready' || !wantsCount(desk, dialog)) return false;
  if (!/^\d+$/.test(key.text) && key.name !== 'Backspace') return false;
  const field = editText(dialog.field, key);
  if (field) changeDialog(desk, dialog.id, { field });
  return true;
}

/** Offers every action on the step's target; what is confirmed carries the step out. */
function otherAction(desk: Desk, dialog: PlaybookDialog): void {
  const run = runOf(dialog, runsOf(desk));
  const step = stepsOnScreen(dialog, runsOf(desk))[selectedStep(dialog, runsOf(desk))];
  if (!run || !step) return;
  const of = { run: run.id, step: step.id };
  const refusal = refusalOf(desk, of);
  if (refusal === undefined) containResource(desk, step.target, { playbook: of, reason: reasonOf(run, step) });
  else say(desk, refusal, 'problem');
}
