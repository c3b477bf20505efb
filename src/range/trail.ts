import { type Credential, callerArn, callerId } from './account/identities.ts';
import type { Fault } from './fault.ts';
import type { Members, Operation, PublishedRecord, ServiceName, TrailReader } from './operation.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { Truth } from './truth.ts';
import { lowerFirst } from './validate.ts';

/** A call that was answered, one way or the other. */
export interface ServedCall {
  readonly operation: Operation;
  readonly input: Members;
  readonly output: Members | undefined;
  readonly fault: Fault | undefined;
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
  iam: { source: 'iam.amazonaws.com', host: 'iam.amazonaws.com' },
  logs: { source: 'logs.amazonaws.com', host: 'logs.{}.amazonaws.com' },
  sagemaker: { source: 'sagemaker.amazonaws.com', host: 'api.sagemaker.{}.amazonaws.com' },
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
  RoleName: 'AWS::IAM::Role',
  UserName: 'AWS::IAM::User',
  PolicyName: 'AWS::IAM::Policy',
};

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

function userIdentity(call: ServedCall): Members {
  const { caller } = call;
  if (call.invokedBy) return { type: 'AWSService', invokedBy: call.invokedBy };
  const { identity } = caller;
  const account = identity.arn.split(':')[4];
  const common = {
    principalId: callerId(caller),
    arn: callerArn(caller),
    accountId: account,
    accessKeyId: caller.accessKeyId,
  };
  if (identity.type === 'user') return { type: 'IAMUser', ...common, userName: identity.name };
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
      attributes: { creationDate: seconds(caller.issuedAt), mfaAuthenticated: 'false' },
    },
  };
}

function recordOf(call: ServedCall, account: string, eventId: string): Members {
  const { operation } = call;
  const service = services[operation.service];
  const parameters = recordedMembers(call.input) as Members;
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
    userIdentity: userIdentity(call),
    eventTime: seconds(call.at),
    eventSource: service.source,
    eventName: operation.name,
    awsRegion: call.region,
    sourceIPAddress: call.invokedBy ?? call.sourceIp,
    userAgent: call.invokedBy ?? call.userAgent,
    ...(call.fault ? { errorCode: recordedCode(call.fault.code), errorMessage: call.fault.message } : {}),
    requestParameters: Object.keys(parameters).length > 0 ? parameters : null,
    responseElements: elements,
    ...(service.extra ? { additionalEventData: service.extra } : {}),
    requestID: call.requestId,
    eventID: eventId,
    readOnly: operation.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...(call.invokedBy
      ? {}
      : {
          tlsDetails: {
            tlsVersion: 'TLSv1.3',
            cipherSuite: 'TLS_AES_128_GCM_SHA256',
            clientProvidedHostHeader: service.host.replace('{}', call.region),
          },
        }),
  };
}

/** Most services log a refusal by policy as `AccessDenied`, whatever their protocol calls it on the wire. */
const recordedCode = (code: string): string => (code === 'AccessDeniedException' ? 'AccessDenied' : code);

/** Newest last. */
const later = (a: PublishedRecord, b: PublishedRecord): boolean =>
  a.time > b.time || (a.time === b.time && a.sequence > b.sequence);

/**
 * The simulated CloudTrail: makes the record of every call and publishes it after a lag, so records become visible late and out of order.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html
 */
export class Trail implements TrailReader {
  readonly #account: string;
  readonly #globalRegion: string;
  readonly #schedule: Schedule;
  readonly #published = new Map<string, PublishedRecord[]>();
  readonly #truth: Truth;
  #sequence = 0;

  constructor(account: string, globalRegion: string, schedule: Schedule, truth: Truth) {
    this.#account = account;
    this.#globalRegion = globalRegion;
    this.#schedule = schedule;
    this.#truth = truth;
  }

  /** Newest last. */
  published(region: string): readonly PublishedRecord[] {
    return this.#published.get(region) ?? [];
  }

  /** Records the call; it becomes visible after CloudTrail's lag: 20 to 90 s of the account's time, most often short. */
  record(call: ServedCall): void {
    // IAM's events exist only in the partition's global Region, wherever the call was signed for.
    const region = call.operation.service === 'iam' ? this.#globalRegion : call.region;
    const record = recordOf({ ...call, region }, this.#account, call.random.uuid());
    const { caller, operation } = call;
    this.#sequence += 1;
    const published: PublishedRecord = {
      time: Math.floor(call.at / 1000) * 1000,
      sequence: this.#sequence,
      record,
      text: JSON.stringify(record),
      resources: operation.readOnly
        ? []
        : Object.entries(listedResources).flatMap(([member, ResourceType]) =>
            typeof call.input[member] === 'string' ? [{ ResourceType, ResourceName: call.input[member] }] : [],
          ),
      username: call.invokedBy ? '' : (caller.session ?? caller.identity.name),
      accessKeyId: call.invokedBy ? undefined : caller.accessKeyId,
    };
    const lag = 20_000 + 70_000 * call.random.next() ** 2;
    const at = call.at + this.#schedule.scaled(lag);
    this.#schedule.at(at, () => this.#publish(published, region, at));
  }

  #publish(published: PublishedRecord, region: string, at: number): void {
    const records = this.#published.get(region) ?? [];
    this.#published.set(region, records);
    let index = records.length;
    while (index > 0 && later(records[index - 1] as PublishedRecord, published)) index -= 1;
    records.splice(index, 0, published);
    const { eventID } = published.record;
    this.#truth.write({
      kind: 'cloudtrail',
      id: String(eventID),
      time: published.time,
      publishedAt: at,
      route: 'event-history',
    });
  }
}
