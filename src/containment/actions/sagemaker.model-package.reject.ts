import type { OutputOf } from '../../aws/operations.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ContainmentAction, StateCheck } from '../action.ts';
import { attempt } from '../attempt.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { lines } from '../words.ts';

type Package = OutputOf<'sagemaker:DescribeModelPackage'>;

const read = (target: ResourceRef): StateCheck['read'] => ({
  name: 'sagemaker:DescribeModelPackage',
  input: { ModelPackageName: target.arn || target.name },
});

async function describe(target: ResourceRef, { aws, signal }: ActionContext): Promise<Package | undefined> {
  try {
    return await aws.call(
      'sagemaker:DescribeModelPackage',
      { ModelPackageName: target.arn || target.name },
      { signal, priority: 'operator' },
    );
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The package is not to be deployed any more. Whatever was deployed from it serves on. Facts G1. */
const action: ContainmentAction = {
  id: 'sagemaker.model-package.reject',
  title: 'Reject model package: pipelines deploy it no more; what serves it serves on',
  class: 'interrupts',
  appliesTo: ['sagemaker.model-package'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html',
  ],
  reversible: true,

  async plan(target, context) {
    const now = await describe(target, context);
    if (!now) return nothingToSend(`Model package ${target.name} does not exist in ${context.region}`);
    const { ModelPackageArn, ModelApprovalStatus: before, ApprovalDescription = '' } = now;
    if (before === 'Rejected') return nothingToSend(`Model package ${target.name} is Rejected already`);
    const rules = await attempt(
      context.aws.call('events:ListRules', { Limit: 100 }, { signal: context.signal, priority: 'operator' }),
    );
    const starts = (rules.value?.Rules ?? [])
      .filter(({ State, EventPattern = '' }) => State !== 'DISABLED' && /Model Package State Change/.test(EventPattern))
      .map(({ Name = '' }) => Name);
    const update = (ModelApprovalStatus: 'Approved' | 'PendingManualApproval' | 'Rejected', description: string) =>
      ({
        name: 'sagemaker:UpdateModelPackage',
        input: { ModelPackageArn, ModelApprovalStatus, ApprovalDescription: description },
      }) as const;
    return {
      summary: `Set model package ${target.name} from ${before ?? 'no status'} to Rejected`,
      impact: lines(
        'Endpoints and models that were made from it go on as they are: roll them back or delete them.',
        starts.length > 0 && `The change is an event that starts what these rules are for: ${starts.join(', ')}.`,
        rules.missing === 'denied' &&
          'Which EventBridge rules the change starts could not be read (events:ListRules was denied).',
      ),
      evidenceLost: [],
      notRestored: [
        'what rules and pipelines do when they hear of the change',
        ...(ApprovalDescription === '' ? ['that it had no approval description: it has an empty one'] : []),
      ],
      steps: [
        call(
          update('Rejected', `Rejected in incident ${context.incident}`.slice(0, 1_024)),
          before ? { undo: [call(update(before, ApprovalDescription))] } : {},
        ),
      ],
      preconditions: before ? [{ read: read(target), member: 'ModelApprovalStatus', equals: before }] : [],
      stillOpen: [
        {
          what: 'endpoints that serve it',
          until: null,
          closeWith: 'sagemaker.endpoint.roll-back-config on each of them',
        },
        {
          what: 'whoever may call sagemaker:UpdateModelPackage can approve it again',
          until: null,
          closeWith: null,
        },
      ],
      comesBack: [`approval status ${before} of ${target.name}`],
      ...(before === 'Approved' ? { undoRisk: `${target.name} is approved again, and pipelines may deploy it` } : {}),
    };
  },

  async verify(target, context) {
    const now = await describe(target, context);
    return [
      {
        what: `model package ${target.name} is Rejected`,
        holds: !now || now.ModelApprovalStatus === 'Rejected',
        why: now ? `ModelApprovalStatus = ${now.ModelApprovalStatus}` : 'sagemaker:DescribeModelPackage finds nothing',
      },
    ];
  },

  async *affected(target, context) {
    const now = await describe(target, context);
    if (now?.ModelPackageGroupName)
      yield {
        kind: 'sagemaker.model-package-group',
        arn: `arn:${context.partition}:sagemaker:${context.region}:${context.account}:model-package-group/${now.ModelPackageGroupName.toLowerCase()}`,
        why: 'its other versions stay as they are',
      };
  },
};
export default action;
