import { type Arn, parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import { remembered } from '../shared/remembered.ts';
import { resourceTypes } from './sagemaker-model.ts';

/** Services whose ARNs hold only a name, of the one type that they have: it must never be taken for a type. */
const unnamedTypes = new Map([
  ['sns', 'topic'],
  ['sqs', 'queue'],
  ['execute-api', 'api'],
  ['codecommit', 'repository'],
  ['codepipeline', 'pipeline'],
]);

/** ARN types that are not what the kind is called everywhere else: rds writes `db:x` for an instance. */
const typeNames = new Map([
  ['rds.db', 'rds.instance'],
  ['sagemaker.tuningJob', 'sagemaker.hyper-parameter-tuning-job'],
]);

/**
 * SageMaker's types by the fixed parts of their ARNs: `pipeline/x/execution/y` is a `pipeline-execution`, `edge-deployment/x` an
 * `edge-deployment-plan`.
 */
const byFixedParts = new Map(
  Object.entries(resourceTypes).map(([type, path]) => [
    path
      .split('/')
      .filter((part) => !part.startsWith('{'))
      .join('/'),
    type,
  ]),
);
/** Where the last part alone says too little: the number of a version needs its group. */
const wholeNames = new Set(['model-package', 'image-version']);

const aType = /^[a-z][\w.-]{0,63}$/i;

/** The resource that an ARN is of; `undefined` when the text is no ARN, or one with wildcards, which names no resource. */
export function resourceOfArn(text: string): ResourceRef | undefined {
  // `arn:aws…` is all there is; testing the start spares nearly every text the expression.
  return text.startsWith('arn:') ? (decoded(text) ?? undefined) : undefined;
}

const decoded = remembered((text): ResourceRef | null => {
  const arn = parseArn(text);
  if (!arn || !aType.test(arn.service)) return null;
  const { service, resource } = arn;
  if (service === 's3' && arn.account === '') return ofBucket(text, resource);
  const isPattern = /[*?]/.test(resource.replace(/:\*$/, '')) || /[*?]/.test(arn.account + arn.region);
  if (isPattern || /\s/.test(resource)) return null;
  const { kind, name } = kindAndName(arn);
  // One group, whether the permission's spelling (`:*`) or the bare one.
  return { kind, arn: kind === 'logs.log-group' ? text.replace(/(?::log-stream:)?(?::?\*)?$/, '') : text, name };
});

/** Keys may hold spaces and nearly anything; a pattern of keys (`bucket/*`) still names the bucket. */
function ofBucket(text: string, resource: string): ResourceRef | null {
  const slash = resource.indexOf('/');
  const bucket = slash < 0 ? resource : resource.slice(0, slash);
  if (bucket === '' || /[*?\s]/.test(bucket)) return null;
  if (slash < 0 || slash === resource.length - 1 || /[*?]/.test(resource))
    return { kind: 's3.bucket', arn: text.slice(0, text.length - resource.length) + bucket, name: bucket };
  return { kind: 's3.object', arn: text, name: resource };
}

function kindAndName({ service, resource }: Arn): { readonly kind: string; readonly name: string } {
  const separator = resource.search(/[:/]/);
  const unnamed = unnamedTypes.get(service);
  if (unnamed) return { kind: `${service}.${unnamed}`, name: separator < 0 ? resource : resource.slice(0, separator) };
  if (separator < 0) return { kind: `${service}.${resource === 'root' ? 'account' : 'resource'}`, name: resource };
  const type = resource.slice(0, separator);
  const rest = resource.slice(separator + 1);
  if (!aType.test(type) || rest === '') return { kind: `${service}.resource`, name: resource };
  const kind = `${service}.${type}`;
  if (service === 'sagemaker') return ofSageMaker(kind, type, rest);
  if (kind === 'logs.log-group') {
    const stream = rest.indexOf(':log-stream:');
    if (stream > 0 && rest.slice(stream + 12) !== '*' && rest.slice(stream + 12) !== '')
      return { kind: 'logs.log-stream', name: rest.slice(stream + 12) };
    return { kind, name: rest.replace(/(?::log-stream:)?(?::?\*)?$/, '') };
  }
  return { kind: typeNames.get(kind) ?? kind, name: nameOf(kind, rest) ?? rest } as const;
}

const lastPart = (rest: string) => rest.slice(rest.lastIndexOf('/') + 1);
const firstPart = (rest: string) => rest.split(/[:/]/, 1)[0];

/** What people call the resource, where it is not all that follows the type. */
function nameOf(kind: string, rest: string): string | undefined {
  switch (kind) {
    case 'iam.role':
    case 'iam.user':
    case 'iam.group':
    case 'iam.policy':
    case 'iam.instance-profile':
    case 'iam.mfa':
    case 'iam.server-certificate':
    case 'events.rule':
    case 'scheduler.schedule':
      return lastPart(rest);
    case 'lambda.function':
    case 'lambda.layer':
    case 'dynamodb.table':
    case 'cloudformation.stack':
      return firstPart(rest);
    // Secrets Manager adds a hyphen and six random characters to the name.
    case 'secretsmanager.secret':
      return rest.replace(/-[A-Za-z0-9]{6}$/, '');
    case 'ssm.parameter':
      return `/${rest}`;
    default:
      return undefined;
  }
}

function ofSageMaker(kind: string, type: string, rest: string): { readonly kind: string; readonly name: string } {
  const parts = rest.split('/');
  const below = parts.length >= 3 ? byFixedParts.get(`${type}/${parts[1]}`) : undefined;
  if (below) return { kind: `sagemaker.${below}`, name: `${parts[0]}/${parts[2]}` };
  // A version may follow the name of hub content.
  if (type === 'hub-content') return { kind, name: parts[2] ?? rest };
  const known = byFixedParts.get(type);
  return {
    kind: known ? `sagemaker.${known}` : (typeNames.get(kind) ?? kind),
    name: wholeNames.has(type) ? rest : (parts.at(-1) ?? rest),
  };
}

/** What SageMaker's ARNs lie in: path of the parent's ARN, given the parts of the child's. */
const sagemakerParents: { readonly [type: string]: (parts: readonly string[]) => string | undefined } = {
  app: ([domain]) => `domain/${domain}`,
  space: ([domain]) => `domain/${domain}`,
  'user-profile': ([domain]) => `domain/${domain}`,
  pipeline: ([name, execution]) => (execution ? `pipeline/${name}` : undefined),
  'model-package': ([group, version]) => (version ? `model-package-group/${group}` : undefined),
  'image-version': ([image]) => `image/${image}`,
  'hub-content': ([hub]) => `hub/${hub}`,
  'device-fleet': ([fleet, device]) => (device ? `device-fleet/${fleet}` : undefined),
  'monitoring-schedule': ([schedule, alert]) => (alert ? `monitoring-schedule/${schedule}` : undefined),
  'model-card': ([card, job]) => (job ? `model-card/${card}` : undefined),
};
const sagemakerArn = /^(arn:[^:]*:sagemaker:[^:]*:[^:]*:)([^/]+)\/(.+)$/s;

/** What a resource lies in, where its ARN says so: a log stream's group, a pipeline execution's pipeline, an app's domain. */
export const parentOfArn = remembered((arn): ResourceRef | null => {
  const stream = /^(arn:[^:]*:logs:.*?:log-group:.+?):log-stream:./s.exec(arn);
  if (stream) return resourceOfArn(stream[1] ?? '') ?? null;
  const [, prefix = '', type = '', rest = ''] = sagemakerArn.exec(arn) ?? [];
  const path = Object.hasOwn(sagemakerParents, type) ? sagemakerParents[type]?.(rest.split('/')) : undefined;
  return path === undefined ? null : (resourceOfArn(prefix + path) ?? null);
});
