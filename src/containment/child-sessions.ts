import { historyPages } from '../inventory/event-history.ts';
import { AwsCallError } from '../model/errors.ts';
import type { ActionContext, StillOpen } from './action.ts';

/** Temporary credentials that a key or session issued: it lives on when its parent is refused or gone. */
export interface ChildSession {
  /** `AssumeRole`, `GetSessionToken`, `GetFederationToken`. */
  readonly call: string;
  /** `ASIA…`. */
  readonly accessKeyId: string;
  /** ARN of the role, the federated user or the user it acts as. */
  readonly actsAs: string;
  /** ISO 8601. */
  readonly issuedAt: string;
  /** ISO 8601. */
  readonly until: string;
}

/** GetSessionToken and GetFederationToken give at most 36 hours. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
const longestMs = 36 * 3_600_000;
/** STS's global endpoint is recorded there, by partition. */
const globalRegions: { readonly [partition: string]: string } = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

interface IssuingRecord {
  readonly eventTime?: string;
  readonly errorCode?: string;
  readonly userIdentity?: { readonly arn?: string };
  readonly requestParameters?: { readonly roleArn?: string } | null;
  readonly responseElements?: {
    readonly credentials?: { readonly accessKeyId?: string; readonly expiration?: string };
    readonly federatedUser?: { readonly arn?: string };
  } | null;
}

/** What a record of the event history issued; `undefined` when it issued nothing, or is over. */
function issued(call: string, text: string, now: number): ChildSession | undefined {
  let record: IssuingRecord;
  try {
    record = JSON.parse(text) as IssuingRecord;
  } catch {
    return undefined; // A record that is no JSON tells nothing; the raw event stays where it was.
  }
  const { accessKeyId, expiration } = record.responseElements?.credentials ?? {};
  // Records spell it in words of their own ("Nov 23, 2026, 8:31:02 PM") or as ISO 8601; both are UTC.
  const end = Date.parse(
    expiration === undefined || /Z$|UTC$/.test(expiration) ? (expiration ?? '') : `${expiration} UTC`,
  );
  if (record.errorCode !== undefined || accessKeyId === undefined || !(end > now)) return undefined;
  return {
    call,
    accessKeyId,
    actsAs:
      record.requestParameters?.roleArn ??
      record.responseElements?.federatedUser?.arn ??
      record.userIdentity?.arn ??
      'unknown',
    issuedAt: record.eventTime ?? '',
    until: new Date(end).toISOString(),
  };
}

/**
 * Sessions that a key issued and that are not over, as far as the event history knows (it lags by minutes), newest first, of this Region and
 * of the partition's global one.
 *
 * @param mostPages Of each Region: a busy key has thousands.
 * @throws AwsCallError
 */
export async function* childSessions(
  accessKeyId: string,
  { aws, partition, region, signal }: ActionContext,
  mostPages: number,
): AsyncGenerator<ChildSession, 'all' | 'cut off'> {
  const now = aws.now();
  const attribute = { key: 'AccessKeyId', value: accessKeyId } as const;
  let cut = false;
  for (const where of new Set([region, globalRegions[partition] ?? region])) {
    const question = { attribute, from: now - longestMs, region: where, mostPages };
    let isCut = false;
    for await (const { events, more } of historyPages(aws, question, signal)) {
      for (const { EventName = '', CloudTrailEvent = '' } of events) {
        if (!/^(AssumeRole|GetSessionToken|GetFederationToken)$/.test(EventName)) continue;
        const session = issued(EventName, CloudTrailEvent, now);
        if (session) yield session;
      }
      isCut = more;
    }
    cut ||= isCut;
  }
  return cut ? 'cut off' : 'all';
}

/** How to close a child session. */
const closeWith = ({ actsAs }: ChildSession): string =>
  actsAs.includes(':role/')
    ? `iam.role.revoke-sessions ${actsAs}`
    : actsAs.includes(':user/')
      ? `iam.user.deny-all ${actsAs}`
      : 'iam.user.deny-all on the user that issued it';

/** Pages that planning waits for; the assessment goes on from there. */
const pagesWhilePlanning = 2;

/** Child sessions as doors that stay open, as far as two pages of the event history tell; that it cannot tell is said too. */
export async function openChildSessions(accessKeyId: string, context: ActionContext): Promise<readonly StillOpen[]> {
  const open: StillOpen[] = [];
  const unsure = (why: string): StillOpen => ({
    what: `sessions that ${accessKeyId} issued (AssumeRole, GetSessionToken, GetFederationToken) live on until they expire; ${why}`,
    until: null,
    closeWith: 'iam.role.revoke-sessions on the roles it assumed; iam.user.deny-all on its user',
  });
  try {
    const sessions = childSessions(accessKeyId, context, pagesWhilePlanning);
    for (;;) {
      const next = await sessions.next();
      if (!next.done) {
        const session = next.value;
        open.push({
          what: `session ${session.accessKeyId} of ${session.actsAs}, issued by ${session.call} at ${session.issuedAt}`,
          until: session.until,
          closeWith: closeWith(session),
        });
      } else {
        open.push(
          unsure(
            next.value === 'all'
              ? `the event history names ${open.length}, and lags by minutes`
              : 'only its newest calls were looked at',
          ),
        );
        return open;
      }
    }
  } catch (error) {
    // The plan can do without: what is not known is said.
    if (!(error instanceof AwsCallError) || error.reason === 'aborted') throw error;
    return [...open, unsure(`the event history did not tell (${error.code})`)];
  }
}
