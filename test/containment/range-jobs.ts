import * as sm from '@aws-sdk/client-sagemaker';

/** What jobs of the calm account are made of. */
async function partsOfJobs(sagemaker: sm.SageMakerClient) {
  const { RoleArn, AlgorithmSpecification, ResourceConfig, OutputDataConfig } = await sagemaker.send(
    new sm.DescribeTrainingJobCommand({ TrainingJobName: 'churn-train-20261123' }),
  );
  const bucket = OutputDataConfig?.S3OutputPath?.replace(/^(s3:\/\/[^/]+).*/, '$1') ?? '';
  const s3 = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `${bucket}/in/` } } as const;
  return { RoleArn, AlgorithmSpecification, ResourceConfig, OutputDataConfig, bucket, s3 };
}

/** Starts a job of a family that nobody in the calm account uses. */
export const startJob: {
  readonly [kind: string]: (sagemaker: sm.SageMakerClient, name: string) => Promise<unknown>;
} = {
  async 'transform-job'(sagemaker, TransformJobName) {
    const { bucket, s3 } = await partsOfJobs(sagemaker);
    return sagemaker.send(
      new sm.CreateTransformJobCommand({
        TransformJobName,
        ModelName: 'churn-model-a',
        TransformInput: { DataSource: s3 },
        TransformOutput: { S3OutputPath: `${bucket}/out/` },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      }),
    );
  },
  async 'hyper-parameter-tuning-job'(sagemaker, HyperParameterTuningJobName) {
    const { RoleArn, AlgorithmSpecification, ResourceConfig, OutputDataConfig } = await partsOfJobs(sagemaker);
    return sagemaker.send(
      new sm.CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName,
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          ResourceLimits: { MaxNumberOfTrainingJobs: 20, MaxParallelTrainingJobs: 1 },
        },
        TrainingJobDefinition: {
          AlgorithmSpecification: { TrainingImage: AlgorithmSpecification?.TrainingImage, TrainingInputMode: 'File' },
          RoleArn,
          OutputDataConfig,
          ResourceConfig,
          StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
        },
      }),
    );
  },
  async 'automl-job'(sagemaker, AutoMLJobName) {
    const { RoleArn, bucket, s3 } = await partsOfJobs(sagemaker);
    return sagemaker.send(
      new sm.CreateAutoMLJobV2Command({
        AutoMLJobName,
        AutoMLJobInputDataConfig: [{ ChannelType: 'training', DataSource: s3 }],
        OutputDataConfig: { S3OutputPath: `${bucket}/automl/` },
        AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: 'y' } },
        RoleArn,
      }),
    );
  },
};
