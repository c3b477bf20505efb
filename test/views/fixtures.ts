import type { Plan, Step } from '../../src/containment/action.ts';
import type { Assessment, Containment } from '../../src/containment/containment.ts';
import type { PlannedPlaybook, PlannedStep, PlaybookRun, RunStep } from '../../src/containment/playbook.ts';
import type { EventRow, TimelineEvent } from '../../src/model/event.ts';
import { noDecisions } from '../../src/model/finding.ts';
import { noIndicatorNotes } from '../../src/model/indicator.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';

/** 2026-11-23 20:43:15 UTC. */
export const NOW = Date.UTC(2026, 10, 23, 20, 43, 15);

export const endpoint: ResourceRef = {
  kind: 'sagemaker.endpoint',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/fraud-scorer',
  name: 'fraud-scorer',
};
export const notebook: ResourceRef = {
  kind: 'sagemaker.notebook-instance',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/fraud-lab',
  name: 'fraud-lab',
};
export const role: ResourceRef = {
  kind: 'iam.role',
  arn: 'arn:aws:iam::111122223333:role/ml/ds-exec',
  name: 'ds-exec',
};
export const job: ResourceRef = {
  kind: 'sagemaker.training-job',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:training-job/miner-7',
  name: 'miner-7',
};

const raw = (event: TimelineEvent): string =>
  JSON.stringify({
    eventVersion: '1.11',
    eventID: event.id,
    eventTime: new Date(event.at).toISOString(),
    eventName: event.action.slice(event.action.indexOf(':') + 1),
    userAgent: event.userAgent,
    requestParameters: { name: event.resources[0]?.name },
  });

/** The raw record of a made-up event. */
export const rawOf = raw;

/** One event; members override. */
export function event(index: number, over: Partial<TimelineEvent> = {}): TimelineEvent {
  const at = NOW - 40 * 60_000 + index * 1000;
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    at,
    origin: 'cloudtrail',
    action: 'sagemaker:DescribeEndpoint',
    readOnly: true,
    account: '111122223333',
    responder: undefined,
    repeats: 0,
    region: 'us-east-1',
    summary: 'bob described endpoint fraud-scorer',
    principal: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/bob',
      name: 'ds-exec/bob',
      issuerArn: role.arn,
      accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
    },
    sourceIp: '10.0.4.17',
    userAgent: 'Boto3/1.40.2',
    errorCode: '',
    errorMessage: '',
    resources: [{ ...endpoint, relation: 'target' }],
    rowId: index + 1,
    seenAt: at + 133_000,
    routes: ['cloudtrail-lookup'],
    findings: [],
    late: false,
    marked: false,
    rawSha256: 'ab'.repeat(32),
    ...over,
  };
}

/** What alice did, after a stretch of quiet reading. */
export function story(): TimelineEvent[] {
  const alice = {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
    name: 'ds-exec/alice',
    issuerArn: role.arn,
    accessKeyId: 'ASIAEXAMPLEALICE0001',
  };
  const by = { principal: alice, sourceIp: '198.51.100.7', userAgent: 'aws-cli/2.31.0', readOnly: false };
  const quiet = Array.from({ length: 60 }, (_, index) => event(index));
  return [
    ...quiet,
    event(60, {
      ...by,
      action: 'sagemaker:CreatePresignedNotebookInstanceUrl',
      summary: 'alice opened notebook fraud-lab by presigned URL from 198.51.100.7',
      resources: [{ ...notebook, relation: 'target' }],
    }),
    event(61, {
      ...by,
      action: 'sagemaker:UpdateNotebookInstance',
      summary: 'alice attached lifecycle script "evil" to notebook fraud-lab; it runs as root at the next start',
      resources: [
        { ...notebook, relation: 'target' },
        { ...role, relation: 'uses' },
      ],
    }),
    event(62, {
      ...by,
      action: 'iam:AttachRolePolicy',
      summary: 'alice was refused to attach AdministratorAccess to role ds-exec',
      errorCode: 'AccessDenied',
      errorMessage:
        'User: arn:aws:sts::111122223333:assumed-role/ds-exec/alice is not authorized to perform: iam:AttachRolePolicy',
      resources: [{ ...role, relation: 'target' }],
      late: true,
      seenAt: event(62).at + 183_000,
    }),
    event(63, {
      ...by,
      action: 'sagemaker:CreateTrainingJob',
      summary: 'alice started training job miner-7',
      resources: [
        { ...job, relation: 'created' },
        { ...role, relation: 'uses' },
      ],
    }),
    event(64),
  ];
}

/** An event with everything in it that could disturb a screen. */
export function hostile(index: number): TimelineEvent {
  const bad =
    '\u001b[31mred\u001b]52;c;AAAA\u0007\u202egnp.exe\u0000\r\n\tטקסט 数据库🔥e\u0301\u200d👩‍👩‍👧️ \u009b2J🇩🇪👍🏽क्षि กำｶﾞz\u0301\u0302\u0303\u0304\u0305\u0306';
  return event(index, {
    id: `evil-${bad}`,
    action: `sagemaker:${bad}`,
    summary: bad.repeat(40),
    errorCode: bad,
    errorMessage: bad.repeat(10),
    sourceIp: bad,
    userAgent: bad.repeat(20),
    principal: { type: bad, arn: bad, name: `${bad}/${bad}`, issuerArn: bad, accessKeyId: bad },
    resources: [{ kind: bad, arn: bad, name: 'x'.repeat(10_000), relation: 'target' }],
    routes: [bad],
    findings: [{ rule: bad, severity: 'high' }],
  });
}

/** What one row of the list needs. */
export const rowOf = (from: TimelineEvent): EventRow => {
  const resource =
    from.resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? from.resources[0];
  return {
    rowId: from.rowId,
    at: from.at,
    seenAt: from.seenAt,
    id: from.id,
    origin: from.origin,
    action: from.action,
    readOnly: from.readOnly,
    principalName: from.principal?.name ?? '',
    resourceKind: resource?.kind ?? '',
    resourceName: resource?.name ?? '',
    sourceIp: from.sourceIp,
    account: from.account,
    responder: from.responder,
    repeats: from.repeats,
    errorCode: from.errorCode,
    late: from.late,
    marked: from.marked,
    severity: from.findings[0]?.severity,
  };
};

/** A drill that has just begun; members override. */
export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    incident: { name: 'INC-fraud-lab', folder: '/tmp/incidents/INC-fraud-lab', openedAt: NOW - 761_000 },
    endpoint: undefined,
    identity: {
      account: '111122223333',
      alias: 'ml-prod',
      arn: 'arn:aws:sts::111122223333:assumed-role/OnCall/carol',
      partition: 'aws',
      region: 'eu-west-1',
      globalRegion: 'us-east-1',
      credentialsExpireAt: NOW + 52 * 60_000,
      endpoint: { kind: 'aws', host: 'sagemaker.eu-west-1.amazonaws.com' },
    },
    mode: 'live',
    eventsVersion: 1,
    events: 1284,
    late: 3,
    rejected: 0,
    digests: undefined,
    receivedTo: NOW - 133_000,
    settledTo: NOW - 17 * 60_000,
    loading: undefined,
    sources: [
      {
        id: 'cloudtrail-lookup',
        title: 'CloudTrail event history',
        region: 'eu-west-1',
        state: 'polling',
        why: '',
        permission: '',
        coveredTo: NOW - 60_000,
        gaps: [],
        blindSpots: ['data events: InvokeEndpoint, S3 object reads'],
        lagMs: 15 * 60_000,
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
    accounts: [],
    tails: { openSessions: 0, minutes: 0 },
    openFindings: 0,
    decisions: noDecisions,
    indicators: noIndicatorNotes,
    chargedMetricRequests: 0,
    metrics: [],
    question: undefined,
    clockSkewMs: 0,
    containments: [],
    playbooks: [],
    handOffs: [],
    recovery: undefined,
    follows: undefined,
    armedUntil: undefined,
    notes: [],
    savedFilters: new Map(),
    marked: new Set(),
    tags: new Map(),
    errors: [],
    drill: undefined,
    start: undefined,
    landing: undefined,
    report: undefined,
    ...over,
  };
}

const call = (id: string, name: string, input: object, undo?: readonly Step[]): Step =>
  ({ id, kind: 'call', call: { name, input }, ...(undo ? { undo } : {}) }) as unknown as Step;

/** Steps of the made-up plans, by class. */
export const steps = {
  destroys: [
    call('1', 'sagemaker:DeleteEndpoint', { EndpointName: 'fraud-scorer' }, [
      call('1', 'sagemaker:CreateEndpoint', { EndpointName: 'fraud-scorer', EndpointConfigName: 'fraud-scorer-v7' }),
    ]),
  ],
  interrupts: [
    call('1', 'sagemaker:StopNotebookInstance', { NotebookInstanceName: 'fraud-lab' }, [
      call('1', 'sagemaker:StartNotebookInstance', { NotebookInstanceName: 'fraud-lab' }),
    ]),
    {
      id: '2',
      kind: 'wait',
      why: 'the volume is kept',
      atMostMs: 1_800_000,
      check: {
        read: { name: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } },
        member: 'NotebookInstanceStatus',
        until: ['Stopped'],
      },
    },
  ],
  seconds: [
    call(
      '1',
      'iam:PutRolePolicy',
      {
        RoleName: 'ds-exec',
        PolicyName: 'firebreak-INC-fraud-lab',
        PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      },
      [call('1', 'iam:DeleteRolePolicy', { RoleName: 'ds-exec', PolicyName: 'firebreak-INC-fraud-lab' })],
    ),
  ],
  'not-reversible': [call('1', 'sagemaker:StopTrainingJob', { TrainingJobName: 'miner-7' })],
} as unknown as { readonly [Class in Plan['class']]: readonly Step[] };

/** A plan of a class on a target. */
export function plan(kind: Plan['class'], target: ResourceRef, over: Partial<Plan> = {}): Plan {
  return {
    action: `test.${kind}`,
    target,
    account: '111122223333',
    region: 'us-east-1',
    params: {},
    class: kind,
    summary: `Contains ${target.name}.`,
    impact: 'Callers get errors until it is undone.',
    evidenceLost: kind === 'destroys' ? ['requests waiting in the queue of the endpoint'] : [],
    notRestored: kind === 'seconds' ? [] : ['RAM and /tmp of the instance'],
    steps: steps[kind],
    preconditions: [],
    digest: `sha256:${'0'.repeat(64)}`,
    expiresAt: new Date(NOW + 600_000).toISOString(),
    ...over,
  };
}

/** What a plan hits. */
export const assessment: Assessment = {
  affected: [
    { kind: 'sagemaker.model', arn: 'arn:aws:sagemaker:us-east-1:111122223333:model/fraud', why: 'served by it' },
  ],
  affectedComplete: true,
  permissions: { checked: 'simulated', missing: [], notSeen: ['SCP', 'session policy'] },
  radius: {
    state: 'counted',
    sentences: [
      'held against the recorded calls of the last 24 h, of which 3 h are loaded (since 2026-11-23 17:43Z)',
      'refuses 212 of 212 calls of suspect ds-exec/alice',
      'refuses 3,118 of 3,118 calls of code on compute ds-exec/SageMaker (4 sets of credentials)',
    ],
  },
  warnings: ['compute of ds-exec still runs (notebook instance fraud-lab): cut entry and stop it first'],
  invocations: ['endpoint fraud-scorer: 212 invocations in the last 5 minutes'],
  takes: 'AWS reads it back at once and enforces it seconds to a few minutes later',
  assumed: ['how long IAM takes to enforce a policy'],
};

/** A containment that was written. */
export function containment(over: Partial<Containment> = {}): Containment {
  const made = plan('seconds', role);
  return {
    id: 'c1',
    plan: made,
    reason: 'event 61',
    by: 'arn:aws:sts::111122223333:assumed-role/OnCall/carol',
    state: 'written',
    steps: [{ id: '1', phase: 'do', state: 'confirmed', requestId: 'r-1', startedAt: NOW - 5000, endedAt: NOW - 4000 }],
    undoSteps: made.steps.flatMap((step) => (step.kind === 'call' ? (step.undo ?? []) : [])),
    verdict: {
      effect: 'written',
      checks: [{ what: 'inline policy on ds-exec', holds: true, why: 'as sent', at: NOW - 3000 }],
      provedBy: null,
      stillOpen: [
        { what: 'presigned URL of fraud-lab', until: '2026-11-24T08:31:02Z', closeWith: 'stop the notebook' },
      ],
    },
    assessment,
    approvedAt: NOW - 6000,
    ...over,
  };
}

/** A playbook of three steps on one target. */
export function plannedPlaybook(subject: ResourceRef): PlannedPlaybook {
  const step = (id: string, purpose: PlannedStep['purpose'], title: string, actionId: string): PlannedStep => ({
    id,
    purpose,
    actionId,
    title,
    target: subject,
    because: 'alice called sagemaker:CreatePresignedNotebookInstanceUrl from 198.51.100.7 at 2026-11-23T20:31:02Z',
    why: 'nobody opens it again',
    place: 'first: nobody opens again what is stopped below',
    note:
      purpose === 'credentials' ? 'also run as it, and are refused, too: training job nightly, endpoint ranker' : '',
    params: {},
    instead: purpose === 'credentials' ? ['iam.role.set-boundary'] : [],
  });
  return {
    playbook: 'test-playbook',
    title: 'Test playbook',
    subject,
    order: {
      first: 'credentials',
      why: 'credentials ASIAEXAMPLE of ds-exec, made for code on SageMaker, are used from 198.51.100.7 (alice called from there too): stopping compute does not end credentials that are elsewhere, so the role comes first',
      eventIds: ['e-1'],
    },
    steps: [
      step('1', 'credentials', 'Quarantine role: deny all but log delivery and clean-up', 'test.interrupts'),
      step('2', 'entry', 'Deny new SageMaker entry: presigned URLs, remote sessions', 'test.interrupts'),
      step('3', 'compute', 'Stop notebook: keeps its volume', 'test.interrupts'),
    ],
    leftOut: ['no trail was switched off', 'no endpoint was made'],
    unseen: ['what runs now: schedules could not be listed'],
    targetsAtOnce: 3,
  };
}

/** The same, started: one step done, one skipped, one refused, as far as asked for. */
export function playbookRun(subject: ResourceRef, states: readonly Partial<RunStep>[] = []): PlaybookRun {
  const plan = plannedPlaybook(subject);
  const steps = plan.steps.map(
    (one, index): RunStep => ({ ...one, state: 'open', reason: '', next: [], by: '', at: undefined, ...states[index] }),
  );
  return {
    ...plan,
    id: 'p1',
    by: 'carol',
    startedAt: NOW - 60_000,
    steps,
    next: steps.find(({ state }) => state === 'open' || state === 'refused')?.id,
    waitsFor: [],
    ended: undefined,
  };
}
