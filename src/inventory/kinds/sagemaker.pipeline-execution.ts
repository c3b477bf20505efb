import { activityOf } from '../activity.ts';
import { creatorOf, DetailsBuilder } from '../details.ts';
import type { InventoryKind, Page, Row } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, refOfArn, sagemakerRef } from '../refs.ts';

/** Executions are listed by pipeline: those of the pipelines that ran last are asked for. */
const mostPipelines = 40;
/** No execution goes on for longer than AWS lets its steps: jobs end after 28 days at most. */
const longestMs = 28 * 86_400_000;
const recentMs = 86_400_000;

/** Pipeline executions in flight, and those of the last day. */
const kind: InventoryKind = {
  id: 'sagemaker.pipeline-execution',
  title: 'pipeline executions',
  order: 1,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListPipelines.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListPipelineExecutions.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribePipelineExecution.html',
  ],
  async *list(look, scope): AsyncIterable<Page> {
    const pipelines: { readonly name: string; readonly ranAt: number }[] = [];
    let more = false;
    for await (const page of paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListPipelines', {
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        for (const { PipelineName, LastExecutionTime } of value.PipelineSummaries ?? []) {
          const ranAt = ms(LastExecutionTime);
          if (PipelineName && ranAt !== undefined && ranAt > look.now() - longestMs)
            pipelines.push({ name: PipelineName, ranAt });
        }
        return { items: value.PipelineSummaries, next: value.NextToken };
      },
      () => undefined,
    ))
      more ||= page.more;
    pipelines.sort((a, b) => b.ranAt - a.ranAt);
    more ||= pipelines.length > mostPipelines;
    if (pipelines.length === 0) yield { rows: [], more };
    for (const { name } of pipelines.slice(0, mostPipelines)) {
      const { value } = await look.read('sagemaker:ListPipelineExecutions', {
        PipelineName: name,
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: 20,
      });
      const rows = (value.PipelineExecutionSummaries ?? []).map(
        (one): Row => ({
          ref: {
            kind: 'sagemaker.pipeline-execution',
            arn: one.PipelineExecutionArn ?? '',
            name: `${name}/${one.PipelineExecutionArn?.split('/').at(-1) ?? ''}`,
          },
          state: one.PipelineExecutionStatus ?? '',
          createdAt: ms(one.StartTime),
          modifiedAt: undefined,
        }),
      );
      yield {
        rows: rows.filter(
          ({ state, createdAt }) =>
            activityOf(state) !== 'idle' || (scope === 'recent' && (createdAt ?? 0) > look.now() - recentMs),
        ),
        more,
      };
    }
  },
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribePipelineExecution';
    const execution = await details.must(from, { PipelineExecutionArn: ref.arn });
    details.state = execution.PipelineExecutionStatus ?? '';
    details.createdAt = ms(execution.CreationTime);
    details.modifiedAt = ms(execution.LastModifiedTime);
    details.creator = creatorOf(execution.CreatedBy);
    details.fact('failure', execution.FailureReason, from);
    const pipeline =
      refOfArn(execution.PipelineArn) ?? sagemakerRef('pipeline', ref.name.split('/')[0], undefined, look);
    details.relate('pipeline', pipeline, from);
    const definition = await details.ask(
      'sagemaker:DescribePipeline',
      { PipelineName: pipeline.name },
      `pipeline ${pipeline.name}`,
    );
    details.runsAs(definition?.RoleArn, 'sagemaker:DescribePipeline');
    return details.done();
  },
  async more(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:ListPipelineExecutionSteps';
    const steps = await details.ask(
      from,
      { PipelineExecutionArn: ref.arn, SortOrder: 'Descending', MaxResults: pageSize },
      'its steps',
    );
    for (const { StepName, StepStatus, Metadata } of steps?.PipelineExecutionSteps ?? []) {
      details.fact(`step ${StepName ?? '?'}`, StepStatus, from);
      for (const member of Object.values(Metadata ?? {})) {
        const arn = member && typeof member === 'object' && 'Arn' in member ? member.Arn : undefined;
        if (typeof arn === 'string') details.relate('step', refOfArn(arn), from);
      }
      if (Metadata?.Callback?.SqsQueueUrl)
        details.fact(`step ${StepName ?? '?'} waits for`, Metadata.Callback.SqsQueueUrl, from);
    }
    return details.done();
  },
};
export default kind;
