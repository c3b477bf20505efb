import type { Aws, Identity, ReadCall } from '../aws/aws.ts';
import { parseArn } from '../model/arn.ts';
import { AwsCallError, UsageError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ContainmentAction } from './action.ts';
import { attempt } from './attempt.ts';
import { stoppableKinds } from './jobs.ts';
import { inOrder } from './order.ts';
import { refuseElsewhere } from './plan.ts';
import { memberOf, readAs } from './state-check.ts';
import { studioArn } from './studio.ts';

/** How a kind of resource is looked up by name, and where the answer holds its own name and ARN. */
interface Lookup {
  readonly noun: string;
  /** Resource part of the ARN, up to the name: `endpoint/`. */
  readonly prefix: string;
  readonly service:
    | 'application-autoscaling'
    | 'cloudtrail'
    | 'events'
    | 'iam'
    | 'logs'
    | 's3'
    | 'sagemaker'
    | 'scheduler';
  read(name: string): ReadCall;
  /** Member of the answer; absent: the answer names it not, so what was asked for is its name. */
  readonly name?: string;
  /** Absent: `arnOf` makes it, or it has none. */
  readonly arn?: string;
  arnOf?(name: string, partition: string): string;
  /** What a name must look like to be looked for at all. */
  readonly fits?: RegExp;
  /** Names that AWS is not asked about: it knows nothing of them, and the action says what to do instead. */
  readonly unasked?: RegExp;
  /** The answer may hold another one, whose name only begins like that. */
  readonly exact?: true;
  /** Only the whole ARN tells it; people call it by what follows the prefix, or its last part. */
  readonly byArn?: true;
}

const lookups: { readonly [kind: string]: Lookup } = {
  'sagemaker.endpoint': {
    noun: 'endpoint',
    prefix: 'endpoint/',
    service: 'sagemaker',
    read: (EndpointName) => ({ name: 'sagemaker:DescribeEndpoint', input: { EndpointName } }),
    name: 'EndpointName',
    arn: 'EndpointArn',
  },
  'sagemaker.notebook-instance': {
    noun: 'notebook',
    prefix: 'notebook-instance/',
    service: 'sagemaker',
    read: (NotebookInstanceName) => ({ name: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName } }),
    name: 'NotebookInstanceName',
    arn: 'NotebookInstanceArn',
  },
  'sagemaker.notebook-instance-lifecycle-config': {
    noun: 'lifecycle script',
    prefix: 'notebook-instance-lifecycle-config/',
    service: 'sagemaker',
    read: (NotebookInstanceLifecycleConfigName) => ({
      name: 'sagemaker:DescribeNotebookInstanceLifecycleConfig',
      input: { NotebookInstanceLifecycleConfigName },
    }),
    name: 'NotebookInstanceLifecycleConfigName',
    arn: 'NotebookInstanceLifecycleConfigArn',
  },
  'sagemaker.inference-component': {
    noun: 'inference component',
    prefix: 'inference-component/',
    service: 'sagemaker',
    read: (InferenceComponentName) => ({
      name: 'sagemaker:DescribeInferenceComponent',
      input: { InferenceComponentName },
    }),
    name: 'InferenceComponentName',
    arn: 'InferenceComponentArn',
  },
  ...Object.fromEntries(
    stoppableKinds.map(({ kind, noun, read, nameMember, arnMember, arnPrefix }): [string, Lookup] => [
      kind,
      {
        noun,
        prefix: arnPrefix ?? `${kind.slice('sagemaker.'.length)}/`,
        service: 'sagemaker',
        ...(arnPrefix ? { byArn: true } : {}),
        read: (name) => read({ kind, arn: name, name }),
        name: nameMember,
        arn: arnMember,
      },
    ]),
  ),
  // What Studio holds repeats its names in every domain, and ARNs tell them in lower case: whether it is there, planning finds out.
  'sagemaker.app': {
    noun: 'app',
    prefix: 'app/',
    service: 'sagemaker',
    byArn: true,
    read: (arn) => ({ name: 'sagemaker:ListApps', input: { DomainIdEquals: studioArn(arn).domain } }),
    name: 'Apps.0.AppName',
  },
  'sagemaker.domain': {
    noun: 'Studio domain',
    prefix: 'domain/',
    service: 'sagemaker',
    fits: /^d-(-*[a-z0-9]){1,61}$/,
    read: (DomainId) => ({ name: 'sagemaker:DescribeDomain', input: { DomainId } }),
    name: 'DomainId',
    arn: 'DomainArn',
  },
  'sagemaker.user-profile': {
    noun: 'user profile',
    prefix: 'user-profile/',
    service: 'sagemaker',
    byArn: true,
    read: (arn) => ({
      name: 'sagemaker:ListUserProfiles',
      input: { DomainIdEquals: studioArn(arn).domain, UserProfileNameContains: studioArn(arn).parts[0] },
    }),
    name: 'UserProfiles.0.UserProfileName',
  },
  'sagemaker.space': {
    noun: 'space',
    prefix: 'space/',
    service: 'sagemaker',
    byArn: true,
    read: (arn) => ({
      name: 'sagemaker:ListSpaces',
      input: { DomainIdEquals: studioArn(arn).domain, SpaceNameContains: studioArn(arn).parts[0] },
    }),
    name: 'Spaces.0.SpaceName',
  },
  'sagemaker.partner-app': {
    noun: 'partner app',
    prefix: 'partner-app/',
    service: 'sagemaker',
    byArn: true,
    read: (Arn) => ({ name: 'sagemaker:DescribePartnerApp', input: { Arn } }),
    name: 'Name',
    arn: 'Arn',
  },
  'sagemaker.mlflow-app': {
    noun: 'MLflow app',
    prefix: 'mlflow-app/',
    service: 'sagemaker',
    byArn: true,
    read: (Arn) => ({ name: 'sagemaker:DescribeMlflowApp', input: { Arn } }),
    name: 'Name',
    arn: 'Arn',
  },
  'sagemaker.model-package': {
    noun: 'model package',
    prefix: 'model-package/',
    service: 'sagemaker',
    byArn: true,
    read: (ModelPackageName) => ({ name: 'sagemaker:DescribeModelPackage', input: { ModelPackageName } }),
    name: 'ModelPackageArn',
    arn: 'ModelPackageArn',
  },
  'sagemaker.model-package-group': {
    noun: 'model package group',
    prefix: 'model-package-group/',
    service: 'sagemaker',
    read: (ModelPackageGroupName) => ({
      name: 'sagemaker:DescribeModelPackageGroup',
      input: { ModelPackageGroupName },
    }),
    name: 'ModelPackageGroupName',
    arn: 'ModelPackageGroupArn',
  },
  'events.rule': {
    noun: 'rule',
    prefix: 'rule/',
    service: 'events',
    read: (Name) => ({ name: 'events:DescribeRule', input: { Name } }),
    name: 'Name',
    arn: 'Arn',
  },
  'scheduler.schedule': {
    noun: 'schedule',
    prefix: 'schedule/default/',
    service: 'scheduler',
    read: (Name) => ({ name: 'scheduler:GetSchedule', input: { Name } }),
    name: 'Name',
    arn: 'Arn',
  },
  'application-autoscaling.scalable-target': {
    noun: 'scalable target',
    prefix: 'scalable-target/',
    service: 'application-autoscaling',
    read: (id) => ({
      name: 'application-autoscaling:DescribeScalableTargets',
      input: { ServiceNamespace: 'sagemaker', ResourceIds: [id] },
    }),
    name: 'ScalableTargets.0.ResourceId',
    arn: 'ScalableTargets.0.ScalableTargetARN',
  },
  'iam.role': {
    noun: 'role',
    prefix: 'role/',
    service: 'iam',
    read: (RoleName) => ({ name: 'iam:GetRole', input: { RoleName } }),
    name: 'Role.RoleName',
    arn: 'Role.Arn',
  },
  'iam.user': {
    noun: 'user',
    prefix: 'user/',
    service: 'iam',
    read: (UserName) => ({ name: 'iam:GetUser', input: { UserName } }),
    name: 'User.UserName',
    arn: 'User.Arn',
  },
  // Keys have no ARN, and are found by their id alone.
  'iam.access-key': {
    noun: 'access key',
    prefix: 'access-key/',
    service: 'iam',
    read: (AccessKeyId) => ({ name: 'iam:GetAccessKeyLastUsed', input: { AccessKeyId } }),
    fits: /^A[A-Z0-9]{15,127}$/,
    unasked: /^ASIA/,
  },
  's3.bucket': {
    noun: 'bucket',
    prefix: '',
    service: 's3',
    read: (Bucket) => ({ name: 's3:GetBucketLocation', input: { Bucket } }),
    fits: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    arnOf: (name, partition) => `arn:${partition}:s3:::${name}`,
  },
  'cloudtrail.trail': {
    noun: 'trail',
    prefix: 'trail/',
    service: 'cloudtrail',
    read: (name) => ({ name: 'cloudtrail:DescribeTrails', input: { trailNameList: [name] } }),
    name: 'trailList.0.Name',
    arn: 'trailList.0.TrailARN',
  },
  'logs.log-group': {
    noun: 'log group',
    prefix: 'log-group:',
    service: 'logs',
    read: (logGroupNamePrefix) => ({ name: 'logs:DescribeLogGroups', input: { logGroupNamePrefix, limit: 1 } }),
    // Sorted by name: the group itself comes before all that only begin like it.
    name: 'logGroups.0.logGroupName',
    arn: 'logGroups.0.logGroupArn',
    exact: true,
  },
};

/** The actions that can be planned on a kind of resource, in the order in which they are offered. */
export const choices = (kind: string, actions: readonly ContainmentAction[]): readonly ContainmentAction[] =>
  inOrder(actions.filter(({ appliesTo }) => appliesTo.includes(kind)));

/** Every kind that one of the actions applies to. */
export const kindsOf = (actions: readonly ContainmentAction[]): readonly string[] => [
  ...new Set(actions.flatMap(({ appliesTo }) => appliesTo)),
];

/** A sentence names so many kinds of what it looked for. */
const mostNouns = 6;

/** What people call a thing that only its ARN tells. */
const partOf = (arn: string, kind: string): string =>
  kind === 'sagemaker.model-package' ? arn.slice(arn.indexOf('/') + 1) : arn.slice(arn.lastIndexOf('/') + 1);

/** Names as SageMaker and IAM allow them; a path before a role's or user's name is dropped, and so is what ends a log group's ARN. */
const nameOnly = (text: string, kind: string): string =>
  kind === 'iam.role' || kind === 'iam.user'
    ? text.slice(text.lastIndexOf('/') + 1)
    : kind === 's3.bucket'
      ? text.replace(/\/.*$/s, '')
      : kind === 'logs.log-group'
        ? text.replace(/:(\*|log-stream:.*)$/, '')
        : text;

/**
 * The resource that the operator means: an ARN, or a name that is looked for among the kinds that `actions` apply to. AWS is asked either
 * way: SageMaker writes names in lower case in ARNs, and a misspelt target must not be "contained already".
 * @throws UsageError when it is no such thing or fits several; AwsCallError `not-found` and others as AWS says them; RefusedError
 * `OtherAccount`, `OtherRegion`.
 */
export async function resolveTarget(
  text: string,
  actions: readonly ContainmentAction[],
  door: {
    readonly aws: Aws;
    readonly identity: Pick<Identity, 'account' | 'region'> & Partial<Pick<Identity, 'partition'>>;
    readonly signal: AbortSignal;
  },
): Promise<ResourceRef> {
  const { aws, identity, signal } = door;
  const kinds = kindsOf(actions).filter((kind) => lookups[kind]);
  const wanted = kinds.map((kind) => lookups[kind]?.noun ?? kind);
  if (text.trim() === '') throw new UsageError('the target is empty', { nextSteps: ['Give an ARN or a name'] });

  const find = async (kind: string, name: string): Promise<ResourceRef> => {
    const lookup = lookups[kind];
    if (!lookup) throw new UsageError(`${kind} cannot be looked up`);
    const missing = () =>
      new AwsCallError({
        operation: lookup.read(name).name,
        code: 'NotFound',
        message: `there is no ${lookup.noun} named ${name}`,
        reason: 'not-found',
        outcome: 'refused',
      });
    if (lookup.fits && !lookup.fits.test(name)) throw missing();
    if (lookup.unasked?.test(name)) return { kind, arn: '', name };
    const answer = await readAs(aws, lookup.read(name), signal);
    const found = lookup.name === undefined ? name : memberOf(answer, lookup.name);
    // Listings answer with nothing instead of "not found".
    if (found === undefined || (lookup.exact && found !== name)) throw missing();
    return {
      kind,
      arn:
        lookup.arn !== undefined
          ? String(memberOf(answer, lookup.arn) ?? '')
          : lookup.byArn
            ? name
            : (lookup.arnOf?.(String(found), identity.partition ?? 'aws') ?? ''),
      name: lookup.byArn ? partOf(name, kind) : String(found),
    };
  };

  const arn = parseArn(text);
  if (arn || text.startsWith('arn:')) {
    const kind = kinds.find(
      (one) => arn?.service === lookups[one]?.service && arn?.resource.startsWith(lookups[one]?.prefix ?? ''),
    );
    const lookup = kind === undefined ? undefined : lookups[kind];
    if (!arn || !kind || !lookup)
      throw new UsageError(
        `${text} is no ${wanted.length > mostNouns ? 'resource' : wanted.join(', ')} that can be contained here`,
        {
          nextSteps: ['See firebreak actions'],
        },
      );
    refuseElsewhere({ kind, arn: text, name: '' }, identity);
    return find(kind, lookup.byArn ? text : nameOnly(arn.resource.slice(lookup.prefix.length), kind));
  }

  const named = kinds.filter((kind) => !lookups[kind]?.byArn);
  if (named.length === 0)
    throw new UsageError(`${text}: ${wanted.join(', ')} can only be told by an ARN`, {
      nextSteps: ['Give the whole ARN'],
    });
  const only = named.length === 1 ? named[0] : undefined;
  // One kind: what AWS says about it is the clearest there is.
  if (only !== undefined) return find(only, nameOnly(text, only));
  const tried = await Promise.all(
    named.map(async (kind) => ({ kind, found: await lookedUp(find(kind, nameOnly(text, kind))) })),
  );
  const found = tried.flatMap((one) => (one.found.value ? [one.found.value] : []));
  const [first, ...more] = found;
  if (first && more.length === 0) return first;
  if (first)
    throw new UsageError(
      `${text} is the name of ${found.map(({ kind }) => lookups[kind]?.noun ?? kind).join(' and ')}`,
      {
        nextSteps: [`Give the ARN: ${found.map((one) => one.arn).join(' or ')}`],
      },
    );
  const denied = tried.flatMap(({ found }) => (found.missing === 'denied' ? [found.operation] : []));
  const none = wanted.length > mostNouns ? 'nothing that can be acted on is' : `there is no ${wanted.join(', ')}`;
  throw new UsageError(
    `${none} named ${text} in ${identity.account} ${identity.region}${denied.length > 0 ? ` (${denied.join(', ')} denied, so not everything was seen)` : ''}`,
    { nextSteps: ['Check the spelling, --region and --profile, or give the ARN'] },
  );
}

/**
 * A name that one service does not even take (a space, a slash) is not there, which is all that counts beside other kinds; nor is what a
 * simulator does not know at all.
 */
async function lookedUp(read: Promise<ResourceRef>): Promise<Awaited<ReturnType<typeof attempt<ResourceRef>>>> {
  try {
    return await attempt(read);
  } catch (error) {
    if (
      error instanceof AwsCallError &&
      /Validation|Invalid(TrailName|Parameter|Action)|UnknownOperation|NotImplemented/.test(error.code)
    )
      return { missing: 'not-found', operation: error.operation };
    throw error;
  }
}
