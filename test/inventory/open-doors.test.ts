import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DoorRecord, doorGroups, doorRecordOf } from '../../src/inventory/doors/door-record.ts';
import { behind, type Closing, type DoorFacts, isPublicAddress } from '../../src/inventory/doors/facts.ts';
import { openDoors } from '../../src/inventory/doors/open-doors.ts';
import { outsidersOf } from '../../src/inventory/doors/policy.ts';
import { unseenTexts } from '../../src/inventory/doors/unseen.ts';
import { emptyInventory, type InventoryItem, type InventoryPart } from '../../src/inventory/inventory.ts';
import type { Suspect } from '../../src/model/caller.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { ResourceRef } from '../../src/model/resource.ts';

const account = '111122223333';
const region = 'us-east-1';
const t0 = Date.parse('2026-11-23T20:00:00Z');
const minute = 60_000;
const alice: Principal = {
  type: 'IAMUser',
  arn: `arn:aws:iam::${account}:user/alice`,
  name: 'alice',
  accessKeyId: 'AKIAALICE00000000000',
};
const code: Principal = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`,
  name: 'ds-exec/SageMaker',
  issuerArn: `arn:aws:iam::${account}:role/ds-exec`,
  accessKeyId: 'ASIACODE000000000000',
};
const roleRef: ResourceRef = { kind: 'iam.role', arn: code.issuerArn ?? '', name: 'ds-exec' };
const userRef: ResourceRef = { kind: 'iam.user', arn: alice.arn, name: 'alice' };
const lab: ResourceRef = {
  kind: 'sagemaker.notebook-instance',
  arn: `arn:aws:sagemaker:${region}:${account}:notebook-instance/fraud-lab`,
  name: 'fraud-lab',
};

let count = 0;
function record(
  action: string,
  parts: {
    at?: number;
    who?: Principal;
    ip?: string;
    request?: unknown;
    response?: unknown;
    resources?: ResourceRef[];
  } = {},
): DoorRecord {
  count += 1;
  const event = {
    id: `event-${count}`,
    at: t0 + (parts.at ?? 0),
    action,
    account,
    region,
    principal: parts.who ?? alice,
    sourceIp: parts.ip ?? '198.51.100.7',
    resources: (parts.resources ?? []).map((one) => ({ ...one, relation: 'target' })),
  } as unknown as TimelineEvent;
  const made = doorRecordOf(
    { event, request: parts.request ?? {}, response: parts.response ?? {} },
    new Set([account]),
    ({ principal }) => principal && behind(principal),
  );
  if (!made) throw new Error(`${action} says nothing`);
  return made;
}
const mint = (more: Parameters<typeof record>[1] = {}) =>
  record('sagemaker:CreatePresignedNotebookInstanceUrl', {
    request: { notebookInstanceName: 'fraud-lab' },
    resources: [lab],
    ...more,
  });
const everything = [
  'sagemaker.notebook-instance.stop',
  'iam.role.deny-all',
  'iam.role.quarantine',
  'iam.user.deny-all',
  'iam.access-key.deactivate',
  'sagemaker.endpoint.delete',
];
const facts = (more: Partial<DoorFacts> = {}): DoorFacts => ({
  records: [],
  callers: { compute: [], suspects: { principals: [], addresses: [], resources: [] } },
  inventory: emptyInventory,
  closings: [],
  offers: ({ kind }) => everything.filter((id) => id.startsWith(`${kind}.`)),
  ours: new Set([account]),
  own: new Set(),
  now: t0 + 10 * minute,
  since: t0 - 24 * 60 * minute,
  unseen: [],
  ...more,
});
const suspect = (principal: Principal): Suspect => ({
  ...principal,
  eventId: 'e',
  at: t0,
  action: 'x',
  account,
  region,
});
const closed = (actionId: string, target: ResourceRef, at = 5): Closing => ({ actionId, target, at: t0 + at * minute });
const kindsOf = (given: Partial<DoorFacts>) => openDoors(facts(given)).doors.map(({ kind }) => kind);

describe('ways in by URL', () => {
  it('counts down the URL, then the session, then is gone', () => {
    const records = [mint()];
    const at = (min: number) => openDoors(facts({ records, now: t0 + min * minute })).doors[0];
    expect(at(4)).toMatchObject({
      kind: 'presigned-url',
      until: t0 + 725 * minute,
      certainty: 'possible',
      suspect: false,
      count: 1,
    });
    expect(at(6)).toMatchObject({ kind: 'session' });
    expect(at(6)?.id).toBe(at(4)?.id);
    expect(at(724)).toBeDefined();
    expect(at(726)).toBeUndefined();
  });
  it('takes the times that the call names, and no longer ones than AWS allows', () => {
    const until = (request: object, action = 'sagemaker:CreatePresignedDomainUrl') => {
      const made = record(action, { request });
      return made.type === 'mint' ? [made.urlUntil, made.until].map((end) => end && (end - t0) / 1_000) : [];
    };
    expect(
      until({
        domainId: 'd-1',
        userProfileName: 'bob',
        expiresInSeconds: 60,
        sessionExpirationDurationInSeconds: 1_800,
      }),
    ).toEqual([60, 1_860]);
    expect(until({})).toEqual([300, 43_500]);
    expect(until({ sessionExpirationDurationInSeconds: 9e9, expiresInSeconds: 'x' })).toEqual([300, 43_500]);
    expect(
      until({ resourceIdentifier: `arn:aws:sagemaker:${region}:${account}:space/d-1/s` }, 'sagemaker:StartSession'),
    ).toEqual([undefined, 43_200]);
  });
  it('needs the notebook stopped and the minter denied; first the one, then the other is offered', () => {
    const records = [mint()];
    const doors = (closings: readonly Closing[]) => openDoors(facts({ records, closings })).doors;
    expect(doors([])[0]?.closeWith).toEqual({ actionId: 'sagemaker.notebook-instance.stop', target: lab });
    const stopped = doors([closed('sagemaker.notebook-instance.stop', lab)])[0];
    expect(stopped?.closeWith).toEqual({
      actionId: 'iam.access-key.deactivate',
      target: { kind: 'iam.access-key', arn: '', name: alice.accessKeyId },
    });
    expect(stopped?.why).toContain('can open it again');
    expect(doors([closed('iam.user.deny-all', userRef)])[0]?.closeWith?.actionId).toBe(
      'sagemaker.notebook-instance.stop',
    );
    expect(doors([closed('sagemaker.notebook-instance.stop', lab), closed('iam.user.deny-all', userRef)])).toEqual([]);
    expect(
      doors([closed('sagemaker.notebook-instance.stop', lab, -5), closed('iam.user.deny-all', userRef)]),
    ).toHaveLength(1);
    expect(
      doors([
        closed('sagemaker.notebook-instance.stop', lab),
        closed('iam.access-key.deactivate', { kind: 'iam.access-key', arn: '', name: alice.accessKeyId ?? '' }),
      ]),
    ).toEqual([]);
  });
  it('sees that somebody else stopped it, by the record or by what AWS says now', () => {
    const denied = [closed('iam.user.deny-all', userRef)];
    expect(
      kindsOf({
        records: [mint(), record('sagemaker:StopNotebookInstance', { at: minute, resources: [lab] })],
        closings: denied,
      }),
    ).toEqual([]);
    const item = {
      ref: lab,
      state: 'Stopped',
      activity: 'idle',
      modifiedAt: t0 + minute,
      relations: [],
    } as unknown as InventoryItem;
    expect(kindsOf({ records: [mint()], closings: denied, inventory: { ...emptyInventory, items: [item] } })).toEqual(
      [],
    );
    expect(
      kindsOf({
        records: [mint()],
        closings: denied,
        inventory: { ...emptyInventory, items: [{ ...item, modifiedAt: t0 - 1 }] },
      }),
    ).toEqual(['session']);
  });
  it('puts those of one minter together, suspects first, and leaves ours out', () => {
    const bob: Principal = {
      ...alice,
      arn: `arn:aws:iam::${account}:user/bob`,
      name: 'bob',
      accessKeyId: 'AKIABOB0000000000000',
    };
    const records = [mint({ who: bob, ip: '203.0.113.1' }), mint(), mint({ at: 5 * minute, ip: '203.0.113.10' })];
    const { doors } = openDoors(
      facts({
        records,
        callers: {
          compute: [],
          suspects: { principals: [suspect({ ...alice, accessKeyId: 'AKIAOTHER' })], addresses: [], resources: [] },
        },
      }),
    );
    const entries = doors.filter(({ id }) => id.startsWith('entry'));
    expect(entries.map(({ principal, count: n, suspect: is }) => [principal, n, is])).toEqual([
      ['alice', 2, true],
      ['bob', 1, false],
    ]);
    expect(entries[0]?.what).toBe('alice may be on notebook fraud-lab from 203.0.113.10 and 198.51.100.7, by 2 URLs');
    expect(kindsOf({ records, own: new Set([alice.arn, bob.arn]) })).toEqual([]);
  });
});

describe('credentials', () => {
  const assume = (more: object = {}) =>
    record('sts:AssumeRole', {
      request: { roleArn: roleRef.arn },
      response: {
        credentials: { accessKeyId: 'ASIACHILD', expiration: 'Nov 23, 2026, 9:00:00 PM' },
        assumedRoleUser: { arn: `${code.arn}x` },
      },
      ...more,
    });
  it('issued ones end by themselves, or by a deny of the role, not of whoever took them', () => {
    const door = openDoors(facts({ records: [assume()] })).doors[0];
    expect(door).toMatchObject({
      kind: 'child-session',
      certainty: 'seen',
      closeWith: { actionId: 'iam.role.quarantine', target: roleRef },
    });
    expect(kindsOf({ records: [assume()], closings: [closed('iam.user.deny-all', userRef)] })).toEqual([
      'child-session',
    ]);
    for (const id of ['iam.role.deny-all', 'iam.role.quarantine', 'iam.role.revoke-sessions'])
      expect(kindsOf({ records: [assume()], closings: [closed(id, roleRef)] }), id).toEqual([]);
    expect(kindsOf({ records: [assume()], closings: [closed('iam.role.revoke-sessions', roleRef, -1)] })).toEqual([
      'child-session',
    ]);
    expect(kindsOf({ records: [assume()], now: t0 + 26 * 60 * minute })).toEqual([]);
    expect(kindsOf({ records: [assume({ ip: 'sagemaker.amazonaws.com' })] })).toEqual([]);
  });
  it('keys made in the window are open until they are off; a stolen one until it is', () => {
    const made = record('iam:CreateAccessKey', {
      request: { userName: 'svc' },
      response: { accessKey: { accessKeyId: 'AKIANEW' } },
    });
    const off = record('iam:UpdateAccessKey', { at: minute, request: { accessKeyId: 'AKIANEW', status: 'Inactive' } });
    expect(openDoors(facts({ records: [made] })).doors[0]).toMatchObject({
      kind: 'access-key',
      certainty: 'seen',
      closeWith: { actionId: 'iam.access-key.deactivate' },
    });
    expect(kindsOf({ records: [made, off] })).toEqual([]);
    expect(
      kindsOf({
        records: [
          made,
          off,
          record('iam:UpdateAccessKey', { at: 2 * minute, request: { accessKeyId: 'AKIANEW', status: 'Active' } }),
        ],
      }),
    ).toEqual(['access-key']);
    const callers = { compute: [], suspects: { principals: [suspect(alice)], addresses: [], resources: [] } };
    expect(openDoors(facts({ callers })).doors[0]).toMatchObject({
      kind: 'access-key',
      suspect: true,
      proof: { type: 'event', eventId: 'e' },
    });
    expect(kindsOf({ callers, closings: [closed('iam.user.deny-all', userRef)] })).toEqual([]);
  });
  it('copied ones are those used from two places, or from where people call', () => {
    const from = (address: string, people: readonly string[] = []) => ({
      address,
      people,
      events: 1,
      firstAt: t0,
      lastAt: t0,
      eventId: 'e',
      action: 'a',
      account,
      region,
    });
    const doors = (...addresses: ReturnType<typeof from>[]) =>
      openDoors(
        facts({
          callers: {
            compute: [{ principal: code, addresses }],
            suspects: { principals: [], addresses: [], resources: [] },
          },
        }),
      ).doors;
    expect(doors(from('10.0.4.17'))).toEqual([]);
    expect(doors(from('52.0.0.1'))).toEqual([]);
    expect(doors(from('sagemaker.amazonaws.com'), from('10.0.4.17'))).toEqual([]);
    expect(doors(from('10.0.4.17'), from('198.51.100.7'))[0]).toMatchObject({
      kind: 'copied-role-credentials',
      certainty: 'seen',
      suspect: true,
      closeWith: { actionId: 'iam.role.quarantine' },
    });
    expect(doors(from('198.51.100.7', ['alice']))[0]).toMatchObject({ certainty: 'possible', suspect: false });
  });
});

describe('what is left behind', () => {
  const evil: ResourceRef = { kind: 'sagemaker.notebook-instance-lifecycle-config', arn: '', name: 'evil' };
  const part = (kind: string, state: InventoryPart['state'] = 'loaded') =>
    ({ kind, state, title: kind, region, account, why: 'w', items: 0, more: false, at: 1 }) as InventoryPart;
  const written = record('sagemaker:CreateNotebookInstanceLifecycleConfig', {
    request: { notebookInstanceLifecycleConfigName: 'evil' },
  });
  const withScript = {
    ref: lab,
    state: 'InService',
    activity: 'running',
    readAt: t0,
    relations: [{ role: 'lifecycle-config', to: evil, proof: 'sagemaker:DescribeNotebookInstance' }],
  } as unknown as InventoryItem;
  it('a script that something starts with', () => {
    const inventory = { ...emptyInventory, completeAt: t0 + minute, parts: [part('sagemaker.notebook-instance')] };
    expect(
      openDoors(facts({ records: [written], inventory: { ...inventory, items: [withScript] } })).doors[0],
    ).toMatchObject({
      kind: 'lifecycle-script',
      certainty: 'seen',
      what: 'lifecycle script evil, written by alice, runs when notebook fraud-lab starts',
      // Of when AWS was asked about it: a round that AWS did not answer makes that no newer.
      proof: { type: 'read', operation: 'sagemaker:DescribeNotebookInstance', at: t0 },
    });
    expect(kindsOf({ records: [written], inventory })).toEqual([]);
    expect(
      openDoors(facts({ records: [written], inventory: { ...inventory, completeAt: t0 - 1 } })).doors[0]?.why,
    ).toContain('has not been looked at since');
    expect(
      kindsOf({
        records: [
          written,
          record('sagemaker:DeleteNotebookInstanceLifecycleConfig', {
            at: 1,
            request: { notebookInstanceLifecycleConfigName: 'evil' },
          }),
        ],
        inventory: emptyInventory,
      }),
    ).toEqual([]);
  });
  it('a policy that lets others in, until one without them takes its place', () => {
    const put = (at: number, principal: string) =>
      record('s3:PutBucketPolicy', {
        at,
        request: {
          bucketName: 'models',
          bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: principal } }] },
        },
      });
    expect(openDoors(facts({ records: [put(0, 'arn:aws:iam::999999999999:root')] })).doors[0]).toMatchObject({
      kind: 'outside-share',
      what: 'alice opened bucket models to arn:aws:iam::999999999999:root',
      closeWith: undefined,
      why: expect.stringContaining('s3.bucket.deny-principal on models would close it'),
    });
    expect(kindsOf({ records: [put(0, '999999999999'), put(1, account)] })).toEqual([]);
    expect(
      kindsOf({
        records: [put(0, '*'), record('s3:DeleteBucketPolicy', { at: 1, request: { bucketName: 'models' } })],
      }),
    ).toEqual([]);
  });
  it('a rule that got new targets, until it is disabled; one that a suspect made is closed by its own action', () => {
    const ref = { kind: 'events.rule', arn: `arn:aws:events:${region}:${account}:rule/nightly`, name: 'nightly' };
    const put = record('events:PutTargets', { request: { rule: 'nightly' }, resources: [ref] });
    const rule = {
      ref,
      state: 'ENABLED',
      activity: 'running',
      account,
      region,
      relations: [],
    } as unknown as InventoryItem;
    const inventory = (more: Partial<InventoryItem>) => ({ ...emptyInventory, items: [{ ...rule, ...more }] });
    const offers = () => ['events.rule.disable'];
    expect(openDoors(facts({ records: [put], inventory: inventory({}), offers })).doors).toMatchObject([
      { kind: 'schedule', certainty: 'seen', closeWith: { actionId: 'events.rule.disable', target: ref } },
    ]);
    expect(kindsOf({ records: [put], inventory: inventory({ state: 'DISABLED', activity: 'idle' }) })).toEqual([]);
    const callers = {
      compute: [],
      suspects: { principals: [suspect({ ...alice, accessKeyId: '' })], addresses: [], resources: [] },
    };
    expect(openDoors(facts({ callers, inventory: inventory({ creator: 'alice' }), offers })).doors).toMatchObject([
      { kind: 'workload', closeWith: { actionId: 'events.rule.disable' } },
    ]);
  });
  it('an endpoint that copies what it is asked by a config of the window, and a job that a suspect made', () => {
    const config: ResourceRef = { kind: 'sagemaker.endpoint-config', arn: '', name: 'v4' };
    const endpoint = {
      ref: { kind: 'sagemaker.endpoint', arn: 'e', name: 'scorer' },
      state: 'InService',
      activity: 'running',
      account,
      region,
      creator: undefined,
      relations: [
        { role: 'endpoint-config', to: config, proof: 'sagemaker:DescribeEndpoint' },
        {
          role: 's3-sink',
          to: { kind: 's3.bucket', arn: '', name: 'loot' },
          proof: 'sagemaker:DescribeEndpointConfig',
          note: 'n',
        },
      ],
    } as unknown as InventoryItem;
    const job = {
      ...endpoint,
      ref: { kind: 'sagemaker.training-job', arn: 'j', name: 'miner' },
      creator: 'alice',
      relations: [],
      compute: 'ml.p5.48xlarge × 8',
    } as InventoryItem;
    const space = { ...job, ref: { kind: 'sagemaker.space', arn: 's', name: 'alice-lab' } };
    const inventory = { ...emptyInventory, items: [endpoint, job, space] };
    const made = record('sagemaker:CreateEndpointConfig', { request: { endpointConfigName: 'v4' } });
    expect(kindsOf({ inventory })).toEqual([]);
    const callers = {
      compute: [],
      suspects: { principals: [suspect({ ...alice, accessKeyId: '' })], addresses: [], resources: [] },
    };
    const { doors } = openDoors(facts({ inventory, records: [made], callers }));
    expect(doors.map(({ kind, what, suspect: is }) => [kind, what, is])).toEqual([
      ['workload', 'training job miner runs on ml.p5.48xlarge × 8, made by alice', true],
      ['outside-share', 'endpoint scorer copies to bucket loot, since alice made v4', true],
    ]);
    expect(
      kindsOf({ inventory, records: [made], callers, closings: [closed('sagemaker.endpoint.delete', endpoint.ref)] }),
    ).toEqual(['workload']);
  });
});

it('says what it could not look at', () => {
  const parts = [
    { kind: 'a', title: 'apps', state: 'denied', why: 'sagemaker:ListApps', region: 'us-east-1' },
    { kind: 'a', title: 'apps', state: 'denied', why: 'sagemaker:ListApps', region: 'eu-west-1' },
    { kind: 'b', title: 'jobs', state: 'waiting', why: '', region },
  ] as unknown as InventoryPart[];
  const { unknown } = openDoors(
    facts({ inventory: { ...emptyInventory, parts }, since: t0 - 60 * minute, unseen: ['trail: denied'] }),
  );
  expect(unknown).toContain('apps in us-east-1, eu-west-1: denied, needs sagemaker:ListApps');
  expect(unknown).toContain('what runs now: 1 of 3 listings are still under way');
  expect(unknown).toContain('trail: denied');
  expect(unknown.join()).toContain('lives up to 12 hours');
});

it('says one reason once, before names that may be cut', () => {
  const down = (titles: readonly string[], region: string) =>
    titles.map((title) => ({ title, region, why: 'cannot reach AWS: connect ECONNREFUSED' }));
  const many = Array.from({ length: 24 }, (_, index) => `kind ${index}`);
  expect(unseenTexts([...down(['jobs', 'apps'], 'us-east-1'), { title: 'x', region: 'r', why: 'denied' }])).toEqual([
    'jobs, apps in us-east-1: cannot reach AWS: connect ECONNREFUSED',
    'x in r: denied',
  ]);
  const [text, ...more] = unseenTexts(['a', 'b', 'c', 'd', 'e'].flatMap((region) => down(many, region)));
  expect(more).toEqual([]);
  expect(text).toMatch(
    /^24 listings in a, b, c, d and 1 more: cannot reach AWS: connect ECONNREFUSED \(kind 0, .*kind 23\)$/,
  );
  // A role that may list nothing lacks a permission for each: what is to be asked for stands in one place.
  const [denied, ...rest] = unseenTexts(
    many.map((title, index) => ({ title, region: 'r', why: 'denied', needs: `sagemaker:List${index}` })),
  );
  expect(rest).toEqual([]);
  expect(denied).toMatch(
    /^24 listings in r: denied, needs sagemaker:List0, sagemaker:List1, .*sagemaker:List23 \(kind 0, .*kind 23\)$/,
  );
});

it('reads whatever stands in a record without a word of complaint', () => {
  const actions = doorGroups.flatMap((group) => group.actions);
  fc.assert(
    fc.property(fc.constantFrom(...actions), fc.jsonValue(), fc.jsonValue(), (action, request, response) => {
      const made = doorRecordOf(
        {
          event: {
            id: 'e',
            at: t0,
            action,
            account,
            region,
            principal: alice,
            sourceIp: '',
            resources: [],
          } as unknown as TimelineEvent,
          request,
          response,
        },
        new Set([account]),
        () => userRef,
      );
      openDoors(facts({ records: made ? [made] : [] }));
    }),
  );
  expect(
    record('sagemaker:CreatePresignedNotebookInstanceUrl', { request: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
  ).toMatchObject({ type: 'mint', resource: { name: '' } });
});

it.each<[unknown, readonly string[]]>([
  [{ Statement: { Effect: 'Allow', Principal: '*' } }, ['*']],
  [{ Statement: [{ Effect: 'Deny', Principal: '*' }] }, []],
  [
    JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: ['999999999999', account] } }] }),
    ['999999999999'],
  ],
  [
    encodeURIComponent(
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }] }),
    ),
    [],
  ],
  [
    {
      Statement: [
        { Effect: 'Allow', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': account } } },
      ],
    },
    [],
  ],
  [
    {
      Statement: [
        { Effect: 'Allow', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': '999999999999' } } },
      ],
    },
    ['*'],
  ],
  [{ Statement: [{ Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${account}:saml-provider/x` } }] }, []],
  [['999999999999', 'arn:aws:organizations::111122223333:organization/o-1'], ['999999999999']],
  ['HIDDEN_DUE_TO_SECURITY_REASONS', []],
  ['%', []],
  [null, []],
])('%j lets in %j', (document, outsiders) => expect(outsidersOf(document, new Set([account]))).toEqual(outsiders));

it.each([
  ['198.51.100.7', true],
  ['2001:db8::1', true],
  ['10.1.2.3', false],
  ['172.20.1.1', false],
  ['fd00::1', false],
  ['sagemaker.amazonaws.com', false],
  ['AWS Internal', false],
  ['', false],
])('%s is out there: %s', (address, is) => expect(isPublicAddress(address)).toBe(is));
