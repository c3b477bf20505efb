import { remembered } from '../shared/remembered.ts';
import { type Detection, type Known, knownOf } from './detection.ts';
import type { RuleRecord } from './record.ts';

/**
 * What has to be loaded for a rule to say anything: a kind of records. `cloudtrail` are management events, which every account has;
 * `data:s3` and its like only exist where a trail records them.
 */
export type EvidenceClass =
  | 'cloudtrail'
  | 'eventbridge'
  | `data:${string}`
  /** Lines of log groups whose name begins so; `logs:` is any. */
  | `logs:${string}`;

/** Calls that CloudTrail writes only as data events. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html */
const dataCalls: { readonly [source: string]: readonly string[] } = {
  's3.amazonaws.com': [
    'AbortMultipartUpload',
    'CompleteMultipartUpload',
    'CopyObject',
    'CreateMultipartUpload',
    'DeleteObject',
    'DeleteObjects',
    'GetObject',
    'GetObjectAcl',
    'GetObjectAttributes',
    'GetObjectTagging',
    'GetObjectTorrent',
    'HeadBucket',
    'HeadObject',
    'ListMultipartUploads',
    'ListObjectVersions',
    'ListObjects',
    'ListObjectsV2',
    'ListParts',
    'PutObject',
    'PutObjectAcl',
    'PutObjectTagging',
    'RestoreObject',
    'SelectObjectContent',
    'UploadPart',
    'UploadPartCopy',
  ],
  'lambda.amazonaws.com': ['Invoke', 'InvokeExecution'],
  'dynamodb.amazonaws.com': [
    'BatchExecuteStatement',
    'BatchGetItem',
    'BatchWriteItem',
    'DeleteItem',
    'ExecuteStatement',
    'ExecuteTransaction',
    'GetItem',
    'PutItem',
    'Query',
    'Scan',
    'TransactGetItems',
    'TransactWriteItems',
    'UpdateItem',
  ],
  'sagemaker.amazonaws.com': [
    'BatchGetRecord',
    'DeleteRecord',
    'GetRecord',
    'InvokeEndpoint',
    'InvokeEndpointAsync',
    'InvokeEndpointWithBidirectionalStream',
    'InvokeEndpointWithResponseStream',
    'PutRecord',
  ],
  'metrics-sagemaker.amazonaws.com': ['BatchGetMetrics', 'BatchPutMetrics'],
  'sns.amazonaws.com': ['Publish', 'PublishBatch'],
  'sqs.amazonaws.com': ['SendMessage', 'ReceiveMessage', 'DeleteMessage'],
};

/** A call that no service has. */
const noCall = 'Firebreak';

const callOf = (eventSource: string, eventName: string): Known =>
  knownOf(['eventSource', 'eventName'], { eventSource, eventName });

/** What a rule needs, by what it asks: data events where every call that it names is one. */
export function evidenceOf(kinds: readonly RuleRecord['kind'][], detection: Detection): readonly EvidenceClass[] {
  return kinds.flatMap((kind): readonly EvidenceClass[] => {
    if (kind !== 'cloudtrail') return [kind === 'eventbridge' ? 'eventbridge' : 'logs:'];
    const { calls } = detection;
    const found = Object.entries(dataCalls).filter(([source, names]) =>
      names.some((name) => calls.includes(name) && detection.foresee(callOf(source, name)) !== false),
    );
    const isData =
      calls.length > 0 &&
      calls.every((call) => found.some(([, names]) => names.includes(call))) &&
      found.every(([source]) => detection.foresee(callOf(source, noCall)) === false);
    return isData ? found.map(([source]) => dataClass(source)) : ['cloudtrail'];
  });
}

/** `data:s3` for `s3.amazonaws.com`. */
export const dataClass = remembered(
  (source: string): EvidenceClass => `data:${source.replace(/\.amazonaws\.com(?:\.cn)?$/, '')}`,
  1_000,
);

/** Of which class a record is. @param group The log group of a line. */
export function classOf(kind: RuleRecord['kind'], fields: RuleRecord['fields']): EvidenceClass {
  if (kind === 'eventbridge') return 'eventbridge';
  if (kind === 'cloudwatch-logs') return `logs:${String(fields.logGroup ?? '')}`;
  const { eventCategory, managementEvent, eventSource } = fields;
  return eventCategory === 'Data' || managementEvent === false ? dataClass(String(eventSource ?? '')) : 'cloudtrail';
}

const dataNames: { readonly [id: string]: string } = {
  'data:s3': 'S3 object reads and writes',
  'data:sagemaker': 'invocations and feature store records',
  'data:metrics-sagemaker': 'SageMaker metrics',
};

/** In words, after "no …": `S3 data events (object reads and writes)`. */
export function evidenceWords(evidence: string): string {
  if (evidence === 'cloudtrail') return 'CloudTrail records';
  if (evidence === 'eventbridge') return 'EventBridge events';
  if (evidence.startsWith('logs:')) {
    const group = evidence.slice('logs:'.length);
    return group === '' ? 'log lines' : `lines of log group ${group}`;
  }
  const words = dataNames[evidence];
  return `data events of ${evidence.slice('data:'.length)}${words ? ` (${words})` : ''}`;
}
