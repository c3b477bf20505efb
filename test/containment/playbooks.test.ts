import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/containment/catalogue.ts';
import {
  HandOffError,
  identityCenterHandOff,
  isSoughtCall,
  otherAccountHandOff,
  supportHandOff,
} from '../../src/containment/hand-off.ts';
import { inOrder, planBatch, planPlaybook } from '../../src/containment/plan-playbook.ts';
import type { PlannedStep } from '../../src/containment/playbook.ts';
import type { KnownResource, PlaybookFacts, SeenEvent } from '../../src/containment/playbook-facts.ts';
import { attackOf } from '../../src/containment/playbook-suspects.ts';
import { playbooks } from '../../src/containment/playbooks/catalogue.ts';
import type { ComputeCaller } from '../../src/model/caller.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Relation, ResourceLink, ResourceRef } from '../../src/model/resource.ts';
import { shellWord } from '../../src/shared/shell-word.ts';

const account = '111122223333';
const now = Date.parse('2026-11-26T12:00:00Z');
const there = '198.51.100.7';
const office = '203.0.113.10';
const sm = (kind: string, name: string): ResourceRef => ({
  kind: `sagemaker.${kind}`,
  arn: `arn:aws:sagemaker:us-east-1:${account}:${kind}/${name.toLowerCase()}`,
  name,
});
const role = (name: string, path = '/'): ResourceRef => ({
  kind: 'iam.role',
  arn: `arn:aws:iam::${account}:role${path}${name}`,
  name,
});
const user = (name: string): ResourceRef => ({ kind: 'iam.user', arn: `arn:aws:iam::${account}:user/${name}`, name });
const keyOf = (name: string): ResourceRef => ({ kind: 'iam.access-key', arn: '', name });
const asUser = (name: string, accessKeyId: string): Principal => ({
  type: 'IAMUser',
  arn: user(name).arn,
  name,
  accessKeyId,
});
const asRole = (name: string, session: string, accessKeyId = 'ASIA1', path = '/'): Principal => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  name: `${name}/${session}`,
  issuerArn: role(name, path).arn,
  accessKeyId,
});
const alice = asUser('alice', 'AKIAALICE');
const compute = asRole('ds-exec', 'SageMaker', 'ASIACODE');

let count = 0;
const link = (relation: Relation, ref: ResourceRef): ResourceLink => ({ ...ref, relation });
function called(action: string, principal: Principal, sourceIp: string, resources: readonly ResourceLink[]): SeenEvent {
  count += 1;
  return {
    id: `e${count}`,
    at: now - 60_000 + count * 100,
    action,
    readOnly: /:(Get|List|Describe|AssumeRole)/.test(action),
    account,
    region: 'us-east-1',
    principal,
    sourceIp,
    errorCode: '',
    resources,
  };
}
const seen = (
  ref: ResourceRef,
  state = 'InService',
  more: { readonly role?: ResourceRef; readonly has?: readonly (readonly [string, ResourceRef, string?])[] } = {},
): KnownResource => ({
  ref,
  state,
  activity: state === 'InService' || state === 'InProgress' || state === 'ENABLED' ? 'running' : 'idle',
  role: more.role,
  relations: [
    ...(more.role ? [{ role: 'role', to: more.role, proof: 'sagemaker:Describe' }] : []),
    ...(more.has ?? []).map(([name, to, note]) => ({
      role: name,
      to,
      proof: 'sagemaker:Describe',
      ...(note ? { note } : {}),
    })),
  ],
});
const outside = (principal: Principal, address: string): ComputeCaller => ({
  principal,
  addresses: [address, '10.0.0.8'].map((one) => ({
    address: one,
    events: 1,
    firstAt: now,
    lastAt: now,
    eventId: `at-${one}`,
    action: 's3:GetObject',
    account,
    region: 'us-east-1',
    people: one === address ? ['alice'] : [],
  })),
});
const facts = (parts: Partial<PlaybookFacts> = {}): PlaybookFacts => ({
  account,
  partition: 'aws',
  event: undefined,
  events: [],
  resources: [],
  callers: { compute: [], suspects: { principals: [], addresses: [], resources: [] } },
  own: new Set([`arn:aws:sts::${account}:assumed-role/OnCall/carol`]),
  now,
  unseen: [],
  standing: [],
  ...parts,
});
const copied = { compute: [outside(compute, there)], suspects: { principals: [], addresses: [], resources: [] } };
const plan = (id: string, subject: ResourceRef, given: Partial<PlaybookFacts>) =>
  planPlaybook(playbooks.find((one) => one.id === id)!, subject, facts(given), actions);
const brief = ({ steps }: { readonly steps: readonly PlannedStep[] }) =>
  steps.map(({ purpose, actionId, target, handOff }) => `${purpose}: ${actionId || handOff?.kind} ${target.name}`);

const notebook = sm('notebook-instance', 'fraud-lab');
const script = sm('notebook-instance-lifecycle-config', 'evil');
const endpoint = sm('endpoint', 'scorer');
const config = sm('endpoint-config', 'scorer-v4');
const model = sm('model', 'scorer');
const trail: ResourceRef = {
  kind: 'cloudtrail.trail',
  arn: `arn:aws:cloudtrail:us-east-1:${account}:trail/main-trail`,
  name: 'main-trail',
};
const group: ResourceRef = { kind: 'logs.log-group', arn: '', name: '/aws/sagemaker/Endpoints' };
const mint = (by: Principal, from: string) =>
  called('sagemaker:CreatePresignedNotebookInstanceUrl', by, from, [link('target', notebook)]);

describe('the catalogue of playbooks', () => {
  it('has the ten that are agreed, each in a file of its name', () => {
    const files = readdirSync(new URL('../../src/containment/playbooks/', import.meta.url))
      .filter((file) => file !== 'catalogue.ts' && file !== 'steps.ts')
      .map((file) => file.replace('.ts', ''));
    expect(playbooks.map(({ id }) => id)).toEqual(files.sort());
    expect(files).toHaveLength(10);
  });
  it.each(playbooks.map((one) => [one.id, one] as const))(
    '%s names actions that there are, and pages of AWS',
    (_, one) => {
      const ids = new Set(actions.map(({ id }) => id));
      for (const { actions: named, instead = [], handOff } of one.steps) {
        expect([...named, ...instead].filter((id) => !ids.has(id))).toEqual([]);
        expect(named.length > 0 || handOff !== undefined).toBe(true);
      }
      expect(one.appliesTo.length * one.references.length * one.answers.length * one.findings.length).toBeGreaterThan(
        0,
      );
    },
  );
});

/** A session of a role, and the call that issued it. */
function session(by: Principal, of: ResourceRef, name: string, from: string) {
  const arn = `arn:aws:sts::${account}:assumed-role/${of.name}/${name}`;
  const issue = called('sts:AssumeRole', by, from, [
    link('target', of),
    link('created', { kind: 'sts.assumed-role', arn, name: `${of.name}/${name}` }),
  ]);
  return { issue, acting: { ...asRole(of.name, name, `ASIA${issue.id}`), issuedAt: issue.at } };
}

describe('targets', () => {
  it.each<[string, ResourceRef, Partial<PlaybookFacts>, readonly string[]]>([
    [
      'notebook-hijack',
      notebook,
      {
        events: [
          mint(alice, office),
          mint(asUser('bob', 'AKIABOB'), '203.0.113.24'),
          mint(alice, there),
          called('sagemaker:CreateNotebookInstanceLifecycleConfig', compute, there, [link('created', script)]),
          called('sagemaker:UpdateEndpoint', compute, there, [link('target', endpoint), link('uses', config)]),
        ],
        resources: [
          seen(notebook, 'InService', { role: role('ds-exec'), has: [['lifecycle-config', script]] }),
          seen(sm('training-job', 'nightly'), 'InProgress', { role: role('ds-exec') }),
        ],
        callers: copied,
      },
      [
        'credentials: iam.role.quarantine ds-exec',
        'entry: iam.access-key.deactivate AKIAALICE',
        'entry: iam.user.deny-sagemaker-entry alice',
        'compute: sagemaker.notebook-instance.stop fraud-lab',
        'compute: sagemaker.notebook-instance.detach-lifecycle-config fraud-lab',
        'compute: sagemaker.notebook-instance-lifecycle-config.neutralise evil',
        'leak: sagemaker.endpoint.roll-back-config scorer',
      ],
    ],
    [
      'studio-hijack',
      { ...sm('user-profile', 'bob'), arn: `arn:aws:sagemaker:us-east-1:${account}:user-profile/d-1/bob` },
      {
        events: [
          called('sagemaker:CreatePresignedDomainUrl', asRole('ds-team', 'eve'), there, [
            link('target', {
              ...sm('user-profile', 'bob'),
              arn: `arn:aws:sagemaker:us-east-1:${account}:user-profile/d-1/bob`,
            }),
          ]),
          called('sagemaker:UpdateSpace', asRole('ds-team', 'eve'), there, [
            link('target', { ...sm('space', 'lab'), arn: `arn:aws:sagemaker:us-east-1:${account}:space/d-1/lab` }),
          ]),
        ],
        resources: [
          seen(
            { ...sm('user-profile', 'bob'), arn: `arn:aws:sagemaker:us-east-1:${account}:user-profile/d-1/bob` },
            'InService',
            {
              role: role('studio-exec'),
            },
          ),
        ],
      },
      [
        'entry: iam.role.deny-sagemaker-entry ds-team',
        'compute: sagemaker.space.disable-remote-access lab',
        'compute: sagemaker.user-profile.close-apps bob',
        'credentials: iam.role.quarantine studio-exec',
      ],
    ],
    [
      'lifecycle-backdoor',
      script,
      {
        events: [called('sagemaker:UpdateNotebookInstanceLifecycleConfig', alice, there, [link('target', script)])],
        resources: [
          seen(notebook, 'InService', { role: role('ds-exec'), has: [['lifecycle-config', script]] }),
          seen(sm('notebook-instance', 'idle'), 'Stopped', { has: [['lifecycle-config', script]] }),
        ],
      },
      [
        'entry: iam.access-key.deactivate AKIAALICE',
        'entry: iam.user.deny-sagemaker-entry alice',
        'compute: sagemaker.notebook-instance.stop fraud-lab',
        'compute: sagemaker.notebook-instance.detach-lifecycle-config fraud-lab',
        'compute: sagemaker.notebook-instance.detach-lifecycle-config idle',
        'compute: sagemaker.notebook-instance-lifecycle-config.neutralise evil',
      ],
    ],
    [
      'passrole-miner',
      keyOf('AKIACI'),
      {
        events: [
          called('sagemaker:CreateTrainingJob', asUser('ci', 'AKIACI'), there, [
            link('created', sm('training-job', 'm-1')),
            link('uses', role('ds-exec')),
          ]),
          called('events:PutRule', asUser('ci', 'AKIACI'), there, [
            link('created', {
              kind: 'events.rule',
              arn: `arn:aws:events:us-east-1:${account}:rule/again`,
              name: 'again',
            }),
          ]),
        ],
        resources: [
          seen(sm('training-job', 'm-1'), 'InProgress', {
            has: [
              ['image', { kind: 'ecr.image', arn: '', name: '999988887777.dkr.ecr.us-east-1.amazonaws.com/x:1' }],
              ['parent', sm('hyper-parameter-tuning-job', 'tune')],
            ],
          }),
          seen(sm('processing-job', 'm-2'), 'InProgress', {
            has: [['image', { kind: 'ecr.image', arn: '', name: '999988887777.dkr.ecr.us-east-1.amazonaws.com/x:1' }]],
          }),
          seen(sm('training-job', 'team'), 'InProgress', {
            has: [
              [
                'image',
                { kind: 'ecr.image', arn: '', name: '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2' },
              ],
            ],
          }),
          seen(sm('training-job', 'm-0'), 'Stopped', {
            has: [['image', { kind: 'ecr.image', arn: '', name: '999988887777.dkr.ecr.us-east-1.amazonaws.com/x:1' }]],
          }),
        ],
      },
      [
        'entry: iam.access-key.deactivate AKIACI',
        'entry: iam.user.deny-all ci',
        'parents: sagemaker.hyper-parameter-tuning-job.stop tune',
        'parents: events.rule.disable again',
        'compute: sagemaker.training-job.stop m-1',
        'compute: sagemaker.processing-job.stop m-2',
      ],
    ],
    [
      'endpoint-siphon',
      endpoint,
      {
        events: [
          called('sagemaker:CreateEndpointConfig', alice, there, [link('created', config), link('uses', model)]),
          called('sagemaker:UpdateEndpoint', alice, there, [link('target', endpoint), link('uses', config)]),
        ],
        resources: [
          seen(endpoint, 'InService', { has: [['endpoint-config', config]] }),
          seen(config, '', {
            has: [
              ['model', model],
              [
                's3-sink',
                { kind: 's3.bucket', arn: 'arn:aws:s3:::drop', name: 'drop' },
                'whose bucket it is is not known',
              ],
              ['s3-sink', { kind: 's3.bucket', arn: `arn:aws:s3:::own-${account}`, name: `own-${account}` }],
            ],
          }),
          seen(model, '', { role: role('serve') }),
        ],
      },
      [
        'entry: iam.access-key.deactivate AKIAALICE',
        'entry: iam.user.deny-all alice',
        'leak: sagemaker.endpoint.roll-back-config scorer',
        'leak: aws-support drop',
      ],
    ],
    [
      'registry-poisoning',
      {
        kind: 'sagemaker.model-package',
        arn: `arn:aws:sagemaker:us-east-1:${account}:model-package/fraud/7`,
        name: 'fraud/7',
      },
      {
        events: [
          called('sagemaker:UpdateModelPackage', alice, there, [
            link('target', {
              kind: 'sagemaker.model-package',
              arn: `arn:aws:sagemaker:us-east-1:${account}:model-package/fraud/7`,
              name: 'fraud/7',
            }),
          ]),
          called('sagemaker:CreateModel', asRole('deploy', 'ci'), '192.0.2.1', [
            link('created', model),
            link('uses', {
              kind: 'sagemaker.model-package',
              arn: `arn:aws:sagemaker:us-east-1:${account}:model-package/fraud/7`,
              name: 'fraud/7',
            }),
          ]),
        ],
        resources: [
          seen(endpoint, 'InService', { has: [['endpoint-config', config]] }),
          seen(config, '', { has: [['model', model]] }),
          seen(
            { kind: 'events.rule', arn: `arn:aws:events:us-east-1:${account}:rule/deploy`, name: 'deploy' },
            'ENABLED',
            {
              has: [['target', sm('pipeline', 'deploy')]],
            },
          ),
          // By what they hear of: the package's group, any group, another one.
          ...(['fraud', '*', 'recsys'] as const).map((heard) =>
            seen(
              { kind: 'events.rule', arn: `arn:aws:events:us-east-1:${account}:rule/on-${heard}`, name: `on-${heard}` },
              'ENABLED',
              {
                has: [
                  ['hears', sm('model-package-group', heard)],
                  ['target', { kind: 'lambda.function', arn: 'arn:f', name: 'deploy-model' }],
                ],
              },
            ),
          ),
        ],
        event: undefined,
      },
      [
        'entry: iam.access-key.deactivate AKIAALICE',
        'entry: iam.user.deny-all alice',
        'parents: events.rule.disable deploy',
        'parents: events.rule.disable on-fraud',
        'parents: events.rule.disable on-*',
        'leak: sagemaker.model-package.reject fraud/7',
        'leak: sagemaker.endpoint.roll-back-config scorer',
      ],
    ],
    [
      'cross-account-share',
      sm('model-package-group', 'fraud'),
      {
        events: [
          called('sagemaker:PutModelPackageGroupPolicy', alice, there, [
            link('target', sm('model-package-group', 'fraud')),
            link('uses', { kind: 'iam.account', arn: 'arn:aws:iam::999988887777:root', name: 'root' }),
          ]),
        ],
      },
      [
        'entry: iam.access-key.deactivate AKIAALICE',
        'entry: iam.user.deny-all alice',
        'leak: sagemaker.model-package-group.remove-outside-access fraud',
        'leak: aws-support 999988887777',
      ],
    ],
    [
      'log-tampering',
      trail,
      {
        events: [
          called('sts:AssumeRole', asUser('ops-bot', 'AKIAOPS'), there, [link('target', role('rotation'))]),
          called('cloudtrail:StopLogging', asRole('rotation', 'rotate'), there, [link('target', trail)]),
          called('logs:PutRetentionPolicy', asRole('rotation', 'rotate'), there, [link('target', group)]),
        ],
      },
      [
        'entry: iam.user.deny-all ops-bot',
        'entry: iam.role.quarantine rotation',
        'entry: iam.access-key.deactivate AKIAOPS',
        'entry: iam.role.revoke-sessions rotation',
        'restore: cloudtrail.trail.start-logging main-trail',
        'restore: logs.log-group.keep /aws/sagemaker/Endpoints',
      ],
    ],
    [
      'stolen-role-credentials',
      role('ds-exec'),
      {
        events: [
          called('sts:AssumeRole', compute, there, [link('target', role('admin'))]),
          called('cloudtrail:StopLogging', compute, there, [
            link('target', { kind: 'cloudtrail.trail', arn: 'arn:t', name: 'main' }),
          ]),
        ],
        callers: copied,
      },
      [
        'record: cloudtrail.trail.start-logging main',
        'credentials: iam.role.quarantine ds-exec',
        'entry: iam.role.revoke-sessions admin',
      ],
    ],
    [
      'stolen-access-key',
      keyOf('AKIAALICE'),
      {
        events: [
          called('iam:CreateUser', alice, there, [link('created', user('backdoor'))]),
          called('iam:CreateAccessKey', alice, there, [
            link('created', keyOf('AKIANEW')),
            link('target', user('backdoor')),
          ]),
          called('sts:AssumeRole', alice, there, [link('target', role('ds-exec'))]),
          called('iam:CreateUser', asUser('bob', 'AKIABOB'), office, [link('created', user('newcomer'))]),
        ],
      },
      [
        'entry: iam.access-key.deactivate AKIAALICE',
        'entry: iam.access-key.deactivate AKIANEW',
        'entry: iam.user.deny-all alice',
        'entry: iam.user.deny-all backdoor',
        'entry: iam.role.revoke-sessions ds-exec',
      ],
    ],
  ])('%s', (id, subject, given, expected) => {
    const planned = plan(id, subject, given);
    expect(brief(planned)).toEqual(expected);
    expect(planned.steps.map((step) => step.id)).toEqual(expected.map((_, index) => String(index + 1)));
    for (const { because, why, place } of planned.steps) expect([because, why, place].every(Boolean)).toBe(true);
    // Pure: the same facts, the same plan, whatever order they came in.
    expect(plan(id, subject, { ...given, resources: [...(given.resources ?? [])] })).toEqual(planned);
  });

  it('the owner’s own calls with a stolen key are not the attack’s, and that is said', () => {
    const events = [mint(alice, office), mint(alice, there)];
    const attack = attackOf(notebook, facts({ events, event: events[1] }));
    expect(attack.events.map(({ sourceIp }) => sourceIp)).toEqual([there]);
    expect(attack.notCounted).toEqual([`1 calls of alice from ${office} are not counted as the attack's`]);
  });
  it('refused calls, services and our own are no attack', () => {
    const own = asRole('OnCall', 'carol');
    const events = [
      { ...mint(alice, there), errorCode: 'AccessDenied' },
      mint(own, there),
      mint({ type: 'AWSService', arn: '', name: 'sagemaker.amazonaws.com' }, 'sagemaker.amazonaws.com'),
    ];
    expect(attackOf(notebook, facts({ events })).events).toEqual([]);
    expect(brief(plan('notebook-hijack', notebook, { events }))).toEqual([
      'compute: sagemaker.notebook-instance.stop fraud-lab',
    ]);
  });
  it('nothing known: only what it was started on, and what was not found is said', () => {
    const planned = plan('endpoint-siphon', endpoint, {});
    expect(brief(planned)).toEqual(['leak: sagemaker.endpoint.roll-back-config scorer']);
    expect(planned.leftOut).toContain('no long-lived key was used');
  });
});

describe('order', () => {
  const given = { resources: [seen(notebook, 'InService', { role: role('ds-exec') })], events: [mint(alice, there)] };
  it('credentials seen outside of compute: the role first, then compute; with the event that shows it', () => {
    const planned = plan('notebook-hijack', notebook, { ...given, callers: copied });
    expect(planned.order).toMatchObject({ first: 'credentials', eventIds: [`at-${there}`] });
    expect(planned.order.why).toContain(there);
    expect(planned.steps[0]?.place).toContain('before compute is stopped');
  });
  it('otherwise entry, compute, and the role last', () => {
    const planned = plan('notebook-hijack', notebook, given);
    expect(planned.order).toMatchObject({ first: 'entry', eventIds: [] });
    expect(planned.order.why).toContain('no use of ds-exec from outside');
    expect(planned.steps.at(-1)).toMatchObject({
      actionId: 'iam.role.quarantine',
      place: expect.stringContaining('last'),
    });
  });
  it('one session key from two public addresses counts as outside, too', () => {
    const session = asRole('ds-exec', 'job', 'ASIAJOB');
    const planned = plan('stolen-role-credentials', role('ds-exec'), {
      events: [called('s3:ListBuckets', session, '192.0.2.9', []), called('s3:ListBuckets', session, there, [])],
    });
    expect(planned.order.why).toContain('192.0.2.9 and 198.51.100.7');
  });
  it('the finding itself may say so, though nothing was seen', () => {
    const planned = plan('stolen-role-credentials', role('ds-exec'), {});
    expect(planned.order.first).toBe('credentials');
    expect(planned.order.why).toContain('not among the events loaded');
  });
  it('an endpoint is deleted before its role is denied everything, whichever comes first', () => {
    const step = (id: string, purpose: PlannedStep['purpose'], actionId: string): PlannedStep => ({
      ...planBatch({ id: actionId, title: '' }, [endpoint]).steps[0]!,
      id,
      purpose,
      actionId,
    });
    const steps = [
      step('a', 'credentials', 'iam.role.deny-all'),
      step('b', 'entry', 'x'),
      step('c', 'leak', 'sagemaker.endpoint.delete'),
    ];
    for (const first of ['credentials', 'entry'] as const) {
      const ids = inOrder(steps, { first }).map(({ actionId }) => actionId);
      expect(ids.indexOf('sagemaker.endpoint.delete')).toBeLessThan(ids.indexOf('iam.role.deny-all'));
    }
  });
  it('a shared role: who else runs as it is named', () => {
    const planned = plan('notebook-hijack', notebook, {
      ...given,
      resources: [...given.resources, seen(sm('training-job', 'nightly'), 'InProgress', { role: role('ds-exec') })],
    });
    expect(planned.steps.find(({ purpose }) => purpose === 'credentials')?.note).toContain('training job nightly');
  });
});

describe('what others must do', () => {
  const sso = 'AWSReservedSSO_DataScientist_0123456789abcdef';
  const ssoPath = '/aws-reserved/sso.amazonaws.com/us-east-1/';
  it('a role of Identity Center: its permission set, in their account, with the exact calls', () => {
    const session = asRole(sso, 'mallory', 'ASIASSO', ssoPath);
    const planned = plan('cross-account-share', sm('model-package-group', 'fraud'), {
      events: [
        called('sagemaker:PutModelPackageGroupPolicy', session, there, [
          link('target', sm('model-package-group', 'fraud')),
        ]),
      ],
    });
    const step = planned.steps.find(({ handOff }) => handOff);
    expect(step?.handOff).toMatchObject({ kind: 'identity-center', whom: expect.stringContaining('Identity Center') });
    const commands = step?.handOff?.commands.map(({ command }) => command).join('\n') ?? '';
    expect(commands).toContain('ARN_OF_DataScientist');
    expect(commands).toContain('"aws:TokenIssueTime":"2026-11-26T12:05:00.000Z"');
    expect(brief(planned)).toContain('leak: sagemaker.model-package-group.remove-outside-access fraud');
  });
  it('root: no policy here holds it', () => {
    const root: Principal = {
      type: 'Root',
      arn: `arn:aws:iam::${account}:root`,
      name: 'root',
      accessKeyId: 'AKIAROOT',
    };
    const planned = plan('stolen-access-key', keyOf('AKIAROOT'), {
      events: [called('iam:ListUsers', root, there, [])],
    });
    expect(planned.steps[0]?.handOff?.commands.map(({ command }) => command).join()).toContain(
      `attach-policy --policy-id POLICY_ID --target-id ${account}`,
    );
  });
  it('hostile names cannot break out of a command', () => {
    expect(shellWord("x'; rm -rf ~ #")).toBe(`'x'\\''; rm -rf ~ #'`);
    expect(shellWord('a\nb')).toBe("'a\\u{a}b'");
    const name = "r'$(id)";
    const { commands } = otherAccountHandOff(
      { id: 'iam.role.quarantine', title: '' },
      { kind: 'iam.role', arn: `arn:aws:iam::999988887777:role/${name}`, name },
      account,
      'INC',
    );
    expect(commands[0]?.command).toContain(`--role-name 'r'\\''$(id)'`);
    const [, , support] = [...supportHandOff("it's `id`", []).commands.map(({ command }) => command), ''].toReversed();
    expect(support).toContain(`'it'\\''s \`id\`'`);
    const role = identityCenterHandOff("AWSReservedSSO_x';id;'_0123456789abcdef", now);
    expect(role.commands.some(({ command }) => / [^' ]*ARN_OF_[^ ]*;/.test(command))).toBe(false);
  });
  it('the requested call is recognised: accepted, afterwards, on what was meant', () => {
    const handOff = identityCenterHandOff(sso, now);
    const put = { ...called('iam:PutRolePolicy', alice, there, [link('target', role(sso, ssoPath))]), at: now + 5_000 };
    expect(isSoughtCall(handOff, now, put)).toBe(true);
    expect(isSoughtCall(handOff, now, { ...put, errorCode: 'AccessDenied' })).toBe(false);
    expect(isSoughtCall(handOff, now, { ...put, at: now - 5_000 })).toBe(false);
    expect(isSoughtCall(handOff, now, { ...put, resources: [link('target', role('other'))] })).toBe(false);
  });
  it('says on the command line what to ask whom', () => {
    const error = new HandOffError('UnmodifiableRole', 'no', identityCenterHandOff(sso, now));
    expect(error.nextSteps[0]).toContain('Identity Center');
    expect(error.nextSteps.join('\n')).toContain('provision-permission-set');
  });
});

describe('an endpoint that was put back', () => {
  const evil = sm('endpoint-config', 'scorer-evil');
  const change = [
    called('sagemaker:CreateEndpointConfig', alice, there, [link('created', evil)]),
    called('sagemaker:UpdateEndpoint', alice, there, [link('target', endpoint), link('uses', evil)]),
  ];
  const by = (state: string, serves: ResourceRef) => [
    { ...seen(endpoint, state, { has: [['endpoint-config', serves]] }) },
  ];
  const put = {
    id: 'c1',
    action: 'sagemaker.endpoint.roll-back-config',
    target: endpoint,
    params: { config: config.name },
  };
  const rolls = (given: Partial<PlaybookFacts>) =>
    brief(plan('endpoint-siphon', endpoint, { events: change, ...given })).includes(
      'leak: sagemaker.endpoint.roll-back-config scorer',
    );
  it.each<[string, boolean, Partial<PlaybookFacts>]>([
    ['serves by what the attack made', true, { resources: by('InService', evil) }],
    ['was put back by somebody', false, { resources: by('InService', config) }],
    ['is on its way back by us', false, { resources: by('Updating', evil), standing: [put] }],
    ['is being changed by somebody', true, { resources: by('Updating', config) }],
    ['was changed again after us', true, { resources: by('InService', evil), standing: [put] }],
    [
      'was put back to a config that the attack names, too',
      false,
      {
        events: [
          ...change,
          called('sagemaker:UpdateEndpoint', alice, there, [link('target', endpoint), link('uses', config)]),
        ],
        resources: by('InService', config),
        standing: [put],
      },
    ],
  ])('%s: %s', (_, expected, given) => expect(rolls(given)).toBe(expected));
});

describe('a bucket that was opened', () => {
  it('is closed to each stranger that its policy names, and to nobody of this account', () => {
    const bucket: ResourceRef = { kind: 's3.bucket', arn: 'arn:aws:s3:::models', name: 'models' };
    const stranger = (name: string): ResourceRef => ({
      kind: 'iam.role',
      arn: `arn:aws:iam::666677778888:role/${name}`,
      name,
    });
    const group = sm('model-package-group', 'fraud-models');
    const events = [
      called('sagemaker:PutModelPackageGroupPolicy', alice, there, [link('target', group)]),
      called('s3:PutBucketPolicy', alice, there, [
        link('target', bucket),
        link('uses', stranger('sync')),
        link('uses', stranger('more')),
        link('uses', role('ds-exec')),
      ]),
    ];
    const resources: readonly KnownResource[] = [];
    const [event] = events;
    const planned = plan('cross-account-share', group, { ...(event ? { event } : {}), events, resources });
    expect(
      planned.steps
        .filter(({ actionId }) => actionId === 's3.bucket.deny-principal')
        .map(({ target, params }) => [target.name, params.principal]),
    ).toEqual([
      ['models', stranger('sync').arn],
      ['models', stranger('more').arn],
    ]);
  });
});

describe('whoever issued the credentials of a session', () => {
  const deployer = role('ci-deployer');
  const bot = asUser('deploy-bot', 'AKIABOT');
  const change = (by: Principal) =>
    called('sagemaker:UpdateEndpoint', by, there, [link('target', endpoint), link('uses', config)]);

  it('comes again: its key and its user are refused, and the sessions end; who else works as the role goes on', () => {
    const { issue, acting } = session(bot, deployer, 'github-actions', there);
    const of = { events: [issue, change(acting)] };
    expect(brief(plan('endpoint-siphon', endpoint, of))).toEqual([
      'entry: iam.access-key.deactivate AKIABOT',
      'entry: iam.user.deny-all deploy-bot',
      'entry: iam.role.revoke-sessions ci-deployer',
      'leak: sagemaker.endpoint.roll-back-config scorer',
    ]);
  });

  it('is found through roles that were chained', () => {
    const first = session(bot, role('helper'), 'one', there);
    const second = session(first.acting, deployer, 'two', there);
    const of = { events: [first.issue, second.issue, change(second.acting)] };
    expect(brief(plan('endpoint-siphon', endpoint, of))).toEqual([
      'entry: iam.access-key.deactivate AKIABOT',
      'entry: iam.user.deny-all deploy-bot',
      'entry: iam.role.revoke-sessions helper',
      'entry: iam.role.revoke-sessions ci-deployer',
      'leak: sagemaker.endpoint.roll-back-config scorer',
    ]);
  });

  it('did what was done in its sessions, however far down, whoever called from where', () => {
    const first = session(alice, role('helper'), 'one', office);
    const second = session(first.acting, deployer, 'two', there);
    const stranger = session(asUser('carla', 'AKIACARLA'), deployer, 'three', office);
    const other = called('sagemaker:UpdateEndpoint', stranger.acting, office, [
      link('target', sm('endpoint', 'theirs')),
    ]);
    const events = [first.issue, second.issue, change(second.acting), stranger.issue, other];
    const steps = brief(plan('stolen-access-key', user('alice'), { events }));
    expect(steps).toContain('leak: sagemaker.endpoint.roll-back-config scorer');
    expect(steps).toContain('entry: iam.role.revoke-sessions ci-deployer');
    expect(steps.join()).not.toMatch(/theirs|carla/i);
  });

  it('is not whoever took on the role under that name at another time; unseen, the role itself is refused', () => {
    const { issue, acting } = session(bot, deployer, 'github-actions', office);
    const later = { ...acting, issuedAt: issue.at + 3_600_000, accessKeyId: 'ASIALATER' };
    const of = { events: [issue, change(later)] };
    expect(brief(plan('endpoint-siphon', endpoint, of))).toEqual([
      'entry: iam.role.quarantine ci-deployer',
      'leak: sagemaker.endpoint.roll-back-config scorer',
    ]);
  });

  it('of another account can only be kept out by the role', () => {
    const stranger: Principal = { ...bot, arn: 'arn:aws:iam::999988887777:user/mallory', accessKeyId: '' };
    const { issue, acting } = session(stranger, deployer, 'x', there);
    const steps = brief(plan('endpoint-siphon', endpoint, { events: [issue, change(acting)] }));
    expect(steps).toContain('entry: iam.role.quarantine ci-deployer');
  });
});
