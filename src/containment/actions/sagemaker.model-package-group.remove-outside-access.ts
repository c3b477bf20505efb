import { RefusedError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { outsidePrincipals, withoutOutside } from '../outside-access.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { some } from '../words.ts';

/** The group's policy; `undefined` when it has none. AWS answers "not found" in two ways, which the door knows. */
async function policyOf(name: string, { aws, signal }: ActionContext): Promise<string | undefined> {
  try {
    const answer = await aws.call(
      'sagemaker:GetModelPackageGroupPolicy',
      { ModelPackageGroupName: name },
      { signal, priority: 'operator' },
    );
    return answer.ResourcePolicy;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const nameOf = (target: ResourceRef) => target.name;

/** Other accounts lose what the group's policy gave them. Facts G2. */
const action: ContainmentAction = {
  id: 'sagemaker.model-package-group.remove-outside-access',
  title: 'Remove outside access: take other accounts out of the group’s policy',
  class: 'seconds',
  appliesTo: ['sagemaker.model-package-group'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteModelPackageGroupPolicy.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html',
  ],
  reversible: true,

  async plan(target, context) {
    const name = nameOf(target);
    const policy = await policyOf(name, context);
    const outside = policy === undefined ? [] : outsidePrincipals(policy, context.account);
    if (policy === undefined || outside?.length === 0)
      return nothingToSend(`The policy of model package group ${name} names no other account`);
    const left = withoutOutside(policy, context.account);
    if (outside === undefined || left === undefined)
      throw new RefusedError(
        'PolicyNotUnderstood',
        `the policy of ${name} is no policy document that can be taken apart: removing a part of it could widen it`,
        ['Read it, and delete it as a whole with sagemaker:DeleteModelPackageGroupPolicy if nobody else needs it'],
      );
    const put = (ResourcePolicy: string) =>
      ({
        name: 'sagemaker:PutModelPackageGroupPolicy',
        input: { ModelPackageGroupName: name, ResourcePolicy },
      }) as const;
    return {
      summary:
        left === ''
          ? `Delete the policy of model package group ${name}: it names other accounts only (${some(outside)})`
          : `Take ${some(outside)} out of the policy of model package group ${name}`,
      impact: `${some(outside)} can no longer read or use the packages of ${name} by this policy.`,
      evidenceLost: [],
      notRestored: [],
      steps: [
        left === ''
          ? call(
              { name: 'sagemaker:DeleteModelPackageGroupPolicy', input: { ModelPackageGroupName: name } },
              { undo: [call(put(policy))] },
            )
          : call(put(left), { undo: [call(put(policy))] }),
      ],
      preconditions: [],
      stillOpen: [
        {
          what: 'copies that were made already, and access by other ways: RAM shares, ECR and bucket policies, KMS grants',
          until: null,
          closeWith: null,
        },
        {
          what: 'whoever may call sagemaker:PutModelPackageGroupPolicy can share it again',
          until: null,
          closeWith: null,
        },
      ],
      comesBack: [`access of ${some(outside)} to ${name}`],
      undoRisk: `${some(outside)} can use the packages of ${name} again`,
    };
  },

  async verify(target, context) {
    const policy = await policyOf(nameOf(target), context);
    const outside = policy === undefined ? [] : outsidePrincipals(policy, context.account);
    return [
      {
        what: `the policy of ${target.name} names no other account`,
        holds: outside?.length === 0,
        why:
          policy === undefined
            ? 'it has no policy'
            : outside === undefined
              ? 'its policy cannot be taken apart'
              : outside.length === 0
                ? 'only principals of this account'
                : some(outside),
      },
    ];
  },
};
export default action;
