import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { allPages } from '../attempt.ts';
import { openAfterDeny, probes } from '../deny-everything.ts';
import { simulatedDeny } from '../inline-deny.ts';
import { awsDenyAll } from '../policy-document.ts';
import { deleteBoundary, putBoundary, readHolder } from '../policy-holder.ts';
import { roleUsers } from '../role-users.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { lines } from '../words.ts';

/** The boundary that is wanted: AWSDenyAll unless told otherwise. @throws UsageError */
function wanted({ params, partition, account }: ActionContext): string {
  const boundary = params.boundary ?? awsDenyAll(partition);
  if (!new RegExp(`^arn:${partition}:iam::(aws|${account}):policy/.+$`).test(boundary))
    throw new UsageError(`boundary=${boundary} is no managed policy of AWS or of this account`, {
      nextSteps: [`Give the ARN of a managed policy, or leave it away for ${awsDenyAll(partition)}`],
    });
  return boundary;
}

/** @throws RefusedError `NoSuchPolicy` */
async function refuseMissing(PolicyArn: string, { aws, signal }: ActionContext): Promise<void> {
  try {
    await aws.call('iam:GetPolicy', { PolicyArn }, { signal, priority: 'operator' });
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new RefusedError('NoSuchPolicy', `there is no policy ${PolicyArn}`, ['Choose another boundary']);
  }
}

/**
 * Caps a role by a permissions boundary; with AWSDenyAll the cleanest full quarantine of a role with many policies: nothing of them is
 * touched. Facts R5, 5.10. Assumed, not measured on AWS: that a boundary without a Deny leaves grants of resources to the very session alone.
 */
const action: ContainmentAction = {
  id: 'iam.role.set-boundary',
  title: 'Cap role by a permissions boundary, AWSDenyAll by default',
  class: 'seconds',
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'boundary',
      title: 'managed policy to cap the role by',
      async choices(_target, { aws, partition, signal }) {
        const local = await allPages(async (Marker) => {
          const page = await aws.call(
            'iam:ListPolicies',
            { Scope: 'Local', ...(Marker ? { Marker } : {}) },
            { signal },
          );
          return { items: page.Policies, next: page.IsTruncated ? page.Marker : undefined };
        });
        return [awsDenyAll(partition), ...local.flatMap(({ Arn }) => (Arn ? [Arn] : [])).sort()];
      },
    },
  ],

  async plan(target, context) {
    const boundary = wanted(context);
    const holder = await readHolder(target, context);
    const full = boundary === awsDenyAll(context.partition);
    const stillOpen = [
      ...openAfterDeny(holder),
      ...(full
        ? []
        : [
            {
              what: `what ${boundary} allows, and what policies of buckets and keys grant sessions of ${holder.name} by name`,
              until: null,
              closeWith: `iam.role.quarantine ${holder.arn}`,
            },
          ]),
    ];
    if (holder.boundary === boundary)
      return { ...nothingToSend(`${boundary} is the boundary of ${holder.name} already`), stillOpen };
    await refuseMissing(boundary, context);
    return {
      summary: `Make ${boundary} the permissions boundary of ${holder.name}`,
      impact: lines(
        full
          ? `Every session of ${holder.name}, old and new, is refused every call within seconds to minutes; whatever runs with it fails at its next call.`
          : `Sessions of ${holder.name} can do at most what ${boundary} allows.`,
        full &&
          'Endpoints that are still being deleted need the role to clean up: delete endpoints first, restrict the role afterwards.',
        holder.boundary !== undefined && `It replaces ${holder.boundary}; undo puts that back.`,
      ),
      evidenceLost: full
        ? ['container and notebook logs stop: their delivery to CloudWatch Logs uses the role']
        : ['container and notebook logs stop where the boundary does not allow logs:PutLogEvents'],
      notRestored: [`calls and jobs that failed while ${holder.name} was capped`],
      steps: [
        call(putBoundary(holder, boundary), {
          undo: [call(holder.boundary === undefined ? deleteBoundary(holder) : putBoundary(holder, holder.boundary))],
        }),
      ],
      preconditions: [],
      stillOpen,
      comesBack: [
        `everything that the policies of ${holder.name} allow${holder.boundary ? ` within ${holder.boundary}` : ''}`,
      ],
    };
  },

  async verify(target, context) {
    const boundary = wanted(context);
    const { Role } = await context.aws.call(
      'iam:GetRole',
      { RoleName: target.name },
      { signal: context.signal, priority: 'operator' },
    );
    const found = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    return [
      {
        what: `${boundary} is the boundary of ${target.name}`,
        holds: found === boundary,
        why: `PermissionsBoundary = ${found ?? 'none'}`,
      },
      ...(boundary === awsDenyAll(context.partition) ? await simulatedDeny(target, { actions: probes }, context) : []),
    ];
  },

  affected: roleUsers,
};
export default action;
