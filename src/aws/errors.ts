import { AwsCallError, type AwsFailure, ExpectedError } from '../model/errors.ts';
import { permissionNamedIn, permissionsOf } from './permissions.ts';

/** What the door knows about a call that failed. */
export interface CallFacts {
  readonly operation: string;
  readonly region: string;
  /** Where the request went; empty before that was resolved. */
  readonly host: string;
  /** Whether a request was handed to the network: before that, nothing can have happened. */
  readonly handedOver: boolean;
  /** Whether the caller's signal has aborted. */
  readonly aborted: boolean;
  readonly profile: string | undefined;
  /** What makes expired keys good again, when the credentials' source knows. */
  readonly renewal?: string | undefined;
}

/** The members by which SDK and Node describe a failure. */
interface Failure {
  readonly name: string;
  readonly message: string;
  /** Node's: `ECONNRESET`. */
  readonly code?: unknown;
  /** The XML protocol's own code: `NoSuchEntity`, where the SDK's name has a suffix. */
  readonly Code?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Codes of Node and OpenSSL that come before a single byte of the request was sent. */
const beforeSending =
  /^(?:ENOTFOUND|EAI_|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_PROXY_|ERR_INVALID_(?:URL|PROTOCOL))/;
const certificate = /^(?:CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;
const onTheWay = /^(?:ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ESOCKETTIMEDOUT|ERR_STREAM|HPE_|UND_ERR)/;

const denied = /AccessDenied|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|AuthorizationError|Forbidden/i;
const throttled = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded/i;
const expired =
  /^(?:ExpiredToken|TokenRefreshRequired|RequestExpired|UnrecognizedClient|InvalidClientTokenId|InvalidToken|InvalidAccessKeyId|AuthFailure|CredentialsNotFound|CredentialsProviderError|TokenProviderError)/;
const notFound = /ResourceNotFound|ObjectNotFound|^NoSuch|NotFoundException$|DoesNotExist/;
// SageMaker has no error for "not there" in most calls. Quoted parts are names that anybody may have chosen.
const notFoundText = /could not find|cannot find|does not exist|not found|RecordNotFound/i;
const withoutNames = (text: string) => text.replaceAll(/"[^"]*"|'[^']*'|arn:\S+/g, '');

function reasonOf(code: string, message: string): AwsFailure {
  if (throttled.test(code) || /^Rate exceeded/i.test(message)) return 'throttled';
  if (denied.test(code)) return 'denied';
  if (expired.test(code)) return 'expired';
  if (notFound.test(code)) return 'not-found';
  if (/^Validation/.test(code) && notFoundText.test(withoutNames(message))) return 'not-found';
  return 'other';
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 2_000);

function nextSteps(reason: AwsFailure, code: string, message: string, facts: CallFacts): string[] {
  switch (reason) {
    case 'denied': {
      const named = permissionNamedIn(message);
      return (named ? [named] : permissionsOf(facts.operation).slice(0, 1)).map((action) => `Needs ${action}`);
    }
    case 'expired': {
      const profile = facts.profile ? ` --profile ${facts.profile}` : '';
      if (code === 'CredentialsNotFound') {
        return ['Run `aws configure`, set AWS_PROFILE, or try `firebreak drill`'];
      }
      if (facts.renewal !== undefined) return [facts.renewal];
      return [`Renew the credentials (with SSO: \`aws sso login${profile}\`); Firebreak goes on by itself`];
    }
    case 'throttled':
      return ['Wait: it is tried again'];
    case 'network':
      return certificate.test(code)
        ? ['Set AWS_CA_BUNDLE to the certificates of your proxy']
        : code === 'BrokenAnswer'
          ? ['Check AWS_ENDPOINT_URL and HTTPS_PROXY: who answers there is not AWS']
          : ['Check the network, HTTPS_PROXY and the Region'];
    case 'not-found':
      return ['Check the name, the account and the Region'];
    default:
      return [];
  }
}

/**
 * Turns whatever the SDK threw into the one error of the door. An error that is already ours comes back unchanged; one that neither AWS
 * nor the network can have caused is a bug and comes back unchanged too.
 */
export function translate(error: unknown, facts: CallFacts): unknown {
  if (error instanceof ExpectedError || !(error instanceof Error)) return error;
  const failure = error as Failure;
  const status = failure.$metadata?.httpStatusCode;
  const make = (reason: AwsFailure, code: string, text: string, outcome: 'refused' | 'unknown') => {
    const message = oneLine(text);
    return new AwsCallError({
      operation: facts.operation,
      region: facts.region,
      requestId: failure.$metadata?.requestId,
      reason,
      code,
      message,
      outcome,
      nextSteps: nextSteps(reason, code, message, facts),
      cause: error,
    });
  };
  const before = facts.handedOver ? 'unknown' : 'refused';
  const code = typeof failure.Code === 'string' ? failure.Code : failure.name;

  if (status !== undefined) {
    // An answer without an error code of AWS's: a proxy's page, a cut body, an empty 502. The call behind it may have been done.
    if (failure.$fault === undefined || /^(?:Unknown|NotFound)$/.test(code)) {
      return make('network', 'BrokenAnswer', `${facts.host} gave no AWS answer (HTTP ${status})`, before);
    }
    const reason = reasonOf(code, failure.message);
    const done = status >= 500 && reason !== 'throttled' ? before : 'refused';
    return make(reason, code, failure.message, done);
  }
  if (facts.aborted) return make('aborted', 'Aborted', 'cancelled', before);
  const node = typeof failure.code === 'string' ? failure.code : '';
  if (beforeSending.test(node)) {
    // Node names the host once more; where it is another address, that is worth knowing.
    const why = (facts.host ? failure.message.replace(facts.host, '') : failure.message).trim() || node;
    return make('network', node, `cannot reach ${facts.host || 'AWS'}: ${why}`, 'refused');
  }
  if (failure.name === 'TimeoutError' || onTheWay.test(node)) {
    const unconnected = /did not establish a connection/.test(failure.message);
    const what = unconnected
      ? 'no connection in time'
      : node === 'ECONNRESET'
        ? 'the connection broke'
        : 'no answer in time';
    return make('network', node || 'TimeoutError', `${facts.host || 'AWS'}: ${what}`, unconnected ? 'refused' : before);
  }
  if (expired.test(code)) return make('expired', code, failure.message, 'refused');
  // After the request left, anything that goes wrong lies in the answer; before, it is our own mistake.
  return facts.handedOver ? make('other', code, failure.message, 'unknown') : error;
}
