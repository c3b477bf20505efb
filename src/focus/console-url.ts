import type { ResourceRef } from '../model/resource.ts';
import type { Indicator } from './indicator.ts';
import { addressOf, arnFacts, isAccountId, isEventId, isKeyId, isRegionName } from './shapes.ts';

/** What a URL says. Never holds the URL: presigned ones carry a token. */
export interface UrlFacts {
  readonly indicators: readonly Indicator[];
  readonly account: string;
  readonly region: string;
  /** Why nothing could be used, or what else to do. */
  readonly unused: readonly string[];
}

/** Hosts of the console, in all partitions; a session's own host begins with the account: `111122223333-x1y2.us-east-1.console…`. */
const consoleHost =
  /^(?:(?<account>\d{12})-[a-z0-9]+\.)?(?:(?<region>[a-z0-9-]+)\.)?console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|aws\.eu)$/;

/** SageMaker's pages by the first word of their path, hyphens and case left out; what follows is the name. */
const sagemakerPages: { readonly [page: string]: string } = {
  algorithms: 'algorithm',
  apps: 'app',
  clusters: 'cluster',
  clustermanagement: 'cluster',
  compilationjobs: 'compilation-job',
  domains: 'domain',
  endpointconfig: 'endpoint-config',
  endpointconfigs: 'endpoint-config',
  endpoints: 'endpoint',
  featuregroups: 'feature-group',
  hypertuningjobs: 'hyper-parameter-tuning-job',
  hyperparametertuningjobs: 'hyper-parameter-tuning-job',
  images: 'image',
  inferencecomponents: 'inference-component',
  inferencerecommendationsjobs: 'inference-recommendations-job',
  inferencerecommender: 'inference-recommendations-job',
  jobs: 'training-job',
  labelingjobs: 'labeling-job',
  mlflow: 'mlflow-tracking-server',
  modelcards: 'model-card',
  modelpackages: 'model-package',
  models: 'model',
  monitoringschedules: 'monitoring-schedule',
  notebookinstances: 'notebook-instance',
  notebookinstancelifecycleconfigs: 'notebook-instance-lifecycle-config',
  lifecycleconfigs: 'notebook-instance-lifecycle-config',
  notebooklifecycleconfigs: 'notebook-instance-lifecycle-config',
  pipelines: 'pipeline',
  processingjobs: 'processing-job',
  studio: 'domain',
  studiolifecycleconfigs: 'studio-lifecycle-config',
  trainingjobs: 'training-job',
  transformjobs: 'transform-job',
  workteams: 'workteam',
};
/** Words between a page and its name. */
const fillers = new Set(['details', 'detail', 'view', 'edit', 'update', 'configuration', 'overview']);

const plain = (word: string): string => word.replaceAll(/[-_]/g, '').toLowerCase();
const nothing = (why: string): UrlFacts => ({ indicators: [], account: '', region: '', unused: [why] });
const resource = (kind: string, name: string): Indicator => ({ type: 'resource', ref: { kind, arn: '', name } });

/**
 * Reads the URL of a page of the AWS console, of a notebook or of Studio; asks nobody.
 *
 * @returns `undefined` when it is no URL of AWS; an address for a host is one, too.
 */
export function urlFacts(text: string): UrlFacts | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined; // No URL: it may be anything else that the caller knows.
  }
  if (url.protocol === 's3:') return bucketFacts(url.host, decoded(url.pathname.slice(1)));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const address = addressOf(url.hostname.replaceAll(/^\[|\]$/g, ''));
  if (address)
    return 'indicator' in address
      ? { ...nothing(''), indicators: [address.indicator], unused: [] }
      : nothing(address.why);
  const workplace = workplaceFacts(url.hostname);
  if (workplace) return workplace;
  if (/(?:^|\.)awsapps\.com$/.test(url.hostname)) return portalFacts(url);
  const host = consoleHost.exec(url.hostname);
  if (!host) return undefined;
  const fragment = url.hash.slice(1);
  const regionOf = [url.searchParams.get('region') ?? '', host.groups?.region ?? ''].find(isRegionName) ?? '';
  const facts = pageFacts(url, fragment);
  return {
    ...facts,
    account: facts.account || host.groups?.account || '',
    region: facts.region || (facts.indicators.some(isGlobal) ? '' : regionOf),
  };
}

/** IAM's pages show the Region that the console happened to stand in. */
const isGlobal = (indicator: Indicator): boolean =>
  indicator.type === 'resource' && indicator.ref.kind.startsWith('iam.');

function pageFacts(url: URL, fragment: string): UrlFacts {
  const service = url.pathname.split('/')[1] ?? '';
  const arn = /arn(?::|%3A)aws[^\s?&#"']*/i.exec(`${url.search} ${url.hash} ${url.pathname}`)?.[0];
  const ofArn = arn === undefined ? undefined : arnFacts(decoded(arn));
  if (ofArn && service !== 's3') return { ...ofArn, unused: [] };
  switch (service) {
    case 'sagemaker':
      return sagemakerFacts(fragment);
    case 'iam':
    case 'iamv2':
      return iamFacts(fragment);
    case 'cloudtrail':
    case 'cloudtrailv2':
      return cloudTrailFacts(fragment);
    case 'cloudwatch':
      return logFacts(fragment);
    case 's3':
      return s3Facts(url);
    case 'guardduty':
    case 'securityhub':
      return nothing(
        `the page of a finding names it by its id alone: save the finding (aws ${service} get-findings …) and use --alert`,
      );
    default:
      return nothing(`the ${/^[a-z0-9-]{1,30}$/.test(service) ? service : 'console'} page is not one that can be read`);
  }
}

function sagemakerFacts(fragment: string): UrlFacts {
  const words = (fragment.split('?')[0] ?? '')
    .split('/')
    .filter((word) => word !== '')
    .map(decoded);
  for (const [at, word] of words.entries()) {
    const kind = sagemakerPages[plain(word)];
    const rest = words.slice(at + 1).filter((next) => !fillers.has(plain(next)));
    const [name = '', ...more] = rest;
    // `notebook-instances/lifecycle-configs/x`: the inner word is the kind.
    if (!kind || name === '' || sagemakerPages[plain(name)] !== undefined) continue;
    const below = plain(more[0] ?? '');
    const user = below === 'user' || below === 'users' || below === 'userprofiles' ? more[1] : undefined;
    const indicators = [resource(`sagemaker.${kind}`, name)];
    // Studio's user profiles are named below their domain, and their ARN holds both.
    if (user) indicators.unshift(resource('sagemaker.user-profile', user));
    return { indicators, account: '', region: '', unused: [] };
  }
  return nothing('this SageMaker page names no resource: it is a list');
}

function iamFacts(fragment: string): UrlFacts {
  const [, type, name] = /^\/?(roles|users)\/(?:details\/)?([^/?]+)/.exec(fragment) ?? [];
  if (!type || !name) return nothing('this IAM page is of no role and no user');
  return {
    indicators: [resource(type === 'roles' ? 'iam.role' : 'iam.user', decoded(name))],
    account: '',
    region: '',
    unused: [],
  };
}

/** Attributes of the event history's own search, as its address shows them. */
const searched: { readonly [name: string]: (value: string) => Indicator | undefined } = {
  eventid: (id) => (isEventId(id) ? { type: 'event', id } : undefined),
  accesskeyid: (id) => (isKeyId(id) ? { type: 'key', id } : undefined),
  username: (name) => ({ type: 'principal', name }),
  resourcename: (text) => arnFacts(text)?.indicators[0] ?? { type: 'name', text },
};

function cloudTrailFacts(fragment: string): UrlFacts {
  const [path = '', query = ''] = fragment.split('?');
  const id = path.split('/').find(isEventId);
  const indicators: Indicator[] = id ? [{ type: 'event', id }] : [];
  for (const [name, value] of new URLSearchParams(query)) {
    const found = value === '' ? undefined : searched[name.toLowerCase()]?.(value);
    if (found) indicators.push(found);
  }
  return indicators.length > 0
    ? { indicators, account: '', region: '', unused: [] }
    : nothing('this CloudTrail page names no event');
}

/** SageMaker's log groups that have a group for each resource, or a stream. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
const logGroupKinds: { readonly [part: string]: string } = {
  Clusters: 'cluster',
  CompilationJobs: 'compilation-job',
  Endpoints: 'endpoint',
  InferenceComponents: 'inference-component',
  LabelingJobs: 'labeling-job',
  NotebookInstances: 'notebook-instance',
  ProcessingJobs: 'processing-job',
  TrainingJobs: 'training-job',
  TransformJobs: 'transform-job',
};

/** A log group, and the SageMaker resource that writes to it; `stream` begins with its name where all share a group. */
export function logGroupIndicators(group: string, stream = ''): readonly Indicator[] {
  const [, part = '', own = ''] = /^\/aws\/sagemaker\/([^/]+)(?:\/([^/]+))?/.exec(group) ?? [];
  const kind = logGroupKinds[part];
  const name = own || (stream.split('/')[0] ?? '');
  const log: ResourceRef = { kind: 'logs.log-group', arn: '', name: group };
  return [...(kind && name !== '' ? [resource(`sagemaker.${kind}`, name)] : []), { type: 'resource', ref: log }];
}

function logFacts(fragment: string): UrlFacts {
  // The console encodes twice and writes $ for %: /aws is $252Faws.
  const path = decoded(decoded(fragment.replaceAll('$', '%')));
  const [, group, , stream] = /log-group\/(\/?.+?)(\/log-events(?:\/([^?]*))?)?(?:\?.*)?$/.exec(path) ?? [];
  const old = /(?:^|;)group=([^;]+)/.exec(path)?.[1];
  const name = (group ?? old ?? '').replace(/\/$/, '');
  return name === ''
    ? nothing('this CloudWatch page is of no log group')
    : { indicators: logGroupIndicators(name, stream), account: '', region: '', unused: [] };
}

function s3Facts(url: URL): UrlFacts {
  const [, , page, bucket] = url.pathname.split('/');
  if ((page !== 'buckets' && page !== 'object') || !bucket) return nothing('this S3 page is of no bucket');
  return bucketFacts(decoded(bucket), page === 'object' ? (url.searchParams.get('prefix') ?? '') : '');
}

function bucketFacts(bucket: string, key: string): UrlFacts {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return nothing('this is no name of an S3 bucket');
  const object = key === '' || key.endsWith('/') ? [] : [resource('s3.object', `${bucket}/${key}`)];
  return { indicators: [...object, resource('s3.bucket', bucket)], account: '', region: '', unused: [] };
}

/** Hosts of notebooks and Studio: `fraud-lab.notebook.us-east-1.sagemaker.aws`, `d-abc.studio.us-east-1.sagemaker.aws`. */
function workplaceFacts(host: string): UrlFacts | undefined {
  const [, name, type, region] =
    /^([a-z0-9-]+)\.(notebook|studio)\.([a-z0-9-]+)\.sagemaker\.(?:aws|com\.cn|amazonaws\.com)$/.exec(host) ?? [];
  if (!name || !type || !region) return undefined;
  const named =
    type === 'studio'
      ? [resource('sagemaker.domain', name)]
      : // AWS adds four characters to the name since 2023: both may be the notebook's.
        [name, name.replace(/-[a-z0-9]{4}$/, '')].map((one) => resource('sagemaker.notebook-instance', one));
  return {
    indicators: [...new Map(named.map((one) => [JSON.stringify(one), one])).values()],
    account: '',
    region,
    unused: [],
  };
}

/** The access portal: the account, and the page it was to lead to. */
function portalFacts(url: URL): UrlFacts {
  const query = new URLSearchParams(url.hash.split('?')[1] ?? url.search);
  const account = query.get('account_id') ?? '';
  const destination = query.get('destination');
  const facts = destination === null ? undefined : urlFacts(destination);
  return {
    ...(facts ?? nothing('the access portal’s address leads to no page')),
    account: isAccountId(account) ? account : '',
  };
}

/** Percent-decoded where it is encoded well, else as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone % is no encoding: somebody's name may hold one.
  }
}
