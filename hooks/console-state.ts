import type { OfferedParameter, Params } from '../src/containment/action.ts';
import type { StepOfRun } from '../src/containment/containment.ts';
import type { HandOff } from '../src/containment/hand-off.ts';
import type { PlannedPlaybook } from '../src/containment/playbook.ts';
import type { Match } from '../src/detection/detection.ts';
import type { Predicate } from '../src/filter/predicate.ts';
import type { FocusResult } from '../src/focus/starting-point.ts';
import type { Enrichment } from '../src/inventory/enrichment.ts';
import type { UserScan } from '../src/inventory/users-of.ts';
import type { AwsCall } from '../src/model/aws-call.ts';
import type { CredentialChain } from '../src/model/chain.ts';
import type { NoticeKind, ThemeName } from '../src/model/console-settings.ts';
import type { Hint } from '../src/model/drill.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import type { FindingGroup } from '../src/model/finding.ts';
import type { IndicatorRef, IndicatorVerdict } from '../src/model/indicator.ts';
import type { LongText } from '../src/model/long-text.ts';
import type { PostureResult } from '../src/model/posture.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { CollectedIndicators } from '../src/session/indicators.ts';
import type { ActionChoice, PlaybookChoice, Preview, Recovery, Session, UndoPreview } from '../src/session/session.ts';
import type { Lookup } from '../src/sources/source.ts';
import type { ColumnName } from './column.ts';
import type { Place, Queries, View } from './event-page.ts';
import type { FilterCompletion } from './filter-completion.ts';
import { initialLanes, type LanesState } from './lane-window.ts';
import type { LogGroup, LogsOf } from './logs-screen.ts';
import type { PaletteMatch } from './palette.ts';
import type { Pivot } from './pivot.ts';
import type { PrincipalKnown } from './principal-rows.ts';
import type { ReportPlace } from './report-rows.ts';
import type { ResourceKnown } from './resource-rows.ts';
import type { Shown } from './shown.ts';
import type { Station } from './station.ts';
import type { TextField } from './text-field.ts';

/** What the keys go to when no dialog is open. */
export type Pane = 'resources' | 'lanes' | 'events' | 'detail';

/** Whether the keys are about the resource that is selected: the list and the lanes beside it are two views of one. */
export const isOnList = (focus: Pane): boolean => focus === 'resources' || focus === 'lanes';

/** A row of the resource list. */
export type ResourceHeat = Extract<Awaited<ReturnType<Queries['ask']>>, readonly unknown[]>[number];

/** What the timeline shows. */
export interface Filter {
  readonly text: string;
  readonly predicate: Predicate;
  readonly view: View;
  /** Where the store keeps the view; empty for all events. */
  readonly slot: string;
  /** Matching events; `undefined` while it is counted. */
  readonly count: number | undefined;
  /** Where none is shown: how many match that are left out behind every filter (`shown.ts`). */
  readonly leftOut?: number;
  /** When its first page was found, by `Surroundings.ticks`: the older ones are searched since; 0 for all events. */
  readonly since: number;
}

/** How far the search for who uses something is, and for how long it has been going on, ms. */
export type TimedScan = UserScan & { readonly sinceMs: number };

/** The filter while it is typed. */
export interface FilterLine {
  readonly field: TextField;
  /** What Esc brings back. */
  readonly before: Filter;
  readonly problem: { readonly at: number; readonly text: string } | undefined;
  /** Steps back in the history; 0 is what is being typed. */
  readonly back: number;
  readonly typed: string;
  /** What could go on at the caret. */
  readonly completion?: FilterCompletion | undefined;
}

/** An expected failure in words. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly nextSteps: readonly string[];
}

/** What can be done about one resource, in the chooser. */
export interface ChoiceGroup {
  readonly target: ResourceRef;
  /** How the event names it: `target`, `uses`, `actor`, `selected`. */
  readonly relation: string;
  readonly choices: readonly ActionChoice[];
}

/** Steps through which a confirmation goes. A `y` or a name is taken only in `ready`. */
export type ConfirmStage = 'planning' | 'ready' | 'sending' | 'failed';

interface DialogCommon {
  /** New for every content that must be read before it is answered. */
  readonly id: number;
  /** Keys pressed before are thrown away: the operator had not seen the dialog. */
  readonly painted: boolean;
  /** 400 ms have passed since it was painted: `y` is taken. */
  readonly settled: boolean;
  readonly scroll: number;
}

/** What the dialogs are about. */
export type DialogBody =
  | {
      readonly type: 'choose';
      readonly groups: readonly ChoiceGroup[];
      /** What it is about, in the event's own words. */
      readonly about: string;
      readonly selected: number;
      readonly reason: string;
      /** Offered below the actions. */
      readonly playbooks: readonly PlaybookChoice[];
      /** The event that it is about. */
      readonly event: TimelineEvent | undefined;
      /** The chosen action is planned for each of these, one after the other. */
      readonly batch: readonly ResourceRef[];
      /** The step of a playbook that the chosen action carries out. */
      readonly playbook: StepOfRun | undefined;
    }
  | {
      /** What an action wants to be told before it can be planned, one parameter after the other. */
      readonly type: 'parameters';
      /** `asking` AWS which values fit, `choosing`, or what AWS said instead. */
      readonly stage: 'asking' | 'choosing' | 'failed';
      readonly action: Pick<ActionChoice['action'], 'id' | 'title'>;
      readonly target: ResourceRef;
      readonly reason: string;
      /** The step of a playbook that it carries out, and the targets that it is planned for, one after the other. */
      readonly playbook: StepOfRun | undefined;
      readonly batch: readonly ResourceRef[];
      /** Dialog that Esc goes back to, and that closes with this one when it is planned. */
      readonly chooser: number | undefined;
      readonly offered: readonly OfferedParameter[];
      /** Index of the parameter that is chosen for. */
      readonly at: number;
      /** Chosen so far. */
      readonly params: Params;
      /** Index in the values that match the filter. */
      readonly selected: number;
      /** What letters do: move in the list, filter it, or make the value itself. */
      readonly mode: 'list' | 'filter' | 'text';
      /** The filter, or the value. */
      readonly field: TextField;
      readonly failure: Failure | undefined;
    }
  | {
      readonly type: 'plan';
      readonly stage: ConfirmStage;
      readonly actionId: string;
      readonly title: string;
      readonly target: ResourceRef;
      /** What was chosen for the action's parameters; kept when it is planned again. */
      readonly params: Params;
      readonly reason: string;
      /** The step of a playbook that it carries out. */
      readonly playbook: StepOfRun | undefined;
      readonly preview: Preview | undefined;
      /** The plan that was on screen before AWS changed: the difference is shown, and one key accepts. */
      readonly previous: Preview | undefined;
      readonly field: TextField;
      readonly failure: Failure | undefined;
    }
  | {
      readonly type: 'undo';
      readonly stage: ConfirmStage;
      readonly containmentId: string;
      readonly preview: UndoPreview | undefined;
      readonly previous: UndoPreview | undefined;
      readonly field: TextField;
      readonly failure: Failure | undefined;
    }
  | { readonly type: 'progress'; readonly containmentId: string }
  | {
      /** What was done; `selected` is the row's key, `undefined` the newest. */
      readonly type: 'journal';
      readonly selected: string | undefined;
      readonly only: 'all' | 'containments';
    }
  | {
      /** The AWS calls made; `selected` is the call's number, `undefined` follows the newest. */
      readonly type: 'calls';
      readonly selected: number | undefined;
      readonly only: 'all' | 'writes' | 'failed';
    }
  | {
      /** What the rules found; `selected` is the row's key, `undefined` the first. */
      readonly type: 'findings';
      readonly selected: string | undefined;
      readonly only: 'open' | 'all' | 'rules';
      /** Of the finding with this key: why the rule fired, and the playbooks that `c` offers. */
      readonly why:
        | { readonly key: string; readonly matches: readonly Match[]; readonly playbooks: readonly PlaybookChoice[] }
        | undefined;
    }
  | {
      /** How the incident's resources are set up; `selected` is the row's key, `undefined` the first. */
      readonly type: 'posture';
      readonly selected: string | undefined;
      /** What is weak or unknown, or everything. */
      readonly only: 'weak' | 'all';
    }
  /** One of its results in full. */
  | { readonly type: 'posture-result'; readonly result: PostureResult }
  | {
      /** What to look for elsewhere; `selected` is the row's key, `undefined` the first. */
      readonly type: 'indicators';
      readonly selected: string | undefined;
      readonly only: 'all' | 'undecided' | 'brought';
      /** `undefined` while it is collected. */
      readonly collected: CollectedIndicators | undefined;
      /** Events of the whole incident that hold the one with this key. */
      readonly elsewhere: { readonly key: string; readonly count: number } | undefined;
    }
  | {
      /** Why an indicator is ours, or benign. */
      readonly type: 'indicator-reason';
      readonly verdict: IndicatorVerdict;
      readonly indicator: IndicatorRef;
      readonly about: string;
      readonly field: TextField;
    }
  | {
      /** Why a finding is none, or why its rule is to be silent about its actor. */
      readonly type: 'finding-reason';
      readonly what: 'dismiss' | 'mute';
      readonly group: FindingGroup;
      readonly about: string;
      readonly field: TextField;
    }
  /** One call in full. */
  | { readonly type: 'call'; readonly call: AwsCall }
  | {
      /** The undo of everything. */
      readonly type: 'recovery';
      readonly stage: 'planning' | 'ready' | 'running' | 'failed';
      readonly recovery: Recovery | undefined;
      /** The incident's name, where it must be typed. */
      readonly field: TextField;
      readonly failure: Failure | undefined;
    }
  /** Which containment to undo. */
  | { readonly type: 'containments'; readonly selected: number }
  | {
      /** A playbook: what it would do, and, once it is started, how far it is. */
      readonly type: 'playbook';
      readonly stage: 'planning' | 'ready' | 'starting' | 'failed';
      readonly playbookId: string;
      readonly title: string;
      readonly subject: ResourceRef;
      readonly event: TimelineEvent | undefined;
      readonly plan: PlannedPlaybook | undefined;
      /** `p1`; `undefined` until it is started. */
      readonly run: string | undefined;
      /** The step that was chosen; `undefined`: the one whose turn it is. */
      readonly selected: string | undefined;
      /** The number of targets, where there are many. */
      readonly field: TextField;
      readonly failure: Failure | undefined;
    }
  /** Playbooks that were started. */
  | { readonly type: 'playbooks'; readonly selected: number }
  | {
      /** Why a step is left out, or, without one, why a playbook is given up. */
      readonly type: 'reason';
      readonly run: string;
      readonly step: string | undefined;
      readonly about: string;
      readonly field: TextField;
    }
  | {
      /** Why what a containment did may stay undone. */
      readonly type: 'loss-reason';
      readonly containmentId: string;
      readonly about: string;
      readonly field: TextField;
    }
  | {
      /** Commands for somebody else. */
      readonly type: 'hand-off';
      readonly handOff: HandOff;
      readonly actionId: string;
      readonly target: ResourceRef;
      readonly playbook: StepOfRun | undefined;
      /** `h1`, once they were asked. */
      readonly request: string | undefined;
      /** They are being asked: a second key press asks nobody again. */
      readonly asking?: boolean;
    }
  | { readonly type: 'note'; readonly field: TextField; readonly eventId: string | undefined; readonly about: string }
  | {
      /** The session asks for an MFA code. */
      readonly type: 'question';
      readonly questionId: number;
      readonly device: string;
      readonly profile: string;
      readonly field: TextField;
    }
  | {
      /** What runs now. */
      readonly type: 'inventory';
      /** Key of the selected item; `undefined`: the first. */
      readonly selected: string | undefined;
      /** Keys of marked items. */
      readonly marked: ReadonlySet<string>;
      /** Filters the list. */
      readonly field: TextField;
      /** Whether keys go to the filter. */
      readonly typing: boolean;
    }
  /** What is still open; `selected` is the door's id. */
  | { readonly type: 'doors'; readonly selected: string | undefined }
  | {
      /** The credentials behind an event, where they came from and what they led to. */
      readonly type: 'chain';
      readonly rowId: number;
      /** The event in its own words. */
      readonly about: string;
      /** `undefined` until the store has answered. */
      readonly chain: CredentialChain | undefined;
      readonly failure: Failure | undefined;
      /** Key of the selected row. */
      readonly selected: string | undefined;
      /** Whether each link shows all its actions. */
      readonly all: boolean;
    }
  /** Why a resource is hot. */
  | { readonly type: 'heat'; readonly resource: ResourceHeat }
  | {
      /** What somebody holds, to start from. */
      readonly type: 'focus';
      readonly field: TextField;
      /** A paste of several lines, whole; then the field is not used. */
      readonly pasted: string | undefined;
      readonly stage: 'typing' | 'asking' | 'done' | 'failed';
      readonly result: FocusResult | undefined;
      readonly failure: Failure | undefined;
    }
  | { readonly type: 'pivot'; readonly pivots: readonly Pivot[]; readonly selected: number }
  | {
      /** The command palette. */
      readonly type: 'palette';
      readonly field: TextField;
      readonly matches: readonly PaletteMatch[];
      readonly selected: number;
      /** Steps back in the history; 0 is what is being typed. */
      readonly back: number;
      readonly typed: string;
    }
  /** A hint of a drill, and how a drill went. */
  | { readonly type: 'hint'; readonly hint: Hint | undefined }
  | { readonly type: 'score' }
  | { readonly type: 'help'; readonly selected: number }
  | { readonly type: 'raw'; readonly rowId: number }
  | {
      /** A text made of the incident. */
      readonly type: 'document';
      /** Id of the export format that makes it. */
      readonly format: 'brief';
      readonly title: string;
      readonly text: string;
    }
  | {
      /** The report, or what changed for the next shift: the whole text, kept current. */
      readonly type: 'report';
      /** Id of the export format that makes it. */
      readonly format: 'md' | 'changes';
      /** `undefined` until it is there for the first time. */
      readonly text: LongText | undefined;
      /** How far the first one is: events that were read, and for how long, ms. */
      readonly read: { readonly events: number; readonly sinceMs: number } | undefined;
      /** Of which moment it tells, epoch ms. */
      readonly asOf: number;
      readonly failure: Failure | undefined;
      /** The first row on screen. */
      readonly top: ReportPlace;
      /** Heading to begin at, as it was typed; empty: at the top. */
      readonly wanted: string;
      /** What is searched for, and whether it is being typed. */
      readonly field: TextField;
      readonly typing: boolean;
      /** The line that holds it; -1: none is known. */
      readonly found: number;
      readonly searching: boolean;
    }
  | {
      readonly type: 'errors';
      readonly said: readonly Problem[];
      /** Of the logs, the first of what could not be loaded; untrusted. */
      readonly rejected: Session['rejected'];
    }
  | { readonly type: 'identity' }
  | {
      /** One resource: what it is and its state now, who, relations, events, what can be done; `selected` is the row's key. */
      readonly type: 'resource';
      readonly ref: ResourceRef;
      readonly selected: string | undefined;
      /** `undefined` until the store has answered. */
      readonly known: ResourceKnown | undefined;
      /** What AWS says about it. */
      readonly enrichment: Enrichment | undefined;
      /** Who uses it; `undefined`: AWS was not asked. */
      readonly scan: TimedScan | undefined;
      readonly failure: Failure | undefined;
    }
  | {
      /** One principal: keys and sessions, where from, what it did, the chain, what closes it; `selected` is the row's key. */
      readonly type: 'principal';
      /** As the store's `profile` takes it. */
      readonly who: string;
      readonly name: string;
      readonly selected: string | undefined;
      readonly known: PrincipalKnown | undefined;
      readonly failure: Failure | undefined;
    }
  | {
      /** What code on SageMaker printed. */
      readonly type: 'logs';
      /** The resource that it was opened on. */
      readonly on: ResourceRef | undefined;
      /** Whose lines are shown. */
      readonly of: LogsOf;
      /** `undefined` until the store has answered. */
      readonly groups: readonly LogGroup[] | undefined;
      /** Where the store keeps the lines; `undefined` until they are there. */
      readonly view: { readonly id: View; readonly slot: string } | undefined;
      readonly place: Place;
      /** Where the timeline stands, epoch ms; `undefined` while it follows. */
      readonly timelineAt: number | undefined;
      /** Filters the lines, in the language of the timeline. */
      readonly field: TextField;
      readonly typing: boolean;
      /** Why the filter cannot be read; empty: it can. */
      readonly problem: string;
      readonly failure: Failure | undefined;
    }
  | {
      /** What is read and how far, and what is not; `selected` is the row's key, `undefined` the first. */
      readonly type: 'coverage';
      readonly selected: string | undefined;
    }
  /** The same as one text. */
  | { readonly type: 'coverage-text' }
  | { readonly type: 'leave' };

/** Dialogs that are a place of their own, and what they are called: they take the whole screen, the palette can be called over them, and `Esc` may come back to them. */
export const screenTitles = {
  inventory: 'inventory',
  doors: 'still open',
  chain: 'chain',
  journal: 'journal',
  calls: 'AWS calls',
  findings: 'findings',
  posture: 'posture',
  report: 'report',
  indicators: 'indicators',
  coverage: 'coverage',
  resource: 'resource',
  principal: 'principal',
  logs: 'logs',
} as const satisfies { readonly [Type in DialogBody['type']]?: string };
export type ScreenName = keyof typeof screenTitles;

/** Whether a dialog is a place of its own. */
export const isScreen = (type: string): type is ScreenName => Object.hasOwn(screenTitles, type);

/** A modal dialog. The last of the stack has the keys. */
export type Dialog = DialogCommon & DialogBody;

/** A problem that was said at the bottom. */
export interface Problem {
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
}

/** A line for the operator at the bottom of the screen. */
export interface Message {
  readonly text: string;
  readonly tone: 'plain' | 'problem';
}

/** Everything on screen that need not survive `kill -9`. Immutable, replaced as a whole. */
export interface ConsoleState {
  readonly focus: Pane;
  readonly place: Place;
  readonly filter: Filter;
  /** `actions` in live incidents and drills; saved logs show all that they hold. */
  readonly shown: Shown;
  /** Where the operator was before, the oldest first: `Esc` and Backspace walk back. */
  readonly trail: readonly Station[];
  readonly filterLine: FilterLine | undefined;
  /** `undefined` until the store has answered. */
  readonly resources: readonly ResourceHeat[] | undefined;
  /** Key of the selected resource; `undefined`: the first. */
  readonly resource: string | undefined;
  readonly detailScroll: number;
  /** The column whose value keys take or leave out; `undefined`: the action, and no column is shown. */
  readonly column: ColumnName | undefined;
  /** How it is coloured just now. */
  readonly theme: ThemeName;
  /** Whether the mouse is taken from the terminal, which then selects no text. */
  readonly mouse: boolean;
  /** Somebody else has the terminal: the pager, or the shell. */
  readonly away: boolean;
  /** How a new grave finding is told just now. */
  readonly notify: NoticeKind;
  /** Whether the terminal's title names the incident. */
  readonly title: boolean;
  readonly lanes: LanesState;
  readonly dialogs: readonly Dialog[];
  readonly message: Message | undefined;
  /** Problems that were said at the bottom, where they stand for seconds; the newest last. */
  readonly said: readonly Problem[];
  /** What CloudTrail's event history is to be asked for first, the newest pivot first. */
  readonly lookups: readonly Lookup[];
  /** When a key was pressed, by `Surroundings.ticks`, at most a minute before the last: somebody is there. */
  readonly presentAt: number;
  /** The question of the session that was answered last, so that it is not asked again while the answer is on its way. */
  readonly answeredQuestion: number | undefined;
  /** A bug: thrown while rendering, so that the terminal is restored and the program ends with 70. */
  readonly crash: { readonly error: unknown } | undefined;
}

/** No filter. */
export const everything: Filter = {
  text: '',
  predicate: { type: 'all' },
  view: 'all',
  slot: '',
  count: undefined,
  since: 0,
};

/** How the console starts. */
export const initialState: ConsoleState = {
  focus: 'events',
  place: { type: 'follow' },
  filter: everything,
  shown: 'all',
  trail: [],
  filterLine: undefined,
  resources: undefined,
  resource: undefined,
  detailScroll: 0,
  column: undefined,
  theme: 'default',
  mouse: false,
  away: false,
  notify: 'off',
  title: false,
  lanes: initialLanes,
  dialogs: [],
  message: undefined,
  said: [],
  lookups: [],
  presentAt: 0,
  answeredQuestion: undefined,
  crash: undefined,
};

/** What tells resources apart in the list. */
export const resourceKey = (resource: { readonly kind: string; readonly arn: string; readonly name: string }): string =>
  resource.arn || `${resource.kind} ${resource.name}`;

/** Index of the selected resource; -1 in an empty list. */
export function selectedResource(state: Pick<ConsoleState, 'resources' | 'resource'>): number {
  const list = state.resources ?? [];
  const index = list.findIndex((resource) => resourceKey(resource) === state.resource);
  return index >= 0 ? index : list.length > 0 ? 0 : -1;
}
