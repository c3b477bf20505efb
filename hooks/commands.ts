import { nothingToStop, stopWork } from './background-work.ts';
import { openCalls } from './calls-screen.ts';
import { openChain } from './chain-screen.ts';
import { choicesHere } from './chooser.ts';
import { collectEvidence, nothingToCollect } from './collect-evidence.ts';
import { undoable } from './containment-intents.ts';
import { openCoverage } from './coverage-screen.ts';
import { type Desk, openDialog, openErrors, say } from './desk.ts';
import { openDoorsScreen } from './doors-screen.ts';
import { noDrill, openHint, openScore } from './drill-screen.ts';
import { attach, copyBrief, tagEvent, takeCon, writeReport } from './evidence-intents.ts';
import { filterBy, filterByText } from './filter-intents.ts';
import { openFindings } from './findings-screen.ts';
import { openFocus } from './focus-screen.ts';
import { importIndicators, openIndicators } from './indicators-screen.ts';
import { openInventory } from './inventory-screen.ts';
import { openJournalScreen } from './journal-screen.ts';
import { keyOrCommand } from './key-names.ts';
import { focusLanes, goToTime } from './lanes.ts';
import { leave } from './leave.ts';
import { openAction } from './parameters.ts';
import { noPlaybook, offeredHere, openPlaybook, openPlaybooks } from './playbook-screen.ts';
import { openPosture } from './posture-screen.ts';
import { openRecovery } from './recovery.ts';
import { openReport } from './report-screen.ts';
import { callUpFilter, noSavedFilter, savedFilters, saveFilter } from './saved-filters.ts';
import { settingCommands, settingValues } from './setting-commands.ts';
import { openLogsHere, openResourceNamed, openWhoNamed } from './things.ts';
import { selectedRow } from './timeline-intents.ts';
import { toPanes } from './trail.ts';

/** A word of the palette as data: the palette, help and the README's table come from it. */
export interface Command {
  /** What is typed after `:`; the first is the one that is shown. */
  readonly names: readonly string[];
  /** What follows the name; absent: nothing does. */
  readonly argument?: string;
  /** It runs without the argument too. */
  readonly optional?: true;
  readonly title: string;
  readonly run: (desk: Desk, argument: string) => void;
  readonly disabledReason?: (desk: Desk) => string | undefined;
}

/** Starts the playbook of that name on what is selected; without a name it shows those that were started, or what is offered. */
function playbookCommand(desk: Desk, text: string): void {
  const { offered, event } = offeredHere(desk);
  if (text === '') {
    if (noPlaybook(desk) === undefined) openPlaybooks(desk);
    else
      say(
        desk,
        offered.length > 0
          ? `here: ${offered.map(({ id }) => id).join(', ')}`
          : `select an event or a resource: ${keyOrCommand(desk, 'contain')} shows what can be done about it`,
      );
    return;
  }
  const chosen = offered.find(({ id }) => id === text);
  if (!chosen)
    say(
      desk,
      `no playbook ${text} for what is selected${offered.length > 0 ? `; there are ${offered.map(({ id }) => id).join(', ')}` : ''}`,
      'problem',
    );
  else if (chosen.disabledReason !== undefined) say(desk, chosen.disabledReason, 'problem');
  else openPlaybook(desk, chosen, chosen.subject, event);
}

/** `endpoint.delete recsys-ranker`: what the palette calls an action on a target, and what `:contain` takes. */
const containArgument = (action: string, target: string): string => `${action} ${target}`;

/** Plans an action on what is selected; sends nothing. */
function containCommand(desk: Desk, text: string): void {
  const here = choicesHere(desk);
  const chosen = here.find(({ choice, target }) => containArgument(choice.action.id, target.name) === text);
  if (!chosen)
    say(
      desk,
      here.length > 0 ? 'name an action on what is selected: type on to find it' : 'nothing can be contained here',
      'problem',
    );
  else if (chosen.choice.disabledReason !== undefined) say(desk, chosen.choice.disabledReason, 'problem');
  else openAction(desk, chosen.choice, chosen.target, chosen.reason, undefined, { playbook: undefined, batch: [] });
}

/** Commands with the arguments that are at hand just now, for the palette: actions and playbooks for what is selected, values of settings. */
export const readyCommands = (
  desk: Desk,
): readonly { readonly command: Command; readonly argument: string; readonly title: string }[] => {
  const playbook = commands.find(({ run }) => run === playbookCommand);
  const contain = commands.find(({ run }) => run === containCommand);
  const use = commands.find(({ run }) => run === callUpFilter);
  return [
    ...(contain
      ? choicesHere(desk).map(({ choice: { action }, target }) => ({
          command: contain,
          argument: containArgument(action.id, target.name),
          title: action.title,
        }))
      : []),
    ...(playbook ? offeredHere(desk).offered.map(({ id, title }) => ({ command: playbook, argument: id, title })) : []),
    ...(use
      ? savedFilters(desk).map(({ name, text, from }) => ({
          command: use,
          argument: name,
          title: `saved filter (${from}): ${text}`,
        }))
      : []),
    ...settingValues,
  ];
};

/** Every word the palette knows, in the order in which it offers them. None of them changes anything in AWS. */
export const commands: readonly Command[] = [
  {
    names: ['inv', 'inventory'],
    title: 'inventory: what runs now, event or no event',
    run: (desk) => openInventory(desk),
  },
  {
    names: ['open', 'doors'],
    title: 'still open: every door the attacker still has',
    run: (desk) => openDoorsScreen(desk),
  },
  {
    names: ['resource'],
    argument: 'NAME',
    optional: true,
    title: 'one resource: state now, who, relations, events, findings, what was done and can be',
    run: openResourceNamed,
  },
  {
    names: ['principal', 'who'],
    argument: 'NAME',
    optional: true,
    title: 'one principal: keys and sessions, where from, what it did, its chain, what closes it',
    run: openWhoNamed,
  },
  {
    names: ['logs'],
    title: 'logs: what code on SageMaker printed, as it comes, at the time of the timeline',
    run: (desk) => openLogsHere(desk),
  },
  {
    names: ['chain'],
    title: "follow the selected event's credentials",
    run: (desk) => openChain(desk),
    disabledReason: (desk) => (selectedRow(desk) ? undefined : 'no event is selected'),
  },
  {
    names: ['focus'],
    argument: 'TEXT',
    optional: true,
    title: 'start from what you hold: ARN, name, key, address, event id, console URL, a pasted alert',
    run: (desk, text) => openFocus(desk, text),
  },
  {
    names: ['timeline', 'events'],
    title: 'the timeline: every event, newest last',
    run: (desk) => filterBy(desk, { type: 'all' }),
  },
  {
    names: ['filter'],
    argument: 'EXPR',
    title: 'filter the events: principal=alice action~Create* error since=20:30',
    run: filterByText,
  },
  {
    names: ['lanes'],
    title: 'lanes: what happened to each resource over time',
    run: (desk) => {
      toPanes(desk);
      focusLanes(desk);
    },
  },
  {
    names: ['at', 'time'],
    argument: 'TIME',
    title: 'to a time, UTC: 20:31, 2026-11-23T20:31Z, 15m (ago)',
    run: (desk, text) => {
      toPanes(desk);
      goToTime(desk, text);
    },
  },
  {
    names: ['use'],
    argument: 'NAME',
    title: 'a filter that has a name: of this incident or of the configuration',
    run: callUpFilter,
    disabledReason: noSavedFilter,
  },
  {
    names: ['save'],
    argument: 'NAME',
    title: 'give the filter in force a name in this incident; -NAME takes it away',
    run: saveFilter,
  },
  {
    names: ['coverage', 'sources'],
    title: 'coverage: every source, its lag and its gaps',
    run: openCoverage,
  },
  {
    names: ['findings', 'rules'],
    title: 'findings: what the detection rules found, why, and what to do about it',
    run: (desk) => openFindings(desk),
  },
  {
    names: ['indicators', 'iocs'],
    title: 'indicators: what to look for elsewhere, seen in findings and marks or brought',
    run: (desk) => openIndicators(desk),
  },
  {
    names: ['import-indicators'],
    argument: 'FILE',
    title: 'bring indicators from a CSV file into this incident',
    run: importIndicators,
  },
  {
    names: ['posture'],
    title: 'posture: how the resources of this incident are set up, what is weak, why it matters, what to change',
    run: (desk) => openPosture(desk),
  },
  {
    names: ['journal', 'containments'],
    title: 'journal: what was done, the state of each, undo; what other responders did',
    run: (desk) => openJournalScreen(desk),
  },
  {
    names: ['calls'],
    title: 'the AWS calls that this session made, with request ids',
    run: (desk) => openCalls(desk),
  },
  {
    names: ['undo-all', 'recovery'],
    title: 'the whole recovery: plans the undo of everything; sends nothing',
    run: (desk) => openRecovery(desk),
    disabledReason: (desk) => (undoable(desk).length > 0 ? undefined : 'nothing to undo'),
  },
  {
    names: ['collect'],
    title: 'collect evidence about the selection: reads only',
    run: (desk) => collectEvidence(desk),
    disabledReason: nothingToCollect,
  },
  {
    names: ['playbook', 'playbooks'],
    argument: 'ID',
    optional: true,
    title: 'a playbook on what is selected; those that were started',
    run: playbookCommand,
  },
  {
    names: ['contain'],
    argument: 'ACTION',
    title: 'an action on what is selected: plans it, sends nothing',
    run: containCommand,
    disabledReason: (desk) => (choicesHere(desk).length > 0 ? undefined : 'nothing can be contained here'),
  },
  {
    names: ['hint'],
    title: 'drill: the next hint; it counts',
    run: openHint,
    disabledReason: noDrill,
  },
  {
    names: ['score', 'scorecard'],
    title: 'drill: how it went so far',
    run: openScore,
    disabledReason: noDrill,
  },
  { names: ['report'], title: 'write the report', run: writeReport },
  {
    names: ['preview'],
    argument: 'SECTION',
    optional: true,
    title: 'the report as it would be written now, kept current',
    run: (desk, section) => openReport(desk, 'md', section),
  },
  {
    names: ['changes'],
    title: 'hand-over: what changed since the last session was closed',
    run: (desk) => openReport(desk, 'changes'),
  },
  { names: ['brief'], title: 'copy a ten-line brief for a chat', run: copyBrief },
  {
    names: ['attach'],
    argument: 'FILE',
    title: 'copy a file into the evidence, to the selected event',
    run: attach,
  },
  {
    names: ['tag'],
    argument: 'WORD',
    title: 'hang a word on the selected event; -WORD takes it off',
    run: tagEvent,
  },
  {
    names: ['con'],
    argument: 'NAME',
    optional: true,
    title: 'say who leads the response; without a name: you',
    run: takeCon,
  },
  {
    names: ['errors'],
    title: 'errors of this session',
    run: openErrors,
  },
  {
    names: ['whoami'],
    title: 'who am I: account, identity, incident',
    run: (desk) => {
      openDialog(desk, { type: 'identity' });
    },
  },
  {
    names: ['help'],
    title: 'every key and every command',
    run: (desk) => {
      openDialog(desk, { type: 'help', selected: 0 });
    },
  },
  ...settingCommands,
  {
    names: ['stop'],
    title: 'stop what takes long: loads, report, evidence, posture, who uses it; what was read stays',
    run: stopWork,
    disabledReason: nothingToStop,
  },
  {
    names: ['load'],
    title: 'go on loading the event history that :stop gave up',
    run: ({ session }) => session.loadOn(),
    disabledReason: ({ session }) =>
      session.snapshot.get().sources.some(({ firstLoad }) => firstLoad === 'held')
        ? undefined
        : 'no load of the event history was given up',
  },
  { names: ['quit', 'q'], title: 'leave; with steps in flight it asks first', run: leave },
];

/** `:focus TEXT`. */
export const commandText = ({ names: [name = ''], argument }: Pick<Command, 'names' | 'argument'>): string =>
  `:${name}${argument ? ` ${argument}` : ''}`;
