import type { NormalisedEvent } from '../model/event.ts';
import type { Grant } from '../model/grant.ts';
import type { ResourceLink, ResourceRef } from '../model/resource.ts';
import { remembered } from '../shared/remembered.ts';
import { resourceOfArn } from './arn-resource.ts';

type Members = { readonly [member: string]: unknown };

/** How long the URL and what it opens live where the request does not say; seconds, `undefined`: AWS documents none. */
interface Door {
  readonly kinds: readonly string[];
  readonly urlS: number | undefined;
  readonly sessionS: number | undefined;
}

const fiveMinutesS = 300;
const twelveHoursS = 43_200;
const opens = (...kinds: readonly string[]): Door => ({
  kinds: kinds.map((kind) => `sagemaker.${kind}`),
  urlS: fiveMinutesS,
  sessionS: twelveHoursS,
});

/**
 * Calls that hand out a URL or token to get in by, and what they open, the best name first.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html
 */
const doors: { readonly [action: string]: Door } = {
  'sagemaker:CreatePresignedDomainUrl': opens('space', 'user-profile', 'domain'),
  'sagemaker:CreatePresignedNotebookInstanceUrl': opens('notebook-instance'),
  'sagemaker:CreatePresignedMlflowTrackingServerUrl': opens('mlflow-tracking-server'),
  'sagemaker:CreatePresignedMlflowAppUrl': opens('mlflow-app'),
  'sagemaker:CreatePartnerAppPresignedUrl': opens('partner-app'),
  // Downloads, not sessions; the URL is good for fifteen minutes.
  'sagemaker:CreateHubContentPresignedUrls': { ...opens('hub-content', 'hub'), urlS: 900, sessionS: undefined },
  // How long its token waits is documented nowhere; practitioners report twelve hours for the session.
  'sagemaker:StartSession': { ...opens('space', 'app', 'user-profile'), urlS: undefined },
};

const none: readonly Grant[] = [];

/**
 * What a CloudTrail record hands over: keys that its response names, ways into a resource, console sessions, and roles that a resource acts as from
 * now on. A pure function of the record; refused calls hand over nothing.
 *
 * @param event With its resources.
 */
export function grantsOf(record: Members, event: NormalisedEvent): readonly Grant[] {
  if (event.origin !== 'cloudtrail' || event.errorCode !== '') return none;
  const { action } = event;
  const door = doors[action];
  if (door) return doorOf(door, record, event);
  if (action === 'signin:ConsoleLogin')
    return membersOf(record.responseElements)?.ConsoleLogin === 'Success' ? [{ type: 'console' }] : none;
  // A program that exchanges its keys for a browser session.
  if (action === 'signin:GetSigninToken') return [{ type: 'console' }];
  const response = record.responseElements;
  if (response !== null && typeof response === 'object') {
    const key = keyOf(response as Members, record, event);
    if (key) return [key];
  }
  return event.readOnly === false && action.startsWith('sagemaker:') ? rolesOf(event) : none;
}

function doorOf(door: Door, record: Members, event: NormalisedEvent): readonly Grant[] {
  const resource = door.kinds
    .map((kind) => event.resources.find((one) => one.kind === kind))
    .find((one) => one !== undefined);
  if (!resource) return none;
  const request = membersOf(record.requestParameters);
  const urlS = secondsOf(request?.expiresInSeconds) ?? door.urlS;
  const sessionS = secondsOf(request?.sessionExpirationDurationInSeconds) ?? door.sessionS;
  const urlUntil = urlS === undefined ? undefined : event.at + urlS * 1_000;
  // Whoever opens the URL in its last second has the whole session before him.
  const until = sessionS === undefined ? urlUntil : (urlUntil ?? event.at) + sessionS * 1_000;
  return [{ type: 'door', resource: refOf(resource), urlUntil, until }];
}

/** `AssumeRole…`, `GetSessionToken`, `GetFederationToken`, `sso:GetRoleCredentials`, `CreateAccessKey`, and whatever else answers with a key. */
function keyOf(response: Members, record: Members, event: NormalisedEvent): Grant | undefined {
  const credentials =
    membersOf(response.credentials) ?? membersOf(response.roleCredentials) ?? membersOf(response.accessKey);
  const accessKeyId = credentials?.accessKeyId;
  if (!credentials || typeof accessKeyId !== 'string' || !/^[A-Z0-9]{16,128}$/.test(accessKeyId)) return undefined;
  const request = membersOf(record.requestParameters);
  const sessionArn = textOf(membersOf(response.assumedRoleUser)?.arn) || textOf(membersOf(response.federatedUser)?.arn);
  const as =
    resourceOfArn(textOf(request?.roleArn)) ??
    event.resources.find(({ kind }) => kind === 'iam.role' || kind === 'iam.user' || kind === 'sts.federated-user');
  return {
    type: 'key',
    accessKeyId,
    as: as && refOf(as),
    session: textOf(request?.roleSessionName) || sessionArn.slice(sessionArn.lastIndexOf('/') + 1),
    until: expiryOf(credentials.expiration, event.at, request?.durationSeconds),
  };
}

const mayGiveRole = remembered((action) => /^sagemaker:(?:Create|Update|Start)/.test(action), 5_000);

/** Roles that SageMaker's resources are made with; a changed resource names only what changes. */
function rolesOf(event: NormalisedEvent): readonly Grant[] {
  if (!mayGiveRole(event.action)) return none;
  const subject = event.resources.find(
    ({ kind, relation }) => (relation === 'created' || relation === 'target') && kind.startsWith('sagemaker.'),
  );
  if (!subject) return none;
  const resource = refOf(subject);
  return event.resources.flatMap((one): readonly Grant[] =>
    one.kind === 'iam.role' ? [{ type: 'role', resource, role: refOf(one) }] : [],
  );
}

const refOf = ({ kind, arn, name }: ResourceRef | ResourceLink): ResourceRef => ({ kind, arn, name });
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const membersOf = (value: unknown): Members | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : undefined;

/** A number of seconds, spelled as a text in some records; nothing that a clock cannot show. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN;
  return Number.isFinite(seconds) && seconds > 0 && seconds < 1e9 ? seconds : undefined;
}

/** Java writes a narrow space that does not break before `PM`. */
const oddSpace = /[^\S ]|\s\s/;

/** Sessions that begin together end together. NaN for what is no time. */
const momentOf = remembered(
  (text) =>
    Date.parse(/^\d{4}-/.test(text) ? text : `${oddSpace.test(text) ? text.replaceAll(/\s+/g, ' ') : text} UTC`),
  1_000,
);

/** STS writes `Nov 30, 2024, 8:43:17 PM`, in UTC; others ISO 8601 or epoch milliseconds. */
function expiryOf(value: unknown, from: number, durationS: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value < 1e11 ? value * 1_000 : value;
  if (typeof value === 'string') {
    const at = momentOf(value);
    if (Number.isFinite(at)) return at;
  }
  const seconds = secondsOf(durationS);
  return seconds === undefined ? undefined : from + seconds * 1_000;
}
