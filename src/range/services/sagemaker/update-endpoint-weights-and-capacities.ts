import { sagemakerArn } from '../../account/account.ts';
import { findEndpoint, hostingDurations, refuseInProgress, settleEndpoint } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/**
 * Zero instances are refused: a real-time variant keeps at least one (asynchronous endpoints, which may have none, are not simulated).
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpointWeightsAndCapacities.html
 */
export default {
  service: 'sagemaker',
  name: 'UpdateEndpointWeightsAndCapacities',
  readOnly: false,
  input: { EndpointName: resourceName, DesiredWeightsAndCapacities: { type: 'list', required: true, min: 1 } },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint', text(input, 'EndpointName'))],
  run(input, context) {
    const endpoint = findEndpoint(context.region, text(input, 'EndpointName'));
    refuseInProgress(endpoint, 'update');
    const changes = structures(input.DesiredWeightsAndCapacities).map((change) => {
      const variant = endpoint.variants.find(({ name }) => name === change.VariantName);
      if (!variant)
        throw validationFault(`Variant "${String(change.VariantName)}" does not exist for endpoint "${endpoint.arn}".`);
      const { DesiredWeight: weight, DesiredInstanceCount: instances } = change;
      if (typeof weight === 'number' && weight < 0)
        throw validationFault('Variant weight must be greater than or equal to 0.');
      if (typeof instances === 'number' && instances < 1)
        throw validationFault('Instance count must be greater than or equal to 1.');
      return { variant, weight, instances };
    });
    const total = endpoint.variants.reduce((sum, variant) => {
      const change = changes.find((entry) => entry.variant === variant);
      return sum + (typeof change?.weight === 'number' ? change.weight : variant.desiredWeight);
    }, 0);
    if (total <= 0) throw validationFault('The sum of all variant weights must be greater than 0.');
    for (const { variant, weight, instances } of changes) {
      if (typeof weight === 'number') variant.desiredWeight = weight;
      if (typeof instances === 'number') variant.desiredInstances = instances;
    }
    endpoint.status = 'Updating';
    settleEndpoint(endpoint, hostingDurations.updateWeights, context, () => {
      for (const variant of endpoint.variants) {
        variant.currentWeight = variant.desiredWeight;
        variant.currentInstances = variant.desiredInstances;
      }
    });
    return { EndpointArn: endpoint.arn };
  },
} satisfies Operation;
