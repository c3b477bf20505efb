import { agents } from '../actors/agents.ts';
import { stepsBy } from '../actors/attack.ts';
import { asks, routine } from '../actors/benign.ts';
import { theft } from '../actors/theft.ts';
import { allow, bucketArns, looks, policy } from '../cast.ts';
import { accountId, models as estateModels } from '../estate-definition.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.31';
const outsideIp = '198.51.100.32';
const officeIp = '203.0.113.71';
const minute = 60_000;
const group = 'fraud-models';
const bucket = `ml-prod-models-${accountId}`;
const outside = '666677778888';
const staging = '444455556666';
const packages = `arn:aws:sagemaker:us-east-1:${accountId}:model-package/${group}`;
const by = ['stolen-key', 'token'] as const;

const step = stepsBy(by);

const reader = (account: string, sid: string) => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages'],
  Resource: `${packages}/*`,
});

/** What staging may do stays: a share more is less seen than a share instead. */
const share = step('persistence', 45_000, 'sagemaker:PutModelPackageGroupPolicy', {
  ModelPackageGroupName: group,
  ResourcePolicy: policy(reader(staging, 'StagingReads'), reader(outside, 'StagingReads2')),
});
const open = step('persistence', 40_000, 's3:PutBucketPolicy', {
  Bucket: bucket,
  Body: policy({
    Sid: 'StagingReads2',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${outside}:role/sync` },
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: [...bucketArns(bucket)],
  }),
});

/** What was trained since: more to carry off than the models that serve. */
const older = [1, 2, 4].flatMap((version): readonly (readonly [string, number, number])[] => [
  [`fraud-model-v${version}/model.tar.gz`, 1_048_576, 200 - version * 40],
  [`fraud-model-v${version}/evaluation.csv`, 65_536, 200 - version * 40],
]);
const loot = [...estateModels.map(({ name }) => `${name}/model.tar.gz`), ...older.map(([key]) => key)];

/** Models are shared with another account, which then takes them by itself. ATT&CK T1098, T1199, T1537; ATLAS AML.T0044. */
export default {
  id: 'cross-account-share',
  title: 'Cross-account share',
  summary: 'Another account reads models, and it is not the one that may.',
  briefing: [
    `PagerDuty · SEV-2 · IAM Access Analyzer: bucket ${bucket} can be read by an account outside the organisation.`,
    `Staging (${staging}) reads packages of ${group} every few minutes, as agreed. It needs nothing else.`,
    'rita keeps the registry; her laptop was stolen yesterday, she says it was locked.',
    'You are OnCall with administrator rights. Find what was shared with whom, close it for good, and leave a timeline.',
  ],
  hints: [
    `Which accounts stand in the policy of ${group}, and which in that of ${bucket}? Who put them there, and from where?`,
    'Calls of another account appear with its number and no name. Reads of objects are data events: only the trail has them.',
    'Deactivating the key of rita stops neither the other account (the policies let it in, not the key) nor the session token that the key issued. What is taken out of the policies while she may write them comes back.',
    `Deny rita everything, remove outside access from ${group}, and deny the role that the bucket's policy names (sync of ${outside}). Staging loses its reads with the group's policy: give them back afterwards.`,
  ],
  playbook: 'cross-account-share',
  cast: {
    users: [
      {
        name: 'rita',
        inline: {
          registry: policy(
            looks,
            allow([
              'sagemaker:GetModelPackageGroupPolicy',
              'sagemaker:PutModelPackageGroupPolicy',
              'sagemaker:DeleteModelPackageGroupPolicy',
              'sagemaker:UpdateModelPackage',
            ]),
            allow(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:ListBucket'], bucketArns(bucket)),
          ),
        },
        tags: { team: 'ml-platform' },
      },
    ],
    outsiders: [
      { name: 'sync', account: outside, role: 'sync', session: 'i-0b7d3e1f2a9c4d586' },
      { name: 'staging', account: staging, role: 'model-reader', session: 'nightly' },
    ],
    buckets: [{ name: bucket, objects: older }],
  },
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': { stolenFrom: 'rita', userAgent: agents.kaliCli },
      token: { userAgent: agents.kaliCli },
      outside: { stolenFrom: 'sync', userAgent: agents.go, sourceIp: outsideIp },
    },
    steps: [
      step('recon', 2_000, 'sts:GetCallerIdentity', {}, { by: ['stolen-key'] }),
      step(
        'persistence',
        9_000,
        'sts:GetSessionToken',
        { DurationSeconds: 43_200 },
        { by: ['stolen-key'], opens: 'token' },
      ),
      step('recon', 12_000, 'sagemaker:ListModelPackageGroups', { MaxResults: 100 }),
      step('recon', 8_000, 'sagemaker:GetModelPackageGroupPolicy', { ModelPackageGroupName: group }),
      step('recon', 10_000, 's3:GetBucketPolicy', { Bucket: bucket }),
      { ...share, essential: true },
      { ...open, essential: true },
      step(
        'collection',
        50_000,
        'sagemaker:DescribeModelPackage',
        { ModelPackageName: `${packages}/3` },
        { by: ['outside'] },
      ),
      step(
        'collection',
        9_000,
        'sagemaker:DescribeModelPackage',
        { ModelPackageName: `${packages}/4` },
        { by: ['outside'] },
      ),
      step('collection', 20_000, 's3:ListObjectsV2', { Bucket: bucket, Prefix: '' }, { by: ['outside'] }),
    ],
    goal: () =>
      theft({
        objects: loot.map((Key) => ({ Bucket: bucket, Key })),
        by: ['outside'],
        everyMs: 55_000,
        upkeeps: [
          {
            look: step('hold', 5_000, 'sagemaker:GetModelPackageGroupPolicy', { ModelPackageGroupName: group }),
            mend: (seen) => (typeof seen === 'object' && String(seen.ResourcePolicy).includes(outside) ? [] : [share]),
          },
          {
            look: step('hold', 5_000, 's3:GetBucketPolicy', { Bucket: bucket }),
            // A refusal by the bucket is one by its policy: he puts his own over whatever it says now.
            mend: () => [{ ...open, afterMs: 15_000 }],
          },
        ],
        endings: {
          reached: `Every model of the account lies in account ${outside} now.`,
          stopped: 'Nothing here lets the other account in, and whoever let it in can do so no more.',
        },
      }),
    deadlineMs: 32 * minute,
  },
  routines: [
    routine('alice'),
    routine('bob', {
      calls: [
        asks('sagemaker:ListModelPackages', { ModelPackageGroupName: group }),
        asks('sagemaker:ListModels'),
        asks('sagemaker:DescribeModel', { ModelName: 'fraud-model-v3' }),
      ],
    }),
    routine('ci'),
    {
      who: 'rita',
      sourceIp: officeIp,
      userAgent: agents.notebookUser,
      everyMs: 90_000,
      calls: [
        { ...asks('sagemaker:GetModelPackageGroupPolicy', { ModelPackageGroupName: group }), onlyInHistory: true },
        { ...asks('sagemaker:ListModelPackages', { ModelPackageGroupName: group }), onlyInHistory: true },
      ],
    },
    {
      who: 'staging',
      sourceIp: '192.0.2.201',
      userAgent: agents.batch,
      everyMs: 110_000,
      rhythm: 'beat',
      calls: [asks('sagemaker:DescribeModelPackage', { ModelPackageName: `${packages}/3` })],
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
