import {
  AddTagsCommand,
  DescribeDomainCommand,
  DescribePartnerAppCommand,
  DescribePipelineCommand,
  DescribeTrainingJobCommand,
  ListAppsCommand,
  ListDomainsCommand,
  ListMlflowTrackingServersCommand,
  ListModelPackagesCommand,
  ListMonitoringSchedulesCommand,
  ListPartnerAppsCommand,
  ListPipelineExecutionStepsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  ListProcessingJobsCommand,
  ListSpacesCommand,
  ListTagsCommand,
  ListUserProfilesCommand,
  paginateListTrainingJobs,
  SageMakerClient,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';

const hour = 3_600_000;
let range: Range;
let sagemaker: SageMakerClient;
let startedAt: number;
beforeAll(async () => {
  startedAt = Date.now();
  range = await startRange({});
  sagemaker = clientsOf(range).sagemaker;
}, 60_000);
afterAll(() => range.close());

describe('the calm account', () => {
  test('trains: pages, filters and sorts as clients ask for', async () => {
    const pages: string[][] = [];
    for await (const page of paginateListTrainingJobs(
      { client: sagemaker },
      { MaxResults: 2, SortBy: 'Name', SortOrder: 'Ascending' },
    ))
      pages.push((page.TrainingJobSummaries ?? []).map(({ TrainingJobName }) => String(TrainingJobName)));
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual([...pages.flat()].sort());
    const recent: string[] = [];
    for await (const page of paginateListTrainingJobs(
      { client: sagemaker },
      { StatusEquals: 'InProgress', CreationTimeAfter: new Date(startedAt - hour) },
    ))
      recent.push(...(page.TrainingJobSummaries ?? []).map(({ TrainingJobName }) => String(TrainingJobName)));
    expect(recent).toEqual(['fraud-train-20261123']);
    const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'churn-train-20261123' }));
    expect(job).toMatchObject({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' });
    expect(Math.abs((job.CreationTime?.getTime() ?? 0) - (startedAt - 130 * 60_000))).toBeLessThan(60_000);
    expect((await sagemaker.send(new ListProcessingJobsCommand({}))).ProcessingJobSummaries).toMatchObject([
      { ProcessingJobStatus: 'InProgress' },
    ]);
  });

  test('has a domain with profiles, spaces and apps, a pipeline with its nights, servers and a registry', async () => {
    const { Domains } = await sagemaker.send(new ListDomainsCommand({}));
    const DomainId = Domains?.[0]?.DomainId;
    expect(await sagemaker.send(new DescribeDomainCommand({ DomainId }))).toMatchObject({
      Status: 'InService',
      AuthMode: 'IAM',
    });
    const in_ = { DomainIdEquals: DomainId };
    expect((await sagemaker.send(new ListUserProfilesCommand(in_))).UserProfiles).toHaveLength(3);
    expect((await sagemaker.send(new ListSpacesCommand(in_))).Spaces).toHaveLength(3);
    expect((await sagemaker.send(new ListAppsCommand(in_))).Apps).toHaveLength(3);
    const { PipelineSummaries } = await sagemaker.send(new ListPipelinesCommand({}));
    const PipelineName = PipelineSummaries?.[0]?.PipelineName;
    const pipeline = await sagemaker.send(new DescribePipelineCommand({ PipelineName }));
    expect(JSON.parse(pipeline.PipelineDefinition ?? '')).toHaveProperty('Steps');
    const nights = await sagemaker.send(new ListPipelineExecutionsCommand({ PipelineName }));
    expect(nights.PipelineExecutionSummaries).toMatchObject([
      { PipelineExecutionStatus: 'Succeeded' },
      { PipelineExecutionStatus: 'Succeeded' },
    ]);
    const steps = await sagemaker.send(
      new ListPipelineExecutionStepsCommand({
        PipelineExecutionArn: nights.PipelineExecutionSummaries?.[0]?.PipelineExecutionArn,
      }),
    );
    const trained = steps.PipelineExecutionSteps?.find(({ StepName }) => StepName === 'TrainFraud')?.Metadata
      ?.TrainingJob;
    const job = await sagemaker.send(new ListTagsCommand({ ResourceArn: trained?.Arn }));
    expect(job.Tags).toEqual([{ Key: 'team', Value: 'data-science' }]);
    expect((await sagemaker.send(new ListMlflowTrackingServersCommand({}))).TrackingServerSummaries).toMatchObject([
      { TrackingServerName: 'ds-mlflow', IsActive: 'Active' },
    ]);
    const packages = await sagemaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: 'fraud-models' }));
    expect(packages.ModelPackageSummaryList?.map(({ ModelPackageVersion }) => ModelPackageVersion)).toEqual([4, 3, 2]);
    expect((await sagemaker.send(new ListMonitoringSchedulesCommand({}))).MonitoringScheduleSummaries).toMatchObject([
      { EndpointName: 'recsys-ranker', MonitoringScheduleStatus: 'Scheduled' },
    ]);
    const [app] = (await sagemaker.send(new ListPartnerAppsCommand({}))).Summaries ?? [];
    expect(await sagemaker.send(new DescribePartnerAppCommand({ Arn: app?.Arn }))).toMatchObject({ Type: 'comet' });
  });

  test('a tag and a stop change the state, a look does not', async () => {
    const before = await range.state();
    await sagemaker.send(new ListAppsCommand({}));
    expect(await range.state()).toBe(before);
    const ResourceArn = 'arn:aws:sagemaker:us-east-1:111122223333:training-job/churn-train-20261123';
    await sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: 'ir', Value: '1' }] }));
    const tagged = await range.state();
    expect(tagged).not.toBe(before);
    await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'churn-train-20261123' }));
    expect(await range.state()).not.toBe(tagged);
  });

  test('what there is not is refused in words of AWS', async () => {
    const { name, message } = await refusal(
      sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'none' })),
    );
    expect(`${name}: ${message}`).toBe('ValidationException: Requested resource not found.');
    const elsewhere = new SageMakerClient({
      endpoint: range.endpoint,
      region: 'eu-west-1',
      credentials: range.credentials,
    });
    expect((await elsewhere.send(new ListDomainsCommand({}))).Domains).toEqual([]);
  });
});
