import { endpointConfigs, models, notebooks } from './estate-definition.ts';
import { domain } from './estate-things.ts';

/** How the account is weak on purpose: what an attacker finds, and what whoever judges how it is set up must find too, no more and no less. */
export interface Weakness {
  /** Of AWS's security chapter of SageMaker: `identity and access`. */
  readonly topic: string;
  /** What is weak: `root access`, in the words of the check that looks for it. */
  readonly weakness: string;
  /** Kind and name of each: `notebook-instance fraud-lab`; `account` for the account as a whole. */
  readonly of: readonly string[];
}

const named = (kind: string, list: readonly { readonly name: string }[]): readonly string[] =>
  list.map(({ name }) => `${kind} ${name}`);

const allNotebooks = named('notebook-instance', notebooks);
const allModels = named('model', models);
const allConfigs = named('endpoint-config', endpointConfigs);
/** Its instances have disks of their own, which take no key. */
const withLocalDisks = 'endpoint-config llm-gateway-v1';
/** It serves components, so that it says of itself what its containers reach. */
const ofComponents = withLocalDisks;
const nightly = 'training-job pipelines-k3v8q1x0n5ab-TrainFraud-k3v8q1x0n5';
const training = ['training-job churn-train-20261123', 'training-job fraud-train-20261123', nightly];
const processing = 'processing-job recsys-features-20261123';
const studio = `domain ${domain}`;
const containers = [ofComponents, ...allModels, processing, ...training];
const single = ['endpoint-config churn-canary-v1', 'endpoint-config llm-gateway-v1'];
/** Who works on notebooks may make URLs for them, from anywhere. */
const minters = ['role OnCall', 'role ds-exec', 'role ds-team', 'user alice'];

const dataProtection: readonly Weakness[] = [
  { topic: 'data protection', weakness: 'notebook-volume-key', of: allNotebooks },
  {
    topic: 'data protection',
    weakness: 'endpoint-volume-key',
    of: allConfigs.filter((config) => config !== withLocalDisks),
  },
  // The other jobs run on g5, whose disks take no key.
  { topic: 'data protection', weakness: 'job-volume-key', of: [processing, nightly] },
  { topic: 'data protection', weakness: 'domain-file-system-key', of: [studio] },
];

const identity: readonly Weakness[] = [
  { topic: 'identity and access', weakness: 'wildcards', of: ['role OnCall', 'role ds-exec'] },
  { topic: 'identity and access', weakness: 'pass-role', of: ['role OnCall', 'role ds-exec'] },
  { topic: 'identity and access', weakness: 'boundary', of: ['role OnCall', 'role ds-exec'] },
  { topic: 'identity and access', weakness: 'presigned-limits', of: minters },
  { topic: 'identity and access', weakness: 'shared-role', of: ['role ds-exec'] },
  { topic: 'identity and access', weakness: 'source-identity', of: [studio] },
  { topic: 'identity and access', weakness: 'trust', of: ['role OnCall', 'role ci-deployer', 'role ds-team'] },
  // Staging reads it, as it should; it is outside all the same.
  { topic: 'identity and access', weakness: 'shared-outside', of: ['model-package-group fraud-models'] },
];

const compliance: readonly Weakness[] = [
  ...[
    'sagemaker-notebook-no-direct-internet-access',
    'sagemaker-notebook-instance-inside-vpc',
    'sagemaker-notebook-instance-root-access-check',
    'sagemaker-notebook-instance-storage-vol-kms-encrypted',
    'sagemaker-notebook-instance-kms-key-configured',
  ].map((weakness) => ({ topic: 'compliance validation', weakness, of: allNotebooks })),
  ...['sagemaker-model-isolation-enabled', 'sagemaker-model-in-vpc', 'sagemaker-model-private-registry-required'].map(
    (weakness) => ({ topic: 'compliance validation', weakness, of: allModels }),
  ),
  { topic: 'compliance validation', weakness: 'sagemaker-endpoint-config-prod-instance-count', of: single },
  // The rule does not know of disks that take no key.
  { topic: 'compliance validation', weakness: 'sagemaker-endpoint-configuration-kms-key-configured', of: allConfigs },
  { topic: 'compliance validation', weakness: 'sagemaker-domain-in-vpc', of: [studio] },
];

const resilience: readonly Weakness[] = [
  { topic: 'resilience', weakness: 'instance-count', of: single },
  {
    topic: 'resilience',
    weakness: 'autoscaling',
    of: ['endpoint churn-canary', 'endpoint fraud-scorer', 'endpoint llm-gateway'],
  },
  {
    topic: 'resilience',
    weakness: 'rollback-config',
    of: ['endpoint churn-canary', 'endpoint fraud-scorer', 'endpoint llm-gateway', 'endpoint recsys-ranker'],
  },
  { topic: 'resilience', weakness: 'containment-cost', of: ['role ds-exec'] },
];

const infrastructure: readonly Weakness[] = [
  ...['notebook-direct-internet', 'notebook-root-access', 'notebook-imds', 'notebook-vpc'].map((weakness) => ({
    topic: 'infrastructure security',
    weakness,
    of: allNotebooks,
  })),
  { topic: 'infrastructure security', weakness: 'domain-vpc-only', of: [studio] },
  { topic: 'infrastructure security', weakness: 'network-isolation', of: containers },
  { topic: 'infrastructure security', weakness: 'container-vpc', of: containers },
];

/** Of the account that every scenario begins with. Its logging is sound: a trail of all Regions, with data events, validated. */
export const estateWeaknesses: readonly Weakness[] = [
  ...dataProtection,
  ...identity,
  ...compliance,
  ...resilience,
  ...infrastructure,
];

/** Of the account without a trail. */
export const weaknessesWithoutTrail: readonly Weakness[] = [
  'trail-on',
  'trail-regions',
  'trail-validation',
  'trail-log-group',
  'sagemaker-data-events',
  's3-data-events',
].map((weakness) => ({ topic: 'logging and monitoring', weakness, of: ['account'] }));

/** What the cast of a scenario adds before its attack begins; a scenario that is not here adds none. */
export const scenarioWeaknesses: { readonly [scenario: string]: readonly Weakness[] } = {
  'log-tampering': [
    { topic: 'identity and access', weakness: 'trust', of: ['role logs-maintenance'] },
    { topic: 'identity and access', weakness: 'wildcards', of: ['role logs-maintenance'] },
  ],
  // A miner's job was begun hours before.
  'passrole-miner': [
    { topic: 'data protection', weakness: 'job-volume-key', of: ['training-job dist-train-a-1'] },
    { topic: 'infrastructure security', weakness: 'network-isolation', of: ['training-job dist-train-a-1'] },
    { topic: 'infrastructure security', weakness: 'container-vpc', of: ['training-job dist-train-a-1'] },
  ],
  'registry-poisoning': [{ topic: 'identity and access', weakness: 'trust', of: ['role deploy-model-lambda'] }],
  'studio-role-swap': [
    { topic: 'identity and access', weakness: 'boundary', of: ['role ml-platform-admin'] },
    { topic: 'identity and access', weakness: 'pass-role', of: ['user it-helpdesk'] },
    { topic: 'identity and access', weakness: 'presigned-limits', of: ['user it-helpdesk'] },
  ],
};
