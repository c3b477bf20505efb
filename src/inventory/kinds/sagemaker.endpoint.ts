import { DetailsBuilder } from '../details.ts';
import { readConfig } from '../hosting.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';

/** Endpoints: what they serve, as which role, on what, and where they copy what they are asked. */
const kind: InventoryKind = {
  id: 'sagemaker.endpoint',
  title: 'endpoints',
  order: 1,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListEndpoints', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Endpoints, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('endpoint', one.EndpointName, one.EndpointArn, look),
        state: one.EndpointStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),

  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeEndpoint';
    const endpoint = await details.must(from, { EndpointName: ref.name });
    details.state = endpoint.EndpointStatus ?? '';
    details.createdAt = ms(endpoint.CreationTime);
    details.modifiedAt = ms(endpoint.LastModifiedTime);
    details.fact('failure', endpoint.FailureReason, from);
    details.fact('last changed', endpoint.LastModifiedTime, from);
    const counts = new Map<string, number>();
    for (const variant of endpoint.ProductionVariants ?? []) {
      if (variant.CurrentInstanceCount !== undefined)
        counts.set(variant.VariantName ?? '', variant.CurrentInstanceCount);
      // The digest that really runs is evidence, even when the tag has moved since.
      for (const { SpecifiedImage, ResolvedImage } of variant.DeployedImages ?? []) {
        details.image('image', ResolvedImage ?? SpecifiedImage, from);
        details.fact(`image of ${variant.VariantName ?? '?'}`, ResolvedImage ?? SpecifiedImage, from);
      }
    }
    const pending = endpoint.PendingDeploymentSummary?.EndpointConfigName;
    if (pending)
      details.relate('endpoint-config-to-come', sagemakerRef('endpoint-config', pending, undefined, look), from);
    if (endpoint.EndpointConfigName) {
      details.relate(
        'endpoint-config',
        sagemakerRef('endpoint-config', endpoint.EndpointConfigName, undefined, look),
        from,
      );
      await readConfig(details, endpoint.EndpointConfigName, look, counts);
    }
    return details.done();
  },

  async more(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'application-autoscaling:DescribeScalableTargets';
    const of = `endpoint/${ref.name}/`;
    const scaling = await details.ask(from, { ServiceNamespace: 'sagemaker' }, 'auto scaling');
    for (const target of scaling?.ScalableTargets ?? [])
      if (target.ResourceId?.startsWith(of))
        details.fact(
          `scaling of ${target.ResourceId.slice(of.length)}`,
          `${target.MinCapacity ?? '?'} to ${target.MaxCapacity ?? '?'}${target.SuspendedState?.DynamicScalingInSuspended ? ', suspended' : ''}`,
          from,
        );
    const schedules = await details.ask(
      'sagemaker:ListMonitoringSchedules',
      { EndpointName: ref.name },
      'monitoring schedules',
    );
    for (const one of schedules?.MonitoringScheduleSummaries ?? [])
      details.relate(
        'monitoring-schedule',
        sagemakerRef('monitoring-schedule', one.MonitoringScheduleName, one.MonitoringScheduleArn, look),
        'sagemaker:ListMonitoringSchedules',
      );
    const components = await details.ask(
      'sagemaker:ListInferenceComponents',
      { EndpointNameEquals: ref.name, MaxResults: pageSize },
      'inference components',
    );
    for (const one of components?.InferenceComponents ?? [])
      details.relate(
        'inference-component',
        sagemakerRef('inference-component', one.InferenceComponentName, one.InferenceComponentArn, look),
        'sagemaker:ListInferenceComponents',
      );
    return details.done();
  },
};
export default kind;
