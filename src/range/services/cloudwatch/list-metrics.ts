import { type Operation, optionalText, structures } from '../../operation.ts';
import { metricNames, sagemakerNamespace } from '../../workloads/endpoint-metrics.ts';

/**
 * The range has fewer metrics than a page of 500 holds, so there is one page.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
export default {
  service: 'cloudwatch',
  name: 'ListMetrics',
  readOnly: true,
  input: {
    Namespace: { type: 'string' },
    MetricName: { type: 'string' },
    Dimensions: { type: 'list', max: 10 },
    NextToken: { type: 'string' },
  },
  run(input, { metrics, region }) {
    const wanted = optionalText(input, 'MetricName');
    const dimensions = structures(input.Dimensions);
    const namespace = optionalText(input, 'Namespace') ?? sagemakerNamespace;
    if (namespace !== sagemakerNamespace) return { Metrics: [] };
    return {
      Metrics: metrics.fleets(region.name).flatMap((fleet) => {
        const own = [
          { Name: 'EndpointName', Value: fleet.endpoint },
          { Name: 'VariantName', Value: fleet.variant },
        ];
        const matches = dimensions.every(({ Name, Value }) =>
          own.some((entry) => entry.Name === Name && (Value === undefined || Value === entry.Value)),
        );
        return metricNames
          .filter((name) => matches && (wanted === undefined || wanted === name))
          .map((name) => ({ Namespace: namespace, MetricName: name, Dimensions: own }));
      }),
    };
  },
} satisfies Operation;
