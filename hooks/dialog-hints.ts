import { display } from '../src/shared/display.ts';
import { type Dialog, isScreen, type ScreenName } from './console-state.ts';
import { undoable } from './containment-intents.ts';
import { type Desk, isArmed } from './desk.ts';
import { type Hint, keyOf, keysOf } from './keymap.ts';
import { canAskAgain, offeredValues } from './parameters.ts';
import { runOf, selectedStep, stepsOnScreen, wantsCount } from './playbook-screen.ts';
import { fieldOf, hasParameters } from './press.ts';
import { screenBindingOf, screenKeymap } from './screen-keymap.ts';
import { stationName } from './station.ts';

/** What the hint bar offers on a screen with keys of its own. */
function screenHints(desk: Desk, screen: ScreenName): readonly Hint[] {
  return [
    ...screenKeymap
      .filter(({ screens, hint, disabledReason }) => screens.includes(screen) && hint && !disabledReason?.(desk))
      .map(({ keys, hint }) => ({ key: keys[0] ?? '', text: hint ?? '' })),
    // Where a screen has a key of its own the operator's binding of it does not count.
    ...['palette', 'help'].flatMap((id): readonly Hint[] => {
      const key = keyOf(desk, id);
      const text = keysOf(desk).find((binding) => binding.id === id)?.hint ?? '';
      return key === '' || screenBindingOf(key, screen) ? [] : [{ key, text }];
    }),
    { key: 'Esc', text: backText(desk) },
  ];
}

/** Where `Esc` goes: to a screen by its name. */
function backText(desk: Desk): string {
  const before = desk.state.get().trail.at(-1);
  return before?.screen ? `back to ${display(stationName(before))}` : 'back';
}

function parameterHints(dialog: Extract<Dialog, { type: 'parameters' }>): readonly Hint[] {
  const back: Hint = { key: 'Esc', text: 'back' };
  if (canAskAgain(dialog)) return [{ key: 'r', text: 'ask AWS again' }, back];
  if (dialog.stage !== 'choosing') return [{ key: 'Esc', text: 'give up' }];
  const plan: Hint = {
    key: 'Enter',
    text: dialog.at + 1 < dialog.offered.length ? 'take it' : 'plan with it (sends nothing)',
  };
  if (dialog.mode === 'text') return [plan, back];
  if (dialog.mode === 'filter') return [plan, { key: 'Up Down', text: 'move' }, { key: 'Esc', text: 'all values' }];
  const several = (offeredValues(dialog)?.length ?? 0) > 1;
  return [
    plan,
    ...(several
      ? [
          { key: 'j k', text: 'move' },
          { key: '/', text: 'filter' },
        ]
      : []),
    { key: 'e', text: 'edit as text' },
    back,
  ];
}

function playbookHints(desk: Desk, dialog: Extract<Dialog, { type: 'playbook' }>): readonly Hint[] {
  const close: Hint = { key: 'Esc', text: 'close' };
  const runs = desk.session.snapshot.get().playbooks;
  const run = runOf(dialog, runs);
  const arm: readonly Hint[] = isArmed(desk) ? [] : [{ key: keyOf(desk, 'arm'), text: 'arm' }];
  if (dialog.stage === 'failed') return [{ key: 'r', text: 'plan again' }, close];
  if (dialog.stage !== 'ready') return [{ key: 'Esc', text: 'give up' }];
  if (!run)
    return [
      ...(dialog.plan?.steps.length === 0
        ? []
        : [{ key: 'Enter', text: wantsCount(desk, dialog) ? 'start, the number typed' : 'start: plan step 1' }]),
      { key: 'j k', text: 'move' },
      { key: 'Esc', text: 'cancel' },
    ];
  const step = stepsOnScreen(dialog, runs)[selectedStep(dialog, runs)];
  const isOver = step !== undefined && ['done', 'running', 'requested', 'seen', 'unverified'].includes(step.state);
  return [
    { key: 'Enter', text: isOver ? 'what became of it' : 'plan it (sends nothing)' },
    ...(isOver
      ? []
      : [
          { key: 's', text: 'skip' },
          { key: 'c', text: 'another action' },
        ]),
    ...arm,
    { key: 'j k', text: 'move' },
    { key: 'E', text: 'end' },
    close,
  ];
}

/** What the hint bar offers in a dialog. */
export function dialogHints(desk: Desk, dialog: Dialog): readonly Hint[] {
  const close: Hint = { key: 'Esc', text: 'close' };
  if (dialog.type === 'report' && dialog.typing)
    return [
      { key: 'Enter', text: 'search' },
      { key: 'Esc', text: 'leave it' },
    ];
  if ((dialog.type === 'inventory' || dialog.type === 'logs') && dialog.typing)
    return [
      { key: 'Enter', text: 'keep the filter' },
      { key: 'Esc', text: 'take it away' },
    ];
  if (isScreen(dialog.type)) return screenHints(desk, dialog.type);
  switch (dialog.type) {
    case 'choose':
      return [
        { key: 'Enter', text: 'plan it (sends nothing)' },
        { key: 'j k', text: 'move' },
        { key: 'Esc', text: 'cancel' },
      ];
    case 'parameters':
      return parameterHints(dialog);
    case 'plan':
    case 'undo':
      return [
        { key: fieldOf(desk, dialog) ? 'Up Down' : 'j k', text: 'scroll' },
        ...(isArmed(desk) ? [] : [{ key: keyOf(desk, 'arm'), text: 'arm' }]),
        ...(dialog.stage === 'failed' ? [{ key: 'r', text: 'plan again' }] : []),
        ...(hasParameters(dialog) && !fieldOf(desk, dialog) ? [{ key: 'e', text: 'other values' }] : []),
        { key: 'Esc', text: 'cancel' },
      ];
    case 'progress': {
      const containment = desk.session.snapshot.get().containments.find(({ id }) => id === dialog.containmentId);
      const running = !containment || containment.state === 'in-progress' || containment.state === 'undoing';
      return running
        ? [
            { key: 's', text: 'stop after this step' },
            { key: 'Esc', text: 'leave it running' },
          ]
        : [
            ...(containment.ineffective ? [{ key: 'c', text: 'plan it again' }] : []),
            ...(containment.ineffective && !containment.accepted
              ? [{ key: 'd', text: 'leave it so, with a reason' }]
              : []),
            ...(containment.verdict.contradictedBy ? [{ key: 'o', text: 'the call that passed' }] : []),
            ...(undoable(desk).some(({ id }) => id === dialog.containmentId) ? [{ key: 'z', text: 'undo' }] : []),
            ...(containment.playbook ? [{ key: 'Enter', text: 'back to the playbook' }] : []),
            { key: 'v', text: 'look at AWS again' },
            { key: keyOf(desk, 'report'), text: 'report' },
            close,
          ];
    }
    case 'containments':
      return [{ key: 'Enter', text: 'plan its undo' }, { key: 'Z', text: 'plan the undo of all' }, close];
    case 'recovery':
      return [
        { key: fieldOf(desk, dialog) ? 'Up Down' : 'j k', text: 'scroll' },
        ...(isArmed(desk) || dialog.stage === 'running' ? [] : [{ key: keyOf(desk, 'arm'), text: 'arm' }]),
        ...(dialog.stage === 'failed' || dialog.stage === 'running' ? [{ key: 'r', text: 'plan what is left' }] : []),
        { key: 'Esc', text: dialog.stage === 'running' ? 'leave it running' : 'cancel' },
      ];
    case 'playbook':
      return playbookHints(desk, dialog);
    case 'playbooks':
      return [{ key: 'Enter', text: 'open' }, { key: 'j k', text: 'move' }, close];
    case 'hand-off':
      return [
        { key: 'y', text: 'copy the commands' },
        ...(dialog.request === undefined ? [{ key: 'h', text: 'they were asked' }] : []),
        { key: 'j k', text: 'scroll' },
        close,
      ];
    case 'reason':
    case 'loss-reason':
    case 'finding-reason':
    case 'indicator-reason':
      return [
        { key: 'Enter', text: 'into the journal' },
        { key: 'Esc', text: 'cancel' },
      ];
    case 'note':
      return [
        { key: 'Enter', text: 'save' },
        { key: 'Esc', text: 'cancel' },
      ];
    case 'pivot':
      return [
        { key: 'Enter', text: 'its events' },
        { key: '+', text: 'add to the filter' },
        { key: '-', text: 'leave it out' },
        { key: '1-9', text: 'at once' },
        close,
      ];
    case 'palette':
      return [
        { key: 'Enter', text: 'run' },
        { key: 'Tab', text: 'complete' },
        { key: 'Up Down', text: 'choose' },
        { key: 'Ctrl-P', text: 'earlier' },
        { key: 'Esc', text: 'leave' },
      ];
    case 'focus':
      return dialog.stage === 'done'
        ? [{ key: 'Enter', text: 'to the timeline' }]
        : dialog.stage === 'asking'
          ? [{ key: 'Esc', text: 'give up' }]
          : [
              { key: 'Enter', text: 'start from it' },
              ...(dialog.pasted === undefined ? [] : [{ key: 'Backspace', text: 'throw the paste away' }]),
              { key: 'Esc', text: 'cancel' },
            ];
    case 'question':
      return [
        { key: 'Enter', text: 'give it to AWS' },
        { key: 'Esc', text: 'decline' },
      ];
    case 'raw':
    case 'document':
      return [{ key: 'j k', text: 'scroll' }, { key: 'v', text: 'in $PAGER' }, close];
    case 'help':
      return [{ key: 'Enter', text: 'run it' }, { key: 'j k', text: 'move' }, close];
    case 'leave':
      return [
        { key: 'q', text: 'leave' },
        { key: 'Esc', text: 'stay' },
      ];
    default:
      return [{ key: 'j k', text: 'scroll' }, close];
  }
}
