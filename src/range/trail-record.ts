import { accountOf, type Credential, callerArn, callerId, isLongLived } from './account/identities.ts';
import type { Fault } from './fault.ts';
import type { Members, Operation, PublishedRecord, ServiceName, Trace } from './operation.ts';
import type { Random } from './random.ts';
import { lowerFirst } from './validate.ts';

/** A call that was answered, one way or the other. */
export interface ServedCall {
  readonly operation: Operation;
  readonly input: Members;
  readonly output: Members | undefined;
  readonly fault: Fault | undefined;
  readonly trace?: Trace | undefined;
  readonly caller: Credential;
  /** Set for calls that a service makes: the record names it instead of a person. */
  readonly invokedBy?: string;
  readonly region: string;
  readonly at: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** Ids and lags come from here. */
  readonly random: Random;
}

/** A request to a resource itself. It does not come over the range's wire; only a trail whose selectors name it records it. */
export interface DataEvent {
  readonly eventId: string;
  readonly source: 's3.amazonaws.com' | 'sagemaker.amazonaws.com';
  readonly name: string;
  readonly readOnly: boolean;
  /** Of the service, as its clients name it in TLS. */
  readonly host: string;
  readonly parameters: Members | null;
  readonly resources: readonly Members[];
  /** `additionalEventData`. */
  readonly additional?: Members;
  readonly refused: Fault | undefined;
  readonly caller: Credential;
  readonly region: string;
  readonly at: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly requestId: string;
}

/** What CloudTrail calls a service, and the host its clients name in TLS. `{}` is the Region. */
const services: {
  readonly [S in ServiceName]: { readonly source: string; readonly host: string; readonly extra?: Members };
} = {
  // Application Auto Scaling shares the event source of EC2 Auto Scaling and tells them apart in additionalEventData.
  'application-autoscaling': {
    source: 'autoscaling.amazonaws.com',
    host: 'application-autoscaling.{}.amazonaws.com',
    extra: { service: 'application-autoscaling' },
  },
  cloudtrail: { source: 'cloudtrail.amazonaws.com', host: 'cloudtrail.{}.amazonaws.com' },
  cloudwatch: { source: 'monitoring.amazonaws.com', host: 'monitoring.{}.amazonaws.com' },
  events: { source: 'events.amazonaws.com', host: 'events.{}.amazonaws.com' },
  iam: { source: 'iam.amazonaws.com', host: 'iam.amazonaws.com' },
  logs: { source: 'logs.amazonaws.com', host: 'logs.{}.amazonaws.com' },
  s3: { source: 's3.amazonaws.com', host: 's3.{}.amazonaws.com' },
  sagemaker: { source: 'sagemaker.amazonaws.com', host: 'api.sagemaker.{}.amazonaws.com' },
  scheduler: { source: 'scheduler.amazonaws.com', host: 'scheduler.{}.amazonaws.com' },
  sts: { source: 'sts.amazonaws.com', host: 'sts.{}.amazonaws.com' },
};

/** Members whose keys are data, not member names. */
const maps = new Set(['Environment', 'Metadata']);

/** Request and response members as records spell them: first letter in lower case, at every level. */
function recordedMembers(value: unknown, keysAreData = false): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((entry) => recordedMembers(entry));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [keysAreData ? name : lowerFirst(name), recordedMembers(member, maps.has(name))]),
  );
}

/** Members of writes that LookupEvents lists in `Resources`; reads and everything else have none there. */
const listedResources: { readonly [member: string]: string } = {
  EndpointName: 'AWS::SageMaker::Endpoint',
  EndpointConfigName: 'AWS::SageMaker::EndpointConfig',
  ModelName: 'AWS::SageMaker::Model',
  NotebookInstanceName: 'AWS::SageMaker::NotebookInstance',
  NotebookInstanceLifecycleConfigName: 'AWS::SageMaker::NotebookInstanceLifecycleConfig',
  TrainingJobName: 'AWS::SageMaker::TrainingJob',
  ProcessingJobName: 'AWS::SageMaker::ProcessingJob',
  TransformJobName: 'AWS::SageMaker::TransformJob',
  HyperParameterTuningJobName: 'AWS::SageMaker::HyperParameterTuningJob',
  AutoMLJobName: 'AWS::SageMaker::AutoMLJob',
  PipelineName: 'AWS::SageMaker::Pipeline',
  MonitoringScheduleName: 'AWS::SageMaker::MonitoringSchedule',
  TrackingServerName: 'AWS::SageMaker::MlflowTrackingServer',
  DomainId: 'AWS::SageMaker::Domain',
  UserProfileName: 'AWS::SageMaker::UserProfile',
  SpaceName: 'AWS::SageMaker::Space',
  StudioLifecycleConfigName: 'AWS::SageMaker::StudioLifecycleConfig',
  ModelPackageGroupName: 'AWS::SageMaker::ModelPackageGroup',
  RoleName: 'AWS::IAM::Role',
  UserName: 'AWS::IAM::User',
  PolicyName: 'AWS::IAM::Policy',
};

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** @param recipient The account whose trail it is: of another account's principals it names no more than their id. */
function userIdentity(caller: Credential, recipient: string): Members {
  const { identity } = caller;
  const account = accountOf(identity);
  if (account !== recipient) return { type: 'AWSAccount', principalId: callerId(caller), accountId: account };
  const common = {
    principalId: callerId(caller),
    arn: callerArn(caller),
    accountId: account,
    accessKeyId: caller.accessKeyId,
  };
  const attributes = { creationDate: seconds(caller.issuedAt), mfaAuthenticated: 'false' };
  const source = caller.sourceIdentity === undefined ? {} : { sourceIdentity: caller.sourceIdentity };
  if (caller.federated !== undefined)
    return {
      type: 'FederatedUser',
      ...common,
      sessionContext: {
        sessionIssuer: {
          type: 'IAMUser',
          principalId: identity.id,
          arn: identity.arn,
          accountId: account,
          userName: identity.name,
        },
        attributes,
      },
    };
  if (identity.type === 'user')
    return {
      type: 'IAMUser',
      ...common,
      userName: identity.name,
      ...(isLongLived(caller) ? {} : { sessionContext: { attributes } }),
    };
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: identity.id,
        arn: identity.arn,
        accountId: account,
        userName: identity.name,
      },
      attributes,
      ...source,
    },
  };
}

const refusal = (fault: Fault | undefined): Members =>
  fault ? { errorCode: recordedCode(fault.code), errorMessage: fault.message } : {};

const tls = (host: string): Members => ({
  tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host },
});

/**
 * The record of an API call.
 *
 * @param region Where it is recorded, which for global services is not where it was signed for.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html
 */
export function managementRecord(call: ServedCall, account: string, region: string, eventId: string): Members {
  const { operation, trace } = call;
  const service = services[operation.service];
  const shown = Object.entries(call.input).filter(([member]) => !operation.unrecorded?.includes(member));
  const parameters = trace?.parameters ?? (recordedMembers(Object.fromEntries(shown)) as Members);
  const additional = trace?.additional ?? service.extra;
  const kept =
    call.fault || !call.output
      ? null
      : operation.recorded
        ? operation.recorded(call.output)
        : operation.readOnly
          ? null
          : call.output;
  const elements = kept && Object.keys(kept).length > 0 ? recordedMembers(kept) : null;
  return {
    eventVersion: '1.11',
    userIdentity: call.invokedBy
      ? { type: 'AWSService', invokedBy: call.invokedBy }
      : userIdentity(call.caller, account),
    eventTime: seconds(call.at),
    eventSource: service.source,
    eventName: operation.eventName ?? operation.name,
    awsRegion: region,
    sourceIPAddress: call.invokedBy ?? call.sourceIp,
    userAgent: call.invokedBy ?? call.userAgent,
    ...refusal(call.fault),
    requestParameters: Object.keys(parameters).length > 0 ? parameters : null,
    responseElements: elements,
    ...(additional ? { additionalEventData: additional } : {}),
    requestID: call.requestId,
    eventID: eventId,
    readOnly: operation.readOnly,
    ...(trace ? { resources: trace.resources } : {}),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...(call.invokedBy ? {} : tls(trace?.host ?? service.host.replace('{}', region))),
  };
}

/** What `LookupEvents` lists as the resources of a call. */
export const resourcesOf = (call: ServedCall): PublishedRecord['resources'] =>
  call.operation.readOnly
    ? []
    : Object.entries(listedResources).flatMap(([member, ResourceType]) =>
        typeof call.input[member] === 'string' ? [{ ResourceType, ResourceName: call.input[member] }] : [],
      );

/** A call over the wire that CloudTrail counts among the data events, as one. */
export const dataEventOf = (call: ServedCall & { readonly trace: Trace }, eventId: string): DataEvent => ({
  eventId,
  source: services[call.operation.service].source as DataEvent['source'],
  name: call.operation.eventName ?? call.operation.name,
  readOnly: call.operation.readOnly,
  host: call.trace.host,
  parameters: call.trace.parameters,
  resources: call.trace.resources,
  additional: call.trace.additional,
  refused: call.fault,
  caller: call.caller,
  region: call.trace.region,
  at: call.at,
  sourceIp: call.sourceIp,
  userAgent: call.userAgent,
  requestId: call.requestId,
});

/**
 * The record of a data event.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export function dataRecord(event: DataEvent, account: string): Members {
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(event.caller, account),
    eventTime: seconds(event.at),
    eventSource: event.source,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...refusal(event.refused),
    requestParameters: event.parameters,
    responseElements: null,
    ...(event.additional ? { additionalEventData: event.additional } : {}),
    requestID: event.requestId,
    eventID: event.eventId,
    readOnly: event.readOnly,
    resources: event.resources,
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: account,
    eventCategory: 'Data',
    ...tls(event.host),
  };
}

/** Most services log a refusal by policy as `AccessDenied`, whatever their protocol calls it on the wire. */
const recordedCode = (code: string): string => (code === 'AccessDeniedException' ? 'AccessDenied' : code);
