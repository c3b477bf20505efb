import * as iam from '@aws-sdk/client-iam';
import {
  DescribeEndpointCommand,
  DescribeModelPackageCommand,
  DescribeNotebookInstanceCommand,
  GetModelPackageGroupPolicyCommand,
  ListModelPackagesCommand,
  PutModelPackageGroupPolicyCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlaybookRun } from '../../src/containment/playbook.ts';
import type { Range, RangeOptions } from '../../src/range/range.ts';
import { becomes, eventually } from '../helpers/until.ts';
import { clientsOf, refusal } from '../range/clients.ts';
import { ground } from './playbook-ground.ts';
import { play, stories } from './playbook-story.ts';

const account = '111122223333';
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function here(options: RangeOptions, regions: readonly string[] = []) {
  const made = await ground(options, AbortSignal.timeout(240_000), regions);
  close = made.close;
  return made;
}

const stepsOf = ({ steps }: Pick<PlaybookRun, 'steps'>) =>
  steps.map(
    ({ actionId, target, state, reason }) =>
      `${actionId} ${target.name}: ${state}${state === 'done' ? '' : ` ${reason}`}`,
  );
const actionsOf = ({
  steps,
}: {
  readonly steps: readonly { readonly actionId: string; readonly target: { readonly name: string } }[];
}) => steps.map(({ actionId, target }) => `${actionId} ${target.name}`);

const storyEnd = async (range: Range): Promise<string> =>
  (await becomes(range.story, ({ state }) => state !== 'running', 180_000)).state;

describe('playbooks by the real runner', () => {
  it('notebook-hijack stops the default drill: role first, since its credentials are used from the attacker’s address', async () => {
    const g = await here({ scenario: 'presigned-url-hijack', speed: 60 });
    const plan = await g.prepareUntil(
      'notebook-hijack',
      'sagemaker.notebook-instance',
      'fraud-lab',
      ({ order, steps }) => order.first === 'credentials' && steps.some(({ purpose }) => purpose === 'entry'),
    );
    expect(plan.order.why).toContain('198.51.100.7');
    expect(plan.order.eventIds).toHaveLength(1);
    expect(actionsOf(plan)[0]).toBe('iam.role.quarantine ds-exec');
    expect(plan.steps.map(({ purpose }) => purpose)).toEqual(
      plan.steps
        .map(({ purpose }) => purpose)
        .toSorted((a, b) => {
          const order = ['record', 'credentials', 'entry', 'parents', 'compute', 'leak'];
          return order.indexOf(a) - order.indexOf(b);
        }),
    );
    expect(actionsOf(plan)).toContain('iam.user.deny-sagemaker-entry alice');
    expect(actionsOf(plan)).toContain('sagemaker.notebook-instance.stop fraud-lab');
    expect(plan.steps[0]?.note).toContain('fraud-train');
    const after = await g.run(plan);
    expect(after.next, stepsOf(after).join('\n')).toBeUndefined();
    // What he did not come to by then (a script that hangs on nothing any more) is so already.
    expect(
      after.steps.filter(({ state }) => state !== 'done' && state !== 'already'),
      stepsOf(after).join('\n'),
    ).toEqual([]);
    expect(after.steps.slice(0, 3).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    const { NotebookInstanceStatus } = await g.clients.sagemaker.send(
      new DescribeNotebookInstanceCommand({ NotebookInstanceName: 'fraud-lab' }),
    );
    expect(NotebookInstanceStatus).toBe('Stopped');
    expect(await storyEnd(g.range)).toBe('attacker-stopped');
  }, 240_000);

  it('passrole-miner stops every miner in two Regions and neither the team’s training nor its role', async () => {
    const g = await here({ scenario: 'passrole-miner', speed: 120 }, ['eu-west-1']);
    const plan = await g.prepareUntil('passrole-miner', 'iam.user', 'ci-batch', ({ steps }) => steps.length >= 5);
    expect(plan.order).toMatchObject({ first: 'entry', eventIds: [] });
    expect(plan.targetsAtOnce).toBeGreaterThan(2);
    expect(plan.steps.slice(0, 2).map(({ purpose }) => purpose)).toEqual(['entry', 'entry']);
    expect(actionsOf(plan)).toContain('iam.user.deny-all ci-batch');
    expect(plan.steps.map(({ target }) => target.name)).not.toContain('ds-exec');
    expect(plan.steps.filter(({ target }) => /churn|fraud-train|recsys/.test(target.name))).toEqual([]);
    expect(plan.steps.filter(({ target }) => target.arn.includes(':eu-west-1:')).length).toBeGreaterThan(0);
    const after = await g.run(plan);
    expect(after.next, stepsOf(after).join('\n')).toBeUndefined();
    // What he had started until his keys died and nobody had seen then: a second look finds it.
    const again = await g.prepare('passrole-miner', 'iam.user', 'ci-batch');
    const rest = again.steps.filter(({ purpose }) => purpose === 'compute');
    if (rest.length > 0) await g.run({ ...again, steps: rest });
    expect(await storyEnd(g.range)).toBe('attacker-stopped');
  }, 240_000);

  it('registry-poisoning rejects what was approved, and takes the key that did it; one step is skipped with its reason', async () => {
    const g = await here({ speed: 60 });
    const { iam: identities, sagemaker } = g.clients;
    await identities.send(new iam.CreateUserCommand({ UserName: 'mallory' }));
    await identities.send(
      new iam.PutUserPolicyCommand({
        UserName: 'mallory',
        PolicyName: 'all',
        PolicyDocument: policy({ Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' }),
      }),
    );
    const { AccessKey } = await identities.send(new iam.CreateAccessKeyCommand({ UserName: 'mallory' }));
    const key = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
    const mallory = clientsOf(g.range, key);
    const { ModelPackageSummaryList = [] } = await sagemaker.send(
      new ListModelPackagesCommand({ ModelPackageGroupName: 'fraud-models' }),
    );
    const pending = ModelPackageSummaryList.find(({ ModelApprovalStatus }) => ModelApprovalStatus !== 'Approved');
    const ModelPackageArn = (pending ?? ModelPackageSummaryList[0])!.ModelPackageArn!;
    const approve = new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Approved' });
    // What was just written is enforced a little later.
    await eventually(() => mallory.sagemaker.send(approve));
    const plan = await g.prepareUntil('registry-poisoning', 'sagemaker.model-package', ModelPackageArn, ({ steps }) =>
      steps.some(({ target }) => target.name === key.accessKeyId),
    );
    expect(actionsOf(plan)).toEqual(
      expect.arrayContaining([
        `iam.access-key.deactivate ${key.accessKeyId}`,
        'iam.user.deny-all mallory',
        expect.stringMatching(/^sagemaker\.model-package\.reject /),
      ]),
    );
    const after = await g.run(plan, {
      confirm: ({ actionId, target }) =>
        actionId === 'iam.user.deny-all'
          ? { do: 'skip', reason: 'the key is enough' }
          : { do: 'send', typedName: target.name },
    });
    expect(after.next, stepsOf(after).join('\n')).toBeUndefined();
    expect(stepsOf(after)).toContain('iam.user.deny-all mallory: skipped the key is enough');
    const { ModelApprovalStatus } = await sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }),
    );
    expect(ModelApprovalStatus).toBe('Rejected');
    // In the wanted state already: said, journalled, and gone on.
    const second = await g.run(plan, { confirm: () => ({ do: 'skip', reason: 'not needed' }) });
    expect(second.steps.filter(({ state }) => state === 'already').map(({ actionId }) => actionId)).toEqual(
      expect.arrayContaining(['iam.access-key.deactivate', 'sagemaker.model-package.reject']),
    );
    expect(second.next).toBeUndefined();
  }, 240_000);

  it('cross-account-share takes the other account out of the policy', async () => {
    const g = await here({ speed: 60 });
    const { iam: identities, sagemaker, sts } = g.clients;
    const RoleName = 'ml-admin';
    await identities.send(
      new iam.CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: policy({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'sts:AssumeRole',
        }),
      }),
    );
    await identities.send(
      new iam.PutRolePolicyCommand({
        RoleName,
        PolicyName: 'all',
        PolicyDocument: policy({ Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' }),
      }),
    );
    const share = async () => {
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'eve' }),
      );
      const eve = clientsOf(g.range, {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      });
      await eve.sagemaker.send(
        new PutModelPackageGroupPolicyCommand({
          ModelPackageGroupName: 'fraud-models',
          ResourcePolicy: policy({
            Sid: 'out',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::999988887777:root' },
            Action: 'sagemaker:DescribeModelPackage',
            Resource: `arn:aws:sagemaker:${g.range.region}:${account}:model-package/fraud-models/*`,
          }),
        }),
      );
    };
    await eventually(share);
    const plan = await g.prepareUntil(
      'cross-account-share',
      'sagemaker.model-package-group',
      'fraud-models',
      ({ steps }) => steps.some(({ handOff }) => handOff !== undefined),
    );
    const asked: string[] = [];
    const after = await g.run(plan, {
      handOff: (_, handOff) => {
        asked.push(handOff.what);
        return { do: 'send' };
      },
    });
    expect(after.next, stepsOf(after).join('\n')).toBeUndefined();
    expect(asked[0]).toContain('999988887777');
    expect(actionsOf(plan)[0]).toBe('iam.role.quarantine ml-admin');
    expect(after.steps.at(-1)?.state).toBe('requested');
    expect(g.kit.runs.handOffs()).toMatchObject([{ id: 'h1', seen: undefined, playbook: { run: 'p1' } }]);
    const left = await refusal(
      sagemaker.send(new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName: 'fraud-models' })),
    );
    expect(left.message).toMatch(/policy/i);
  }, 240_000);
  it('log-tampering takes whoever stopped the trail first, then starts it and keeps the lines', async () => {
    const g = await here({ scenario: 'log-tampering', speed: 60 });
    const plan = await g.prepareUntil('log-tampering', 'cloudtrail.trail', 'main-trail', ({ steps }) =>
      steps.some(({ actionId }) => actionId === 'logs.log-group.keep'),
    );
    const planned = actionsOf(plan);
    expect(planned).toEqual(
      expect.arrayContaining([
        'iam.role.revoke-sessions logs-maintenance',
        'cloudtrail.trail.start-logging main-trail',
      ]),
    );
    expect(planned.slice(-2)).toEqual([
      'cloudtrail.trail.start-logging main-trail',
      `logs.log-group.keep aws-cloudtrail-logs-${account}-main`,
    ]);
  }, 240_000);

  it('registry-poisoning puts back what a deployment changed by itself, and keeps the rule from deploying again', async () => {
    const g = await here({ scenario: 'registry-poisoning', speed: 120 });
    const poisoned = `arn:aws:sagemaker:${g.range.region}:${account}:model-package/fraud-models/5`;
    const plan = await g.prepareUntil('registry-poisoning', 'sagemaker.model-package', poisoned, ({ steps }) =>
      steps.some(({ actionId }) => actionId === 'sagemaker.endpoint.roll-back-config'),
    );
    expect(actionsOf(plan)).toEqual([
      expect.stringMatching(/^iam\.access-key\.deactivate AKIA/),
      'iam.user.deny-all omar',
      'events.rule.disable fraud-deploy-on-approval',
      'sagemaker.model-package.reject fraud-models/5',
      'sagemaker.endpoint.roll-back-config fraud-scorer',
    ]);
    // Whoever starts from the group finds the same.
    const ofGroup = await g.prepare('registry-poisoning', 'sagemaker.model-package-group', 'fraud-models');
    expect(actionsOf(ofGroup)).toEqual(actionsOf(plan));
    const after = await g.run(plan);
    expect(
      after.steps.map(({ state }) => state),
      stepsOf(after).join('\n'),
    ).toEqual(Array(5).fill('done'));
    // That this ends the story is test/range/scenarios.test.ts: the same actions, on a clock that is turned by hand.
    const { EndpointConfigName } = await g.clients.sagemaker.send(
      new DescribeEndpointCommand({ EndpointName: 'fraud-scorer' }),
    );
    expect(EndpointConfigName).toBe('fraud-scorer-v3');
  }, 240_000);

  it('cross-account-share closes the bucket as well, to whom its new policy names', async () => {
    const g = await here({ scenario: 'cross-account-share', speed: 120 });
    const plan = await g.prepareUntil(
      'cross-account-share',
      'sagemaker.model-package-group',
      'fraud-models',
      ({ steps }) => steps.some(({ actionId }) => actionId === 's3.bucket.deny-principal'),
    );
    expect(actionsOf(plan)).toEqual(
      expect.arrayContaining([
        'iam.user.deny-all rita',
        'sagemaker.model-package-group.remove-outside-access fraud-models',
        `s3.bucket.deny-principal ml-prod-models-${account}`,
      ]),
    );
    expect(plan.steps.find(({ actionId }) => actionId === 's3.bucket.deny-principal')?.params).toEqual({
      principal: 'arn:aws:iam::666677778888:role/sync',
    });
  }, 240_000);

  // A sample: `node test/containment/playbook-stories.ts` plays them all.
  it.each(stories.filter(({ playbook }) => playbook === 'endpoint-siphon'))(
    '$playbook stops the attacker of $scenario',
    async (story) => {
      const { ending, rounds } = await play(story, 60, 1);
      expect(ending, rounds.flat().join('\n')).toBe('attacker-stopped');
    },
    240_000,
  );
});
