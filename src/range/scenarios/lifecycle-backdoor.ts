import { agents } from '../actors/agents.ts';
import { stepsBy } from '../actors/attack.ts';
import { beacon } from '../actors/beacon.ts';
import { asks, routine } from '../actors/benign.ts';
import { theft } from '../actors/theft.ts';
import { allow, looks, policy } from '../cast.ts';
import { accountId, buckets } from '../estate-definition.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.83';
const officeIp = '203.0.113.37';
const minute = 60_000;
const config = 'bootstrap';
const notebook = 'fraud-lab';
const named = { NotebookInstanceName: notebook };
const data = `ml-prod-data-${accountId}`;
const models = `ml-prod-models-${accountId}`;

/** What the team's script does anyway, and one more thing. */
const poisoned = {
  NotebookInstanceLifecycleConfigName: config,
  OnStart: [
    {
      Content: beacon(attackerIp, 'set -e', 'pip install --quiet -r /home/ec2-user/SageMaker/requirements.txt'),
    },
  ],
};

const step = stepsBy(['stolen-key', 'implant']);

/** Everything that lies there, the fraud team's first. */
const loot = [data, models].flatMap((Bucket) =>
  (buckets.find(({ name }) => name === Bucket)?.objects ?? []).map(([Key]) => ({ Bucket, Key })),
);

/** A script that every notebook of the team runs as root is changed in place. ATT&CK T1546, T1059.004, T1078.004, T1530. */
export default {
  id: 'lifecycle-backdoor',
  title: 'Lifecycle backdoor',
  summary: 'A notebook restarted in the middle of the day, and training data is read from somewhere it should not be.',
  briefing: [
    'PagerDuty · SEV-2 · alice: "fraud-lab restarted under my hands ten minutes ago. It was not me, and it is slower than before."',
    'S3 access analysis says that objects of ml-prod-data are being read from outside of the AWS network.',
    'nadia of the platform team looks after the notebooks; she is on a plane and does not answer.',
    'You are OnCall with administrator rights. Find what runs on the notebook, stop the reads, and leave a timeline.',
  ],
  hints: [
    'Who stopped and started fraud-lab, and from which address? Compare with where that person works.',
    `A lifecycle script runs as root at every start. What does ${config} hold now? It is in the record of the update.`,
    'The reads carry ds-exec/SageMaker from a foreign address: the script sends the credentials out. They stay good for hours when the notebook stops, and a running script sends new ones when sessions are revoked.',
    `Quarantine ds-exec first (its credentials are outside), deactivate nadia's key, stop ${notebook}, neutralise ${config}. A stopped notebook whose script is left in place is a trap for whoever starts it.`,
  ],
  playbook: 'lifecycle-backdoor',
  cast: {
    users: [
      {
        name: 'nadia',
        inline: {
          notebooks: policy(
            looks,
            allow(
              [
                'sagemaker:CreateNotebookInstanceLifecycleConfig',
                'sagemaker:UpdateNotebookInstanceLifecycleConfig',
                'sagemaker:UpdateNotebookInstance',
                'sagemaker:StartNotebookInstance',
                'sagemaker:StopNotebookInstance',
              ],
              `arn:aws:sagemaker:us-east-1:${accountId}:notebook-instance*/*`,
            ),
          ),
        },
        tags: { team: 'ml-platform' },
      },
    ],
  },
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': { stolenFrom: 'nadia', userAgent: agents.windowsCli },
      implant: { userAgent: agents.go },
    },
    implant: { mark: attackerIp, as: 'implant' },
    steps: [
      step('recon', 3_000, 'sts:GetCallerIdentity'),
      step('recon', 5_000, 'sagemaker:ListNotebookInstances', { MaxResults: 100 }),
      step('recon', 9_000, 'sagemaker:DescribeNotebookInstance', named),
      step('recon', 12_000, 'sagemaker:DescribeNotebookInstanceLifecycleConfig', {
        NotebookInstanceLifecycleConfigName: config,
      }),
      { ...step('persistence', 40_000, 'sagemaker:UpdateNotebookInstanceLifecycleConfig', poisoned), essential: true },
      { ...step('execution', 25_000, 'sagemaker:StopNotebookInstance', named), essential: true },
      { ...step('execution', 95_000, 'sagemaker:StartNotebookInstance', named), essential: true },
      // It is up after two minutes, and the script reports.
      { ...step('collection', 135_000, 'sts:GetCallerIdentity'), by: ['implant'] },
      { ...step('collection', 20_000, 's3:ListObjectsV2', { Bucket: data, Prefix: '' }), by: ['implant'] },
      { ...step('collection', 15_000, 's3:ListBuckets'), by: ['implant'] },
    ],
    goal: () =>
      theft({
        objects: loot,
        by: ['implant'],
        everyMs: 38_000,
        upkeeps: [
          {
            look: step('hold', 5_000, 'sagemaker:DescribeNotebookInstanceLifecycleConfig', {
              NotebookInstanceLifecycleConfigName: config,
            }),
            mend: (seen) =>
              typeof seen === 'object' && JSON.stringify(seen).includes(poisoned.OnStart[0]?.Content ?? '')
                ? []
                : [step('hold', 20_000, 'sagemaker:UpdateNotebookInstanceLifecycleConfig', poisoned)],
          },
          {
            look: step('hold', 5_000, 'sagemaker:DescribeNotebookInstance', named),
            mend: (seen) => {
              // Blind, he tries: it costs him nothing.
              if (seen === 'refused') return [step('hold', 10_000, 'sagemaker:StartNotebookInstance', named)];
              if (seen === 'gone' || seen.NotebookInstanceStatus !== 'Stopped') return [];
              const attach = step('hold', 5_000, 'sagemaker:UpdateNotebookInstance', {
                ...named,
                LifecycleConfigName: config,
              });
              return [
                ...(seen.NotebookInstanceLifecycleConfigName === config ? [] : [attach]),
                step('hold', 40_000, 'sagemaker:StartNotebookInstance', named),
              ];
            },
          },
        ],
        endings: {
          reached: 'Every training table and every model of the team lies on a machine of the attacker now.',
          stopped: 'The copied credentials are refused, the script is gone, and nothing lets him in again.',
        },
      }),
    deadlineMs: 30 * minute,
  },
  routines: [
    routine('alice', {
      calls: [
        asks('sagemaker:DescribeNotebookInstance', named),
        asks('sagemaker:ListNotebookInstances'),
        asks('sagemaker:DescribeTrainingJob', { TrainingJobName: 'fraud-train-20261123' }),
      ],
    }),
    routine('bob'),
    routine('ci'),
    {
      who: 'nadia',
      sourceIp: officeIp,
      userAgent: agents.officeCli,
      everyMs: 90_000,
      calls: [asks('sagemaker:ListNotebookInstances'), asks('sagemaker:ListNotebookInstanceLifecycleConfigs')].map(
        (call) => ({ ...call, onlyInHistory: true as const }),
      ),
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
