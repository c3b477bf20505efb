import type { Relation } from '../../model/resource.ts';
import { resourceOfArn } from '../arn-resource.ts';
import type { Leaf } from '../leaves.ts';
import type { Call, Found, Linker } from '../linker.ts';

/**
 * Kinds whose ARN is `<kind>/<name in lower case>`, by the member that names them, in lower case.
 * ARN formats: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
const named: { readonly [key: string]: string } = {
  endpointname: 'endpoint',
  endpointconfigname: 'endpoint-config',
  modelname: 'model',
  inferencecomponentname: 'inference-component',
  inferenceexperimentname: 'inference-experiment',
  notebookinstancename: 'notebook-instance',
  notebookinstancelifecycleconfigname: 'notebook-instance-lifecycle-config',
  lifecycleconfigname: 'notebook-instance-lifecycle-config',
  defaultcoderepository: 'code-repository',
  coderepositoryname: 'code-repository',
  studiolifecycleconfigname: 'studio-lifecycle-config',
  appimageconfigname: 'app-image-config',
  imagename: 'image',
  domainid: 'domain',
  modelpackagegroupname: 'model-package-group',
  modelpackagename: 'model-package',
  algorithmname: 'algorithm',
  modelcardname: 'model-card',
  hubname: 'hub',
  trainingjobname: 'training-job',
  processingjobname: 'processing-job',
  transformjobname: 'transform-job',
  hyperparametertuningjobname: 'hyper-parameter-tuning-job',
  automljobname: 'automl-job',
  labelingjobname: 'labeling-job',
  compilationjobname: 'compilation-job',
  optimizationjobname: 'optimization-job',
  edgepackagingjobname: 'edge-packaging-job',
  aibenchmarkjobname: 'ai-benchmark-job',
  airecommendationjobname: 'ai-recommendation-job',
  pipelinename: 'pipeline',
  projectname: 'project',
  monitoringschedulename: 'monitoring-schedule',
  experimentname: 'experiment',
  trialname: 'experiment-trial',
  trialcomponentname: 'experiment-trial-component',
  contextname: 'context',
  actionname: 'action',
  trackingservername: 'mlflow-tracking-server',
  featuregroupname: 'feature-group',
  workteamname: 'workteam',
  workforcename: 'workforce',
  flowdefinitionname: 'flow-definition',
  humanloopname: 'human-loop',
  humantaskuiname: 'human-task-ui',
  devicefleetname: 'device-fleet',
  edgedeploymentplanname: 'edge-deployment-plan',
  trainingplanname: 'training-plan',
};

/** Kinds whose ARN holds an id that the name does not tell. */
const namedWithoutArn: { readonly [key: string]: string } = {
  clustername: 'cluster',
  domainname: 'domain',
};

/** Members that every job definition and monitor calls by the same short name; which kind is meant, the operation says. */
const jobDefinitions =
  /^(?:Create|Describe|Delete)((?:DataQuality|ModelQuality|ModelBias|ModelExplainability)JobDefinition)$/;

/** What the operation acts on, whatever it is called: the value is the ARN. */
const targetArns = new Set(['resourcearn', 'resourceidentifier', 'arn', 'pipelineexecutionarn', 'sourcearn']);

const s3Uri = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/|$)/;
const image = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@\s]+)/;

/**
 * SageMaker: whatever a request or a state change names by name, roles that are passed (their ARNs: `generic`), images, and the buckets
 * behind S3 URIs, where captured and produced data go. SageMaker writes names in lower case into ARNs.
 */
export default {
  id: 'sagemaker',
  services: ['sagemaker', 'sagemaker-mlflow'],
  link(call) {
    const found: Found[] = [];
    const prefix = `arn:${call.partition}:sagemaker:${call.event.region}:${call.event.account}:`;
    const known = call.event.region !== '' && call.event.account !== '';
    const named1 = (type: string, name: string, path: string, relation?: Relation): Found => ({
      kind: `sagemaker.${type}`,
      arn: known && path !== '' ? prefix + path : '',
      name,
      ...(relation ? { relation } : {}),
    });
    studio(call, named1, found);
    const definition = jobDefinitions.exec(call.operation)?.[1];
    for (const leaf of call.request) {
      const { key, value } = leaf;
      const type = named[key];
      const asArn = resourceOfArn(value);
      if (asArn) {
        if (targetArns.has(key) && asArn.kind.startsWith('sagemaker.')) found.push({ ...asArn, relation: 'target' });
        // Parents follow from the ARN itself: who stops an execution acts on its pipeline, too.
        const pipeline = !asArn.kind.endsWith('pipeline-execution')
          ? null
          : /^(arn:.*:(pipeline\/([^/]+)))\/execution\/[^/]+$/.exec(value);
        if (pipeline) found.push({ kind: 'sagemaker.pipeline', arn: pipeline[1] ?? '', name: pipeline[3] ?? '' });
        continue;
      }
      if (type)
        found.push(named1(type, value, type === 'edge-deployment-plan' ? '' : `${type}/${value.toLowerCase()}`));
      const withoutArn = namedWithoutArn[key];
      if (withoutArn && !(withoutArn === 'domain' && call.request.some((other) => other.key === 'domainid'))) {
        found.push(named1(withoutArn, value, ''));
      }
      if (definition && key === 'jobdefinitionname') {
        const kind = definition.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
        found.push(named1(kind, value, `${kind}/${value.toLowerCase()}`));
      }
      storage(call, leaf, found);
    }
    return found;
  },
} satisfies Linker as Linker;

/** Studio's user profiles, spaces and apps: their ARNs are made of several members. */
function studio(call: Call, make: (type: string, name: string, path: string) => Found, found: Found[]): void {
  let domain = '';
  let profile = '';
  let space = '';
  let appType = '';
  let app = '';
  for (const { key, value, depth } of call.request) {
    if (key === 'domainid' && domain === '') domain = value;
    // Deeper down it is a space's owner, who is not what the call is about.
    else if (key === 'userprofilename' && depth === 1) profile = value;
    else if (key === 'spacename' && depth === 1) space = value;
    else if (key === 'apptype' && depth === 1) appType = value;
    else if (key === 'appname' && depth === 1) app = value;
    else if (key === 'owneruserprofilename')
      found.push(make('user-profile', value, domain && `user-profile/${domain}/${value.toLowerCase()}`));
  }
  const lower = (...parts: string[]) => (parts.every((part) => part !== '') ? parts.join('/').toLowerCase() : '');
  if (app !== '') found.push(make('app', app, lower('app', domain, profile || space, appType, app)));
  if (space !== '') found.push(make('space', space, lower('space', domain, space)));
  if (profile !== '') found.push(make('user-profile', profile, lower('user-profile', domain, profile)));
}

/** Buckets behind S3 URIs and repositories behind image URIs. */
function storage(call: Call, { value }: Leaf, found: Found[]): void {
  const bucket = value.startsWith('s3://') ? s3Uri.exec(value)?.[1] : undefined;
  if (bucket)
    found.push({ kind: 's3.bucket', arn: `arn:${call.partition}:s3:::${bucket}`, name: bucket, relation: 'uses' });
  const [, account, region, repository] = (value.includes('.dkr.ecr.') && image.exec(value)) || [];
  if (repository) {
    const arn = `arn:${call.partition}:ecr:${region}:${account}:repository/${repository}`;
    found.push({ kind: 'ecr.repository', arn, name: repository, relation: 'uses' });
  }
}
