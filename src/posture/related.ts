import { refOfArn, s3Ref, sagemakerRef } from '../inventory/refs.ts';
import type { ResourceRef } from '../model/resource.ts';
import * as describe from './describe.ts';
import type { PostureFacts, Subject } from './facts.ts';

/** What a resource is made of or runs as, with how: "fraud-lab runs as it". What is not read yet is asked for. */
export interface Related {
  readonly to: ResourceRef;
  readonly via: string;
}

type Relate = (subject: Subject, facts: PostureFacts) => readonly (Related | undefined)[];

const to = (ref: ResourceRef | undefined, via: string): Related | undefined => ref && { to: ref, via };

const byArn = (arn: string | undefined, via: string): Related | undefined => to(refOfArn(arn), via);

const bucket = (uri: string | undefined, { partition }: PostureFacts, via: string): Related | undefined =>
  to(s3Ref(uri, partition), via);

const named = (type: string, name: string | undefined, facts: PostureFacts, via: string): Related | undefined =>
  name ? to(sagemakerRef(type, name, undefined, facts), via) : undefined;

const domainOf = (subject: Subject, { partition, region, account }: PostureFacts, via: string): Related | undefined => {
  const id = describe.domainIdOf(subject);
  return id
    ? to(
        { kind: 'sagemaker.domain', arn: `arn:${partition}:sagemaker:${region}:${account}:domain/${id}`, name: id },
        via,
      )
    : undefined;
};

/** By kind; what is not here has nothing that is worth a look of its own. */
const relations: { readonly [kind: string]: Relate } = {
  'sagemaker.notebook-instance': (subject, { ask }) => {
    const reading = describe.notebook(subject, ask);
    return reading.state === 'read' ? [byArn(reading.value.RoleArn, `${subject.name} runs as it`)] : [];
  },
  'sagemaker.endpoint': (subject, facts) => {
    const reading = describe.endpoint(subject, facts.ask);
    if (reading.state !== 'read') return [];
    const { EndpointConfigName, PendingDeploymentSummary } = reading.value;
    return [
      named('endpoint-config', EndpointConfigName, facts, `${subject.name} serves by it`),
      named('endpoint-config', PendingDeploymentSummary?.EndpointConfigName, facts, `${subject.name} is moving to it`),
    ];
  },
  'sagemaker.endpoint-config': (subject, facts) => {
    const reading = describe.endpointConfig(subject, facts.ask);
    if (reading.state !== 'read') return [];
    const { ExecutionRoleArn, ProductionVariants, ShadowProductionVariants, DataCaptureConfig, AsyncInferenceConfig } =
      reading.value;
    return [
      byArn(ExecutionRoleArn, `${subject.name} runs as it`),
      ...[...(ProductionVariants ?? []), ...(ShadowProductionVariants ?? [])].map(({ ModelName }) =>
        named('model', ModelName, facts, `${subject.name} serves it`),
      ),
      bucket(DataCaptureConfig?.DestinationS3Uri, facts, `${subject.name} copies what it is asked there`),
      bucket(AsyncInferenceConfig?.OutputConfig?.S3OutputPath, facts, `${subject.name} writes its answers there`),
    ];
  },
  'sagemaker.inference-component': (subject, facts) => {
    const reading = facts.ask('sagemaker:DescribeInferenceComponent', { InferenceComponentName: subject.name });
    if (reading.state !== 'read') return [];
    return [
      named('endpoint', reading.value.EndpointName, facts, `${subject.name} runs on it`),
      named('model', reading.value.Specification?.ModelName, facts, `${subject.name} serves it`),
    ];
  },
  'sagemaker.model': (subject, facts) => {
    const reading = describe.model(subject, facts.ask);
    if (reading.state !== 'read') return [];
    const { ExecutionRoleArn, PrimaryContainer, Containers } = reading.value;
    return [
      byArn(ExecutionRoleArn, `${subject.name} runs as it`),
      ...[...(PrimaryContainer ? [PrimaryContainer] : []), ...(Containers ?? [])].map(({ ModelDataUrl }) =>
        bucket(ModelDataUrl, facts, `${subject.name} is loaded from it`),
      ),
    ];
  },
  'sagemaker.training-job': (subject, facts) => {
    const reading = describe.trainingJob(subject, facts.ask);
    if (reading.state !== 'read') return [];
    return [
      byArn(reading.value.RoleArn, `${subject.name} runs as it`),
      bucket(reading.value.OutputDataConfig?.S3OutputPath, facts, `${subject.name} writes to it`),
    ];
  },
  'sagemaker.processing-job': (subject, facts) => {
    const reading = describe.processingJob(subject, facts.ask);
    if (reading.state !== 'read') return [];
    return [
      byArn(reading.value.RoleArn, `${subject.name} runs as it`),
      ...(reading.value.ProcessingOutputConfig?.Outputs ?? []).map(({ S3Output }) =>
        bucket(S3Output?.S3Uri, facts, `${subject.name} writes to it`),
      ),
    ];
  },
  'sagemaker.transform-job': (subject, facts) => {
    const reading = describe.transformJob(subject, facts.ask);
    if (reading.state !== 'read') return [];
    return [
      named('model', reading.value.ModelName, facts, `${subject.name} runs it`),
      bucket(reading.value.TransformOutput?.S3OutputPath, facts, `${subject.name} writes to it`),
    ];
  },
  'sagemaker.domain': (subject, { ask }) => {
    const reading = describe.domain(subject, ask);
    if (reading.state !== 'read') return [];
    const { DefaultUserSettings, DefaultSpaceSettings } = reading.value;
    return [
      byArn(DefaultUserSettings?.ExecutionRole, `profiles of ${subject.name} run as it by default`),
      byArn(DefaultSpaceSettings?.ExecutionRole, `shared spaces of ${subject.name} run as it`),
    ];
  },
  'sagemaker.user-profile': (subject, facts) => {
    const reading = describe.userProfile(subject, facts.ask);
    return [
      domainOf(subject, facts, `${subject.name} belongs to it`),
      reading.state === 'read'
        ? byArn(reading.value.UserSettings?.ExecutionRole, `${subject.name} runs as it`)
        : undefined,
    ];
  },
  'sagemaker.space': (subject, facts) => [domainOf(subject, facts, `${subject.name} belongs to it`)],
  'sagemaker.app': (subject, facts) => [domainOf(subject, facts, 'an app runs in it')],
  'sagemaker.monitoring-schedule': (subject, facts) => {
    const reading = facts.ask('sagemaker:DescribeMonitoringSchedule', { MonitoringScheduleName: subject.name });
    return reading.state === 'read'
      ? [named('endpoint', reading.value.EndpointName, facts, `${subject.name} watches it`)]
      : [];
  },
  'sagemaker.mlflow-tracking-server': (subject, facts) => {
    const reading = facts.ask('sagemaker:DescribeMlflowTrackingServer', { TrackingServerName: subject.name });
    if (reading.state !== 'read') return [];
    return [
      byArn(reading.value.RoleArn, `${subject.name} runs as it`),
      bucket(reading.value.ArtifactStoreUri, facts, `${subject.name} keeps its artifacts there`),
    ];
  },
  'sagemaker.model-package': (subject, facts) => {
    const group = /^(?:.*model-package\/)?([^/]+)\/\d+$/.exec(subject.arn || subject.name)?.[1];
    return [named('model-package-group', group, facts, `${subject.name} is in it`)];
  },
  's3.object': (subject, facts) => {
    const name = (subject.arn.split(':::')[1] ?? subject.name).split('/')[0];
    return [name ? bucket(`s3://${name}`, facts, 'an object in it was touched') : undefined];
  },
};

/** Everything that is worth a look beside a resource. */
export const relatedTo = (subject: Subject, facts: PostureFacts): readonly Related[] =>
  (relations[subject.kind]?.(subject, facts) ?? []).filter((one) => one !== undefined);

/** Kinds that lead to others. */
export const relatedKinds: readonly string[] = Object.keys(relations);
