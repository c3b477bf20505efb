import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ContainmentAction } from '../action.ts';
import { readEndpoint } from '../endpoint-reading.ts';
import { endpointInService, endpointRead } from '../endpoint-restore.ts';
import { endpointWithCallers } from '../invocations.ts';
import { call, nothingToSend, wait } from '../step.ts';

/** Sends no more traffic to one variant. No isolation: `TargetVariant` in a call still reaches it. Facts E3. */
const action: ContainmentAction = {
  id: 'sagemaker.endpoint.shift-traffic',
  title: 'Shift traffic off a variant: weight 0 (callers can still name it)',
  class: 'seconds',
  appliesTo: ['sagemaker.endpoint'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpointWeightsAndCapacities.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'variant',
      title: 'variant that gets no more traffic',
      choices: async (target, context) => {
        const variants = (await readEndpoint(target.name, context))?.ProductionVariants ?? [];
        const weighed = variants.filter(({ CurrentWeight = 0 }) => CurrentWeight > 0);
        return weighed.length < 2 ? [] : weighed.flatMap(({ VariantName }) => (VariantName ? [VariantName] : []));
      },
    },
  ],

  async plan(target, context) {
    const { variant } = context.params;
    if (!variant)
      throw new UsageError('the variant to take traffic off is missing', { nextSteps: ['Give --set variant=NAME'] });
    const endpoint = await readEndpoint(target.name, context);
    if (!endpoint) return nothingToSend(`Endpoint ${target.name} does not exist in ${context.region}: nothing serves`);
    const name = endpoint.EndpointName ?? target.name;
    const variants = endpoint.ProductionVariants ?? [];
    const chosen = variants.find(({ VariantName }) => VariantName === variant);
    if (!chosen)
      throw new UsageError(`${name} has no variant ${variant}`, {
        nextSteps: [`Use one of ${variants.map(({ VariantName }) => VariantName).join(', ')}`],
      });
    if ((chosen.DesiredWeight ?? chosen.CurrentWeight) === 0 && chosen.CurrentWeight === 0)
      return nothingToSend(`Variant ${variant} of ${name} has weight 0 already`);
    const others = variants.filter(
      ({ VariantName, CurrentWeight = 0 }) => VariantName !== variant && CurrentWeight > 0,
    );
    if (others.length === 0)
      throw new RefusedError(
        'OnlyVariant',
        `${variant} is the only variant of ${name} with traffic: AWS refuses weight 0`,
        ['Deny its invocations, roll its config back, or delete the endpoint'],
      );
    if (endpoint.EndpointStatus !== 'InService')
      throw new RefusedError(
        'EndpointBusy',
        `endpoint ${name} is ${endpoint.EndpointStatus}: AWS changes weights only while it is InService`,
        ['Plan again when it is InService, usually within minutes'],
      );
    const weigh = (DesiredWeight: number) => ({
      name: 'sagemaker:UpdateEndpointWeightsAndCapacities' as const,
      input: { EndpointName: name, DesiredWeightsAndCapacities: [{ VariantName: variant, DesiredWeight }] },
    });
    return {
      summary: `Give variant ${variant} of ${name} weight 0; ${others.map(({ VariantName }) => VariantName).join(', ')} take its share`,
      impact: `The remaining variants take the load of ${variant} (weight ${chosen.CurrentWeight}). Its containers run on, and callers who name it in TargetVariant still reach it.`,
      evidenceLost: [],
      notRestored: [],
      steps: [
        call(weigh(0), {
          undo: [
            wait(`${name} must be InService before AWS takes a change`, endpointInService(name)),
            // The weight drifts where a controller moves it.
            { ...call(weigh(chosen.CurrentWeight ?? 1)), volatile: ['DesiredWeightsAndCapacities'] },
            wait(`${name} must be InService`, endpointInService(name)),
          ],
        }),
        wait(`${name} must be InService`, endpointInService(name)),
      ],
      preconditions: [{ read: endpointRead(name), member: 'EndpointStatus', equals: 'InService' }],
      stillOpen: [
        {
          what: `calls that name ${variant} in TargetVariant`,
          until: null,
          closeWith: `sagemaker.endpoint.roll-back-config ${name}`,
        },
      ],
      comesBack: [`traffic to variant ${variant}, weight ${chosen.CurrentWeight}`],
    };
  },

  async verify(target, context) {
    const { variant } = context.params;
    const now = await readEndpoint(target.name, context);
    const weight = now?.ProductionVariants?.find(({ VariantName }) => VariantName === variant)?.CurrentWeight;
    return [
      {
        what: `variant ${variant} of ${target.name} has weight 0`,
        holds: !now || weight === 0,
        why: now ? `CurrentWeight = ${weight}` : 'sagemaker:DescribeEndpoint finds nothing',
      },
    ];
  },

  affected: endpointWithCallers,
};
export default action;
