import * as sm from '@aws-sdk/client-sagemaker';
import { type Bench, type Claim, refusalOf, seen, unseen } from './claim.ts';

const minuteMs = 60_000;

async function statusOf({ sagemaker }: Bench, EndpointName: string) {
  return (await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName }))).EndpointStatus;
}

const endpoint: Claim = {
  id: 'endpoint-state-errors',
  claim: 'DeleteEndpoint is refused with ValidationException while Creating; a variant does not go to 0 instances.',
  needs: ['endpointConfig'],
  does: [
    'sagemaker:CreateEndpoint from the config given by --endpoint-config, which is left as it is',
    'sagemaker:DeleteEndpoint while Creating; sagemaker:UpdateEndpointWeightsAndCapacities to 0 instances while InService: the answers are kept',
    'sagemaker:DeleteEndpoint',
  ],
  costs: 'an endpoint of that config for about 20 minutes',
  async measure(bench) {
    const EndpointName = `${bench.prefix}-endpoint`;
    const { sagemaker } = bench;
    await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName, EndpointConfigName: bench.endpointConfig }));
    let deleted = false;
    const steady = () =>
      bench.until(30 * minuteMs, async () => {
        const status = await statusOf(bench, EndpointName);
        return status === 'InService' || status === 'Failed' ? status : undefined;
      });
    bench.cleanUp(`endpoint ${EndpointName}`, async () => {
      if (!deleted) {
        await steady();
        await sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName }));
      }
      await bench.until(30 * minuteMs, async () =>
        (await refusalOf(statusOf(bench, EndpointName))) ? true : undefined,
      );
    });
    const remove = () => refusalOf(sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName })));
    const creating = await remove();
    deleted = creating === undefined;
    if (deleted) return seen('Creating: delete taken');
    if ((await steady()) !== 'InService') return unseen(`Creating: delete ${creating}; it did not come InService`);
    const { ProductionVariants = [] } = await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName }));
    const none = await refusalOf(
      sagemaker.send(
        new sm.UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName,
          DesiredWeightsAndCapacities: [{ VariantName: ProductionVariants[0]?.VariantName, DesiredInstanceCount: 0 }],
        }),
      ),
    );
    return seen(`Creating: delete ${creating} · InService: 0 instances ${none ?? 'taken'}`);
  },
};

export default [endpoint];
