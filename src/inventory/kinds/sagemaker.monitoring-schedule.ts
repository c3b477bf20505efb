import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, refOfArn, sagemakerRef } from '../refs.ts';

/** Monitoring schedules: they start processing jobs by themselves, with scripts from S3. */
const kind: InventoryKind = {
  id: 'sagemaker.monitoring-schedule',
  title: 'monitoring schedules',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringSchedules.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeMonitoringSchedule.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListMonitoringSchedules', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.MonitoringScheduleSummaries, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('monitoring-schedule', one.MonitoringScheduleName, one.MonitoringScheduleArn, look),
        state: one.MonitoringScheduleStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeMonitoringSchedule';
    const schedule = await details.must(from, { MonitoringScheduleName: ref.name });
    details.state = schedule.MonitoringScheduleStatus ?? '';
    details.createdAt = ms(schedule.CreationTime);
    details.modifiedAt = ms(schedule.LastModifiedTime);
    details.fact('failure', schedule.FailureReason, from);
    details.fact('schedule', schedule.MonitoringScheduleConfig?.ScheduleConfig?.ScheduleExpression, from);
    if (schedule.EndpointName)
      details.relate('endpoint', sagemakerRef('endpoint', schedule.EndpointName, undefined, look), from);
    details.relate('last-job', refOfArn(schedule.LastMonitoringExecutionSummary?.ProcessingJobArn), from);
    const job = schedule.MonitoringScheduleConfig?.MonitoringJobDefinition;
    details.runsAs(job?.RoleArn, from);
    const { InstanceType, InstanceCount } = job?.MonitoringResources?.ClusterConfig ?? {};
    details.runsOn(InstanceType, InstanceCount);
    if (job) details.network(job.NetworkConfig?.EnableNetworkIsolation, job.NetworkConfig?.VpcConfig);
    details.image('image', job?.MonitoringAppSpecification?.ImageUri, from);
    details.s3('s3-source', job?.MonitoringAppSpecification?.RecordPreprocessorSourceUri, from);
    details.s3('s3-source', job?.MonitoringAppSpecification?.PostAnalyticsProcessorSourceUri, from);
    for (const { S3Output } of job?.MonitoringOutputConfig?.MonitoringOutputs ?? [])
      details.s3('s3-sink', S3Output?.S3Uri, from);
    const named = schedule.MonitoringScheduleConfig?.MonitoringJobDefinitionName;
    if (!job && named) {
      details.fact('job definition', named, from);
      details.problem(`role and image stand in job definition ${named}, which is not read`);
    }
    return details.done();
  },
};
export default kind;
