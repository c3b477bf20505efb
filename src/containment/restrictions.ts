import type { WriteCall } from '../aws/aws.ts';
import { parseArn } from '../model/arn.ts';
import type { Holder, Restriction } from '../policy/restriction.ts';
import { decodeDocument } from '../shared/policy-document.ts';
import type { ActionContext, Plan, Step } from './action.ts';
import { attempt } from './attempt.ts';
import { denyAllDocument } from './policy-document.ts';
import { callsOf } from './step.ts';

type Planned = Pick<Plan, 'steps' | 'account' | 'target'>;

/** Members that the calls below are read by. */
interface Input {
  readonly RoleName?: string;
  readonly UserName?: string;
  readonly PolicyName?: string;
  readonly PolicyDocument?: string;
  readonly PolicyArn?: string;
  readonly PermissionsBoundary?: string;
  readonly AccessKeyId?: string;
  readonly Status?: string;
  readonly Bucket?: string;
  readonly Policy?: string;
}

const isDenyAll = (arn: string | undefined): boolean => /^arn:[^:]*:iam::aws:policy\/AWSDenyAll$/.test(arn ?? '');

/** What a call takes away from whom; `undefined` for calls that take nothing of it. */
function restrictionOf({ name, input }: WriteCall, { account, target }: Planned): Restriction | undefined {
  const given = input as Input;
  const holder = (type: Holder['type'], of: string | undefined): Holder => ({ type, account, name: of ?? '' });
  const role = holder('role', given.RoleName);
  const user = holder('user', given.UserName);
  switch (name) {
    case 'iam:PutRolePolicy':
      return { type: 'deny', holder: role, document: given.PolicyDocument ?? '' };
    case 'iam:PutUserPolicy':
      return { type: 'deny', holder: user, document: given.PolicyDocument ?? '' };
    case 'iam:AttachRolePolicy':
      return isDenyAll(given.PolicyArn) ? { type: 'deny', holder: role, document: denyAllDocument } : undefined;
    case 'iam:AttachUserPolicy':
      return isDenyAll(given.PolicyArn) ? { type: 'deny', holder: user, document: denyAllDocument } : undefined;
    case 'iam:PutRolePermissionsBoundary':
    case 'iam:PutUserPermissionsBoundary':
      return {
        type: 'boundary',
        holder: name.includes('Role') ? role : user,
        document: isDenyAll(given.PermissionsBoundary) ? denyAllDocument : undefined,
      };
    case 'iam:UpdateAccessKey':
      return given.Status === 'Inactive' ? { type: 'key', accessKeyId: given.AccessKeyId ?? '' } : undefined;
    case 'iam:UpdateAssumeRolePolicy':
      return { type: 'trust', role, document: given.PolicyDocument ?? '' };
    case 'iam:DetachRolePolicy':
      return { type: 'detach', holder: role, policies: [given.PolicyArn ?? ''] };
    case 's3:PutBucketPolicy': {
      const partition = parseArn(target.arn)?.partition ?? 'aws';
      return { type: 'bucket', bucket: `arn:${partition}:s3:::${given.Bucket ?? ''}`, document: given.Policy ?? '' };
    }
    default:
      return undefined;
  }
}

/** Restrictions with the calls they come from. */
const withCalls = (plan: Planned, steps: readonly Step[]) =>
  callsOf(steps).flatMap((call) => {
    const restriction = restrictionOf(call, plan);
    return restriction ? [{ restriction, call }] : [];
  });

/**
 * What a plan takes away, read from the very calls that it sends: what is evaluated and what is sent cannot differ. Empty for plans that refuse
 * no calls. Boundaries other than AWSDenyAll stay unread: see `readRestrictions`.
 */
export const restrictionsIn = (plan: Planned): readonly Restriction[] =>
  withCalls(plan, plan.steps).map(({ restriction }) => restriction);

/** The same, with the documents of boundaries asked for; what IAM does not tell stays unread. */
export async function readRestrictions(
  plan: Planned,
  { aws, signal }: Pick<ActionContext, 'aws' | 'signal'>,
): Promise<readonly Restriction[]> {
  return Promise.all(
    withCalls(plan, plan.steps).map(async ({ restriction, call }) => {
      if (restriction.type !== 'boundary' || restriction.document !== undefined) return restriction;
      const { PermissionsBoundary: PolicyArn = '' } = call.input as Input;
      const policy = (await attempt(aws.call('iam:GetPolicy', { PolicyArn }, { signal }))).value;
      const VersionId = policy?.Policy?.DefaultVersionId;
      const version =
        VersionId === undefined
          ? undefined
          : (await attempt(aws.call('iam:GetPolicyVersion', { PolicyArn, VersionId }, { signal }))).value;
      const document = version?.PolicyVersion?.Document;
      return { ...restriction, document: document === undefined ? undefined : decodeDocument(document) };
    }),
  );
}

/** Whether a restriction refuses older credentials only: what is issued later passes. */
export const endsSessionsOnly = (restriction: Restriction): boolean =>
  restriction.type === 'deny' && /aws:TokenIssueTime/i.test(restriction.document);
