import { agents } from '../actors/agents.ts';
import { stepsBy } from '../actors/attack.ts';
import { asks, routine } from '../actors/benign.ts';
import { theft } from '../actors/theft.ts';
import { allow, bucketArns, looks, policy, roleArn, trusts, userArn } from '../cast.ts';
import { accountId } from '../estate-definition.ts';
import { domain } from '../estate-things.ts';
import { structure } from '../operation.ts';
import type { Scenario } from './scenario.ts';

const attackerIp = '198.51.100.222';
const officeIp = '203.0.113.90';
const minute = 60_000;
const customers = `ml-prod-customers-${accountId}`;
const profile = { DomainId: domain, UserProfileName: 'bob' };
const app = { DomainId: domain, SpaceName: 'bob-code', AppType: 'CodeEditor', AppName: 'default' };
const powerful = roleArn('ml-platform-admin', '/service-role/');
/** The key he came with and the one he makes, then the role of the app. */
const keys = ['stolen-key', 'second-key'] as const;

const step = stepsBy(keys);

const removeApp = step('persistence', 40_000, 'sagemaker:DeleteApp', app);
const swap = step('escalation', 85_000, 'sagemaker:UpdateUserProfile', {
  ...profile,
  UserSettings: { ExecutionRole: powerful },
});
const startApp = step('execution', 20_000, 'sagemaker:CreateApp', {
  ...app,
  ResourceSpec: { InstanceType: 'ml.t3.medium' },
});
const enter = step(
  'entry',
  110_000,
  'sagemaker:CreatePresignedDomainUrl',
  { ...profile, SessionExpirationDurationInSeconds: 43_200 },
  { opens: 'studio' },
);

const objects = ['accounts', 'addresses', 'consents', 'devices', 'orders', 'payouts', 'sessions'].flatMap((table) =>
  ['2026-10', '2026-11'].map((month): readonly [string, number, number] => [`${table}/${month}.csv`, 262_144, 20]),
);

/** Somebody else's Studio is started with a role that may do more. ATT&CK T1098.003, T1078.004, T1550.001, T1530. */
export default {
  id: 'studio-role-swap',
  title: 'Studio role swap',
  summary: "A data scientist's Studio app vanished and came back, and customer tables are being read.",
  briefing: [
    'PagerDuty · SEV-2 · bob: "My code editor was deleted and started again. I did not touch it."',
    `Macie: many objects of ${customers} were read within minutes, by a role that usually reads one table a night.`,
    'The help desk can restart apps for people. It says that nobody asked for anything today.',
    'You are OnCall with administrator rights. Find out who acts through Studio, stop the reads, and leave a timeline.',
  ],
  hints: [
    "What happened to bob's app, one call after the other? A deleted app is the condition for something else.",
    "Compare the execution role of bob's profile before and after. What may ml-platform-admin do?",
    'The reads come from outside with credentials of the running app: revoking the sessions of ml-platform-admin gives him new ones while the app runs. it-helpdesk has more keys than it had this morning.',
    'Quarantine ml-platform-admin first, deny it-helpdesk everything (both keys), close the apps of bob, then swap his role back to ds-exec. Profiles do not change roles while an app runs.',
  ],
  playbook: 'studio-hijack',
  cast: {
    users: [
      {
        name: 'it-helpdesk',
        inline: {
          studio: policy(
            looks,
            allow([
              'sagemaker:CreateApp',
              'sagemaker:DeleteApp',
              'sagemaker:UpdateUserProfile',
              'sagemaker:CreatePresignedDomainUrl',
            ]),
            // Too wide: whoever may pass every service role may become every service role.
            allow('iam:PassRole', roleArn('*', '/service-role/')),
          ),
        },
        tags: { team: 'it' },
      },
    ],
    roles: [
      {
        name: 'ml-platform-admin',
        path: '/service-role/',
        description: 'Nightly jobs of the platform team over customer tables',
        trust: trusts('sagemaker'),
        inline: {
          customers: policy(looks, allow('s3:*', [...bucketArns(customers)]), allow('s3:ListAllMyBuckets')),
          keys: policy(allow(['iam:ListUsers', 'iam:ListAccessKeys', 'iam:CreateAccessKey'], userArn('*'))),
        },
      },
    ],
    buckets: [{ name: customers, tags: { classification: 'secret' }, objects }],
  },
  attack: {
    sourceIp: attackerIp,
    disguises: {
      'stolen-key': { stolenFrom: 'it-helpdesk', userAgent: agents.kaliCli },
      'second-key': { userAgent: agents.kaliCli },
      studio: { userAgent: agents.kaliBoto },
    },
    steps: [
      step('recon', 2_000, 'sts:GetCallerIdentity'),
      step('recon', 6_000, 'sagemaker:ListDomains'),
      step('recon', 7_000, 'sagemaker:ListUserProfiles', { DomainIdEquals: domain }),
      step('recon', 9_000, 'sagemaker:DescribeUserProfile', profile),
      step('recon', 8_000, 'sagemaker:ListApps', { DomainIdEquals: domain }),
      { ...removeApp, essential: true },
      { ...swap, essential: true },
      { ...startApp, essential: true },
      { ...enter, essential: true },
      step('collection', 15_000, 'sts:GetCallerIdentity', {}, { by: ['studio'] }),
      step(
        'persistence',
        25_000,
        'iam:CreateAccessKey',
        { UserName: 'it-helpdesk' },
        { by: ['studio'], opens: 'second-key' },
      ),
      step('collection', 12_000, 's3:ListObjectsV2', { Bucket: customers, Prefix: '' }, { by: ['studio'] }),
    ],
    goal: () =>
      theft({
        objects: objects.map(([Key]) => ({ Bucket: customers, Key })),
        by: ['studio'],
        everyMs: 36_000,
        upkeeps: [
          {
            look: step('hold', 4_000, 'sagemaker:DescribeUserProfile', profile),
            mend: (seen) =>
              typeof seen === 'object' && structure(seen.UserSettings).ExecutionRole !== powerful
                ? [removeApp, swap, startApp, enter]
                : [],
          },
          {
            look: step('hold', 4_000, 'sagemaker:DescribeApp', app),
            mend: (seen) => {
              // Blind, he tries: it costs him nothing.
              if (seen === 'refused') return [startApp];
              if (seen === 'gone' || /^Delet/.test(String(seen.Status))) return [startApp, enter];
              return seen.Status === 'InService' ? [{ ...enter, afterMs: 10_000 }] : [];
            },
          },
        ],
        endings: {
          reached: 'All customer tables of two months were copied out of the account.',
          stopped: 'The role gives him nothing any more, neither key works, and no app starts for him.',
        },
      }),
    deadlineMs: 32 * minute,
  },
  routines: [
    routine('alice', { calls: [asks('sagemaker:ListApps'), asks('sagemaker:ListTrainingJobs')] }),
    routine('bob', {
      calls: [
        asks('sagemaker:DescribeUserProfile', profile),
        asks('sagemaker:ListApps', { DomainIdEquals: domain }),
        asks('sagemaker:ListModels'),
      ],
    }),
    routine('ci'),
    {
      who: 'it-helpdesk',
      sourceIp: officeIp,
      userAgent: agents.officeCli,
      everyMs: 100_000,
      rhythm: 'bursts',
      calls: [asks('sagemaker:ListUserProfiles', { DomainIdEquals: domain }), asks('sagemaker:ListApps')],
    },
  ],
  historyCalls: 60,
} satisfies Scenario;
