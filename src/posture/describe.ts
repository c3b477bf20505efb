import type { OutputOf } from '../aws/operations.ts';
import { studioAddress } from '../inventory/studio.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Ask, Reading } from './facts.ts';

type Of<Name extends Parameters<Ask>[0]> = Reading<OutputOf<Name>>;

/** What describes a resource, asked with the very inputs that the inventory asks with, so that an answer serves both. */
export const notebook = ({ name }: ResourceRef, ask: Ask): Of<'sagemaker:DescribeNotebookInstance'> =>
  ask('sagemaker:DescribeNotebookInstance', { NotebookInstanceName: name });

export const endpoint = ({ name }: ResourceRef, ask: Ask): Of<'sagemaker:DescribeEndpoint'> =>
  ask('sagemaker:DescribeEndpoint', { EndpointName: name });

export const endpointConfig = ({ name }: Pick<ResourceRef, 'name'>, ask: Ask): Of<'sagemaker:DescribeEndpointConfig'> =>
  ask('sagemaker:DescribeEndpointConfig', { EndpointConfigName: name });

export const model = ({ name }: Pick<ResourceRef, 'name'>, ask: Ask): Of<'sagemaker:DescribeModel'> =>
  ask('sagemaker:DescribeModel', { ModelName: name });

export const trainingJob = ({ name }: ResourceRef, ask: Ask): Of<'sagemaker:DescribeTrainingJob'> =>
  ask('sagemaker:DescribeTrainingJob', { TrainingJobName: name });

export const processingJob = ({ name }: ResourceRef, ask: Ask): Of<'sagemaker:DescribeProcessingJob'> =>
  ask('sagemaker:DescribeProcessingJob', { ProcessingJobName: name });

export const transformJob = ({ name }: ResourceRef, ask: Ask): Of<'sagemaker:DescribeTransformJob'> =>
  ask('sagemaker:DescribeTransformJob', { TransformJobName: name });

/** Domains, and what lies in one, are called by the id in their ARN. */
export const domainIdOf = ({ arn, name, kind }: ResourceRef): string =>
  studioAddress(arn).DomainId || (kind === 'sagemaker.domain' ? name : '');

export const domain = (ref: ResourceRef, ask: Ask): Of<'sagemaker:DescribeDomain'> =>
  ask('sagemaker:DescribeDomain', { DomainId: domainIdOf(ref) });

export const userProfile = (ref: ResourceRef, ask: Ask): Of<'sagemaker:DescribeUserProfile'> =>
  ask('sagemaker:DescribeUserProfile', { DomainId: domainIdOf(ref), UserProfileName: ref.name });

export const space = (ref: ResourceRef, ask: Ask): Of<'sagemaker:DescribeSpace'> =>
  ask('sagemaker:DescribeSpace', { DomainId: domainIdOf(ref), SpaceName: ref.name });

export const role = ({ name }: Pick<ResourceRef, 'name'>, ask: Ask): Of<'iam:GetRole'> =>
  ask('iam:GetRole', { RoleName: name });
