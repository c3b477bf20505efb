import { parseArn } from '../../model/arn.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { sha256 } from '../../shared/digest.ts';
import { canonicalJson } from '../../shared/json.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { allPages } from '../attempt.ts';
import { type PolicyStatement, statementsOf } from '../policy-document.ts';
import { readHolder } from '../policy-holder.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { lines } from '../words.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const largestBytes = 20 * 1024;

/** Where the bucket lies; us-east-1 has no name there. Its calls go to its own Region. */
async function regionOf(Bucket: string, { aws, account, signal }: ActionContext): Promise<string> {
  const { LocationConstraint } = await aws.call(
    's3:GetBucketLocation',
    { Bucket, ExpectedBucketOwner: account },
    { signal, priority: 'operator' },
  );
  // The oldest Region of Europe has a name of its own there.
  return LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint || 'us-east-1';
}

/** The bucket's policy as it was put; `undefined` when it has none. */
async function readPolicy(Bucket: string, region: string, { aws, account, signal }: ActionContext) {
  try {
    const { Policy } = await aws.call(
      's3:GetBucketPolicy',
      { Bucket, ExpectedBucketOwner: account },
      { signal, region, priority: 'operator' },
    );
    return Policy;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The role or user that the operator named. @throws UsageError, RefusedError */
async function wanted(context: ActionContext): Promise<{ readonly arn: string; readonly name: string }> {
  const { params, partition, account } = context;
  const text = params.principal ?? '';
  const arn = parseArn(text);
  const [type] = arn?.resource.split('/') ?? [];
  if (
    !arn ||
    arn.partition !== partition ||
    arn.service !== 'iam' ||
    (type !== 'role' && type !== 'user') ||
    /[*?]/.test(text)
  )
    throw new UsageError(
      text === ''
        ? 'whom to deny is missing'
        : `principal=${text} is not the ARN of one role or user: a deny of everybody would lock out all but root`,
      { nextSteps: [`Give --set principal=arn:${partition}:iam::ACCOUNT:role/NAME`] },
    );
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  // Of other accounts nothing can be asked, and nothing of ours can be locked out.
  if (arn.account !== account) return { arn: text, name };
  const holder = await readHolder({ kind: `iam.${type}`, arn: text, name }, context);
  return { arn: holder.arn, name: holder.name };
}

/** Told by its Sid; a hash of the principal, since Sids take letters and digits only. */
const statementFor = (bucket: ResourceRef, principal: string): PolicyStatement => ({
  Sid: `FirebreakDeny${sha256(principal).slice(0, 12)}`,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [bucket.arn, `${bucket.arn}/*`],
  Condition: { ArnEquals: { 'aws:PrincipalArn': principal } },
});

/** The document with our statement in it; others and whatever else it holds stay as they are. */
function merged(before: string | undefined, statement: PolicyStatement): string {
  const policy = (before === undefined ? { Version: '2012-10-17' } : JSON.parse(before)) as { Statement?: unknown };
  const others = (before === undefined ? [] : (statementsOf(before) ?? [])).filter(({ Sid }) => Sid !== statement.Sid);
  return JSON.stringify({ ...policy, Statement: [...others, statement] });
}

const holdsStatement = (document: string | undefined, statement: PolicyStatement): boolean =>
  (document === undefined ? [] : (statementsOf(document) ?? [])).some(
    (one) => canonicalJson(one) === canonicalJson(statement),
  );

/**
 * Denies one role or user everything on a bucket, by one statement that joins the bucket's policy. The policy is one document, replaced as a
 * whole: what stood in it is kept and put back. Facts S1, 5.10.
 */
const action: ContainmentAction = {
  id: 's3.bucket.deny-principal',
  title: 'Deny a role or user everything on a bucket',
  class: 'interrupts',
  appliesTo: ['s3.bucket'],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn',
  ],
  reversible: true,
  parameters: [
    {
      name: 'principal',
      title: 'ARN of the role or user to deny',
      async choices(_target, { aws, signal, responderArn }) {
        const roles = await allPages(async (Marker) => {
          const page = await aws.call('iam:ListRoles', Marker ? { Marker } : {}, { signal });
          return { items: page.Roles, next: page.IsTruncated ? page.Marker : undefined };
        });
        return roles
          .flatMap(({ Arn, Path = '/', RoleName }) =>
            Arn && !/^\/aws-/.test(Path) && !responderArn.includes(`/${RoleName}/`) ? [Arn] : [],
          )
          .sort();
      },
    },
  ],

  async plan(target, context) {
    const principal = await wanted(context);
    const region = await regionOf(target.name, context);
    const before = await readPolicy(target.name, region, context);
    const statement = statementFor(target, principal.arn);
    const stillOpen = [
      {
        what: `everybody else who may read ${target.name}, copies elsewhere, and roles that ${principal.name} can still assume`,
        until: null,
        closeWith: principal.arn.includes(':role/')
          ? `iam.role.quarantine ${principal.arn}`
          : `iam.user.deny-all ${principal.arn}`,
      },
    ];
    if (holdsStatement(before, statement))
      return { ...nothingToSend(`${principal.name} is denied everything on ${target.name} already`), stillOpen };
    if (before !== undefined && statementsOf(before) === undefined)
      throw new RefusedError('PolicyNotReadable', `the policy of ${target.name} is no JSON: nothing can join it`, [
        'Use iam.role.quarantine on the role',
      ]);
    const document = merged(before, statement);
    if (Buffer.byteLength(document) > largestBytes)
      throw new RefusedError(
        'PolicyQuota',
        `the policy of ${target.name} would have ${Buffer.byteLength(document)} bytes; S3 takes ${largestBytes}`,
        ['Use iam.role.quarantine on the role'],
      );
    const address = { Bucket: target.name, ExpectedBucketOwner: context.account };
    return {
      summary: `Deny ${principal.arn} everything on ${target.name} by a statement in its policy`,
      impact: lines(
        `Every call of ${principal.name} on ${target.name} and its objects is refused within seconds to minutes; jobs, notebooks and endpoints that read or write there as ${principal.name} fail.`,
        before === undefined ? 'The bucket has no policy yet: one is made.' : 'What stands in its policy stays.',
      ),
      evidenceLost: ['what it would have written there: data capture, outputs and logs of jobs that run as it'],
      notRestored: ['calls and jobs that failed meanwhile'],
      steps: [
        call(
          { name: 's3:PutBucketPolicy', input: { ...address, Policy: document }, region },
          {
            undo: [
              before === undefined
                ? call({ name: 's3:DeleteBucketPolicy', input: address, region })
                : call({ name: 's3:PutBucketPolicy', input: { ...address, Policy: before }, region }),
            ],
          },
        ),
      ],
      preconditions: [],
      stillOpen,
      comesBack: [`what ${principal.name} may do on ${target.name}`],
    };
  },

  async verify(target, context) {
    const principal = await wanted(context);
    const policy = await readPolicy(target.name, await regionOf(target.name, context), context);
    return [
      {
        what: `the policy of ${target.name} denies ${principal.arn} everything`,
        holds: holdsStatement(policy, statementFor(target, principal.arn)),
        why: policy ?? 'it has none',
      },
    ];
  },

  async *affected(_target, context) {
    const principal = await wanted(context);
    yield {
      kind: principal.arn.includes(':role/') ? 'iam.role' : 'iam.user',
      arn: principal.arn,
      why: `${principal.name} is refused on this bucket, whoever uses it; what else it does goes on`,
    };
  },
};
export default action;
