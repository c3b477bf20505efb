import type { RecoveryDialog } from '../../hooks/recovery.ts';
import { textField } from '../../hooks/text-field.ts';
import type { AwsCall, AwsCalls } from '../../src/model/aws-call.ts';
import type { JournalRow } from '../../src/session/journal-rows.ts';
import { containment, hostile, NOW } from './fixtures.ts';

const evil = hostile(1).principal?.arn ?? '';

const by = 'arn:aws:sts::111122223333:assumed-role/OnCall/carol';

/** One row of the journal. */
export const journalRow = (over: Partial<JournalRow> = {}): JournalRow => ({
  key: '1',
  at: NOW - 60_000,
  type: 'note',
  by,
  what: 'who is bob?',
  reason: '',
  ...over,
});

const held = containment({ state: 'confirmed' });
const some: readonly JournalRow[] = [
  journalRow({ key: '1', at: NOW - 86_400_000, type: 'opened', what: 'opened (live), firebreak 0.1.0', by: '' }),
  journalRow({ key: '2', type: 'armed', what: 'armed until 20:58:15Z' }),
  journalRow({
    key: '3',
    type: 'containment',
    what: `c1 ${held.plan.action} endpoint ${held.plan.target.name}`,
    reason: 'INC-42: data leaves by it',
    containment: held,
  }),
  ...(['in-progress', 'written', 'unverified', 'failed', 'partial', 'undone'] as const).map((state, at) =>
    journalRow({
      key: String(10 + at),
      type: state === 'undone' ? 'undo' : 'containment',
      what: `c${at + 2} iam.role.quarantine role ds-exec`,
      containment: containment({ id: `c${at + 2}`, state }),
    }),
  ),
  journalRow({ key: '30', type: 'mark', what: 'event marked', eventId: 'e1' }),
  journalRow({
    key: '31',
    type: 'evidence',
    what: 'evidence of fraud-lab: 14 files, 2 not read',
    path: '/state/evidence/1',
  }),
  journalRow({
    key: 'event x',
    type: 'other',
    by: 'OnCall/bob',
    what: 'bob put inline policy IR-inc9-Quarantine on role ds-exec',
    reason: 'another responder, as it seems: user agent says incident inc9',
    eventId: 'x',
  }),
];

/** Journals by what is in them. */
export const journals: { readonly [title: string]: readonly JournalRow[] } = {
  empty: [],
  'one row': [journalRow()],
  some,
  hostile: [
    journalRow({ what: evil.repeat(9), by: evil.repeat(5), reason: evil.repeat(5), eventId: evil }),
    journalRow({ key: '2', type: 'other', what: evil.repeat(20), reason: evil, by: evil }),
    journalRow({ key: '3', type: 'evidence', what: evil, path: evil }),
  ],
  thousands: Array.from({ length: 5_000 }, (_, at) => journalRow({ key: String(at), what: `note ${at}` })),
};

const call = (number: number, over: Partial<AwsCall> = {}): AwsCall => ({
  number,
  at: NOW - 1_000,
  name: 'sagemaker:DescribeNotebookInstance',
  access: 'read',
  region: 'us-east-1',
  tookMs: 84,
  waitedMs: 0,
  code: '',
  message: '',
  requestId: '7b0a1c52-9d1f-4a53-a2f2-3b1f2b7f6a11',
  retries: 0,
  ...over,
});
/** A write, and one that AWS refused. */
export const someCalls: readonly AwsCall[] = [
  call(1),
  call(2, {
    name: 'iam:PutRolePolicy',
    access: 'write',
    input: { RoleName: 'ds-exec', PolicyDocument: '{"Version":"2012-10-17"}' },
  }),
  call(3, {
    name: 'application-autoscaling:DescribeScalableTargets',
    code: 'AccessDeniedException',
    message: `not authorised ${evil}`,
    retries: 2,
    waitedMs: 4_200,
    requestId: '',
  }),
  call(4, { name: 'logs:StartLiveTail', access: 'stream', tookMs: 1_284 }),
];
const log = (calls: readonly AwsCall[]): AwsCalls => ({
  calls,
  dropped: calls.length > 1_000 ? 12_345 : 0,
  services: [
    { service: 'sagemaker', calls: 1_284, writes: 0, failed: 0, retries: 4 },
    { service: 'iam', calls: 31, writes: 2, failed: 1, retries: 0 },
    ...['cloudtrail', 'logs', 'cloudwatch', 's3', 'events', 'application-autoscaling', 'sts', 'scheduler'].map(
      (service) => ({ service, calls: 12, writes: 0, failed: 3, retries: 0 }),
    ),
  ],
  charged: [{ name: 'logs:StartLiveTail', calls: 3 }],
});

/** Command logs by what is in them. */
export const callLogs: { readonly [title: string]: AwsCalls } = {
  empty: { calls: [], dropped: 0, services: [], charged: [] },
  'one call': log([call(1)]),
  some: log(someCalls),
  hostile: log([call(1, { name: evil, region: evil, code: evil, message: evil, requestId: evil.repeat(4) })]),
  thousands: log(Array.from({ length: 2_000 }, (_, at) => call(at + 1))),
};

const base: Pick<RecoveryDialog, 'type' | 'field' | 'failure'> = {
  type: 'recovery',
  field: textField(),
  failure: undefined,
};
const planned = {
  containment: held,
  steps: held.undoSteps,
  reopens: ['gives ds-exec to 2 sessions still marked hostile (ds-exec/alice, ds-exec/SageMaker)'],
  comesBack: [`${held.plan.target.name} as it was`],
  notRestored: [],
  needsName: true,
};
/** The undo of everything, by its stages. */
export const recoveries = {
  planning: { ...base, stage: 'planning', recovery: undefined },
  ready: {
    ...base,
    stage: 'ready',
    recovery: {
      needsName: true,
      items: [
        { containment: held, after: [], state: 'ready', planned, refusal: undefined },
        {
          containment: containment({ id: 'c2' }),
          after: ['c1'],
          state: 'later',
          planned: undefined,
          refusal: undefined,
        },
        {
          containment: containment({ id: 'c3' }),
          after: [],
          state: 'refused',
          planned: undefined,
          refusal: { code: 'ChangedSince', message: `somebody changed it ${evil}`, nextSteps: ['Find out who', evil] },
        },
      ],
      cannot: [{ containment: containment({ id: 'c4' }), why: `AWS has no way back: ${evil}` }],
    },
  },
  'nothing to send': { ...base, stage: 'ready', recovery: { needsName: false, items: [], cannot: [] } },
  failed: {
    ...base,
    stage: 'failed',
    recovery: undefined,
    failure: { code: 'AccessDenied', message: evil, nextSteps: [evil] },
  },
} as const satisfies { readonly [title: string]: Omit<RecoveryDialog, 'id' | 'painted' | 'settled' | 'scroll'> };
