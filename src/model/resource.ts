/** A thing in an AWS account that events touch and actions contain. */
export interface ResourceRef {
  /** `service.resource-type` as the ARN spells it: `sagemaker.notebook-instance`, `iam.role`, `s3.bucket`. */
  readonly kind: string;
  /** Empty when neither the record nor the rules of the service give one. */
  readonly arn: string;
  /** The name as the account's people wrote it (ARNs lower-case SageMaker names). */
  readonly name: string;
}

/** What the event did with the resource: acted on it, created it, referenced it, or it is what the target belongs to. */
export type Relation = 'target' | 'created' | 'uses' | 'parent';

/** A resource that an event names, and how. */
export interface ResourceLink extends ResourceRef {
  readonly relation: Relation;
}

/** Whether both are one resource. Keys and the like have no ARN; all else is told by it. */
export const sameResource = (one: ResourceRef, other: ResourceRef): boolean =>
  one.arn === other.arn && (one.arn !== '' || (one.kind === other.kind && one.name === other.name));

/** One word a kind, for narrow columns: `nb`, `ep`, `role`. Each means one kind. Kinds that are not listed show their last part. */
export const shortKinds: { readonly [kind: string]: string } = {
  'sagemaker.endpoint': 'ep',
  'sagemaker.endpoint-config': 'epc',
  'sagemaker.inference-component': 'ic',
  'sagemaker.inference-experiment': 'ie',
  'sagemaker.model': 'model',
  'sagemaker.model-package': 'mp',
  'sagemaker.model-package-group': 'mpg',
  'sagemaker.notebook-instance': 'nb',
  'sagemaker.notebook-instance-lifecycle-config': 'lcc',
  'sagemaker.studio-lifecycle-config': 'slcc',
  'sagemaker.user-profile': 'profile',
  'sagemaker.app-image-config': 'aic',
  'sagemaker.training-job': 'tj',
  'sagemaker.processing-job': 'pj',
  'sagemaker.transform-job': 'xj',
  'sagemaker.hyper-parameter-tuning-job': 'hpo',
  'sagemaker.automl-job': 'automl',
  'sagemaker.labeling-job': 'lj',
  'sagemaker.compilation-job': 'cj',
  'sagemaker.optimization-job': 'oj',
  'sagemaker.edge-packaging-job': 'epj',
  'sagemaker.inference-recommendations-job': 'irj',
  'sagemaker.pipeline-execution': 'run',
  'sagemaker.monitoring-schedule': 'mon',
  'sagemaker.mlflow-tracking-server': 'mlflow',
  'sagemaker.mlflow-app': 'mlapp',
  'sagemaker.partner-app': 'papp',
  'sagemaker.cluster-node': 'node',
  'sagemaker.feature-group': 'fg',
  'sagemaker.experiment-trial': 'trial',
  'sagemaker.experiment-trial-component': 'tc',
  'sagemaker.code-repository': 'git',
  'iam.access-key': 'akid',
  'iam.instance-profile': 'iprof',
  'kms.key': 'kms',
  'ec2.security-group': 'sg',
  'ec2.network-interface': 'eni',
  'ec2.image': 'ami',
  'ecr.repository': 'repo',
  's3.object': 'object',
  'logs.log-group': 'lg',
  'logs.log-stream': 'ls',
  'sts.assumed-role': 'session',
  'secretsmanager.secret': 'secret',
};

const words = new Map(Object.entries(shortKinds));

/** The short word for a kind. */
export const shortKind = (kind: string): string => words.get(kind) ?? kind.slice(kind.indexOf('.') + 1);

/** What tells it from others of its kind: Studio calls nearly all apps `default`, so whose and what they are stands before it. */
export function tellingName({ kind, arn, name }: ResourceRef): string {
  const path = kind === 'sagemaker.app' ? arn.slice(arn.indexOf(':app/') + 1).split('/') : [];
  return path.length > 3 ? path.slice(2).join('/') : name || arn;
}
