import { parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import { globMatches } from './glob.ts';
import type { RecordedCall } from './recorded.ts';
import { isOf, type Judge, judgeAll, judgeFor, type Restriction } from './restriction.ts';

/** Calls on a resource that fail while a containment holds, besides what policies refuse. */
export interface Attempts {
  readonly target: ResourceRef;
  /** Action patterns. */
  readonly actions: readonly string[];
  /** A success shows that it does not hold. */
  readonly orNot: boolean;
}

/** A containment whose effect arriving events can prove or contradict. */
export interface ProofWatch {
  /** The containment's id. */
  readonly id: string;
  readonly restrictions: readonly Restriction[];
  readonly attempts: Attempts | undefined;
  /** Epoch ms of the write: what was refused later proves it. */
  readonly writtenAt: number;
  /** Epoch ms from which on it was seen to hold; what succeeded later contradicts it. `undefined`: not yet. */
  readonly holdingAt: number | undefined;
}

/** A call with what became of it. */
export interface ObservedCall extends RecordedCall {
  /** Epoch ms. */
  readonly at: number;
  /** Empty: accepted. */
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** The last call is refused as it should be · a call passed that should have been refused. */
export type Evidence = 'proves' | 'contradicts';

/** Services spell it differently. */
const isDenied = (code: string): boolean =>
  /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError|^Forbidden$/i.test(code);
/** What a key gets that no longer works. */
const isBadKey = (code: string): boolean =>
  /InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|AuthFailure|InvalidToken|InactiveKey/i.test(code);
/** Says nothing about the containment. */
const isOther = (code: string): boolean =>
  /Throttl|RequestLimit|TooManyRequests|Internal|ServiceUnavailable|Expired|Timeout/i.test(code);

/** How AWS names the policy that refused, by what we put. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const policyNames: { readonly [Type in Restriction['type']]?: RegExp } = {
  deny: /identity-based policy/i,
  boundary: /permissions boundary/i,
  bucket: /resource-based policy/i,
  trust: /resource-based policy|trust policy/i,
};

/** Whether a refusal can be the restriction's doing; a message that names another reason says no, one that names none may be. */
function fits({ type }: Restriction, message: string): boolean {
  const explicit = /with an explicit deny(?: in an? ([\w\s-]+?))?(?:$|[.:,])/i.exec(message);
  const implicit = /because no ([\w\s-]+?) allows/i.exec(message);
  if (type === 'detach') return implicit !== null && /identity-based/i.test(implicit[1] ?? '');
  const expected = policyNames[type];
  if (explicit) return explicit[1] === undefined || expected === undefined || expected.test(explicit[1]);
  // Nothing had allowed it before either: that proves no deny. A boundary and a trust refuse just so.
  if (implicit) return (type === 'boundary' || type === 'trust') && (expected?.test(implicit[1] ?? '') ?? false);
  return true;
}

/** A watch, read once and held against many calls. */
export interface Watcher {
  readonly watch: ProofWatch;
  /** Whether anything that this principal does can be evidence, whatever it acts on. */
  concerns(call: Pick<RecordedCall, 'principal' | 'action'>): boolean;
  evidence(call: ObservedCall): Evidence | undefined;
}

const sameTarget = (target: ResourceRef, { principal, resources }: RecordedCall): boolean => {
  const account = parseArn(target.arn)?.account ?? '';
  if (target.kind === 'iam.user' && isOf({ type: 'user', account, name: target.name }, principal)) return true;
  return (resources ?? []).some(
    ({ kind, arn, name }) =>
      kind === target.kind &&
      (arn !== '' && target.arn !== ''
        ? arn.toLowerCase() === target.arn.toLowerCase()
        : name.toLowerCase() === target.name.toLowerCase()),
  );
};

function byRestriction(judges: readonly Judge[], watch: ProofWatch, call: ObservedCall): Evidence | undefined {
  const { at, errorCode, errorMessage, principal } = call;
  const concerned = judges.filter((judge) => judge.concerns(principal));
  if (errorCode !== '') {
    if (at <= watch.writtenAt) return undefined;
    const proves = concerned.some((judge) => {
      const { type } = judge.restriction;
      if (type === 'key') return isBadKey(errorCode);
      if (!isDenied(errorCode) || !fits(judge.restriction, errorMessage)) return false;
      return type === 'detach' || judge.judge(call).refused === true;
    });
    return proves ? 'proves' : undefined;
  }
  // Services go on for a while with what they were given: only the caller's own call speaks against it.
  if (watch.holdingAt === undefined || at <= watch.holdingAt || principal.invokedBy !== undefined) return undefined;
  return judgeAll(concerned, call).refused === true ? 'contradicts' : undefined;
}

function byAttempt({ actions, orNot, target }: Attempts, watch: ProofWatch, call: ObservedCall): Evidence | undefined {
  if (!actions.some((pattern) => globMatches(pattern, call.action)) || !sameTarget(target, call)) return undefined;
  const { at, errorCode, errorMessage } = call;
  if (errorCode !== '' || errorMessage !== '')
    return at > watch.writtenAt && !isDenied(errorCode) && !isBadKey(errorCode) && !isOther(errorCode)
      ? 'proves'
      : undefined;
  return orNot && watch.holdingAt !== undefined && at > watch.holdingAt ? 'contradicts' : undefined;
}

/** Reads a watch. */
export function watcherFor(watch: ProofWatch): Watcher {
  const judges = watch.restrictions.map(judgeFor);
  const { attempts } = watch;
  return {
    watch,
    concerns: ({ principal, action }) =>
      judges.some(
        (judge) => (judge.restriction.type !== 'trust' || /^sts:AssumeRole/.test(action)) && judge.concerns(principal),
      ) ||
      (attempts?.actions.some((pattern) => globMatches(pattern, action)) ?? false),
    evidence: (call) => byRestriction(judges, watch, call) ?? (attempts ? byAttempt(attempts, watch, call) : undefined),
  };
}

/** Whether a call could ever be evidence; a stopped job refuses nobody anything. */
export const isProvable = ({ restrictions, attempts }: Pick<ProofWatch, 'restrictions' | 'attempts'>): boolean =>
  restrictions.length > 0 || attempts !== undefined;
