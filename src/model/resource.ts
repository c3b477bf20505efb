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

/** One word a kind, for narrow columns: `nb`, `ep`, `role`. Kinds that are not listed show their last part. */
const shortKinds: { readonly [kind: string]: string } = {
  'sagemaker.endpoint': 'ep',
  'sagemaker.endpoint-config': 'epc',
  'sagemaker.inference-component': 'ic',
  'sagemaker.model': 'model',
  'sagemaker.notebook-instance': 'nb',
  'sagemaker.notebook-instance-lifecycle-config': 'lcc',
};

/** The short word for a kind. */
export const shortKind = (kind: string): string => shortKinds[kind] ?? kind.slice(kind.indexOf('.') + 1);
