import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { attempt } from '../attempt.ts';
import { configsOf } from '../endpoint-configs.ts';
import { type EndpointConfig, readEndpoint } from '../endpoint-reading.ts';
import { endpointInService, endpointRead, restoreCapacities } from '../endpoint-restore.ts';
import { endpointWithCallers } from '../invocations.ts';
import { readScaling, type Scaling } from '../scaling.ts';
import { call, nothingToSend, wait } from '../step.ts';
import { lines, some } from '../words.ts';

const readConfig = (EndpointConfigName: string, { aws, signal }: ActionContext) =>
  attempt(aws.call('sagemaker:DescribeEndpointConfig', { EndpointConfigName }, { signal, priority: 'operator' }));

/** Where what callers send and get is copied to: what a siphon changes. */
const sinks = (config: EndpointConfig | undefined): readonly string[] =>
  [
    config?.DataCaptureConfig?.EnableCapture === false ? undefined : config?.DataCaptureConfig?.DestinationS3Uri,
    config?.AsyncInferenceConfig?.OutputConfig?.S3OutputPath,
    config?.AsyncInferenceConfig?.OutputConfig?.S3FailurePath,
  ].filter((uri) => uri !== undefined);

/**
 * AWS keeps variants that scale automatically where they are: "must be deregistered as a scalable target … before they can be removed or
 * have their instance type updated".
 */
function refuseScaled(scaling: readonly Scaling[], now: EndpointConfig | undefined, next: EndpointConfig): void {
  for (const { target } of scaling) {
    const variant = target.ResourceId?.split('/')[3];
    const of = (config: EndpointConfig | undefined) =>
      config?.ProductionVariants?.find(({ VariantName }) => VariantName === variant);
    const there = of(next);
    if (there && (!of(now) || there.InstanceType === of(now)?.InstanceType)) continue;
    throw new RefusedError(
      'ScaledVariant',
      `variant ${variant} scales automatically, and ${next.EndpointConfigName} ${there ? 'has another instance type for it' : 'does not have it'}: AWS refuses such an update`,
      ['Choose a config that keeps this variant as it is, or delete the endpoint'],
    );
  }
}

/** Goes back to a config that is known to be good, without an outage; the present fleet serves until the new one does. Facts E4. */
const action: ContainmentAction = {
  id: 'sagemaker.endpoint.roll-back-config',
  title: 'Roll back endpoint: update it to an earlier config',
  class: 'interrupts',
  appliesTo: ['sagemaker.endpoint'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'config',
      title: 'endpoint config to go back to',
      choices: async (target, context) => {
        const endpoint = await readEndpoint(target.name, context);
        return endpoint ? configsOf(endpoint, context) : [];
      },
    },
  ],

  async plan(target, context) {
    const { params } = context;
    const wanted = params.config;
    if (!wanted)
      throw new UsageError('the config to roll back to is missing', { nextSteps: ['Give --set config=NAME'] });
    const endpoint = await readEndpoint(target.name, context);
    if (!endpoint)
      throw new RefusedError('NoSuchEndpoint', `endpoint ${target.name} does not exist in ${context.region}`, [
        'Undo its deletion, or create it from the good config',
      ]);
    const name = endpoint.EndpointName ?? target.name;
    const status = endpoint.EndpointStatus;
    const current = endpoint.EndpointConfigName ?? '';
    if (current === wanted && status === 'InService')
      return nothingToSend(`Endpoint ${name} serves config ${wanted} already`);
    if (status === 'Updating' && endpoint.PendingDeploymentSummary?.EndpointConfigName === wanted)
      return {
        ...nothingToSend(`Endpoint ${name} is being updated to ${wanted} already: wait until it serves`),
        steps: [wait(`${name} must be InService`, endpointInService(name))],
      };
    if (status !== 'InService')
      throw new RefusedError(
        'EndpointBusy',
        `endpoint ${name} is ${status}: AWS updates it only while it is InService`,
        ['Plan again when it is InService, or delete the endpoint'],
      );
    const next = await readConfig(wanted, context);
    if (!next.value)
      throw new RefusedError(
        'ConfigNotUsable',
        next.missing === 'denied'
          ? `config ${wanted} cannot be read (sagemaker:DescribeEndpointConfig was denied), so nobody knows what it would serve`
          : `there is no endpoint config ${wanted} in ${context.region}`,
        ['Choose another config'],
      );
    const config = await readConfig(current, context);
    const scaling = await readScaling(
      (endpoint.ProductionVariants ?? []).map(({ VariantName }) => `endpoint/${name}/variant/${VariantName}`),
      context,
    );
    refuseScaled(scaling ?? [], config.value, next.value);
    const counts = (endpoint.ProductionVariants ?? []).flatMap(({ VariantName, CurrentInstanceCount }) => {
      const initial = next.value.ProductionVariants?.find(
        (one) => one.VariantName === VariantName,
      )?.InitialInstanceCount;
      return CurrentInstanceCount !== undefined && initial !== undefined && initial < CurrentInstanceCount
        ? [`${VariantName} from ${CurrentInstanceCount} to ${initial}`]
        : [];
    });
    const before = sinks(config.value);
    const after = sinks(next.value);
    return {
      summary: `Update endpoint ${name} from config ${current} back to ${wanted}`,
      impact: lines(
        `No outage: the present fleet of ${name} serves until the new one does, usually minutes; until then whatever is wrong with it goes on.`,
        before.some((uri) => !after.includes(uri)) &&
          `What is copied to ${some(before.filter((uri) => !after.includes(uri)))} stops when the fleets swap.`,
        after.some((uri) => !before.includes(uri)) &&
          `It will copy to ${some(after.filter((uri) => !before.includes(uri)))}.`,
        counts.length > 0 && `Instances start with the config's counts: ${some(counts)}.`,
        scaling === undefined &&
          'Whether its variants scale automatically could not be read; AWS may refuse the update.',
      ),
      evidenceLost: ['memory and local disks of the present containers'],
      notRestored: [
        'memory and local disks of the present containers',
        ...(config.value
          ? []
          : [
              `the present fleet: its config ${current} ${config.missing === 'denied' ? 'cannot be read' : 'no longer exists'}`,
            ]),
      ],
      steps: [
        call(
          { name: 'sagemaker:UpdateEndpoint', input: { EndpointName: name, EndpointConfigName: wanted } },
          config.missing === 'not-found'
            ? {}
            : {
                undo: [
                  wait(`${name} must be InService before AWS takes an update`, endpointInService(name)),
                  call({
                    name: 'sagemaker:UpdateEndpoint',
                    input: { EndpointName: name, EndpointConfigName: current },
                  }),
                  wait(`${name} must be InService`, endpointInService(name)),
                  ...restoreCapacities({ endpoint, config }),
                ],
              },
        ),
        wait(`${name} must be InService`, endpointInService(name)),
      ],
      preconditions: [
        { read: endpointRead(name), member: 'EndpointStatus', equals: 'InService' },
        { read: endpointRead(name), member: 'EndpointConfigName', equals: current },
      ],
      stillOpen: [
        {
          what: `whoever may call sagemaker:UpdateEndpoint can move ${name} to ${current} again`,
          until: null,
          closeWith: null,
        },
      ],
      comesBack: [
        `config ${current} for ${name}`,
        ...before.filter((uri) => !after.includes(uri)).map((uri) => `copies to ${uri}`),
      ],
      ...(before.some((uri) => !after.includes(uri))
        ? { undoRisk: `what callers send is copied to ${some(before.filter((uri) => !after.includes(uri)))} again` }
        : {}),
    };
  },

  async verify(target, context) {
    const now = await readEndpoint(target.name, context);
    return [
      {
        what: `endpoint ${target.name} serves config ${context.params.config}`,
        holds: now?.EndpointConfigName === context.params.config && now?.EndpointStatus === 'InService',
        why: now
          ? `EndpointConfigName = ${now.EndpointConfigName}, EndpointStatus = ${now.EndpointStatus}`
          : 'sagemaker:DescribeEndpoint finds nothing',
      },
    ];
  },

  affected: endpointWithCallers,
};
export default action;
