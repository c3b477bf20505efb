import { chainRows } from '../../hooks/chain-rows.ts';
import { commands } from '../../hooks/commands.ts';
import type { Dialog, DialogBody } from '../../hooks/console-state.ts';
import { everything } from '../../hooks/console-state.ts';
import { helpEntries } from '../../hooks/help.ts';
import { itemKey } from '../../hooks/inventory-list.ts';
import type { PaletteMatch } from '../../hooks/palette.ts';
import { pivotsOf } from '../../hooks/pivot.ts';
import { textField } from '../../hooks/text-field.ts';
import type { Plan } from '../../src/containment/action.ts';
import { identityCenterHandOff, supportHandOff } from '../../src/containment/hand-off.ts';
import { emptyInventory } from '../../src/inventory/inventory.ts';
import { noCalls } from '../../src/model/aws-call.ts';
import type { Score } from '../../src/model/drill.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import type { MetricSeries } from '../../src/model/metric.ts';
import { noPosture } from '../../src/model/posture.ts';
import { noFindings } from '../../src/session/findings.ts';
import type { Snapshot, SourceStatus } from '../../src/session/snapshot.ts';
import { observable } from '../../src/shared/observable.ts';
import { stateLooks } from '../../views/components/source-state.ts';
import { coverageText } from '../../views/coverage/coverage-text.ts';
import { detailLines, detailView } from '../../views/detail/detail-view.ts';
import { type DialogExtras, dialogView } from '../../views/dialogs/dialog-view.ts';
import { sheetView } from '../../views/dialogs/sheet.ts';
import { emptyEvents } from '../../views/events/empty-events.ts';
import { eventsView } from '../../views/events/events-view.ts';
import { filterLineView } from '../../views/filter-line-view.ts';
import { headerView } from '../../views/header/header-view.ts';
import { hintBarView } from '../../views/hint-bar-view.ts';
import { lanesView } from '../../views/lanes/lanes-view.ts';
import { layout } from '../../views/layout.ts';
import { resourcesView } from '../../views/resources/resources-view.ts';
import type { Theme } from '../../views/theme/theme.ts';
import { tooSmallView } from '../../views/too-small-view.ts';
import {
  assessment,
  containment,
  endpoint,
  event,
  hostile,
  job,
  NOW,
  notebook,
  plan,
  plannedPlaybook,
  playbookRun,
  rawOf,
  role,
  rowOf,
  snapshot,
  story,
} from './fixtures.ts';
import { callLogs, journals, recoveries, someCalls } from './journal-samples.ts';
import { laneModels } from './lane-samples.ts';
import { logSamples } from './log-samples.ts';
import { coverageSamples } from './screen-samples.ts';
import { chains, enrichments, focusResult, hostileFocus, inventories, openDoors } from './situation.ts';
import { principalSamples, resourceSamples } from './thing-samples.ts';

/** A view on made-up data: what `npm run views` prints and what the tests measure. */
export interface Sample {
  readonly title: string;
  readonly lines: readonly string[];
  readonly width: number;
  /** Rows it must have; absent: at most the screen's. */
  readonly height?: number;
}

const bad = hostile(1);
const evil = bad.principal?.arn ?? '';

export const score: Score = {
  scenario: 'x',
  title: 'Presigned URL hijack',
  seed: 1,
  speed: 5,
  startedAt: '2026-11-23T20:00:00.000Z',
  outcome: 'contained',
  ending: 'He is out.',
  lastedMs: 432_000,
  firstMarkMs: 40_000,
  firstRightMarkMs: null,
  firstActionMs: 60_000,
  containedMs: 61_000,
  achieved: [{ afterMs: 1, lastMs: 9, phase: 'entry', what: 'AssumeRole x', times: 2, afterFirstAction: true }],
  refused: 4,
  collateral: [{ who: 'ci', what: 'DescribeEndpoint refused', times: 2 }],
  evidence: [{ what: 'main-trail logs', kept: true }],
  mistakes: [{ afterMs: 9, what: 'rolled back', consequence: '9 s later: he called x', why: 'Entry first.' }],
  hints: 1,
};
const scores: { readonly [title: string]: Score | undefined } = {
  'being made': undefined,
  full: score,
  hostile: {
    ...score,
    title: evil,
    ending: evil,
    outcome: 'left',
    collateral: [{ who: evil.repeat(30), what: evil, times: 1 }],
    mistakes: [{ afterMs: 9, what: evil.repeat(30), consequence: evil, why: evil.repeat(30) }],
  },
};

const made = snapshot();

/** One playbook half way, one given up. */
const playbooks: Snapshot['playbooks'] = [
  playbookRun(notebook, [
    { state: 'done', containment: { id: 'c1', state: 'confirmed', effect: 'holding' }, by: 'carol', at: NOW },
    { state: 'skipped', reason: 'the team needs it', by: evil, at: NOW },
    {
      state: 'refused',
      reason: `AccessDenied: ${evil}`,
      next: ['Needs sagemaker:StopNotebookInstance', 'Or skip it with a reason'],
    },
  ]),
  { ...playbookRun(role), id: 'p2', title: evil, next: undefined, ended: { by: evil, reason: evil, at: NOW } },
];
const source = made.sources[0]!;

/** A source in each state there is, with all that can be said of one. */
export function everyState(): Snapshot['sources'] {
  const states = Object.keys(stateLooks) as readonly SourceStatus['state'][];
  return states.map((state, index) => ({
    ...source,
    id: ['cloudtrail-lookup', 'cloudwatch-logs', 'endpoint-metrics'][index % 3] ?? '',
    title: ['CloudTrail event history', 'Log groups', 'Metrics of endpoints'][index % 3] ?? '',
    region: index % 2 ? 'us-east-1' : 'eu-west-1',
    account: index % 2 ? '444455556666' : '111122223333',
    profile: index % 2 ? 'audit' : '',
    state,
    why: state === 'denied' ? 'not authorized' : '',
    permission: state === 'denied' ? 'logs:StartLiveTail' : '',
    lag: index % 2 ? { p50Ms: 41_000, p95Ms: 130_000, p99Ms: 200_000, samples: 312 } : undefined,
    lagMs: 300_000,
    watching: Array.from({ length: [0, 25, 2][index] ?? 0 }, (_, group) => `/aws/sagemaker/Endpoints/e${group}`),
    gaps: index % 4 === 1 ? [{ id: 'g', from: NOW - 9000, to: NOW - 1000, why: 'sampled by Live Tail' }] : [],
    gapsFilled: index,
    records: 1000 * index,
    heardAt: index ? NOW - 3000 : undefined,
    coveredTo: index % 3 ? undefined : NOW - 60_000,
    progress: index % 3 ? '' : 'sagemaker 14:02–15:02Z loaded; writes 61 %; reads of other services not loaded',
  }));
}

/** Invocations that rise and stop, errors, and no latency. */
export const metrics: readonly MetricSeries[] = (['Invocations', 'Invocation4XXErrors'] as const).map((metric) => ({
  resource: endpoint.arn,
  name: endpoint.name,
  region: 'us-east-1',
  metric,
  unit: 'count',
  periodMs: 60_000,
  points: Array.from({ length: 25 }, (_, minute) => ({ at: NOW - (30 - minute) * 60_000, value: minute * minute })),
}));

/** Snapshots that look different from each other. */
export const snapshots: { readonly [title: string]: Snapshot } = {
  live: made,
  'following another console': snapshot({
    sources: [],
    follows: {
      holder: {
        pid: 4711,
        host: 'bastion-1',
        since: '2026-11-23T20:31:02.000Z',
        by: 'arn:aws:sts::111122223333:assumed-role/OnCall/carol',
      },
      gone: false,
    },
  }),
  'following, hostile': snapshot({ follows: { holder: { pid: 1, host: evil, since: evil, by: evil }, gone: false } }),
  'followed to its end': snapshot({ follows: { holder: undefined, gone: true } }),
  'confirmed steps run on': snapshot({ containments: [containment({ state: 'in-progress' })] }),
  'armed, with everything going on': snapshot({
    armedUntil: NOW + 872_000,
    rejected: 12,
    loading: { filesDone: 3, filesTotal: 1200, bytesDone: 41e6, bytesTotal: 333e6, startedAt: NOW - 2_000 },
    containments: [containment({ state: 'in-progress' }), containment({ id: 'c2', state: 'unverified' })],
    errors: [
      { at: NOW - 1000, what: 'ThrottlingException: Rate exceeded', nextSteps: ['Wait', 'Ask for a higher quota'] },
    ],
    sources: [
      { ...source, gaps: [{ id: 'g', from: NOW - 9000, to: NOW, why: 'restart' }] },
      { ...source, region: 'us-east-1' },
    ],
  }),
  'denied and about to expire': snapshot({
    identity: { ...made.identity!, credentialsExpireAt: NOW + 61_000 },
    receivedTo: undefined,
    settledTo: undefined,
    events: 0,
    late: 0,
    sources: [
      { ...source, state: 'denied', why: 'AccessDenied', permission: 'cloudtrail:LookupEvents', coveredTo: undefined },
    ],
  }),
  drill: snapshot({
    mode: 'drill',
    identity: { ...made.identity!, endpoint: { kind: 'simulated', host: '127.0.0.1:4566' } },
    drill: {
      briefing: {
        scenario: 'presigned-url-hijack',
        title: 'Somebody opened a notebook',
        text: ['GuardDuty paged at 20:31.', 'Find out who it is.'],
      },
      story: {
        startedAt: NOW - 600_000,
        state: 'attacker-reached-goal',
        ending: 'the attacker read the training data',
      },
    },
  }),
  'custom endpoint': snapshot({
    identity: { ...made.identity!, endpoint: { kind: 'custom', host: 'localstack.internal.example.com:4566' } },
  }),
  'before anything is known': snapshot({
    identity: undefined,
    events: 0,
    late: 0,
    receivedTo: undefined,
    settledTo: undefined,
    sources: [],
  }),
  'saved logs': snapshot({ identity: undefined, mode: 'saved', sources: [] }),
  'every source state': snapshot({
    sources: everyState(),
    accounts: [
      { account: '111122223333', alias: 'ml-prod', profile: '', arn: '' },
      { account: '444455556666', alias: undefined, profile: 'audit', arn: '' },
    ],
    tails: { openSessions: 2, minutes: 31 },
    chargedMetricRequests: 1204,
    clockSkewMs: 3_600_000,
    question: { id: 1, kind: 'mfa', device: 'arn:aws:iam::111122223333:mfa/carol', profile: 'on-call' },
  }),
  'not live': snapshot({
    sources: [
      {
        ...source,
        state: 'expired',
        why: 'the security token included in the request is expired',
        stoppedAt: NOW - 185_000,
      },
      {
        ...source,
        region: 'us-east-1',
        state: 'unreachable',
        why: 'connect ECONNREFUSED',
        coveredTo: NOW - 1_100_000,
        stoppedAt: NOW - 200_000,
      },
    ],
  }),
  'tails, all well': snapshot({
    sources: [
      { ...source, lag: { p50Ms: 41_000, p95Ms: 130_000, p99Ms: 200_000, samples: 312 } },
      { ...source, id: 'cloudwatch-logs', state: 'live', lagMs: 0 },
    ],
    tails: { openSessions: 1, minutes: 31 },
  }),
  hostile: snapshot({
    incident: { name: evil, folder: evil, openedAt: NOW },
    identity: {
      ...made.identity!,
      alias: evil,
      arn: evil,
      region: evil,
      account: evil,
      endpoint: { kind: 'custom', host: evil.repeat(5) },
    },
    sources: [
      { ...source, id: evil, state: 'denied', why: evil, permission: evil, blindSpots: [evil] },
      {
        ...source,
        title: evil,
        region: evil,
        account: evil,
        profile: evil,
        why: evil,
        progress: evil.repeat(9),
        watching: Array.from({ length: 200 }, () => evil),
        blindSpots: [evil, 'x'.repeat(10_000)],
        gaps: [{ id: evil, from: Number.NaN, to: 9e15, why: evil }],
      },
    ],
    accounts: [
      { account: evil, alias: evil, profile: evil, arn: '' },
      { account: '111122223333', alias: undefined, profile: '', arn: '' },
    ],
    errors: [{ at: NOW, what: evil, nextSteps: [evil] }],
  }),
};

/** Two of our own and one that calls itself something strange. */
const accounts = [
  { account: '111122223333', alias: 'ml-prod', profile: '', arn: '' },
  { account: '444455556666', alias: undefined, profile: 'audit', arn: '' },
  { account: evil, alias: evil, profile: evil, arn: '' },
];

const tomorrow = 24 * 3600_000;

/** Rows by what is special about them. */
export const timelines: { readonly [title: string]: readonly TimelineEvent[] } = {
  none: [],
  one: [event(1)],
  story: story(),
  thousands: Array.from({ length: 2000 }, (_, index) => event(index)),
  'over midnight': Array.from({ length: 30 }, (_, index) =>
    event(index, { at: NOW + (index > 14 ? tomorrow : 0) + index }),
  ),
  hostile: Array.from({ length: 60 }, (_, index) => hostile(index)),
  'many accounts': Array.from({ length: 60 }, (_, index) => ({
    ...(index % 2 ? hostile(index) : event(index, { repeats: index })),
    account: ['111122223333', '444455556666', evil, ''][index % 4] ?? '',
    responder: (['own', 'claimed', undefined] as const)[index % 3],
  })),
};

const dialog = (body: DialogBody, common: Partial<Dialog> = {}): Dialog =>
  ({ id: 1, painted: true, settled: true, scroll: 0, ...body, ...common }) as Dialog;

function planDialog(kind: Plan['class'], over: Partial<Extract<DialogBody, { type: 'plan' }>> = {}): Dialog {
  const target = { destroys: endpoint, interrupts: notebook, seconds: role, 'not-reversible': job }[kind];
  return dialog({
    type: 'plan',
    stage: 'ready',
    actionId: `test.${kind}`,
    title: 'Stop endpoint: delete it, keep its config',
    target,
    params: {},
    reason: 'event 1',
    playbook: undefined,
    preview: { plan: plan(kind, target), assessment: observable(assessment) },
    previous: undefined,
    field: textField(target.name.slice(0, 5)),
    failure: undefined,
    ...over,
  });
}

const playbookDialog = (over: Partial<Extract<DialogBody, { type: 'playbook' }>> = {}): Dialog =>
  dialog({
    type: 'playbook',
    stage: 'ready',
    playbookId: 'test-playbook',
    title: 'Test playbook',
    subject: notebook,
    event: undefined,
    plan: plannedPlaybook(notebook),
    run: undefined,
    selected: undefined,
    field: textField(),
    failure: undefined,
    ...over,
  });

const minters = [
  'arn:aws:iam::111122223333:user/alice,arn:aws:iam::111122223333:role/service-role/ds-exec',
  'arn:aws:iam::111122223333:user/alice',
  `arn:aws:iam::111122223333:role/teams/data-science/${'fraud-and-abuse/'.repeat(8)}ds-exec`,
  'nobody',
];

function parametersDialog(
  choices: readonly string[] | undefined,
  over: Partial<Extract<DialogBody, { type: 'parameters' }>> = {},
): Dialog {
  return dialog({
    type: 'parameters',
    stage: 'choosing',
    action: {
      id: 'test.close',
      title: 'Close presigned entry: deny new URLs, stop what they open (AWS has no revoke)',
    },
    target: notebook,
    reason: 'event 1',
    playbook: undefined,
    batch: [],
    chooser: undefined,
    offered: [
      {
        name: 'minters',
        title: 'whom to deny new URLs: roles and users that minted them in the last 24 hours',
        choices,
      },
    ],
    at: 0,
    params: {},
    selected: 0,
    mode: 'list',
    field: textField(),
    failure: undefined,
    ...over,
  });
}

/** Every dialog in the states that look different. */
export const dialogs: { readonly [title: string]: Dialog } = {
  playbook: playbookDialog(),
  'playbook, planning': playbookDialog({ stage: 'planning', plan: undefined }),
  'playbook, failed': playbookDialog({
    stage: 'failed',
    failure: { code: 'AccessDenied', message: 'not authorized', nextSteps: ['Needs sagemaker:ListModels'] },
  }),
  'playbook, nothing to do': playbookDialog({ plan: { ...plannedPlaybook(notebook), steps: [], targetsAtOnce: 0 } }),
  'playbook, many targets': playbookDialog({
    plan: { ...plannedPlaybook(notebook), targetsAtOnce: 12 },
    field: textField('1'),
  }),
  'playbook, hostile': playbookDialog({
    title: evil,
    subject: { ...notebook, name: evil.repeat(9), arn: '' },
    event: bad,
    plan: {
      ...plannedPlaybook({ ...notebook, name: evil.repeat(9) }),
      leftOut: [evil],
      unseen: [evil],
      order: { first: 'entry', why: evil.repeat(20), eventIds: [] },
    },
  }),
  'playbook, started': playbookDialog({ run: 'p1', selected: undefined }),
  'playbook, a step that was refused': playbookDialog({ run: 'p1', selected: '3' }),
  playbooks: dialog({ type: 'playbooks', selected: 0 }),
  'reason to skip': dialog({
    type: 'reason',
    run: 'p1',
    step: '3',
    about: `Skip step 3: ${evil}`,
    field: textField('the team needs it'),
  }),
  'hand-off': dialog({
    type: 'hand-off',
    handOff: identityCenterHandOff('AWSReservedSSO_DataScientist_0123456789abcdef', NOW, { person: 'mallory' }),
    actionId: 'iam.role.quarantine',
    target: role,
    playbook: undefined,
    request: undefined,
  }),
  'hand-off, hostile': dialog({
    type: 'hand-off',
    handOff: { ...supportHandOff(evil.repeat(9), [evil]), whom: evil, blindSpot: evil },
    actionId: '',
    target: { kind: 's3.bucket', arn: '', name: evil },
    playbook: undefined,
    request: 'h1',
  }),
  choose: dialog({
    type: 'choose',
    about: bad.summary,
    selected: 1,
    reason: 'event 1',
    playbooks: [
      { id: 'a', title: 'Endpoint siphon', subject: endpoint, answers: true, disabledReason: undefined },
      { id: 'b', title: 'Stolen role credentials', subject: role, answers: false, disabledReason: 'not now' },
    ],
    event: bad,
    batch: [],
    playbook: undefined,
    groups: [
      {
        target: endpoint,
        relation: 'target',
        choices: [
          {
            action: {
              id: 'a',
              title: 'Stop endpoint: delete it, keep its config',
              class: 'destroys',
              reversible: true,
            },
            hasParameters: false,
            disabledReason: undefined,
          },
          {
            action: { id: 'b', title: 'Deny everybody to invoke it', class: 'seconds', reversible: true },
            hasParameters: false,
            disabledReason: 'not while it is being updated',
          },
        ],
      },
      {
        target: role,
        relation: 'actor',
        choices: [
          {
            action: { id: 'c', title: 'Deny everything', class: 'seconds', reversible: true },
            hasParameters: false,
            disabledReason: undefined,
          },
        ],
      },
    ],
  }),
  'parameters, asking': parametersDialog([], { stage: 'asking', offered: [] }),
  'parameters, one value': parametersDialog(minters.slice(1, 2)),
  'parameters, some values': parametersDialog(minters, { selected: 2 }),
  'parameters, thousands of values': parametersDialog(
    Array.from({ length: 10_000 }, (_, index) => `arn:aws:iam::111122223333:role/role-${index}`),
    { selected: 9000 },
  ),
  'parameters, no value fits': parametersDialog([]),
  'parameters, filtered': parametersDialog(minters, { mode: 'filter', field: textField('ALICE') }),
  'parameters, nothing matches': parametersDialog(minters, { mode: 'filter', field: textField(evil) }),
  'parameters, as text': parametersDialog(minters, { mode: 'text', field: textField(minters[0]) }),
  'parameters, free text': parametersDialog(undefined, { mode: 'text' }),
  'parameters, the second': parametersDialog(undefined, {
    at: 1,
    params: { minters: minters[0] ?? '' },
    mode: 'text',
    offered: [
      { name: 'minters', title: 'whom to deny', choices: minters },
      { name: 'days', title: 'for how long', choices: undefined },
    ],
  }),
  'parameters, failed': parametersDialog([], {
    stage: 'failed',
    offered: [],
    failure: { code: 'AccessDenied', message: `no ${evil}`, nextSteps: ['Ask for iam:ListRoles', evil] },
  }),
  'parameters, hostile': parametersDialog([evil, evil.repeat(40), `${evil},${evil}`, ''], {
    action: { id: evil, title: evil.repeat(9) },
    target: { kind: evil, arn: evil, name: evil.repeat(40) },
    offered: [{ name: evil, title: evil.repeat(40), choices: [evil, evil.repeat(40), `${evil},${evil}`, ''] }],
    selected: 1,
  }),
  'plan, with parameters': planDialog('interrupts', { params: { minters: minters[0] ?? '' } }),
  'plan, planning': planDialog('seconds', { stage: 'planning', preview: undefined }),
  'plan, seconds': planDialog('seconds'),
  'plan, interrupts': planDialog('interrupts'),
  'plan, destroys': planDialog('destroys'),
  'plan, not reversible': planDialog('not-reversible'),
  'plan, sending': planDialog('seconds', { stage: 'sending' }),
  'plan, outdated': planDialog('seconds', {
    previous: { plan: plan('seconds', role, { steps: [] }), assessment: observable(assessment) },
  }),
  'plan, failed': planDialog('seconds', {
    stage: 'failed',
    failure: { code: 'AccessDenied', message: `no ${evil}`, nextSteps: ['Ask for iam:GetRole', evil] },
  }),
  'plan, nothing to send': planDialog('seconds', {
    preview: { plan: plan('seconds', role, { steps: [] }), assessment: observable(assessment) },
  }),
  'plan, hostile': planDialog('destroys', {
    target: { kind: evil, arn: evil, name: evil },
    title: evil,
    params: { [evil]: evil.repeat(40) },
    preview: {
      plan: plan(
        'destroys',
        { kind: evil, arn: evil, name: evil },
        {
          summary: evil.repeat(9),
          impact: evil,
          evidenceLost: [evil],
          notRestored: [evil],
          account: evil,
          region: evil,
        },
      ),
      assessment: observable(assessment),
    },
    field: textField(evil.repeat(20)),
  }),
  undo: dialog({
    type: 'undo',
    stage: 'ready',
    containmentId: 'c1',
    preview: {
      containment: containment(),
      steps: containment().undoSteps,
      reopens: ['gives ds-exec to 2 sessions still marked hostile (ds-exec/alice, ds-exec/SageMaker)'],
      comesBack: ['role ds-exec as it was'],
      notRestored: [],
      needsName: false,
    },
    previous: undefined,
    field: textField(),
    failure: undefined,
  }),
  progress: dialog({ type: 'progress', containmentId: 'c1' }),
  'progress, not started': dialog({ type: 'progress', containmentId: 'c9' }),
  containments: dialog({ type: 'containments', selected: 0 }),
  note: dialog({ type: 'note', field: textField(`who is ${evil}?`), eventId: bad.id, about: bad.summary }),
  help: dialog({ type: 'help', selected: 20 }),
  raw: dialog({ type: 'raw', rowId: 1 }),
  pivot: dialog({ type: 'pivot', pivots: [...pivotsOf(event(1)), ...pivotsOf(bad)], selected: 2 }),
  question: dialog({
    type: 'question',
    questionId: 1,
    device: 'arn:aws:iam::111122223333:mfa/carol',
    profile: 'on-call',
    field: textField('123'),
  }),
  'question, hostile': dialog({ type: 'question', questionId: 1, device: evil, profile: evil, field: textField() }),
  coverage: dialog({ type: 'coverage', selected: undefined }),
  'coverage in full': dialog({ type: 'coverage-text' }),
  'coverage in full, at its end': dialog({ type: 'coverage-text' }, { scroll: 10_000 }),
  errors: dialog({
    type: 'errors',
    said: [{ at: NOW, text: `${evil}: ${'a long problem '.repeat(20)}` }],
    rejected: [{ where: evil, line: 3, problem: 'is not JSON', nextStep: 'Check this record; the rest is loaded' }],
  }),
  identity: dialog({ type: 'identity' }),
  leave: dialog({ type: 'leave' }),
};

const noExtras: DialogExtras = {
  mostTargets: 5,
  assessment: undefined,
  containments: [],
  help: helpEntries().map((entry) => ({ entry, disabled: undefined })),
  paletteDisabled: () => undefined,
  inventory: emptyInventory,
  openDoors: { doors: [], unknown: [], at: undefined },
  journal: [],
  findings: noFindings,
  posture: noPosture,
  things: [],
  logs: {
    page: { rows: [], selected: -1, total: -1, newer: 0 },
    words: [],
    whole: '',
    writer: undefined,
    stream: '',
    height: 20,
  },
  calls: noCalls,
  raw: '',
};

/** Every view on every kind of data at one size. */
export function samples(columns: number, rows: number, theme: Theme): readonly Sample[] {
  const place = layout(columns, rows);
  const utc = true;
  if (place.type === 'too-small')
    return [{ title: 'too small', lines: tooSmallView(columns, rows), width: columns, height: rows }];
  const eventsSize = place.type === 'wide' ? place.events : place.main;
  const listSize = place.type === 'wide' ? place.resources : place.main;
  const detailSize = place.detail;
  const width = columns;
  const out: Sample[] = [];
  for (const [title, each] of Object.entries(snapshots))
    out.push({
      title: `header: ${title}`,
      lines: headerView({ snapshot: each, now: NOW, utc }, width, theme),
      width,
      height: 2,
    });
  const lanesSize = place.type === 'wide' ? place.lanes : place.main;
  for (const [title, model] of Object.entries(laneModels(lanesSize.width, place.type === 'single')))
    out.push({
      title: `lanes: ${title}`,
      lines: lanesView(model, lanesSize.width, lanesSize.height, theme),
      ...lanesSize,
    });
  for (const [title, events] of Object.entries(timelines)) {
    const shown = events.slice(-(eventsSize.height - 1));
    out.push({
      title: `events: ${title}`,
      lines: eventsView(
        {
          rows: shown.map(rowOf),
          selected: Math.floor((shown.length - 1) / 2),
          total: events.length,
          newer: title === 'thousands' ? 100 : title === 'story' ? 12 : 0,
          following: title === 'one',
          filter: title === 'hostile' ? evil : title === 'story' ? 'principal=alice' : '',
          crumbs: title === 'hostile' ? [evil, evil] : title === 'story' ? ['', 'ip=198.51.100.7', ''] : [],
          leftOut: '',
          marked: new Set(shown.slice(0, 2).map(({ id }) => id)),
          tags: new Map(shown.slice(0, 1).map(({ id }) => [id, ['exfil', evil]])),
          focused: true,
          utc,
          accounts: title === 'many accounts' ? accounts : [],
          showAccounts: title === 'many accounts',
          loaded:
            title === 'story' || title === 'hostile'
              ? `writes 61 %; ${title === 'hostile' ? evil : 'reads not loaded'}`
              : '',
          stopped: false,
          empty: emptyEvents(snapshots['denied and about to expire']!, false),
        },
        eventsSize.width,
        eventsSize.height,
        theme,
      ),
      ...eventsSize,
    });
  }
  const heat = (each: TimelineEvent, index: number) => ({
    ...each.resources[0]!,
    arn: `${each.resources[0]!.arn}${index}`,
    events: 9999 - index,
    writes: index % 3,
    errors: index % 5,
    lastAt: NOW,
    why: [],
    isNew: index % 4 === 0,
  });
  for (const [title, events] of Object.entries(timelines))
    out.push({
      title: `resources: ${title}`,
      lines: resourcesView(
        {
          resources: events.map(heat),
          selected: events.length - 1,
          focused: true,
          contained: new Set(),
          metrics,
          metricsTo: NOW,
        },
        listSize.width,
        listSize.height,
        theme,
      ),
      ...listSize,
    });
  out.push({
    title: 'resources: not read yet',
    lines: resourcesView(
      { resources: undefined, selected: -1, focused: false, contained: new Set(), metrics: [], metricsTo: NOW },
      listSize.width,
      listSize.height,
      theme,
    ),
    ...listSize,
  });
  for (const [title, each] of [
    ['event', story()[62]!],
    ['hostile', bad],
  ] as const)
    out.push({
      title: `detail: ${title}`,
      lines: detailView(
        detailLines(
          {
            type: 'event',
            event: each,
            raw: rawOf(each),
            notes: [{ at: NOW, by: evil, text: evil, eventId: each.id }],
            tags: ['exfil', evil],
            metrics: { series: metrics, to: NOW },
          },
          detailSize.width,
          theme,
          utc,
        ),
        { scroll: 0, focused: true },
        detailSize.width,
        detailSize.height,
        theme,
      ),
      ...detailSize,
    });
  out.push({
    title: 'detail: resource',
    lines: detailView(
      detailLines(
        {
          type: 'resource',
          ref: endpoint,
          heat: { ...endpoint, events: 210, writes: 1, errors: 0, lastAt: NOW, why: [], isNew: false },
          enrichment: undefined,
          now: NOW,
          choices: [],
          contained: [],
          metrics: { series: metrics, to: NOW },
        },
        detailSize.width,
        theme,
        utc,
      ),
      { scroll: 99, focused: false },
      detailSize.width,
      detailSize.height,
      theme,
    ),
    ...detailSize,
  });
  for (const [title, enrichment] of Object.entries(enrichments))
    for (const scroll of [0, 9])
      out.push({
        title: `detail: resource, ${title}${scroll ? ', scrolled' : ''}`,
        lines: detailView(
          detailLines(
            {
              type: 'resource',
              ref: enrichment.ref,
              heat: scroll
                ? undefined
                : {
                    ...notebook,
                    events: 9,
                    writes: 3,
                    errors: 1,
                    lastAt: NOW,
                    why: [evil, '3 changes by alice'],
                    isNew: true,
                  },
              enrichment,
              now: NOW,
              choices: [],
              contained: [containment({ id: evil })],
              metrics: undefined,
            },
            place.body.width,
            theme,
            utc,
          ),
          { scroll, focused: true },
          place.body.width,
          place.body.height,
          theme,
        ),
        ...place.body,
      });
  const screen = (
    title: string,
    body: DialogBody,
    extras: Partial<DialogExtras> = {},
    over: Partial<Snapshot> = {},
  ) => {
    const context = { snapshot: snapshot(over), now: NOW, utc, theme, width };
    const sheet = dialogView(dialog(body), { ...noExtras, ...extras }, context);
    out.push({
      title,
      lines: sheetView(sheet, 0, width, place.body.height, theme),
      ...(sheet.whole ? place.body : { width }),
    });
  };
  for (const { title, body, extras, over } of [
    ...coverageSamples(everyState()),
    ...resourceSamples(),
    ...principalSamples(),
    ...logSamples(place.body.height),
  ])
    screen(title, body, extras, over);
  for (const [title, score] of Object.entries(scores))
    screen(
      `scorecard: ${title}`,
      { type: 'score' },
      {},
      { drill: { ...snapshots.drill!.drill!, ...(score ? { score } : {}) } },
    );
  for (const hint of [undefined, { number: 1, of: 2, text: 'look' }, { number: 2, of: 2, text: evil.repeat(20) }])
    screen('hint', { type: 'hint', hint });
  for (const [title, journal] of Object.entries(journals))
    for (const only of ['all', 'containments'] as const)
      for (const row of [journal.at(-1), journal[0], journal[2]])
        screen(
          `journal: ${title}`,
          { type: 'journal', selected: row?.key, only },
          { journal },
          { containments: journal.flatMap(({ containment: one }) => (one ? [one] : [])) },
        );
  for (const [title, calls] of Object.entries(callLogs))
    for (const only of ['all', 'writes', 'failed'] as const)
      screen(`calls: ${title}, ${only}`, { type: 'calls', selected: calls.calls[0]?.number, only }, { calls });
  for (const call of [...someCalls, ...callLogs.hostile!.calls]) screen('call', { type: 'call', call });
  for (const armedUntil of [undefined, NOW + 60_000])
    for (const [title, body] of Object.entries(recoveries)) screen(`recovery: ${title}`, body, {}, { armedUntil });
  screen(
    'recovery: running',
    { ...recoveries.ready, stage: 'running' },
    {},
    {
      recovery: {
        running: true,
        items: [
          { id: 'c1', state: 'undone', why: '' },
          { id: 'c2', state: 'running', why: '' },
          { id: 'c3', state: 'refused', why: evil },
        ],
      },
    },
  );
  for (const [title, each] of Object.entries(inventories)) {
    const keys = each.items.map(itemKey);
    const body = {
      type: 'inventory',
      selected: keys[0],
      marked: new Set<string>(),
      field: textField(),
      typing: false,
    } as const;
    screen(`inventory: ${title}`, body, { inventory: each });
    screen(
      `inventory: ${title}, its end, marked and filtered`,
      {
        ...body,
        selected: keys.at(-1),
        marked: new Set(keys.slice(-3)),
        field: textField(title === 'hostile' ? evil : 'miner'),
        typing: true,
      },
      { inventory: each },
    );
  }
  screen(
    'inventory: saved logs',
    { type: 'inventory', selected: undefined, marked: new Set(), field: textField(), typing: false },
    {},
    { mode: 'saved' },
  );
  for (const [title, each] of Object.entries(openDoors))
    for (const at of [0, each.doors.length - 1])
      screen(
        `doors: ${title}${at > 0 ? ', the last' : ''}`,
        { type: 'doors', selected: each.doors[at]?.id },
        { openDoors: each },
      );
  for (const [title, each] of Object.entries(chains))
    for (const all of [false, true]) {
      const rows = chainRows(each, all);
      const row = rows.find((one) => one.type === (all ? 'search' : 'link') || one.type === 'action');
      screen(`chain: ${title}${all ? ', all actions' : ''}`, {
        type: 'chain',
        rowId: 1,
        about: title === 'hostile' ? evil : 'alice opened notebook fraud-lab by presigned URL',
        chain: each,
        failure: undefined,
        selected: row && 'key' in row ? row.key : undefined,
        all,
      });
    }
  const asking = {
    type: 'chain',
    rowId: 1,
    about: 'alice',
    chain: undefined,
    failure: undefined,
    selected: undefined,
    all: false,
  } as const;
  screen('chain: asking', asking);
  screen('chain: failed', {
    ...asking,
    failure: { code: 'StoreError', message: `no ${evil}`, nextSteps: ['Ask again', evil] },
  });
  for (const [title, why] of [
    ['hot', ['3 changes in the last 10 min by alice', evil]],
    ['cold', []],
  ] as const)
    screen(`heat: ${title}`, {
      type: 'heat',
      resource: { ...notebook, events: 9, writes: 3, errors: 1, lastAt: NOW, why, isNew: why.length > 0 },
    });
  const focus = {
    type: 'focus',
    field: textField('fraud-lab'),
    pasted: undefined,
    stage: 'typing',
    result: undefined,
    failure: undefined,
  } as const;
  screen('focus: typing', focus);
  screen('focus: asking', { ...focus, stage: 'asking', pasted: `{\n"a": "${evil}"\n}\n\n\n\n\n\n` });
  screen('focus: done', { ...focus, stage: 'done', result: focusResult });
  screen('focus: hostile', { ...focus, stage: 'done', field: textField(evil.repeat(9)), result: hostileFocus });
  screen('focus: failed', {
    ...focus,
    stage: 'failed',
    failure: { code: 'NothingToStartFrom', message: evil, nextSteps: [evil] },
  });
  for (const [title, matches] of [
    ['commands', commands.map((command): PaletteMatch => ({ type: 'command', command, argument: '' }))],
    [
      'resources',
      [
        { type: 'resource', resource: { kind: evil, arn: evil, name: evil } },
        { type: 'resource', resource: notebook },
      ],
    ],
    ['nothing', []],
  ] satisfies [string, readonly PaletteMatch[]][])
    for (const selected of [0, matches.length - 1])
      screen(
        `palette: ${title}`,
        {
          type: 'palette',
          field: textField(title === 'resources' ? evil : 'in'),
          matches,
          selected: Math.max(0, selected),
          back: 0,
          typed: '',
        },
        {
          paletteDisabled: (match) =>
            match.type === 'command' && match.command.names[0] === 'chain' ? 'no event is selected' : undefined,
        },
      );
  for (const armedUntil of [undefined, NOW + 872_000])
    for (const [title, each] of Object.entries(dialogs)) {
      const context = {
        snapshot: snapshot({
          ...snapshots['armed, with everything going on'],
          armedUntil,
          containments: [containment()],
          playbooks,
        }),
        now: NOW,
        utc,
        theme,
        width,
      };
      const sheet = dialogView(
        each,
        { ...noExtras, assessment, containments: [containment({ state: 'confirmed' })], raw: rawOf(bad) },
        context,
      );
      out.push({
        title: `dialog${armedUntil ? ', armed' : ''}: ${title}`,
        lines: sheetView(sheet, each.scroll, width, place.body.height, theme),
        width,
      });
    }
  for (const [title, each] of Object.entries(snapshots))
    for (const scroll of [0, 30, 10_000])
      out.push({
        title: `coverage: ${title}`,
        lines: sheetView(
          coverageText({ snapshot: each, now: NOW, utc, theme, width }),
          scroll,
          width,
          place.body.height,
          theme,
        ),
        ...place.body,
      });
  const suggested = {
    from: 0,
    to: 0,
    base: '',
    taken: 1,
    suggestions: [...Array.from({ length: 30 }, (_, index) => `value-${index}`), evil, '数据'.repeat(60)].map(
      (title) => ({
        insert: title,
        title,
      }),
    ),
    events: new Map([[evil, 7]]),
  };
  for (const [text, problem, search] of [
    ['principal=alice', undefined, ''],
    ['"user agent"', undefined, 'searching 450,000 of 1,000,000 events, 210,000/s, 3s left'],
    [`ip=${evil}`, { at: 3, text: `cannot read ${evil}` }, ''],
    ['x'.repeat(300), { at: 299, text: 'too long' }, ''],
  ] as const)
    out.push({
      title: `filter: ${problem ? 'with a problem' : search || 'fine'}`,
      lines: filterLineView(
        { field: textField(text), before: everything, problem, back: 0, typed: '', completion: suggested },
        { matches: search ? undefined : 37, search },
        width,
        theme,
      ),
      width,
      height: 5,
    });
  out.push({
    title: 'hints',
    lines: [
      hintBarView(
        [
          { key: 'c', text: 'contain' },
          { key: '?', text: 'help' },
          { key: 'q', text: 'quit' },
        ],
        undefined,
        width,
        theme,
      ),
    ],
    width,
    height: 1,
  });
  out.push({
    title: 'message',
    lines: [hintBarView([], { text: evil.repeat(5), tone: 'problem' }, width, theme)],
    width,
    height: 1,
  });
  return out;
}
