import { parseArn } from '../model/arn.ts';
import type { Principal } from '../model/principal.ts';
import { applies } from './applies.ts';
import { neverRefused, notDecidedByPolicies } from './calls.ts';
import { keysOf, type RecordedCall, requestPrincipal, requestsOf } from './recorded.ts';
import type { PolicyRequest } from './request.ts';
import { type Statement, statementsIn } from './statement.ts';
import { every, not, some, type Truth } from './truth.ts';

/** A role or user of one account. Names are unique there, whatever the path. */
export interface Holder {
  readonly type: 'role' | 'user';
  readonly account: string;
  readonly name: string;
}

/** What a plan takes away, as data. Policies are whole documents, as they are put. */
export type Restriction =
  /** A policy of the role or user: what it denies is refused. */
  | { readonly type: 'deny'; readonly holder: Holder; readonly document: string }
  /** A permissions boundary: what it does not allow is refused. `undefined`: it could not be read. */
  | { readonly type: 'boundary'; readonly holder: Holder; readonly document: string | undefined }
  /** A key that no longer works; sessions that it issued have keys of their own. */
  | { readonly type: 'key'; readonly accessKeyId: string }
  /** A trust policy: who may not assume the role by it is refused. */
  | { readonly type: 'trust'; readonly role: Holder; readonly document: string }
  /** A policy of a bucket: what it denies is refused. */
  | { readonly type: 'bucket'; readonly bucket: string; readonly document: string }
  /** Policies that go: what else allows the same calls is not known here. */
  | { readonly type: 'detach'; readonly holder: Holder; readonly policies: readonly string[] };

/** Whether a call is refused. `undefined`: that cannot be said, and `why` says why. */
export interface Judgement {
  readonly refused: Truth;
  /** Names of condition keys that records do not hold, `resources`, or sentences; empty when it can be said. */
  readonly why: readonly string[];
}

/** A restriction, read once and asked many times. */
export interface Judge {
  readonly restriction: Restriction;
  /** Whether it can refuse calls of a principal at all. */
  concerns(principal: Principal): boolean;
  judge(call: RecordedCall): Judgement;
  /** ARNs that it names without a wildcard, but for `/*` at the end: on what calls of others are counted, too. */
  readonly named: readonly string[];
}

const passes: Judgement = { refused: false, why: [] };
const refused: Judgement = { refused: true, why: [] };
const unsaid = (why: string): Judgement => ({ refused: undefined, why: [why] });

/** Whether a principal is the role's or user's: a session of the role, the user, or somebody federated by the user. */
export function isOf(holder: Holder, { type, arn, issuerArn }: Principal): boolean {
  const behind = parseArn(issuerArn ?? arn);
  if (!behind || behind.account !== holder.account) return false;
  const [kind = '', ...rest] = behind.resource.split('/');
  const last = rest.at(-1)?.toLowerCase();
  const name = holder.name.toLowerCase();
  if (holder.type === 'user') return kind === 'user' && last === name;
  if (type !== 'AssumedRole') return false;
  return kind === 'assumed-role' ? rest[0]?.toLowerCase() === name : kind === 'role' && last === name;
}

const unreadable = 'the policy is no JSON';

/** Whether a statement of an effect speaks of any of the requests. */
const speaks = (
  statements: readonly Statement[],
  effect: Statement['effect'],
  requests: readonly PolicyRequest[],
  call: RecordedCall,
  asked: Set<string>,
): Truth => {
  const keys = keysOf(call, asked);
  const principal = requestPrincipal(call.principal);
  return some(requests, (request) =>
    some(statements, (statement) => statement.effect === effect && applies(statement, request, principal, keys)),
  );
};

const said = (truth: Truth, asked: Set<string>): Judgement => ({
  refused: truth,
  why: truth === undefined ? [...asked] : [],
});

/** An explicit deny wins wherever it stands. */
function denied(statements: readonly Statement[] | undefined, call: RecordedCall): Judgement {
  if (!statements) return unsaid(unreadable);
  const asked = new Set<string>();
  return said(speaks(statements, 'Deny', requestsOf(call), call, asked), asked);
}

/** Each permission must be allowed, and none denied. */
function notAllowed(statements: readonly Statement[], call: RecordedCall): Judgement {
  const asked = new Set<string>();
  const allowed = every(requestsOf(call), (request) => speaks(statements, 'Allow', [request], call, asked));
  const isDenied = speaks(statements, 'Deny', requestsOf(call), call, asked);
  return said(
    some([not(allowed), isDenied], (one) => one),
    asked,
  );
}

const assuming = /^sts:AssumeRole/;

/** Which of the resources that a document names are exact, or everything in an exact one. */
const namedIn = (statements: readonly Statement[] | undefined): readonly string[] => [
  ...new Set(
    (statements ?? []).flatMap(({ resources = [] }) =>
      resources.map((arn) => arn.replace(/\/\*$/, '')).filter((arn) => arn !== '*' && !/[*?$]/.test(arn)),
    ),
  ),
];

function judgeOf(restriction: Restriction): Omit<Judge, 'restriction'> {
  switch (restriction.type) {
    case 'key':
      return {
        concerns: ({ accessKeyId }) => accessKeyId === restriction.accessKeyId,
        judge: ({ principal }) => (principal.accessKeyId === restriction.accessKeyId ? refused : passes),
        named: [],
      };
    case 'deny': {
      const statements = statementsIn(restriction.document);
      return {
        concerns: (principal) => isOf(restriction.holder, principal),
        judge: (call) => denied(statements, call),
        named: namedIn(statements),
      };
    }
    case 'boundary': {
      const statements = restriction.document === undefined ? undefined : statementsIn(restriction.document);
      return {
        concerns: (principal) => isOf(restriction.holder, principal),
        judge: (call) => (statements ? notAllowed(statements, call) : unsaid('the boundary could not be read')),
        named: [],
      };
    }
    case 'trust': {
      const statements = statementsIn(restriction.document);
      const { role } = restriction;
      const isRole = ({ kind, arn, name }: { readonly kind: string; readonly arn: string; readonly name: string }) =>
        kind === 'iam.role' &&
        name.toLowerCase() === role.name.toLowerCase() &&
        (arn === '' || parseArn(arn)?.account === role.account);
      return {
        // Anybody may have assumed it.
        concerns: () => true,
        judge: (call) => {
          if (!assuming.test(call.action)) return passes;
          if (!call.resources) return unsaid('resources');
          if (!call.resources.some(isRole)) return passes;
          return statements ? notAllowed(statements, call) : unsaid(unreadable);
        },
        named: [],
      };
    }
    case 'bucket': {
      const statements = statementsIn(restriction.document);
      const denials = statements?.filter(({ effect }) => effect === 'Deny') ?? [];
      return {
        // Whom no condition and no principal of a denial leaves out, whatever is called.
        concerns: (principal) =>
          statements === undefined ||
          denials.some(
            ({ effect, principals, conditions, variables, isOdd }) =>
              applies(
                { effect, actions: ['*'], ...(principals ? { principals } : {}), conditions, variables, isOdd },
                { action: 's3:GetObject', resources: [] },
                requestPrincipal(principal),
                keysOf({ action: 's3:GetObject', principal, sourceIp: '' }, new Set()),
              ) !== false,
          ),
        judge: (call) => (call.action.startsWith('s3:') ? denied(statements, call) : passes),
        named: [restriction.bucket],
      };
    }
    case 'detach':
      return {
        concerns: (principal) => isOf(restriction.holder, principal),
        judge: () => unsaid('whether another policy allows the same is not known here'),
        named: [],
      };
  }
}

/** Reads a restriction. */
export function judgeFor(restriction: Restriction): Judge {
  const { concerns: decide, judge, named } = judgeOf(restriction);
  /** A few thousand principals make a million calls. */
  const decided = new WeakMap<Principal, boolean>();
  const concerns = (principal: Principal): boolean => {
    let concerned = decided.get(principal);
    if (concerned === undefined) {
      concerned = decide(principal);
      decided.set(principal, concerned);
    }
    return concerned;
  };
  return {
    restriction,
    concerns,
    named,
    judge(call) {
      if (!concerns(call.principal)) return passes;
      // A key that is off signs nothing, not even these.
      if (restriction.type === 'key') return judge(call);
      if (neverRefused[call.action] !== undefined) return passes;
      const found = judge(call);
      const doubt = notDecidedByPolicies[call.action];
      return found.refused && doubt !== undefined ? unsaid(doubt) : found;
    },
  };
}

/** What several restrictions together do to a call: one that refuses it is enough. */
export function judgeAll(judges: readonly Judge[], call: RecordedCall): Judgement {
  const why = new Set<string>();
  const truth = some(judges, (one) => {
    const found = one.judge(call);
    for (const reason of found.why) why.add(reason);
    return found.refused;
  });
  return { refused: truth, why: truth === undefined ? [...why] : [] };
}
