import type { Endpoint, Variant } from '../account/hosting.ts';
import type { Credential } from '../account/identities.ts';
import { decide, denial, requestContext } from '../authorize.ts';
import type { Fault } from '../fault.ts';
import { Random } from '../random.ts';
import type { Workload } from './workload.ts';

const applicationIp = '10.32.4.17';
const applicationAgent =
  'aws-sdk-java/2.34.6 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.153 lang/java#21.0.9 md/vendor#Amazon.com_Inc.';

/** What the caller's policies say of a call that does not come through the door. @returns Why it is refused, if it is. */
export function refusalOf(
  workload: Workload,
  caller: Credential,
  permission: { readonly action: string; readonly resource: string },
  at: number,
  sourceIp: string,
): Fault | undefined {
  const { account } = workload;
  const keys = requestContext(account, caller, { now: at, sourceIp, region: account.homeRegion });
  const ruling = decide(account, caller, permission, keys);
  return ruling.decision === 'allowed' ? undefined : denial(caller, permission, ruling);
}

/** The name of the stream an instance of the endpoint writes to. */
export const instanceStream = (seed: string, endpoint: Endpoint, variant: Variant, instance: number): string =>
  `${variant.name}/i-0${new Random(`${seed} ${endpoint.arn} ${variant.name} ${instance}`).letters(16)}`;

/**
 * An application asks an endpoint.
 *
 * @param ids Of the data event; without them the trail does not get one.
 * @returns Why it was refused, if it was.
 */
export function askEndpoint(
  workload: Workload,
  endpoint: Endpoint,
  at: number,
  ids: { readonly event: string; readonly request: string } | undefined,
): Fault | undefined {
  const { account, people, trail } = workload;
  const caller = people.get('app');
  if (!caller) throw new Error('workload: nobody is called app');
  const permission = { action: 'sagemaker:InvokeEndpoint', resource: endpoint.arn };
  const refused = refusalOf(workload, caller, permission, at, applicationIp);
  if (ids)
    trail.recordData({
      eventId: ids.event,
      source: 'sagemaker.amazonaws.com',
      name: 'InvokeEndpoint',
      readOnly: false,
      host: `runtime.sagemaker.${account.homeRegion}.amazonaws.com`,
      // CloudTrail keeps no parameters of it: `resources` says which endpoint was asked.
      parameters: null,
      resources: [{ accountId: account.id, type: 'AWS::SageMaker::Endpoint', ARN: endpoint.arn }],
      refused,
      caller,
      region: account.homeRegion,
      at,
      sourceIp: applicationIp,
      userAgent: applicationAgent,
      requestId: ids.request,
    });
  if (refused) workload.refused?.(at, 'app', permission.action, endpoint.name, refused.code);
  return refused;
}
