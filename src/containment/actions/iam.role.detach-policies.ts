import { RefusedError } from '../../model/errors.ts';
import { decodeDocument } from '../../shared/policy-document.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { attempt } from '../attempt.ts';
import { deniedBy, readDenies } from '../inline-deny.ts';
import { awsDenyAll, denyAllDocument, quarantineDocument, statementsOf } from '../policy-document.ts';
import { attachPolicy, detachPolicy, listAttached, readHolder, readPolicies } from '../policy-holder.ts';
import { policyNameOf } from '../policy-name.ts';
import { roleUsers } from '../role-users.ts';
import { call, nothingToSend } from '../step.ts';
import { lines, some } from '../words.ts';

/** Why a managed policy may hold back more than it gives: it denies, or cannot be read. */
async function deniesIn(
  PolicyArn: string,
  { aws, signal }: ActionContext,
): Promise<'denies' | 'not readable' | undefined> {
  const options = { signal, priority: 'operator' } as const;
  const policy = (await attempt(aws.call('iam:GetPolicy', { PolicyArn }, options))).value;
  const VersionId = policy?.Policy?.DefaultVersionId;
  if (!VersionId) return 'not readable';
  const version = (await attempt(aws.call('iam:GetPolicyVersion', { PolicyArn, VersionId }, options))).value;
  const statements = statementsOf(decodeDocument(version?.PolicyVersion?.Document ?? ''));
  if (!statements) return 'not readable';
  return statements.some(({ Effect }) => Effect === 'Deny') ? 'denies' : undefined;
}

/**
 * Takes a role's managed policies away; inline ones stay. Never the first choice: slow to undo, and a policy that denies something widens
 * access when it goes, which is refused unless the role is denied everything anyway. Facts R1, 5.10.
 */
const action: ContainmentAction = {
  id: 'iam.role.detach-policies',
  title: 'Detach managed policies from role; inline ones stay',
  class: 'interrupts',
  appliesTo: ['iam.role'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-attach-detach.html',
  ],
  reversible: true,

  async plan(target, context) {
    const holder = await readHolder(target, context);
    // AWS's AWSDenyAll is containment itself: it stays.
    const attached = (await listAttached(holder, context)).filter((arn) => arn !== awsDenyAll(context.partition));
    const held = await readPolicies(holder, context);
    const inline = [...(held.inline?.keys() ?? [])];
    const stillOpen = [
      {
        what:
          held.inline === undefined
            ? `what the inline policies of ${holder.name} allow: they may not be listed`
            : inline.length > 0
              ? `what its inline policies allow: ${some(inline)}`
              : 'no inline policy is left',
        until: null,
        closeWith: `iam.role.quarantine ${holder.arn}`,
      },
      {
        what: `what policies of buckets, keys and other resources grant ${holder.name} themselves`,
        until: null,
        closeWith: `iam.role.quarantine ${holder.arn}`,
      },
    ].filter(({ what }) => what !== 'no inline policy is left');
    if (attached.length === 0)
      return { ...nothingToSend(`No managed policy is attached to ${holder.name} that could be detached`), stillOpen };
    const stands = deniedBy(
      holder,
      await readDenies(
        holder,
        [
          { policy: policyNameOf(context.incident, 'DenyAll'), document: denyAllDocument },
          { policy: policyNameOf(context.incident, 'Quarantine'), document: quarantineDocument },
        ],
        context,
      ),
      held,
      context,
    );
    const widening: string[] = [];
    for (const arn of attached) {
      const why = await deniesIn(arn, context);
      if (why) widening.push(`${arn} ${why === 'denies' ? 'denies something' : 'cannot be read'}`);
    }
    if (widening.length > 0 && !stands)
      throw new RefusedError(
        'WouldWiden',
        `detaching would take denials away: ${some(widening)}; what they hold back would be allowed`,
        [`Quarantine ${holder.name} first (iam.role.quarantine)`],
      );
    return {
      summary: `Detach ${attached.length} managed ${attached.length === 1 ? 'policy' : 'policies'} from ${holder.name}: ${some(attached)}`,
      impact: lines(
        `Sessions of ${holder.name} lose what these allow within seconds to minutes; jobs, notebooks and endpoints fail at their next call of it.`,
        inline.length > 0 && `Its inline policies stay: ${some(inline)}.`,
        widening.length > 0 && `Denials go with them (${some(widening)}); ${stands} stands before them.`,
      ),
      evidenceLost: ['container and notebook logs stop where only these policies allow logs:PutLogEvents'],
      notRestored: [`calls and jobs that failed while ${holder.name} was without them`],
      // Undo goes backwards: attached again in the order in which IAM listed them.
      steps: attached
        .toReversed()
        .map((arn) => call(detachPolicy(holder, arn), { undo: [call(attachPolicy(holder, arn))] })),
      preconditions: [],
      stillOpen,
      comesBack: attached.map((arn) => `what ${arn} allows, for every session of ${holder.name} that is still valid`),
    };
  },

  async verify(target, context) {
    const left = (await listAttached({ kind: 'iam.role', name: target.name }, context)).filter(
      (arn) => arn !== awsDenyAll(context.partition),
    );
    return [
      {
        what: `no managed policy is attached to ${target.name}`,
        holds: left.length === 0,
        why: left.length === 0 ? 'iam:ListAttachedRolePolicies lists none' : `attached: ${some(left)}`,
      },
    ];
  },

  affected: roleUsers,
};
export default action;
