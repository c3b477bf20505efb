import { parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { InventoryRelation } from './inventory.ts';
import type { Look } from './look.ts';

/** A SageMaker resource by its type and name; the ARN is built where AWS did not give it, lower-cased as SageMaker does. */
export function sagemakerRef(
  type: string,
  name: string | undefined,
  arn: string | undefined,
  look: Pick<Look, 'partition' | 'region' | 'account'>,
): ResourceRef {
  const built =
    look.account && name
      ? `arn:${look.partition}:sagemaker:${look.region}:${look.account}:${type}/${name.toLowerCase()}`
      : '';
  return { kind: `sagemaker.${type}`, arn: arn || built, name: name ?? arn?.split('/').at(-1) ?? '' };
}

/** What an ARN of IAM or SageMaker names: the kinds that relations point at. `undefined` for what is no ARN. */
export function refOfArn(text: string | undefined): ResourceRef | undefined {
  const arn = parseArn(text ?? '');
  if (!arn || !text) return undefined;
  const [type = '', ...rest] = arn.resource.split(/[/:]/);
  if (arn.service === 'sagemaker' && type === 'pipeline' && rest[1] === 'execution')
    return { kind: 'sagemaker.pipeline-execution', arn: text, name: `${rest[0]}/${rest[2] ?? ''}` };
  if (arn.service === 's3') return { kind: 's3.bucket', arn: text, name: arn.resource.split('/')[0] ?? '' };
  return { kind: `${arn.service}.${type}`, arn: text, name: rest.at(-1) ?? '' };
}

/** What a rule or schedule starts: any service's ARN. A call that it makes by itself (`arn:aws:scheduler:::aws-sdk:…`) is no resource. */
export function refOfTarget(text: string | undefined): ResourceRef | undefined {
  const arn = parseArn(text ?? '');
  if (!arn || !text || arn.service === 'scheduler') return undefined;
  if (arn.service === 'sagemaker') return refOfArn(text);
  const at = arn.resource.search(/[/:]/);
  const type = at < 0 ? (untyped[arn.service] ?? 'target') : arn.resource.slice(0, at);
  return { kind: `${arn.service}.${type}`, arn: text, name: arn.resource.slice(at + 1) };
}

/** Services whose ARNs name no type. */
const untyped: { readonly [service: string]: string } = { sns: 'topic', sqs: 'queue' };

/** The bucket of an `s3://…` URI; its whole place stands in the note of the relation's fact, the reference is the bucket. */
export function s3Ref(uri: string | undefined, partition: string): ResourceRef | undefined {
  const bucket = /^s3:\/\/([^/]+)/.exec(uri ?? '')?.[1];
  return bucket ? { kind: 's3.bucket', arn: `arn:${partition}:s3:::${bucket}`, name: bucket } : undefined;
}

/**
 * What a bucket's name says of its owner. Bucket names are global and anybody may take any: a name is a hint, never a proof, so `outside`
 * stays open.
 */
export function bucketNote(bucket: string, ours: ReadonlySet<string>): Pick<InventoryRelation, 'note'> {
  const accounts = bucket.match(/(?<!\d)\d{12}(?!\d)/g) ?? [];
  const own = accounts.find((account) => ours.has(account));
  if (own) return { note: `its name holds our account ${own}; whose bucket it is is not known` };
  if (accounts[0])
    return { note: `its name holds account ${accounts[0]}, which is none of ours; whose bucket it is is not known` };
  return { note: 'whose bucket it is is not known' };
}

/** Epoch ms of what the SDK gives as a `Date`. */
export const ms = (date: Date | undefined): number | undefined => {
  const at = date?.getTime();
  return at === undefined || Number.isNaN(at) ? undefined : at;
};
