import type { ResourceRef } from '../model/resource.ts';
import * as describe from './describe.ts';
import type { Ask, Reading } from './facts.ts';

/** How containers reach the network. */
export interface ContainerNetwork {
  /** Where in the answer it stands: empty, or `NetworkConfig.`. */
  readonly path: string;
  readonly isolated: boolean | undefined;
  readonly subnets: readonly string[] | undefined;
  readonly securityGroups: readonly string[] | undefined;
}

/** Kinds that say of themselves how their containers reach the network. */
export const containerKinds = [
  'sagemaker.model',
  'sagemaker.endpoint-config',
  'sagemaker.training-job',
  'sagemaker.processing-job',
] as const;

interface Vpc {
  readonly Subnets?: readonly string[] | undefined;
  readonly SecurityGroupIds?: readonly string[] | undefined;
}

const network = (path: string, isolated: boolean | undefined, vpc: Vpc | undefined): ContainerNetwork => ({
  path,
  isolated,
  subnets: vpc?.Subnets,
  securityGroups: vpc?.SecurityGroupIds,
});

const mapped = <Value>(
  reading: Reading<Value>,
  of: (value: Value) => ContainerNetwork | undefined,
): Reading<ContainerNetwork | undefined> =>
  reading.state === 'read' ? { ...reading, value: of(reading.value) } : reading;

/** The network of a model, an endpoint config whose models come as inference components, or a job; `undefined` where the models decide. */
export function containerNetwork(subject: ResourceRef, ask: Ask): Reading<ContainerNetwork | undefined> {
  switch (subject.kind) {
    case 'sagemaker.model':
      return mapped(describe.model(subject, ask), ({ EnableNetworkIsolation, VpcConfig }) =>
        network('', EnableNetworkIsolation, VpcConfig),
      );
    case 'sagemaker.endpoint-config':
      return mapped(describe.endpointConfig(subject, ask), ({ EnableNetworkIsolation, VpcConfig, ExecutionRoleArn }) =>
        ExecutionRoleArn ? network('', EnableNetworkIsolation, VpcConfig) : undefined,
      );
    case 'sagemaker.training-job':
      return mapped(describe.trainingJob(subject, ask), ({ EnableNetworkIsolation, VpcConfig }) =>
        network('', EnableNetworkIsolation, VpcConfig),
      );
    default:
      return mapped(describe.processingJob(subject, ask), ({ NetworkConfig }) =>
        network('NetworkConfig.', NetworkConfig?.EnableNetworkIsolation, NetworkConfig?.VpcConfig),
      );
  }
}
