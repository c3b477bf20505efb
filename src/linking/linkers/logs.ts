import type { Call, Found, Linker } from '../linker.ts';
import { build, type Name } from '../named.ts';

/** SageMaker's log groups whose streams begin with the resource's own name. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
const byStream = new Map([
  ['NotebookInstances', 'notebook-instance'],
  ['TrainingJobs', 'training-job'],
  ['ProcessingJobs', 'processing-job'],
  ['TransformJobs', 'transform-job'],
  ['CompilationJobs', 'compilation-job'],
  ['LabelingJobs', 'labeling-job'],
  ['InferenceRecommendationsJobs', 'inference-recommendations-job'],
]);
/** Those that have a group for each resource. */
const byGroup = new Map([
  ['Endpoints', 'endpoint'],
  ['InferenceComponents', 'inference-component'],
  ['Clusters', 'cluster'],
]);
const sagemakerGroup = /^\/aws\/sagemaker\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?/;

const group: Name = { kind: 'logs.log-group', arn: 'log-group:{name}' };

/** What of SageMaker wrote to a group and stream; streams keep the name's own case, unlike ARNs. */
function writerOf(call: Call, groupName: string, stream: string): readonly Found[] {
  const [, part = '', name = '', id = ''] = sagemakerGroup.exec(groupName) ?? [];
  const at =
    call.region !== '' && call.account !== '' ? `arn:${call.partition}:sagemaker:${call.region}:${call.account}:` : '';
  const own = byGroup.get(part);
  if (own && name !== '') {
    // A cluster's ARN holds its id, the others' their name.
    const path = own === 'cluster' ? id && `cluster/${id}` : `${own}/${name.toLowerCase()}`;
    return [{ kind: `sagemaker.${own}`, arn: at && path ? at + path : '', name }];
  }
  const parts = stream.split('/');
  const first = parts[0] ?? '';
  const inStream = byStream.get(part);
  if (inStream && first !== '')
    return [{ kind: `sagemaker.${inStream}`, arn: at && `${at}${inStream}/${first.toLowerCase()}`, name: first }];
  // `<domain>/<profile or space>/<app type>/<app>`
  if (part === 'studio' && parts.length >= 4 && /^d-/.test(first)) {
    const path = parts.slice(0, 4).join('/');
    return [
      { kind: 'sagemaker.app', arn: at && `${at}app/${path.toLowerCase()}`, name: parts[3] ?? '' },
      { kind: 'sagemaker.domain', arn: at && `${at}domain/${first}`, name: first, relation: 'parent' },
    ];
  }
  return [];
}

function ofLine(call: Call): readonly Found[] {
  const name = call.event.action.slice('logs:'.length);
  if (name === '') return [];
  const writers = writerOf(call, name, call.stream).map((one) => ({ relation: 'target' as const, ...one }));
  const streams = call.stream === '' ? [] : [{ ...streamOf(call, name, call.stream), relation: 'parent' as const }];
  return [...writers, { ...build(call, group, name), relation: 'parent' }, ...streams];
}

function streamOf(call: Call, groupName: string, stream: string): Found {
  const { arn } = build(call, group, groupName);
  return { kind: 'logs.log-stream', arn: arn && `${arn}:log-stream:${stream}`, name: stream };
}

const groupMembers = /^loggroup(?:name|identifier|arn)?s?(?:identifiers|names|arns|arnlist)?$/;

/** CloudWatch Logs: groups and streams that calls name, and behind a line or a stream of SageMaker the resource that wrote it. */
export default {
  id: 'logs',
  services: ['logs'],
  link(call) {
    if (call.event.origin === 'cloudwatch-logs') return ofLine(call);
    const found: Found[] = [];
    let groupName = '';
    const streams: string[] = [];
    for (const { key, value, depth, resource } of call.request) {
      if (key.startsWith('loggroup') && groupMembers.test(key)) {
        if (resource?.kind === 'logs.log-group') found.push({ ...resource, depth });
        else if (!value.startsWith('arn:')) found.push(build(call, group, value, depth));
        groupName ||= resource?.name ?? value;
      } else if (/^logstreamnames?$/.test(key)) streams.push(value);
    }
    for (const stream of groupName === '' ? [] : streams) found.push(streamOf(call, groupName, stream));
    // Whose lines they are: what a deleted stream said, it said of this.
    if (groupName.startsWith('/aws/sagemaker/'))
      for (const stream of streams.length > 0 ? streams : [''])
        found.push(...writerOf(call, groupName, stream).map((one) => ({ ...one, relation: 'uses' as const })));
    return found;
  },
} satisfies Linker as Linker;
