import type { Linker } from '../linker.ts';

/** SageMaker's log groups whose streams begin with the resource's own name. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
const byStream: { readonly [group: string]: string } = {
  NotebookInstances: 'notebook-instance',
  TrainingJobs: 'training-job',
  ProcessingJobs: 'processing-job',
  TransformJobs: 'transform-job',
  CompilationJobs: 'compilation-job',
  LabelingJobs: 'labeling-job',
};
/** Those that have a group for each resource. */
const byGroup: { readonly [group: string]: string } = {
  Endpoints: 'endpoint',
  InferenceComponents: 'inference-component',
  Clusters: 'cluster',
};

/** Log lines of SageMaker: the resource that wrote them, from group and stream, and the group itself. */
export default {
  id: 'log-group',
  services: ['logs'],
  link(call) {
    const group = call.event.action.slice('logs:'.length);
    if (call.event.origin !== 'cloudwatch-logs' || group === '') return [];
    const found = [{ kind: 'logs.log-group', arn: '', name: group, relation: 'parent' } as const];
    const [, part = '', name = ''] = /^\/aws\/sagemaker\/([^/]+)(?:\/([^/]+))?/.exec(group) ?? [];
    const own = byGroup[part];
    if (own && name !== '') return [{ kind: `sagemaker.${own}`, arn: '', name, relation: 'target' }, ...found];
    const inStream = byStream[part];
    const stream = call.stream.split('/')[0] ?? '';
    if (inStream && stream !== '')
      return [{ kind: `sagemaker.${inStream}`, arn: '', name: stream, relation: 'target' }, ...found];
    return found;
  },
} satisfies Linker as Linker;
