import type { ReadName } from '../aws/operations.ts';
import type { PostureEvidence } from '../model/posture.ts';
import type { ResourceRef } from '../model/resource.ts';
import { globMatches } from '../policy/glob.ts';
import { type Statement, statementsIn } from '../policy/statement.ts';
import { decodeDocument } from '../shared/policy-document.ts';
import { remembered } from '../shared/remembered.ts';
import { type Judgement, notApplicable, unanswered } from './check.ts';
import { type Ask, pagesOf, type Reading, type Subject } from './facts.ts';

/** A policy of an identity. */
export interface NamedPolicy {
  /** "inline policy ds-exec-iam". */
  readonly title: string;
  readonly from: ReadName;
  /** `undefined`: it is no policy that we can read. */
  readonly statements: readonly Statement[] | undefined;
}

/** What was read of an identity's policies. */
export interface IdentityPolicies {
  readonly policies: readonly NamedPolicy[];
  /** What is no answer (yet). */
  readonly open: readonly Reading<unknown>[];
}

/** Every check of an identity, and every round of reading, asks for the same documents. */
const read = remembered((document) => ({ statements: statementsIn(decodeDocument(document)) }), 500);

const statementsOf = (document: string | undefined): readonly Statement[] | undefined =>
  document === undefined ? undefined : read(document).statements;

/** A role of AWS's own making, which nobody in the account can change. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
export const isServiceLinked = ({ arn }: ResourceRef): boolean => /:role\/aws-(?:service-role|reserved)\//.test(arn);

/** Every policy of a role or a user, those of a user's groups included. */
export function policiesOf(identity: ResourceRef, ask: Ask): IdentityPolicies {
  const gathered = new Gatherer(ask);
  if (identity.kind === 'iam.user') gathered.user(identity.name);
  else gathered.role(identity.name);
  return { policies: gathered.policies, open: gathered.open };
}

class Gatherer {
  readonly policies: NamedPolicy[] = [];
  readonly open: Reading<unknown>[] = [];
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  role(RoleName: string): void {
    const ask = this.#ask;
    this.#attached(
      pagesOf(
        (Marker) => ask('iam:ListAttachedRolePolicies', { RoleName, ...(Marker ? { Marker } : {}) }),
        ({ AttachedPolicies, IsTruncated, Marker }) => ({
          items: AttachedPolicies,
          next: IsTruncated ? Marker : undefined,
        }),
      ),
    );
    this.#inline(
      pagesOf(
        (Marker) => ask('iam:ListRolePolicies', { RoleName, ...(Marker ? { Marker } : {}) }),
        ({ PolicyNames, IsTruncated, Marker }) => ({ items: PolicyNames, next: IsTruncated ? Marker : undefined }),
      ),
      (PolicyName) => ask('iam:GetRolePolicy', { RoleName, PolicyName }),
      '',
    );
  }

  user(UserName: string): void {
    const ask = this.#ask;
    this.#attached(
      pagesOf(
        (Marker) => ask('iam:ListAttachedUserPolicies', { UserName, ...(Marker ? { Marker } : {}) }),
        ({ AttachedPolicies, IsTruncated, Marker }) => ({
          items: AttachedPolicies,
          next: IsTruncated ? Marker : undefined,
        }),
      ),
    );
    this.#inline(
      pagesOf(
        (Marker) => ask('iam:ListUserPolicies', { UserName, ...(Marker ? { Marker } : {}) }),
        ({ PolicyNames, IsTruncated, Marker }) => ({ items: PolicyNames, next: IsTruncated ? Marker : undefined }),
      ),
      (PolicyName) => ask('iam:GetUserPolicy', { UserName, PolicyName }),
      '',
    );
    const groups = this.#read(
      pagesOf(
        (Marker) => ask('iam:ListGroupsForUser', { UserName, ...(Marker ? { Marker } : {}) }),
        ({ Groups, IsTruncated, Marker }) => ({ items: Groups, next: IsTruncated ? Marker : undefined }),
      ),
    );
    for (const { GroupName } of groups?.items ?? []) if (GroupName) this.#group(GroupName);
  }

  #group(GroupName: string): void {
    const ask = this.#ask;
    this.#attached(
      pagesOf(
        (Marker) => ask('iam:ListAttachedGroupPolicies', { GroupName, ...(Marker ? { Marker } : {}) }),
        ({ AttachedPolicies, IsTruncated, Marker }) => ({
          items: AttachedPolicies,
          next: IsTruncated ? Marker : undefined,
        }),
      ),
    );
    this.#inline(
      pagesOf(
        (Marker) => ask('iam:ListGroupPolicies', { GroupName, ...(Marker ? { Marker } : {}) }),
        ({ PolicyNames, IsTruncated, Marker }) => ({ items: PolicyNames, next: IsTruncated ? Marker : undefined }),
      ),
      (PolicyName) => ask('iam:GetGroupPolicy', { GroupName, PolicyName }),
      ` of group ${GroupName}`,
    );
  }

  #read<Value>(reading: Reading<Value>): Value | undefined {
    if (reading.state === 'read') return reading.value;
    this.open.push(reading);
    return undefined;
  }

  #attached(
    listed: Reading<{
      readonly items: readonly { readonly PolicyArn?: string | undefined; readonly PolicyName?: string | undefined }[];
    }>,
  ): void {
    const ask = this.#ask;
    for (const { PolicyArn, PolicyName } of this.#read(listed)?.items ?? []) {
      if (!PolicyArn) continue;
      const VersionId = this.#read(ask('iam:GetPolicy', { PolicyArn }))?.Policy?.DefaultVersionId;
      if (!VersionId) continue;
      const version = ask('iam:GetPolicyVersion', { PolicyArn, VersionId });
      const value = this.#read(version);
      if (value)
        this.policies.push({
          title: `managed policy ${PolicyName ?? PolicyArn}`,
          from: version.from,
          statements: statementsOf(value.PolicyVersion?.Document),
        });
    }
  }

  #inline(
    listed: Reading<{ readonly items: readonly string[] }>,
    document: (name: string) => Reading<{ readonly PolicyDocument?: string | undefined }>,
    of: string,
  ): void {
    for (const name of this.#read(listed)?.items ?? []) {
      const reading = document(name);
      const value = this.#read(reading);
      if (value)
        this.policies.push({
          title: `inline policy ${name}${of}`,
          from: reading.from,
          statements: statementsOf(value.PolicyDocument),
        });
    }
  }
}

/** Patterns of a statement's actions in lower case, which a check asks for once for each action that it has in mind. */
const folded = new WeakMap<Statement, readonly string[]>();

/** Whether a statement's actions take one in. Actions are compared without case. */
export function speaksOf(statement: Statement, action: string): boolean {
  const { actions, notActions } = statement;
  let patterns = folded.get(statement);
  if (!patterns) {
    patterns = (actions ?? notActions ?? []).map((pattern) => pattern.toLowerCase());
    folded.set(statement, patterns);
  }
  const wanted = action.toLowerCase();
  const fits = patterns.some((pattern) => globMatches(pattern, wanted));
  return actions ? fits : notActions ? !fits : false;
}

/** Whether it names everything there is of its kind: `*`, or an ARN whose resource is. */
export const isEverything = (pattern: string): boolean =>
  /^\*+$/.test(pattern) || /^\*+$/.test(pattern.split(':').slice(5).join(':'));

/** The statement's resources as text for evidence. */
export const resourcesText = ({ resources, notResources }: Statement): string =>
  notResources ? `all but ${notResources.join(', ')}` : (resources ?? ['*']).join(', ');

/** The statement's actions as text for evidence, those that matter first where there are many. */
export const actionsText = ({ actions, notActions }: Statement, wanted?: (action: string) => boolean): string => {
  if (notActions) return `all but ${notActions.join(', ')}`;
  const list = wanted ? (actions ?? []).filter(wanted) : (actions ?? []);
  return list.length > 6 ? `${list.slice(0, 6).join(', ')} and ${list.length - 6} more` : list.join(', ');
};

/**
 * Judges an identity by its allowing statements: one that `find` has words for makes it weak. Where none does and something could not be
 * read, it is unknown.
 *
 * @param find What is wrong with a statement, in few words; nothing when it is not.
 */
export function judgeStatements(
  subject: Subject,
  ask: Ask,
  find: (statement: Statement, all: readonly Statement[]) => string | undefined,
  soundNote: string,
): readonly Judgement[] {
  if (isServiceLinked(subject)) return [notApplicable('AWS made this role, and nobody here can change it')];
  const { policies, open } = policiesOf(subject, ask);
  if (open.some(({ state }) => state === 'waiting')) return [unanswered(open)!];
  const all = policies.flatMap(({ statements }) => statements ?? []);
  const evidence = policies.flatMap(({ title, from, statements }): PostureEvidence[] =>
    (statements ?? []).flatMap((statement): PostureEvidence[] => {
      const value = statement.effect === 'Allow' ? find(statement, all) : undefined;
      return value === undefined ? [] : [{ operation: from, field: title, value }];
    }),
  );
  const unread = policies
    .filter(({ statements }) => !statements)
    .map(({ title }) => `${title} is no policy that can be read`);
  const missing = unanswered(open);
  const note = [missing?.verdict === 'unknown' ? (missing.note ?? '') : '', ...unread].filter(Boolean).join('; ');
  if (evidence.length > 0)
    return [
      {
        verdict: 'weak',
        evidence,
        ...(note ? { note } : {}),
        ...(missing?.missing ? { missing: missing.missing } : {}),
      },
    ];
  if (missing) return [missing];
  if (unread.length > 0) return [{ verdict: 'unknown', evidence: [], note: unread.join('; ') }];
  const read = policies.map(({ title, from }) => ({ operation: from, field: title, value: soundNote }));
  return [
    read.length > 0
      ? { verdict: 'sound', evidence: read.slice(0, 8) }
      : { verdict: 'sound', evidence: [], note: 'it has no policies of its own' },
  ];
}
