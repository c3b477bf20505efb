import type { Account, RegionState } from './account/account.ts';
import type { Credential } from './account/identities.ts';
import type { TrailDefinition } from './estate-definition.ts';
import type { Faults } from './faults.ts';
import type { LiveTails } from './live-tail.ts';
import type { LogGroups } from './logs.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { StateChange } from './state-changes.ts';
import type { EndpointMetrics } from './workloads/endpoint-metrics.ts';

/** Services that the range serves, by their IAM prefix. */
export type ServiceName =
  | 'application-autoscaling'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'events'
  | 'iam'
  | 'logs'
  | 's3'
  | 'sagemaker'
  | 'scheduler'
  | 'sts';

/** The members of an input or output, in AWS's spelling. A `Date` is written as the protocol wants it. */
export type Members = { readonly [name: string]: unknown };

/** What an input member must be like; checked before anything else, worded as AWS words it. */
export interface MemberRule {
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'object';
  readonly required?: true;
  /** Must match the whole text. */
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  /** Of the number, or of the text's or list's length. */
  readonly min?: number;
  readonly max?: number;
}

export interface Permission {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that only this permission has: `iam:PassedToService`. */
  readonly context?: { readonly [key: string]: string | readonly string[] };
}

/** What an operation may know and touch while it runs. */
export interface CallContext {
  readonly account: Account;
  /** Regional resources of the Region the request was signed for. */
  readonly region: RegionState;
  /** Epoch ms: the scheduled time for actors, the clock's for everybody else. */
  readonly now: number;
  readonly caller: Credential;
  readonly sourceIp: string;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly trail: TrailReader;
  readonly logs: LogGroups;
  readonly metrics: EndpointMetrics;
  readonly tails: LiveTails;
  readonly faults: Faults;
  /** Tells EventBridge. */
  changed(change: StateChange): void;
  /** Whether the caller's policies allow something else as well. */
  allowed(permission: Permission): boolean;
  /** Runs when the simulated time has gone by; `ms` is AWS's duration, divided by the speed. */
  later(ms: number, run: () => void): void;
}

/** What CloudTrail's own operations need of the trail. */
export interface TrailReader {
  /** The event history of a Region, newest last. */
  published(region: string): readonly PublishedRecord[];
  /** The account's trail; without one there is only the event history. */
  readonly state: TrailState | undefined;
  /** What happens while it does not log the trail never gets. */
  setLogging(logging: boolean, at: number): void;
}

/** The trail as it stands. */
export interface TrailState {
  readonly definition: TrailDefinition;
  readonly arn: string;
  readonly homeRegion: string;
  /** Ends with `:*`, as DescribeTrails writes it. */
  readonly logGroupArn: string;
  /** Epoch ms. */
  readonly startedLoggingAt: number;
  readonly logging: boolean;
  /** Epoch ms. */
  readonly stoppedLoggingAt: number | undefined;
  /** When it last wrote to its log group, epoch ms. */
  readonly deliveredAt: number | undefined;
}

/** A CloudTrail record, as LookupEvents lists it. */
export interface PublishedRecord {
  /** Epoch ms, whole seconds. */
  readonly time: number;
  /** Breaks ties within a second; grows as records are made. */
  readonly sequence: number;
  /** `eventID`. */
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly readOnly: boolean;
  /** The record as JSON. */
  readonly text: string;
  readonly resources: readonly { readonly ResourceType: string; readonly ResourceName: string }[];
  readonly username: string;
  readonly accessKeyId: string | undefined;
}

/** Where a REST service answers an operation. */
export interface RestRoute {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly on: 'service' | 'bucket' | 'object';
  /** Query parameter that tells it from others of the same method and level: `policy`, `list-type`. */
  readonly subresource?: string;
  /** Root element of the answer; without one the answer is `Body` or empty. */
  readonly root?: string;
}

/** Where a service of the REST-JSON protocol answers an operation. */
export interface JsonRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Labels are members of the input: `/schedules/{Name}`. */
  readonly path: string;
  /** Parameters of the URL, and the members they are. */
  readonly query?: { readonly [parameter: string]: string };
}

/** What CloudTrail writes of a call where it is not the input and output as they are. */
export interface Trace {
  readonly parameters: Members;
  readonly resources: readonly Members[];
  readonly additional: Members;
  /** Of the service, as its clients name it in TLS. */
  readonly host: string;
  /** Where it is recorded: that of the resource, whatever the call was signed for. */
  readonly region: string;
}

/** One simulated operation; a file in `services/<service>/` each. */
export interface Operation {
  readonly service: ServiceName;
  readonly name: string;
  readonly readOnly: boolean;
  /** For S3. */
  readonly rest?: RestRoute;
  /** For services that speak REST with JSON. */
  readonly route?: JsonRoute;
  /** The IAM action, where it is not `<service>:<name>`. */
  readonly permission?: string;
  /** What CloudTrail calls it, where that is not `name`. */
  readonly eventName?: string;
  /**
   * CloudTrail counts it among the data events: the event history never has it. With a `trace` the trail selects it, without one nothing
   * records it.
   */
  readonly dataEvent?: true;
  /** Input members that CloudTrail leaves out: passwords. */
  readonly unrecorded?: readonly string[];
  /** Members that are checked; others are taken as they come. */
  readonly input?: { readonly [member: string]: MemberRule };
  /** ARNs that the caller's policies must allow the action on; `*` where the action knows no resource. */
  resources?(input: Members, context: CallContext): readonly string[];
  /** Permissions beyond the operation's own name: `iam:PassRole`. */
  alsoNeeds?(input: Members, context: CallContext): readonly Permission[];
  /** @returns The output's members; nothing for operations whose output is empty. @throws Fault */
  run(input: Members, context: CallContext): Members | undefined;
  /** What CloudTrail keeps of the output; by default all of it, and nothing of reads. */
  recorded?(output: Members): Members | null;
  /** What CloudTrail writes beyond that; `output` is missing where the call was refused. */
  trace?(call: { readonly input: Members; readonly output: Members | undefined } & TracedCall): Trace;
}

/** What a trace may look at. */
export interface TracedCall {
  readonly account: Account;
  readonly requestId: string;
}

/** A text member that the operation's rules have checked. */
export const text = (input: Members, name: string): string => String(input[name] ?? '');

/** A text member that may be left out. */
export const optionalText = (input: Members, name: string): string | undefined =>
  typeof input[name] === 'string' ? input[name] : undefined;

/** A list of structures; empty when it was left out. Entries that are no structures are dropped: AWS's parsers do not let them through. */
export const structures = (value: unknown): readonly Members[] =>
  Array.isArray(value) ? value.filter((entry): entry is Members => entry !== null && typeof entry === 'object') : [];

/** A structure; empty when it was left out. */
export const structure = (value: unknown): Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : {};
