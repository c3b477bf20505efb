import { expect, it } from 'vitest';
import { emptyInventory, type Inventory } from '../../src/inventory/inventory.ts';
import type { FindingGroup } from '../../src/model/finding.ts';
import { identityRef, mostSeeds, type ScopeFacts, scopeOf, usersIn } from '../../src/posture/scope.ts';
import { account } from '../inventory/answering-aws.ts';
import { subjectOf } from './judge.ts';

const group = (name: string, more: Partial<FindingGroup> = {}): FindingGroup => ({
  key: name,
  rule: 'r1',
  severity: 'high',
  actor: 'ds-exec/alice',
  actorArn: `arn:aws:sts::${account}:assumed-role/ds-exec/alice`,
  resource: subjectOf('sagemaker.notebook-instance', name),
  events: 1,
  firstAt: 1,
  lastAt: 1,
  lastRow: 1,
  eventIds: ['e'],
  ...more,
});
const nothing: ScopeFacts = {
  groups: [],
  titleOf: () => 'A rule',
  suspects: { principals: [], addresses: [], resources: [] },
  focus: [],
  contained: [],
  inventory: emptyInventory,
  own: new Set(),
};
const item = (name: string, role = 'ds-exec', more: object = {}): Inventory['items'][number] => ({
  ref: subjectOf('sagemaker.notebook-instance', name),
  account,
  region: 'us-east-1',
  state: 'InService',
  activity: 'running',
  role: subjectOf('iam.role', role),
  createdAt: 1,
  modifiedAt: 1,
  creator: undefined,
  compute: undefined,
  accelerated: false,
  internet: undefined,
  notInEvents: undefined,
  relations: [],
  listedAt: 1,
  readAt: 1,
  details: 'loaded',
  detailsWhy: '',
  ...more,
});

it('looks at what findings name and at who did it, once each, and says why', () => {
  const { seeds, leftOut } = scopeOf({
    ...nothing,
    groups: [group('lab'), group('lab', { rule: 'r2' }), group('quiet', { severity: 'informational' })],
    focus: [subjectOf('sagemaker.notebook-instance', 'LAB'), { kind: 'kms.key', arn: '', name: 'k' }],
  });
  expect(seeds.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'sagemaker.notebook-instance lab',
    'iam.role ds-exec',
  ]);
  expect(seeds[0]?.here).toEqual(['high finding “A rule” by alice is about it', 'the incident began with it']);
  expect(leftOut).toEqual([]);
});

it('does not judge the responder', () => {
  const one = group('lab', { resource: undefined });
  expect(scopeOf({ ...nothing, groups: [one], own: new Set([one.actorArn]) }).seeds).toEqual([]);
});

it('looks at what runs where nothing is named, and says so', () => {
  const { seeds, leftOut } = scopeOf({ ...nothing, inventory: { ...emptyInventory, items: [item('a')] } });
  expect(seeds.map(({ name }) => name)).toEqual(['a']);
  expect(leftOut[0]).toMatch(/nothing is found or marked yet/);
});

it('looks at a bounded number, and says how many it leaves', () => {
  const groups = Array.from({ length: 10_000 }, (_, index) => group(`n${index}`, { actorArn: '' }));
  const { seeds, leftOut } = scopeOf({ ...nothing, groups });
  expect(seeds).toHaveLength(mostSeeds);
  expect(leftOut).toEqual([`${10_000 - mostSeeds} more resources that the incident names: ${mostSeeds} are looked at`]);
});

it.each([
  [`arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`, 'iam.role ds-exec'],
  [`arn:aws:iam::${account}:user/ci/bot`, 'iam.user bot'],
  [`arn:aws:iam::${account}:root`, undefined],
  [`arn:aws:sts::${account}:federated-user/x`, undefined],
  ['', undefined],
  ['arn:aws:iam::1:role/', undefined],
])('%s is %s', (arn, wanted) => {
  const ref = identityRef(arn);
  expect(ref && `${ref.kind} ${ref.name}`).toBe(wanted);
});

it('knows who runs as a role, and what it could not see', () => {
  const inventory: Inventory = {
    ...emptyInventory,
    completeAt: 1,
    items: [item('a', 'DS-exec'), item('b', 'other'), item('c', 'other', { details: 'missing' })],
    parts: [
      {
        account,
        region: 'us-east-1',
        kind: 'sagemaker.endpoint',
        title: 'endpoints',
        state: 'denied',
        why: 'sagemaker:ListEndpoints',
        items: 0,
        more: false,
        at: undefined,
      },
    ],
  };
  const { users, unseen } = usersIn(inventory, subjectOf('iam.role', 'ds-exec'));
  expect(users.map(({ name }) => name)).toEqual(['a']);
  expect(unseen).toEqual(['endpoints in us-east-1: needs sagemaker:ListEndpoints', 'as what 1 of them run']);
  expect(usersIn(emptyInventory, subjectOf('iam.role', 'x')).unseen).toEqual(['what runs is not listed to its end']);
});
