import { pageSize } from '../../inventory/pages.ts';
import { type Check, evidenceOf, type Judgement, unanswered } from '../check.ts';
import * as describe from '../describe.ts';
import { pagesOf } from '../facts.ts';
import { cli, commands } from '../remedy.ts';

const check: Check = {
  id: 'resilience.autoscaling',
  topic: 'resilience',
  title: 'autoscaling of the endpoint',
  about: ['sagemaker.endpoint'],
  why: 'What an attacker asks of the endpoint takes the room of everybody else, and nothing gives it more.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html'],
  remedy: ({ name }) =>
    commands(
      cli('application-autoscaling', 'register-scalable-target', {
        'service-namespace': 'sagemaker',
        'scalable-dimension': 'sagemaker:variant:DesiredInstanceCount',
        'resource-id': `endpoint/${name}/variant/VARIANT`,
        'min-capacity': '2',
        'max-capacity': 'MOST',
      }),
    ),
  judge(subject, { ask }): readonly Judgement[] {
    const described = describe.endpoint(subject, ask);
    if (described.state !== 'read') return [unanswered([described])!];
    const targets = pagesOf(
      (NextToken) =>
        ask('application-autoscaling:DescribeScalableTargets', {
          ServiceNamespace: 'sagemaker',
          ...(NextToken ? { NextToken } : {}),
        }),
      ({ ScalableTargets, NextToken }) => ({ items: ScalableTargets, next: NextToken }),
    );
    const components = ask('sagemaker:ListInferenceComponents', {
      EndpointNameEquals: subject.name,
      MaxResults: pageSize,
    });
    const open = unanswered([targets, components]);
    if (open) return [open];
    if (targets.state !== 'read' || components.state !== 'read') return [];
    const own = new Set([
      ...(described.value.ProductionVariants ?? []).map(
        ({ VariantName }) => `endpoint/${subject.name}/variant/${VariantName}`,
      ),
      ...(components.value.InferenceComponents ?? []).map(
        ({ InferenceComponentName }) => `inference-component/${InferenceComponentName}`,
      ),
    ]);
    const found = targets.value.items.filter(({ ResourceId }) => ResourceId !== undefined && own.has(ResourceId));
    if (found.length > 0)
      return [
        {
          verdict: 'sound',
          evidence: found
            .slice(0, 5)
            .map(({ ResourceId, MinCapacity, MaxCapacity }) =>
              evidenceOf(targets, 'ScalableTargets', `${ResourceId}: ${MinCapacity ?? '?'} to ${MaxCapacity ?? '?'}`),
            ),
        },
      ];
    if (targets.value.more)
      return [{ verdict: 'unknown', evidence: [], note: 'the account has more scalable targets than were looked at' }];
    return [
      {
        verdict: 'weak',
        evidence: [evidenceOf(targets, 'ScalableTargets', `none of ${targets.value.items.length} is of this endpoint`)],
      },
    ];
  },
};
export default check;
