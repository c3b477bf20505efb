import { DetailsBuilder } from '../details.ts';
import { readModel } from '../hosting.ts';
import { jobPages } from '../jobs.ts';
import type { InventoryKind } from '../kind.ts';
import { ms, refOfArn, sagemakerRef } from '../refs.ts';

const api = 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_';
const pagesOf = (...operations: readonly string[]) => operations.map((operation) => `${api}${operation}.html`);

/** Training jobs. A warm pool may outlive its job. */
const training: InventoryKind = {
  id: 'sagemaker.training-job',
  title: 'training jobs',
  order: 1,
  runs: true,
  references: pagesOf('ListTrainingJobs', 'DescribeTrainingJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['InProgress'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListTrainingJobs', query as object);
        return { items: value.TrainingJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('training-job', one.TrainingJobName, one.TrainingJobArn, look),
        state: one.TrainingJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeTrainingJob';
    const job = await details.must(from, { TrainingJobName: ref.name });
    details.state = job.TrainingJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.runsAs(job.RoleArn, from);
    const resources = job.ResourceConfig;
    details.runsOn(
      resources?.SelectedInstanceType ?? resources?.InstanceType,
      resources?.SelectedInstanceCount ?? resources?.InstanceCount,
    );
    for (const { InstanceType, InstanceCount } of resources?.InstanceGroups ?? [])
      details.runsOn(InstanceType, InstanceCount);
    details.network(job.EnableNetworkIsolation, job.VpcConfig);
    details.image('image', job.AlgorithmSpecification?.TrainingImage, from);
    details.fact('entry point', job.AlgorithmSpecification?.ContainerEntrypoint?.join(' '), from);
    details.fact('arguments', job.AlgorithmSpecification?.ContainerArguments?.join(' '), from);
    details.fact('stage', job.SecondaryStatus, from);
    details.fact('failure', job.FailureReason, from);
    details.fact('ends at the latest after, s', job.StoppingCondition?.MaxRuntimeInSeconds, from);
    details.fact('warm pool', job.WarmPoolStatus?.Status, from);
    details.fact('shell access by SSM', job.RemoteDebugConfig?.EnableRemoteDebug, from);
    for (const arn of [job.TuningJobArn, job.AutoMLJobArn, job.LabelingJobArn])
      details.relate('parent', refOfArn(arn), from);
    details.relate('makes', refOfArn(job.OutputModelPackageArn), from);
    for (const { DataSource } of job.InputDataConfig ?? [])
      details.s3('s3-source', DataSource?.S3DataSource?.S3Uri, from);
    for (const uri of [
      job.OutputDataConfig?.S3OutputPath,
      job.CheckpointConfig?.S3Uri,
      job.DebugHookConfig?.S3OutputPath,
      job.TensorBoardOutputConfig?.S3OutputPath,
      job.ProfilerConfig?.S3OutputPath,
    ])
      details.s3('s3-sink', uri, from);
    return details.done();
  },
};

/** Processing jobs: any container with any arguments. */
const processing: InventoryKind = {
  id: 'sagemaker.processing-job',
  title: 'processing jobs',
  order: 1,
  runs: true,
  references: pagesOf('ListProcessingJobs', 'DescribeProcessingJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['InProgress'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListProcessingJobs', query as object);
        return { items: value.ProcessingJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('processing-job', one.ProcessingJobName, one.ProcessingJobArn, look),
        state: one.ProcessingJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeProcessingJob';
    const job = await details.must(from, { ProcessingJobName: ref.name });
    details.state = job.ProcessingJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.runsAs(job.RoleArn, from);
    const { InstanceType, InstanceCount } = job.ProcessingResources?.ClusterConfig ?? {};
    details.runsOn(InstanceType, InstanceCount);
    details.network(job.NetworkConfig?.EnableNetworkIsolation, job.NetworkConfig?.VpcConfig);
    details.image('image', job.AppSpecification?.ImageUri, from);
    details.fact('entry point', job.AppSpecification?.ContainerEntrypoint?.join(' '), from);
    details.fact('arguments', job.AppSpecification?.ContainerArguments?.join(' '), from);
    details.fact('failure', job.FailureReason, from);
    details.fact('exit message', job.ExitMessage, from);
    details.fact('ends at the latest after, s', job.StoppingCondition?.MaxRuntimeInSeconds, from);
    for (const arn of [job.MonitoringScheduleArn, job.AutoMLJobArn, job.TrainingJobArn])
      details.relate('parent', refOfArn(arn), from);
    for (const { S3Input } of job.ProcessingInputs ?? []) details.s3('s3-source', S3Input?.S3Uri, from);
    for (const { S3Output } of job.ProcessingOutputConfig?.Outputs ?? []) details.s3('s3-sink', S3Output?.S3Uri, from);
    return details.done();
  },
};

/** Batch transform jobs; their role is that of the model. */
const transform: InventoryKind = {
  id: 'sagemaker.transform-job',
  title: 'transform jobs',
  order: 1,
  runs: true,
  references: pagesOf('ListTransformJobs', 'DescribeTransformJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['InProgress'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListTransformJobs', query as object);
        return { items: value.TransformJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('transform-job', one.TransformJobName, one.TransformJobArn, look),
        state: one.TransformJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeTransformJob';
    const job = await details.must(from, { TransformJobName: ref.name });
    details.state = job.TransformJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.runsOn(job.TransformResources?.InstanceType, job.TransformResources?.InstanceCount);
    details.fact('failure', job.FailureReason, from);
    for (const arn of [job.AutoMLJobArn, job.LabelingJobArn]) details.relate('parent', refOfArn(arn), from);
    details.s3('s3-source', job.TransformInput?.DataSource?.S3DataSource?.S3Uri, from);
    details.s3('s3-sink', job.TransformOutput?.S3OutputPath, from);
    details.s3('s3-sink', job.DataCaptureConfig?.DestinationS3Uri, from);
    if (job.ModelName) {
      details.relate('model', sagemakerRef('model', job.ModelName, undefined, look), from);
      await readModel(details, job.ModelName);
    }
    return details.done();
  },
};

/** Hyper-parameter tuning jobs: they start training jobs again as long as they run, so they are stopped first. */
const tuning: InventoryKind = {
  id: 'sagemaker.hyper-parameter-tuning-job',
  title: 'hyper-parameter tuning jobs',
  order: 1,
  runs: true,
  references: pagesOf('ListHyperParameterTuningJobs', 'DescribeHyperParameterTuningJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['InProgress'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListHyperParameterTuningJobs', query as object);
        return { items: value.HyperParameterTuningJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef(
          'hyper-parameter-tuning-job',
          one.HyperParameterTuningJobName,
          one.HyperParameterTuningJobArn,
          look,
        ),
        state: one.HyperParameterTuningJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeHyperParameterTuningJob';
    const job = await details.must(from, { HyperParameterTuningJobName: ref.name });
    details.state = job.HyperParameterTuningJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.fact('failure', job.FailureReason, from);
    details.fact('training jobs running', job.TrainingJobStatusCounters?.InProgress, from);
    for (const one of [job.TrainingJobDefinition, ...(job.TrainingJobDefinitions ?? [])]) {
      if (!one) continue;
      details.runsAs(one.RoleArn, from);
      const resources = one.ResourceConfig ?? one.HyperParameterTuningResourceConfig;
      details.runsOn(resources?.InstanceType, resources?.InstanceCount);
      for (const { InstanceType, InstanceCount } of one.HyperParameterTuningResourceConfig?.InstanceConfigs ?? [])
        details.runsOn(InstanceType, InstanceCount);
      details.network(one.EnableNetworkIsolation, one.VpcConfig);
      details.image('image', one.AlgorithmSpecification?.TrainingImage, from);
      for (const { DataSource } of one.InputDataConfig ?? [])
        details.s3('s3-source', DataSource?.S3DataSource?.S3Uri, from);
      details.s3('s3-sink', one.OutputDataConfig?.S3OutputPath, from);
      details.s3('s3-sink', one.CheckpointConfig?.S3Uri, from);
    }
    return details.done();
  },
};

/** AutoML jobs of both versions of the API. */
const automl: InventoryKind = {
  id: 'sagemaker.automl-job',
  title: 'AutoML jobs',
  order: 2,
  runs: true,
  references: pagesOf('ListAutoMLJobs', 'DescribeAutoMLJobV2'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['InProgress'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListAutoMLJobs', query as object);
        return { items: value.AutoMLJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('automl-job', one.AutoMLJobName, one.AutoMLJobArn, look),
        state: one.AutoMLJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeAutoMLJobV2';
    const job = await details.must(from, { AutoMLJobName: ref.name });
    details.state = job.AutoMLJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.runsAs(job.RoleArn, from);
    if (job.SecurityConfig) details.internet = job.SecurityConfig.VpcConfig ? undefined : true;
    details.fact('stage', job.AutoMLJobSecondaryStatus, from);
    details.fact('failure', job.FailureReason, from);
    for (const { DataSource } of job.AutoMLJobInputDataConfig ?? [])
      details.s3('s3-source', DataSource?.S3DataSource?.S3Uri, from);
    details.s3('s3-sink', job.OutputDataConfig?.S3OutputPath, from);
    return details.done();
  },
};

/** Labeling jobs: people see the data. */
const labeling: InventoryKind = {
  id: 'sagemaker.labeling-job',
  title: 'labeling jobs',
  order: 3,
  runs: true,
  references: pagesOf('ListLabelingJobs', 'DescribeLabelingJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['Initializing', 'InProgress'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListLabelingJobs', query as object);
        return { items: value.LabelingJobSummaryList, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('labeling-job', one.LabelingJobName, one.LabelingJobArn, look),
        state: one.LabelingJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeLabelingJob';
    const job = await details.must(from, { LabelingJobName: ref.name });
    details.state = job.LabelingJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.runsAs(job.RoleArn, from);
    details.fact('failure', job.FailureReason, from);
    details.fact('workers', job.HumanTaskConfig?.WorkteamArn, from);
    details.s3('s3-source', job.InputConfig?.DataSource?.S3DataSource?.ManifestS3Uri, from);
    details.s3('s3-sink', job.OutputConfig?.S3OutputPath, from);
    return details.done();
  },
};

/** Compilation jobs: their states are written in capitals. */
const compilation: InventoryKind = {
  id: 'sagemaker.compilation-job',
  title: 'compilation jobs',
  order: 3,
  runs: true,
  references: pagesOf('ListCompilationJobs', 'DescribeCompilationJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['STARTING', 'INPROGRESS'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListCompilationJobs', query as object);
        return { items: value.CompilationJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('compilation-job', one.CompilationJobName, one.CompilationJobArn, look),
        state: one.CompilationJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeCompilationJob';
    const job = await details.must(from, { CompilationJobName: ref.name });
    details.state = job.CompilationJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.runsAs(job.RoleArn, from);
    details.fact('failure', job.FailureReason, from);
    details.s3('s3-source', job.InputConfig?.S3Uri, from);
    details.s3('s3-sink', job.OutputConfig?.S3OutputLocation, from);
    return details.done();
  },
};

/** Optimization jobs: they run on accelerators. */
const optimization: InventoryKind = {
  id: 'sagemaker.optimization-job',
  title: 'optimization jobs',
  order: 2,
  runs: true,
  references: pagesOf('ListOptimizationJobs', 'DescribeOptimizationJob'),
  list: (look, scope) =>
    jobPages(
      look,
      scope,
      ['STARTING', 'INPROGRESS'],
      async (query) => {
        const { value } = await look.read('sagemaker:ListOptimizationJobs', query as object);
        return { items: value.OptimizationJobSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('optimization-job', one.OptimizationJobName, one.OptimizationJobArn, look),
        state: one.OptimizationJobStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
        ...(one.DeploymentInstanceType ? { compute: one.DeploymentInstanceType } : {}),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeOptimizationJob';
    const job = await details.must(from, { OptimizationJobName: ref.name });
    details.state = job.OptimizationJobStatus ?? '';
    details.createdAt = ms(job.CreationTime);
    details.modifiedAt = ms(job.LastModifiedTime);
    details.runsAs(job.RoleArn, from);
    details.runsOn(job.DeploymentInstanceType);
    details.fact('failure', job.FailureReason, from);
    details.s3('s3-source', job.ModelSource?.S3?.S3Uri, from);
    details.s3('s3-sink', job.OutputConfig?.S3OutputLocation, from);
    return details.done();
  },
};

export default [training, processing, transform, tuning, automl, labeling, compilation, optimization];
