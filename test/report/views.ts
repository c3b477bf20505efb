import type { Plan } from '../../src/containment/action.ts';
import type { Containment } from '../../src/containment/containment.ts';
import { identityCenterHandOff } from '../../src/containment/hand-off.ts';
import type { RunStep } from '../../src/containment/playbook.ts';
import { compile } from '../../src/filter/matches.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import { noIndicatorNotes } from '../../src/model/indicator.ts';
import type { IncidentView } from '../../src/report/incident-view.ts';
import { ruleTexts } from '../../src/session/fold-findings.ts';
import { sha256 } from '../../src/shared/digest.ts';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);

/** An event of the story below; override what a test is about. */
export const event = (overrides: Partial<TimelineEvent> = {}): TimelineEvent => ({
  rowId: 1,
  id: 'e1c5d1f0-0000-4000-8000-000000000001',
  at: at('20:31:02'),
  seenAt: at('20:33:15'),
  origin: 'cloudtrail',
  routes: ['cloudtrail-lookup'],
  action: 'sagemaker:CreatePresignedNotebookInstanceUrl',
  readOnly: false,
  account: '111122223333',
  responder: undefined,
  repeats: 0,
  region: 'us-east-1',
  summary: 'alice opened notebook fraud-lab by presigned URL from 198.51.100.7',
  principal: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
    name: 'ds-exec/alice',
    issuerArn: 'arn:aws:iam::111122223333:role/path/ds-exec',
    accessKeyId: 'ASIAEXAMPLE000000001',
  },
  sourceIp: '198.51.100.7',
  userAgent: 'aws-cli/2.31.0',
  errorCode: '',
  errorMessage: '',
  resources: [
    {
      kind: 'sagemaker.notebook-instance',
      arn: 'arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/fraud-lab',
      name: 'fraud-lab',
      relation: 'target',
    },
  ],
  findings: [],
  late: false,
  marked: true,
  rawSha256: sha256('record 1'),
  ...overrides,
});

const story: readonly TimelineEvent[] = [
  event(),
  event({
    rowId: 2,
    id: 'e1c5d1f0-0000-4000-8000-000000000002',
    at: at('20:32:00'),
    action: 'sagemaker:DescribeNotebookInstance',
    readOnly: true,
    marked: false,
    summary: 'alice looked at fraud-lab',
    rawSha256: sha256('record 2'),
  }),
  event({
    rowId: 3,
    id: 'e1c5d1f0-0000-4000-8000-000000000003',
    at: at('20:33:40'),
    seenAt: at('20:36:40'),
    action: 'iam:AttachRolePolicy',
    errorCode: 'AccessDenied',
    late: true,
    summary: 'alice attached AdministratorAccess to ds|exec',
    userAgent: 'curl/8 `id` | http://evil.example/x @oncall #1 <img src=x> \u202egnp.exe',
    resources: [
      { kind: 'iam.role', arn: 'arn:aws:iam::111122223333:role/path/ds-exec', name: 'ds-exec', relation: 'target' },
    ],
    findings: [{ rule: 'aws.privilege.attach-role-policy', severity: 'high' }],
    rawSha256: sha256('record 3'),
  }),
];

const target = { kind: 'iam.role', arn: 'arn:aws:iam::111122223333:role/path/ds-exec', name: 'ds-exec' };
const policy = { RoleName: 'ds-exec', PolicyName: 'FirebreakDenyAll-1a2b' };
const undo = {
  id: '1',
  kind: 'call',
  call: { name: 'iam:DeleteRolePolicy', input: policy },
} as unknown as Plan['steps'][number];

/** A containment that was sent and read back. */
export const containment = (overrides: Partial<Containment> = {}): Containment => ({
  id: 'c1',
  plan: {
    action: 'iam.role.deny-all',
    target,
    account: '111122223333',
    region: 'us-east-1',
    params: {},
    class: 'seconds',
    digest: `sha256:${sha256('plan')}`,
    expiresAt: '2026-11-23T20:50:00.000Z',
    summary: 'Deny ds-exec everything',
    impact: 'Everything that runs as ds-exec stops working.',
    evidenceLost: ['logs of containers stop'],
    notRestored: [],
    preconditions: [],
    steps: [
      {
        id: '1',
        kind: 'call',
        call: { name: 'iam:PutRolePolicy', input: { ...policy, PolicyDocument: '{"Effect":"Deny"}' } },
        undo: [undo],
      } as unknown as Plan['steps'][number],
    ],
  },
  reason: 'INC-42: key seen outside',
  by: 'oncall',
  state: 'written',
  steps: [
    {
      id: '1',
      phase: 'do',
      state: 'confirmed',
      requestId: '7f2c0000-1111-4222-8333-444455556666',
      startedAt: at('20:40:01'),
      endedAt: at('20:40:02'),
    },
  ],
  undoSteps: [undo],
  verdict: {
    effect: 'written',
    checks: [{ what: 'the deny stands on ds-exec', holds: true, why: 'GetRolePolicy returned it', at: at('20:40:03') }],
    provedBy: null,
    stillOpen: [
      {
        what: 'session ds-exec/alice keeps its notebook kernel',
        until: null,
        closeWith: 'sagemaker.notebook-instance.stop',
      },
    ],
  },
  assessment: null,
  approvedAt: at('20:40:00'),
  ...overrides,
});

/** A small incident; `generatedAt` is part of it. */
export function view(overrides: Partial<Omit<IncidentView, 'events'>> = {}, events = story): IncidentView {
  return {
    name: 'INC-fraud-lab',
    toolVersion: '0.1.0',
    asOf: '2026-11-23T20:43:15.000Z',
    openedAt: at('20:39:00'),
    mode: 'live',
    account: '111122223333',
    alias: 'ml-prod',
    regions: ['us-east-1'],
    identityArn: 'arn:aws:sts::111122223333:assumed-role/OnCall/oncall',
    endpointNote: '',
    sources: [
      {
        id: 'cloudtrail-lookup',
        title: 'CloudTrail event history',
        region: 'us-east-1',
        state: 'polling',
        why: '',
        permission: '',
        coveredTo: at('20:42:00'),
        gaps: [{ id: 'g1', from: at('20:10:00'), to: at('20:12:00'), why: 'throttled' }],
        blindSpots: ['data events (InvokeEndpoint, S3 objects)'],
        lagMs: 900_000,
        account: '111122223333',
        profile: '',
        lag: undefined,
        progress: '',
        firstLoad: undefined,
        watching: [],
        gapsFilled: 0,
        alarm: '',
        stoppedAt: undefined,
        records: 0,
        heardAt: undefined,
      },
    ],
    receivedTo: at('20:33:40'),
    settledTo: at('20:26:00'),
    rejected: 0,
    inputs: [],
    containments: [containment()],
    playbooks: [],
    handOffs: [],
    notes: [{ at: at('20:41:00'), by: 'oncall', text: 'called | the data team', eventId: story[0]?.id }],
    journalHead: sha256('journal'),
    journalLines: 12,
    marks: [{ eventId: story[0]!.id, at: at('20:40:30'), by: 'oncall' }],
    tags: [],
    findingDecisions: [],
    triage: [],
    rules: ruleTexts(),
    indicators: noIndicatorNotes,
    attachments: [],
    snapshots: [{ file: 'snapshots/c1.json', sha256: sha256('snapshot'), containment: 'c1', at: at('20:40:00') }],
    collections: [],
    handedOverAt: undefined,
    con: undefined,
    doors: undefined,
    posture: undefined,
    chains: [],
    digests: undefined,
    redaction: 'none',
    leftOut: '',
    totalEvents: events.length,
    ...overrides,
    events: (filter = { type: 'all' }) => events.filter(compile(filter)),
  };
}

/** A playbook half way, with what others were asked. */
export function withPlaybook(): Pick<IncidentView, 'playbooks' | 'handOffs'> {
  const role = { kind: 'iam.role', arn: 'arn:aws:iam::111122223333:role/path/ds-exec', name: 'ds-exec' };
  const step = (id: string, more: Partial<RunStep>): RunStep => ({
    id,
    purpose: 'credentials',
    actionId: 'iam.role.quarantine',
    title: 'Quarantine role',
    target: role,
    because: 'fraud-lab runs as it',
    why: 'whoever holds its credentials is refused',
    place: 'first',
    note: '',
    params: {},
    instead: [],
    state: 'open',
    reason: '',
    next: [],
    by: '',
    at: undefined,
    ...more,
  });
  return {
    playbooks: [
      {
        id: 'p1',
        playbook: 'notebook-hijack',
        title: 'Notebook hijack',
        subject: role,
        order: {
          first: 'credentials',
          why: 'used from 198.51.100.7',
          eventIds: ['e1c5d1f0-0000-4000-8000-000000000001'],
        },
        leftOut: ['no endpoint was made'],
        unseen: [],
        targetsAtOnce: 1,
        by: 'oncall',
        startedAt: at('20:39:30'),
        steps: [
          step('1', {
            state: 'done',
            containment: { id: 'c1', state: 'written', effect: 'written' },
            by: 'oncall',
            at: at('20:40:00'),
          }),
          step('2', { state: 'skipped', reason: 'alice | needs <it>', by: 'oncall', at: at('20:41:00') }),
          step('3', { state: 'requested', request: 'h1', by: 'oncall', at: at('20:42:00') }),
        ],
        next: undefined,
        waitsFor: [],
        ended: undefined,
      },
    ],
    handOffs: [
      {
        id: 'h1',
        handOff: identityCenterHandOff('AWSReservedSSO_Science_0123456789abcdef', at('20:42:00')),
        actionId: 'iam.role.quarantine',
        target: role,
        playbook: { run: 'p1', step: '3' },
        by: 'oncall',
        requestedAt: at('20:42:00'),
        seen: undefined,
      },
    ],
  };
}
