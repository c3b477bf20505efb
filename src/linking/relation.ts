import type { Relation } from '../model/resource.ts';
import { remembered } from '../shared/remembered.ts';

/** Operations whose name does not say, or not rightly, what they act on. */
const subjects = new Map([
  ['AddRoleToInstanceProfile', 'iam.instance-profile'],
  ['RemoveRoleFromInstanceProfile', 'iam.instance-profile'],
  ['PutTargets', 'events.rule'],
  ['RemoveTargets', 'events.rule'],
  ['CreateAlias', 'kms.alias'],
  ['UpdateAlias', 'kms.alias'],
]);

/** What a kind of resource lives in. */
const parents = new Map<string, readonly string[]>([
  ['sagemaker.app', ['sagemaker.space', 'sagemaker.user-profile', 'sagemaker.domain']],
  ['sagemaker.space', ['sagemaker.user-profile', 'sagemaker.domain']],
  ['sagemaker.user-profile', ['sagemaker.domain', 'sagemaker.space']],
  ['sagemaker.inference-component', ['sagemaker.endpoint']],
  ['sagemaker.model-package', ['sagemaker.model-package-group']],
  ['sagemaker.pipeline-execution', ['sagemaker.pipeline']],
  ['sagemaker.image-version', ['sagemaker.image']],
  ['sagemaker.hub-content', ['sagemaker.hub']],
  ['sagemaker.device', ['sagemaker.device-fleet']],
  ['sagemaker.model-card-export-job', ['sagemaker.model-card']],
  ['sagemaker.cluster-node', ['sagemaker.cluster']],
  ['sagemaker.cluster-scheduler-config', ['sagemaker.cluster']],
  ['sagemaker.compute-quota', ['sagemaker.cluster']],
  ['sagemaker.workteam', ['sagemaker.workforce']],
  ['sagemaker.experiment-trial', ['sagemaker.experiment']],
  ['sagemaker.experiment-trial-component', ['sagemaker.experiment-trial', 'sagemaker.experiment']],
  ['sagemaker.monitoring-schedule-alert', ['sagemaker.monitoring-schedule']],
  ['iam.access-key', ['iam.user']],
  ['s3.object', ['s3.bucket']],
  ['ecr.image', ['ecr.repository']],
  ['kms.grant', ['kms.key']],
  ['logs.log-stream', ['logs.log-group']],
  ['events.rule', ['events.event-bus']],
  ['scheduler.schedule', ['scheduler.schedule-group']],
  ['codeartifact.repository', ['codeartifact.domain']],
  ['codeartifact.package', ['codeartifact.repository', 'codeartifact.domain']],
]);

/** Kinds that other resources are made with; never what an operation of another service acts on. */
const references = new Set([
  'iam.role',
  'iam.policy',
  'kms.key',
  'kms.alias',
  's3.bucket',
  's3.object',
  'ecr.repository',
  'ecr.image',
  'ecr-public.image',
  'sts.assumed-role',
  'ec2.subnet',
  'ec2.security-group',
  'ec2.vpc',
  'ec2.image',
]);

const verb = /^(?:BatchGet|BatchPut|BatchDelete|Batch|[A-Z][a-z]+)/;
/** `StartPipelineExecution` makes an execution, `RunInstances` an instance. */
const creates = /^(?:Create(?!.*Presigned)|Register|Import|Copy|RunInstances|Start.*Execution$|PublishLayerVersion)/;

/** Whether the operation makes something. */
export const isCreating = remembered((operation) => creates.test(operation));

interface Unrelated {
  readonly kind: string;
}

/**
 * Which of the resources that a record names is the one that the operation is about: the one whose kind stands first in the operation's
 * name (`AttachRolePolicy` is about the role), else the first that is no mere reference. The others are its parents, or used by it.
 */
export function subjectOf(operation: string, found: readonly Unrelated[]): string | undefined {
  const given = subjects.get(operation);
  if (given !== undefined && found.some(({ kind }) => kind === given)) return given;
  const noun = nounOf(operation);
  let best: string | undefined;
  let bestAt = Number.POSITIVE_INFINITY;
  let bestLength = 0;
  for (const { kind } of found) {
    const word = wordOf(kind);
    const at = noun.indexOf(word);
    if (at >= 0 && (at < bestAt || (at === bestAt && word.length > bestLength))) {
      best = kind;
      bestAt = at;
      bestLength = word.length;
    }
  }
  const other = best ?? found.find(({ kind }) => !references.has(kind))?.kind;
  // What was to be made with an image was not made of it: nothing is the target of a refused `RunInstances`.
  return other ?? (isCreating(operation) ? undefined : found[0]?.kind);
}

/** How the operation relates to a resource of `kind`, given what it is about. */
export function relationOf(operation: string, kind: string, subject: string | undefined): Relation {
  if (kind === subject) {
    const made = madeBy(operation);
    return made !== '' && made.endsWith(stemOf(kind)) ? 'created' : 'target';
  }
  return subject !== undefined && parents.get(subject)?.includes(kind) ? 'parent' : 'uses';
}

const nounOf = remembered((operation) => operation.replace(verb, '').toLowerCase());

/** `CreateLoginProfile` of a user makes no user: what is created is what the operation's name ends with. Empty when it creates nothing. */
const madeBy = remembered((operation) =>
  creates.test(operation) ? operation.toLowerCase().replace(/(?:s|v\d|version|execution)$/, '') : '',
);

const wordOf = remembered((kind) =>
  kind
    .slice(kind.indexOf('.') + 1)
    .replace(/^experiment-(?=trial)/, '')
    .replaceAll('-', ''),
);

/** What is made of a version or an execution is called by what it is one of. */
const stemOf = remembered((kind) => wordOf(kind).replace(/(?:version|execution)$/, ''));
