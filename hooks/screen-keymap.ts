import { copyRequestId, nextCallChoice, noCall, openCall } from './calls-screen.ts';
import {
  cannotLook,
  lookElsewhere,
  moveToLink,
  openChainRow,
  openHandover,
  pivotFromChain,
  selectedChainRow,
  toggleAllActions,
} from './chain-screen.ts';
import { collectItems } from './collect-evidence.ts';
import { undoable } from './containment-intents.ts';
import { type Desk, openScreen } from './desk.ts';
import { cannotClose, closeDoor, noDoor, openProof, pivotFromDoor } from './doors-screen.ts';
import {
  acknowledgeFinding,
  askReason,
  cannotContainFinding,
  containFinding,
  keepFinding,
  noFinding,
  openFinding,
  pivotFromFinding,
  toggleFindings,
  toggleTriage,
} from './findings-screen.ts';
import {
  containItem,
  copyItems,
  noItem,
  openItem,
  pivotFromItem,
  refreshInventory,
  timelineOfItem,
  toggleItemMark,
  typeItemFilter,
} from './inventory-screen.ts';
import {
  cannotUndoRow,
  cannotVerifyRow,
  copyJournalRow,
  noJournalRow,
  openJournalRow,
  toggleJournal,
  undoRow,
  verifyRow,
} from './journal-screen.ts';
import { openRecovery } from './recovery.ts';

/** Screens with keys of their own. */
export type ScreenName = 'inventory' | 'doors' | 'chain' | 'journal' | 'calls' | 'findings';

/** How the screens are called where their keys are listed. */
export const screenTitles: { readonly [Name in ScreenName]: string } = {
  inventory: 'inventory',
  doors: 'still open',
  chain: 'chain',
  journal: 'journal',
  calls: 'AWS calls',
  findings: 'findings',
};

/** A key of a screen as data; moving, `Esc` and `q` are the same on all of them. */
export interface ScreenBinding {
  readonly id: string;
  /** Names as `KeyPress.name` has them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly title: string;
  /** One or two words for the hint bar; absent: help only. */
  readonly hint?: string;
  readonly screens: readonly ScreenName[];
  readonly run: (desk: Desk) => void;
  /** Why it would do nothing just now. */
  readonly disabledReason?: (desk: Desk) => string | undefined;
}

const noRow = (desk: Desk) => (selectedChainRow(desk) ? undefined : 'nothing is selected');

/** Every key of a screen, in the order in which hints and help show them. */
export const screenKeymap: readonly ScreenBinding[] = [
  {
    id: 'item-open',
    keys: ['Enter'],
    title: 'its events, with what AWS says about it',
    hint: 'its events',
    screens: ['inventory'],
    run: openItem,
    disabledReason: noItem,
  },
  {
    id: 'item-contain',
    keys: ['c', 'a'],
    title: 'contain: what can be done about it',
    hint: 'contain',
    screens: ['inventory'],
    run: containItem,
    disabledReason: noItem,
  },
  {
    id: 'item-timeline',
    keys: ['t'],
    title: 'its timeline',
    hint: 'timeline',
    screens: ['inventory'],
    run: timelineOfItem,
    disabledReason: noItem,
  },
  {
    id: 'item-mark',
    keys: ['Space'],
    title: 'mark it, or take the mark off',
    hint: 'mark',
    screens: ['inventory'],
    run: toggleItemMark,
    disabledReason: noItem,
  },
  {
    id: 'item-filter',
    keys: ['/'],
    title: 'filter the list: words that stand in name, kind, role, Region, state …',
    hint: 'filter',
    screens: ['inventory'],
    run: typeItemFilter,
  },
  {
    id: 'item-pivot',
    keys: ['p'],
    title: 'pivot: the events of what is marked, of the resource or of its role',
    hint: 'pivot',
    screens: ['inventory'],
    run: pivotFromItem,
    disabledReason: noItem,
  },
  {
    id: 'item-collect',
    keys: ['C'],
    title: 'collect evidence about what is marked, or the selected: reads only',
    hint: 'evidence',
    screens: ['inventory'],
    run: collectItems,
    disabledReason: noItem,
  },
  {
    id: 'item-copy',
    keys: ['Y'],
    title: 'copy the ARNs of what is marked, or of the selected',
    screens: ['inventory'],
    run: copyItems,
    disabledReason: noItem,
  },
  {
    id: 'door-proof',
    keys: ['Enter'],
    title: 'the event that proves it',
    hint: 'proof',
    screens: ['doors'],
    run: openProof,
    disabledReason: noDoor,
  },
  {
    id: 'door-close',
    keys: ['c', 'a'],
    title: 'plan what closes it',
    hint: 'close it',
    screens: ['doors'],
    run: closeDoor,
    disabledReason: cannotClose,
  },
  {
    id: 'door-pivot',
    keys: ['p'],
    title: 'pivot to the resource or the principal',
    hint: 'pivot',
    screens: ['doors'],
    run: pivotFromDoor,
    disabledReason: noDoor,
  },
  {
    id: 'item-refresh',
    keys: ['r'],
    title: 'ask AWS again',
    hint: 'again',
    screens: ['inventory', 'doors'],
    run: refreshInventory,
  },
  {
    id: 'chain-open',
    keys: ['Enter'],
    title: 'the events of these credentials from the first on; the first event of an action',
    hint: 'its events',
    screens: ['chain'],
    run: openChainRow,
    disabledReason: noRow,
  },
  {
    id: 'chain-next',
    keys: ['Tab', 'o'],
    title: 'next credentials',
    hint: 'next',
    screens: ['chain'],
    run: (desk) => moveToLink(desk, 1),
    disabledReason: noRow,
  },
  {
    id: 'chain-previous',
    keys: ['Shift-Tab', 'O'],
    title: 'previous credentials',
    screens: ['chain'],
    run: (desk) => moveToLink(desk, -1),
    disabledReason: noRow,
  },
  {
    id: 'chain-handover',
    keys: ['h'],
    title: 'the record that handed them over',
    hint: 'handover',
    screens: ['chain'],
    run: openHandover,
    disabledReason: noRow,
  },
  {
    id: 'chain-look',
    keys: ['l'],
    title: 'look for a missing parent in the event history of other Regions',
    hint: 'look elsewhere',
    screens: ['chain'],
    run: lookElsewhere,
    disabledReason: cannotLook,
  },
  {
    id: 'chain-actions',
    keys: ['Space'],
    title: 'all actions, or the most telling of each',
    hint: 'all actions',
    screens: ['chain'],
    run: toggleAllActions,
    disabledReason: noRow,
  },
  {
    id: 'chain-pivot',
    keys: ['p'],
    title: 'pivot to the key, the principal, the resource or the event name',
    hint: 'pivot',
    screens: ['chain'],
    run: pivotFromChain,
    disabledReason: noRow,
  },
  {
    id: 'finding-open',
    keys: ['Enter'],
    title: 'its events',
    hint: 'its events',
    screens: ['findings'],
    run: openFinding,
    disabledReason: noFinding,
  },
  {
    id: 'finding-contain',
    keys: ['c'],
    title: 'contain: what can be done about its resource, playbooks included',
    hint: 'contain',
    screens: ['findings'],
    run: containFinding,
    disabledReason: cannotContainFinding,
  },
  {
    id: 'finding-acknowledge',
    keys: ['a'],
    title: 'acknowledge it, or take the decision about it back',
    hint: 'acknowledge',
    screens: ['findings'],
    run: acknowledgeFinding,
    disabledReason: noFinding,
  },
  {
    id: 'finding-dismiss',
    keys: ['d'],
    title: 'dismiss it, with a reason',
    hint: 'dismiss',
    screens: ['findings'],
    run: (desk) => askReason(desk, 'dismiss'),
    disabledReason: noFinding,
  },
  {
    id: 'finding-evidence',
    keys: ['m'],
    title: 'evidence: mark its events for the report',
    hint: 'evidence',
    screens: ['findings'],
    run: keepFinding,
    disabledReason: noFinding,
  },
  {
    id: 'finding-mute',
    keys: ['M'],
    title: 'mute its rule for this principal in this incident, or no longer',
    hint: 'mute',
    screens: ['findings'],
    run: (desk) => askReason(desk, 'mute'),
    disabledReason: noFinding,
  },
  {
    id: 'finding-only',
    keys: ['Tab'],
    title: 'what is open, all findings, the rules with how each stands',
    hint: 'all, rules',
    screens: ['findings'],
    run: toggleFindings,
  },
  {
    id: 'finding-pivot',
    keys: ['p'],
    title: 'pivot to the principal, the resource or the rule',
    hint: 'pivot',
    screens: ['findings'],
    run: pivotFromFinding,
    disabledReason: noFinding,
  },
  {
    id: 'finding-step',
    keys: ['1'],
    title: 'a step of the triage is done, or not: 1 to 9',
    hint: '1-9 triage',
    screens: ['findings'],
    run: (desk) => toggleTriage(desk, 1),
    disabledReason: noFinding,
  },
  {
    id: 'row-open',
    keys: ['Enter'],
    title: 'its calls with request ids; the event that it is about',
    hint: 'open',
    screens: ['journal'],
    run: openJournalRow,
    disabledReason: noJournalRow,
  },
  {
    id: 'row-undo',
    keys: ['z'],
    title: 'plan its undo',
    hint: 'undo',
    screens: ['journal'],
    run: undoRow,
    disabledReason: cannotUndoRow,
  },
  {
    id: 'row-undo-all',
    keys: ['Z'],
    title: 'plan the undo of everything, in an order that is safe',
    hint: 'undo all',
    screens: ['journal'],
    run: openRecovery,
    disabledReason: (desk) => (undoable(desk).length > 0 ? undefined : 'nothing to undo'),
  },
  {
    id: 'row-verify',
    keys: ['v'],
    title: 'look at AWS again now',
    hint: 'verify',
    screens: ['journal'],
    run: verifyRow,
    disabledReason: cannotVerifyRow,
  },
  {
    id: 'row-only',
    keys: ['Tab'],
    title: 'containments only, or everything',
    hint: 'containments only',
    screens: ['journal'],
    run: toggleJournal,
  },
  {
    id: 'row-copy',
    keys: ['y'],
    title: 'copy its id, or where it lies',
    screens: ['journal'],
    run: copyJournalRow,
    disabledReason: noJournalRow,
  },
  {
    id: 'call-open',
    keys: ['Enter'],
    title: 'the call in full, with what a write sent',
    hint: 'open',
    screens: ['calls'],
    run: openCall,
    disabledReason: noCall,
  },
  {
    id: 'call-only',
    keys: ['Tab'],
    title: 'all calls, writes only, or those that failed',
    hint: 'all, writes, failed',
    screens: ['calls'],
    run: nextCallChoice,
  },
  {
    id: 'call-copy',
    keys: ['y'],
    title: 'copy the request id',
    hint: 'copy request id',
    screens: ['calls'],
    run: copyRequestId,
    disabledReason: noCall,
  },
  {
    id: 'coverage-from-screen',
    keys: ['V'],
    title: 'coverage: what is read and what is not',
    screens: ['inventory', 'doors', 'chain', 'journal'],
    run: (desk) => {
      openScreen(desk, { type: 'coverage' });
    },
  },
];

/** The binding of a key on a screen. */
export const screenBindingOf = (name: string, screen: ScreenName): ScreenBinding | undefined =>
  screenKeymap.find(({ keys, screens }) => keys.includes(name) && screens.includes(screen));

/** Whether a dialog is a screen with keys of its own. */
export const isScreenName = (type: string): type is ScreenName => Object.hasOwn(screenTitles, type);
