import { thingOf } from '../account/things.ts';
import { agents } from '../actors/agents.ts';
import { type AttackStep, stepsBy } from '../actors/attack.ts';
import { asks, routine } from '../actors/benign.ts';
import { deployer } from '../actors/deployer.ts';
import { serving } from '../actors/serving.ts';
import { allow, looks, policy, trusts } from '../cast.ts';
import { accountId, executionRole } from '../estate-definition.ts';
import { structure, structures, text } from '../operation.ts';
import type { World } from '../world.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.199';
const officeIp = '203.0.113.58';
const minute = 60_000;
const group = 'fraud-models';
const endpoint = 'fraud-scorer';
const bucket = 'mlops-artifacts-7f2c';
const by = ['stolen-key', 'token'] as const;

const step = stepsBy(by);

/** The next version, approved from the start: nobody has to look at it. */
const register: AttackStep = {
  ...step('impact', 50_000, 'sagemaker:CreateModelPackage', {
    ModelPackageGroupName: group,
    ModelPackageDescription: 'Fraud model, hotfix for drift in chargebacks',
    ModelApprovalStatus: 'Approved',
    InferenceSpecification: {
      Containers: [
        {
          Image: '999988887777.dkr.ecr.us-east-1.amazonaws.com/fraud:5.0.1',
          ModelDataUrl: `s3://${bucket}/fraud/model.tar.gz`,
        },
      ],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    },
  }),
  essential: true,
};

/** Whether a package came from where his come from. */
function isHis(world: World, arn: string): boolean {
  const region = world.account.region(world.account.homeRegion);
  const entry = thingOf(region, 'model-package', arn.replace(/^arn:[^/]*\//, ''));
  return JSON.stringify(entry?.members.InferenceSpecification ?? '').includes(bucket);
}

/** Whether one of the models of a config is made of a package of his. */
function serves(config: string, world: World): boolean {
  const region = world.account.region(world.account.homeRegion);
  return structures(region.endpointConfigs.get(config.toLowerCase())?.definition.ProductionVariants).some((variant) => {
    const model = region.models.get(text(variant, 'ModelName').toLowerCase());
    return isHis(world, text(structure(model?.definition.PrimaryContainer), 'ModelPackageName'));
  });
}

const approve: AttackStep = {
  ...step('hold', 20_000, 'sagemaker:UpdateModelPackage', {
    ModelPackageArn: `arn:aws:sagemaker:us-east-1:${accountId}:model-package/${group}/5`,
    ModelApprovalStatus: 'Approved',
    ApprovalDescription: 'ok',
  }),
  essential: true,
};

/** A model that decides otherwise is registered as approved, and the deployment does the rest. ATT&CK T1195.002, T1525; ATLAS AML.T0018. */
export default {
  id: 'registry-poisoning',
  title: 'Registry poisoning',
  summary: 'The fraud model changed without a release, and chargebacks are let through.',
  briefing: [
    'PagerDuty · SEV-1 · Payments: the share of transactions that fraud-scorer lets through jumped from 97.1 % to 99.8 %.',
    'The model team has released nothing today; version 4 waits for its approval since last night.',
    'fraud-scorer decides on live payments: it must stay up, with the model that the team approved (fraud-model-v3).',
    'You are OnCall with administrator rights. Find how the model got there, put the right one back for good, and leave a timeline.',
  ],
  hints: [
    'What does fraud-scorer serve with? Walk back: endpoint config, model, model package.',
    'deploy-model-lambda did the deployment, as it does with whatever is approved in fraud-models. Who approved, and what is in the package?',
    'Rejecting the package touches neither the model nor the endpoint, and whoever may approve it approves it again. Rolling back alone is undone by the next approval. A key that is switched off leaves its session tokens alive.',
    'Deny omar everything (key and tokens), reject package 5, disable rule fraud-deploy-on-approval until the group is clean, then roll fraud-scorer back to fraud-scorer-v3.',
  ],
  playbook: 'registry-poisoning',
  cast: {
    users: [
      {
        name: 'omar',
        inline: {
          registry: policy(
            looks,
            allow(
              ['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'],
              `arn:aws:sagemaker:us-east-1:${accountId}:model-package/*`,
            ),
          ),
        },
        tags: { team: 'payments', contract: 'external' },
      },
    ],
    roles: [
      {
        name: 'deploy-model-lambda',
        path: '/service-role/',
        description: 'Deploys what is approved in the registry',
        trust: trusts('account'),
        inline: {
          deploy: policy(
            looks,
            allow(['sagemaker:CreateModel', 'sagemaker:CreateEndpointConfig', 'sagemaker:UpdateEndpoint']),
            allow('iam:PassRole', executionRole),
          ),
        },
      },
    ],
    sessions: [{ name: 'deploy-model', role: 'deploy-model-lambda', session: 'deploy-model' }],
  },
  automations: [
    deployer({
      who: 'deploy-model',
      sourceIp: '192.0.2.117',
      userAgent: agents.lambda,
      rule: 'fraud-deploy-on-approval',
      group,
      endpoint,
      executionRole,
    }),
  ],
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': { stolenFrom: 'omar', userAgent: agents.kaliBoto },
      token: { userAgent: agents.kaliBoto },
    },
    steps: [
      { ...step('recon', 2_000, 'sts:GetCallerIdentity'), by: ['stolen-key'] },
      {
        ...step('persistence', 8_000, 'sts:GetSessionToken', { DurationSeconds: 43_200 }),
        by: ['stolen-key'],
        opens: 'token',
      },
      step('recon', 12_000, 'sagemaker:ListModelPackageGroups', { MaxResults: 100 }),
      step('recon', 9_000, 'sagemaker:ListModelPackages', { ModelPackageGroupName: group }),
      step('recon', 15_000, 'sagemaker:DescribeModelPackage', {
        ModelPackageName: `arn:aws:sagemaker:us-east-1:${accountId}:model-package/${group}/3`,
      }),
      step('recon', 14_000, 'sagemaker:DescribeEndpoint', { EndpointName: endpoint }),
      register,
    ],
    goal: () =>
      serving({
        endpoint,
        ours: serves,
        servesMs: 10 * minute,
        by,
        // A new version when his cannot be approved any more.
        restore: [approve, register],
        upkeeps: [
          {
            look: step('hold', 0, 'sagemaker:DescribeModelPackage', {
              ModelPackageName: `arn:aws:sagemaker:us-east-1:${accountId}:model-package/${group}/5`,
            }),
            mend: (seen) =>
              typeof seen === 'object' && seen.ModelApprovalStatus === 'Rejected'
                ? [step('hold', 15_000, approve.call, approve.input)]
                : [],
          },
        ],
        endings: {
          reached: 'For ten minutes payments were decided by a model that the attacker trained.',
          stopped: 'fraud-scorer serves the approved model, and he can register and approve nothing any more.',
        },
      }),
    deadlineMs: 30 * minute,
  },
  routines: [
    routine('alice'),
    routine('bob', {
      calls: [
        asks('sagemaker:ListModelPackages', { ModelPackageGroupName: group }),
        asks('sagemaker:DescribeEndpoint', { EndpointName: endpoint }),
        asks('sagemaker:ListEndpoints'),
      ],
    }),
    routine('ci'),
    {
      who: 'omar',
      sourceIp: officeIp,
      userAgent: agents.notebookUser,
      everyMs: 80_000,
      rhythm: 'bursts',
      calls: [
        asks('sagemaker:ListModelPackages', { ModelPackageGroupName: group }),
        asks('sagemaker:DescribeModelPackage', {
          ModelPackageName: `arn:aws:sagemaker:us-east-1:${accountId}:model-package/${group}/4`,
        }),
        asks('sagemaker:ListTrainingJobs'),
      ],
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
