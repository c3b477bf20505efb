import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Affected, ContainmentAction } from './action.ts';
import { inlineOnly, replaces, simulatedDeny } from './inline-deny.ts';
import { denySagemakerEntryDocument, sagemakerEntryActions, sameDocument } from './policy-document.ts';
import { readHolder, readInline, readPolicies } from './policy-holder.ts';
import { policyNameOf } from './policy-name.ts';
import { nothingToSend } from './step.ts';
import { lines } from './words.ts';

/** What such an action does not share with its sister. */
export interface EntryParts {
  readonly kind: 'iam.role' | 'iam.user';
  affected(target: ResourceRef, context: ActionContext): AsyncIterable<Affected>;
}

/**
 * Denies a role or user every way into SageMaker's user interfaces; all else stays. AWS says that the policy of the minting principal is
 * checked again for every request of a session behind a presigned URL; that a deny ends open sessions is assumed, not measured on AWS. Facts 5.6, 5.10.
 */
export const denySagemakerEntry = ({ kind, affected }: EntryParts): ContainmentAction => {
  const noun = kind === 'iam.role' ? 'role' : 'user';
  return {
    id: `${kind}.deny-sagemaker-entry`,
    title: `Deny ${noun} entry to SageMaker: presigned URLs, remote sessions, bearer tokens`,
    class: 'seconds',
    appliesTo: [kind],
    references: [
      kind === 'iam.role'
        ? 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html'
        : 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html',
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html',
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html',
    ],
    reversible: true,

    async plan(target, context) {
      const holder = await readHolder(target, context);
      const policy = policyNameOf(context.incident, 'DenySageMakerEntry');
      const before = await readInline(holder, policy, context);
      const stillOpen = [
        {
          what: `user interfaces that ${holder.name} opened before: that the deny ends them is assumed, not measured on AWS; stop the notebook or app behind them`,
          until: new Date(context.aws.now() + 12 * 3_600_000).toISOString(),
          closeWith: 'sagemaker.notebook-instance.stop on the notebook',
        },
        {
          what: `everything else that ${holder.name} may do`,
          until: null,
          closeWith: `${kind}.deny-all ${holder.arn}`,
        },
      ];
      if (before !== undefined && sameDocument(before, denySagemakerEntryDocument))
        return { ...nothingToSend(`${holder.name} is denied entry to SageMaker already, by ${policy}`), stillOpen };
      const held = await readPolicies(holder, context);
      return {
        summary: `Deny ${holder.name} entry to SageMaker with inline policy ${policy}`,
        impact: lines(
          `${holder.name} cannot open notebooks, Studio, MLflow, partner apps or remote sessions; calls of everything else go on.`,
          ...replaces(policy, before),
        ),
        evidenceLost: [],
        notRestored: [`sessions that ended while ${holder.name} was denied`],
        steps: inlineOnly(holder, { policy, document: denySagemakerEntryDocument }, before, held),
        preconditions: [],
        stillOpen,
        comesBack: [`entry to SageMaker for every session of ${holder.name} that is still valid`],
      };
    },

    async verify(target, context) {
      const policy = policyNameOf(context.incident, 'DenySageMakerEntry');
      const found = await readInline({ kind, name: target.name }, policy, context);
      return [
        {
          what: `inline policy ${policy} of ${target.name} denies entry to SageMaker`,
          holds: found !== undefined && sameDocument(found, denySagemakerEntryDocument),
          why: found ?? 'the policy is not there',
        },
        // The simulator refuses names that are no actions; the last ones of the list are the newest.
        ...(await simulatedDeny(
          target,
          { actions: sagemakerEntryActions.filter((one) => !/WithPrincipalTag$/.test(one)).slice(0, 7) },
          context,
        )),
      ];
    },

    affected,
  };
};
