import { sagemakerArn } from '../../account/account.ts';
import {
  componentsOf,
  findEndpoint,
  hostingDurations,
  refuseInProgress,
  reportEndpoint,
} from '../../account/hosting.ts';
import { callerArn } from '../../account/identities.ts';
import { removeTarget, targetsOfEndpoint } from '../../account/scaling.ts';
import { Fault, validationFault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

const deregister = 'application-autoscaling:DeregisterScalableTarget';

/**
 * AWS removes the endpoint's scalable targets itself, with the caller's permissions.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html
 */
export default {
  service: 'sagemaker',
  name: 'DeleteEndpoint',
  readOnly: false,
  input: { EndpointName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'endpoint', text(input, 'EndpointName'))],
  run(input, context) {
    const { region } = context;
    const endpoint = findEndpoint(region, text(input, 'EndpointName'));
    refuseInProgress(endpoint, 'delete');
    if (componentsOf(region, endpoint).length > 0)
      throw validationFault(
        `Cannot delete endpoint "${endpoint.arn}" with inference component associated. Delete all inference components on the endpoint and try again.`,
      );
    const scaled = targetsOfEndpoint(region, endpoint.name);
    for (const target of scaled)
      if (!context.allowed({ action: deregister, resource: target.arn }))
        throw new Fault(
          'AccessDeniedException',
          `User: ${callerArn(context.caller)} is not authorized to perform: ${deregister} on resource: ${target.arn} because no identity-based policy allows the ${deregister} action`,
        );
    for (const target of scaled) removeTarget(region, target);
    endpoint.status = 'Deleting';
    endpoint.modifiedAt = context.now;
    reportEndpoint(endpoint, context);
    const key = endpoint.name.toLowerCase();
    context.later(hostingDurations.deleteEndpoint, () => {
      if (region.endpoints.get(key) === endpoint) region.endpoints.delete(key);
    });
    return undefined;
  },
} satisfies Operation;
