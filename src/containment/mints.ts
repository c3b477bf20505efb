import { historyPageSize, historyPages } from '../inventory/event-history.ts';
import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext } from './action.ts';
import { studioArn } from './studio.ts';

/** A call that hands out a way into a user interface, and how long that lives. Facts 5.6. */
interface MintCall {
  readonly event: string;
  readonly kind: string;
  /** Life of a URL that the request gives no life, seconds. */
  readonly urlSeconds: number;
  /** Whether a request is for the target. Members in the casing of CloudTrail. */
  readonly matches: (request: { readonly [member: string]: unknown }, target: ResourceRef) => boolean;
}

const same = (one: unknown, other: string): boolean =>
  typeof one === 'string' && one.toLowerCase() === other.toLowerCase();

/** A session that the request gives no life lives twelve hours. */
const sessionSeconds = 43_200;

/** By kind of what is opened. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html and its sisters */
const mintCalls: readonly MintCall[] = [
  {
    event: 'CreatePresignedNotebookInstanceUrl',
    kind: 'sagemaker.notebook-instance',
    urlSeconds: 300,
    matches: ({ notebookInstanceName }, { name }) => same(notebookInstanceName, name),
  },
  {
    event: 'CreatePresignedDomainUrl',
    kind: 'sagemaker.user-profile',
    urlSeconds: 300,
    matches: ({ domainId, userProfileName }, { arn, name }) =>
      same(userProfileName, name) && same(domainId, studioArn(arn).domain),
  },
  {
    event: 'StartSession',
    kind: 'sagemaker.space',
    urlSeconds: 0,
    matches: ({ resourceIdentifier }, { arn }) => {
      if (typeof resourceIdentifier !== 'string') return false;
      const [here, there] = [studioArn(arn), studioArn(resourceIdentifier)];
      // The session is with an app of the space: app/DOMAIN/SPACE/TYPE/NAME, or with the space itself.
      return same(there.domain, here.domain) && same(there.parts[0], here.parts[0] ?? '');
    },
  },
  {
    event: 'CreatePresignedMlflowTrackingServerUrl',
    kind: 'sagemaker.mlflow-tracking-server',
    urlSeconds: 300,
    matches: ({ trackingServerName }, { name }) => same(trackingServerName, name),
  },
  {
    event: 'CreatePresignedMlflowAppUrl',
    kind: 'sagemaker.mlflow-app',
    urlSeconds: 300,
    matches: ({ arn: app }, { arn }) => same(app, arn),
  },
  {
    event: 'CreatePartnerAppPresignedUrl',
    kind: 'sagemaker.partner-app',
    urlSeconds: 300,
    matches: ({ arn: app }, { arn }) => same(app, arn),
  },
];

/** The kinds that can be opened by a URL or a remote session. */
export const openableKinds: readonly string[] = mintCalls.map(({ kind }) => kind);

/** One URL or session that was handed out. */
export interface Mint {
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
  /** Epoch ms at which the session behind it ends at the latest. */
  readonly until: number;
  /** The role or user that minted it, as a target; `undefined` where the record names none of this account. */
  readonly minter: ResourceRef | undefined;
  /** Who: `alice`, `ds-team/bob`. */
  readonly who: string;
  readonly sourceIp: string;
  /** Whether it was for the target, or for something else of its kind. */
  readonly here: boolean;
}

/** What the event history tells of mints. */
export interface Mints {
  /** Of the last 24 hours, newest first, refused ones left out. */
  readonly mints: readonly Mint[];
  /** Why it may lack some; empty: it lags by minutes, else it is whole. */
  readonly problem: string;
}

/** Pages of 50 that planning waits for; the history takes two requests a second. */
const mostPages = 10;
const dayMs = 24 * 3_600_000;

interface MintRecord {
  readonly eventID?: string;
  readonly eventTime?: string;
  readonly errorCode?: string;
  readonly sourceIPAddress?: string;
  readonly requestParameters?: { readonly [member: string]: unknown } | null;
  readonly userIdentity?: {
    readonly type?: string;
    readonly arn?: string;
    readonly userName?: string;
    readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string; readonly userName?: string } };
  };
}

function minterOf(identity: MintRecord['userIdentity']): ResourceRef | undefined {
  const issuer = identity?.sessionContext?.sessionIssuer;
  if (issuer?.arn && issuer.userName) return { kind: 'iam.role', arn: issuer.arn, name: issuer.userName };
  if (identity?.type === 'IAMUser' && identity.arn && identity.userName)
    return { kind: 'iam.user', arn: identity.arn, name: identity.userName };
  return undefined;
}

const seconds = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && value > 0 && value <= 86_400 ? value : otherwise;

function mintOf(text: string, call: MintCall, target: ResourceRef): Mint | undefined {
  let record: MintRecord;
  try {
    record = JSON.parse(text) as MintRecord;
  } catch {
    return undefined; // A record that is no JSON tells nothing; the raw event stays where it was.
  }
  const request = record.requestParameters;
  const at = Date.parse(record.eventTime ?? '');
  if (record.errorCode !== undefined || request === null || typeof request !== 'object' || Number.isNaN(at))
    return undefined;
  const { arn = '' } = record.userIdentity ?? {};
  const life =
    seconds(request.expiresInSeconds, call.urlSeconds) +
    seconds(request.sessionExpirationDurationInSeconds, sessionSeconds);
  return {
    eventId: record.eventID ?? '',
    at,
    until: at + life * 1_000,
    minter: minterOf(record.userIdentity),
    who: record.userIdentity?.userName ?? arn.slice(arn.indexOf('/') + 1),
    sourceIp: record.sourceIPAddress ?? '',
    here: call.matches(request, target),
  };
}

/**
 * URLs and sessions of the target's kind that were handed out in the last 24 hours: AWS lists none of them, so the event history of this
 * Region is asked. @throws AwsCallError for everything but a refusal or a throttle, which are told as the `problem`.
 */
export async function mintsOf(target: ResourceRef, { aws, signal }: ActionContext): Promise<Mints> {
  const call = mintCalls.find(({ kind }) => kind === target.kind);
  if (!call) return { mints: [], problem: `${target.kind} is not opened by URLs` };
  const mints: Mint[] = [];
  const attribute = { key: 'EventName', value: call.event } as const;
  let isCut = false;
  try {
    for await (const { events, more } of historyPages(aws, { attribute, from: aws.now() - dayMs, mostPages }, signal)) {
      for (const { CloudTrailEvent = '' } of events) {
        const mint = mintOf(CloudTrailEvent, call, target);
        if (mint) mints.push(mint);
      }
      isCut = more;
    }
  } catch (error) {
    // The plan can do without: what is not known is said.
    if (!(error instanceof AwsCallError) || (error.reason !== 'denied' && error.reason !== 'throttled')) throw error;
    return { mints, problem: `the event history did not tell who minted URLs (${error.code})` };
  }
  return {
    mints: mints.sort((a, b) => b.at - a.at),
    problem: isCut ? `only the newest ${mostPages * historyPageSize} mints of the Region were looked at` : '',
  };
}
