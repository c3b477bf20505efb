import { parseArn } from '../../model/arn.ts';
import type { RecordParts } from '../../model/record-parts.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { refOfArn } from '../refs.ts';
import { type Members, members, outsidersOf, text } from './policy.ts';

/** Who made a call, as far as doors need it. */
export interface Who {
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly address: string;
  /** The role or user behind. */
  readonly behind: ResourceRef | undefined;
}

interface Proof {
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly action: string;
  readonly account: string;
  readonly region: string;
  readonly who: Who;
}

/** What one accepted call did to the ways in. */
export type DoorRecord = Proof &
  (
    | {
        readonly type: 'mint';
        readonly resource: ResourceRef;
        readonly urlUntil: number | undefined;
        readonly until: number | undefined;
      }
    | {
        readonly type: 'issued';
        readonly accessKeyId: string;
        /** The role or user that the credentials act as. */
        readonly as: ResourceRef | undefined;
        /** ARN of the session; empty for a user's own. */
        readonly session: string;
        readonly until: number | undefined;
        /** A service took them for what it runs. */
        readonly byService: boolean;
      }
    | {
        readonly type: 'key';
        readonly accessKeyId: string;
        readonly user: string;
        readonly change: 'made' | 'on' | 'off';
      }
    | { readonly type: 'password'; readonly user: string; readonly change: 'set' | 'removed' }
    | { readonly type: 'script'; readonly config: ResourceRef; readonly change: 'written' | 'removed' }
    | { readonly type: 'schedule'; readonly schedule: ResourceRef; readonly change: 'set' | 'removed' }
    | {
        readonly type: 'share';
        readonly shared: ResourceRef;
        /** Principals outside of our accounts; empty when the new policy has none. */
        readonly outsiders: readonly string[];
      }
    /** The compute behind a URL was told to stop, or is gone. */
    | { readonly type: 'stopped'; readonly resource: ResourceRef }
    | { readonly type: 'made'; readonly resource: ResourceRef }
    /** What runs, or what it starts with, was changed: what AWS said before is out of date. */
    | { readonly type: 'changed' }
  );

type What = DoorRecord extends infer One ? (One extends DoorRecord ? Omit<One, keyof Proof> : never) : never;

interface Context {
  readonly parts: RecordParts;
  readonly request: Members;
  readonly response: Members;
  readonly ours: ReadonlySet<string>;
}

const minute = 60_000;
const fullSession = 12 * 60 * minute;
const number = (value: unknown): number | undefined => {
  const read =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(read) ? read : undefined;
};

/** The resource that the event is about, of one of these kinds, else one made of the request's name. */
function target({ parts, request }: Context, kinds: readonly string[], ...names: readonly string[]): ResourceRef {
  const linked = parts.event.resources.find(({ kind }) => kinds.includes(kind));
  if (linked) return { kind: linked.kind, arn: linked.arn, name: linked.name };
  const given = names.map((name) => text(request[name])).find((value) => value !== '') ?? '';
  return refOfArn(given) ?? { kind: kinds[0] ?? '', arn: '', name: given };
}

/**
 * A URL lives for its own time (five minutes unless the call says less), what it opened for the session's (12 hours unless the call says
 * less). Notebooks know no other time for the URL. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html
 */
function mint(context: Context, resource: ResourceRef, urlMs: number | undefined): What {
  const { at } = context.parts.event;
  const url =
    urlMs === undefined
      ? undefined
      : at + Math.min((number(context.request.expiresInSeconds) ?? urlMs / 1_000) * 1_000, 15 * minute);
  const sessionMs = (number(context.request.sessionExpirationDurationInSeconds) ?? fullSession / 1_000) * 1_000;
  return { type: 'mint', resource, urlUntil: url, until: (url ?? at) + Math.min(sessionMs, fullSession) };
}

function issued(context: Context, as: ResourceRef | undefined): What | undefined {
  const credentials = members(context.response.credentials);
  const accessKeyId = text(credentials.accessKeyId);
  if (accessKeyId === '') return undefined;
  const expiration = credentials.expiration;
  const at =
    typeof expiration === 'number' ? expiration * (expiration < 1e11 ? 1_000 : 1) : Date.parse(text(expiration));
  const assumed = members(context.response.assumedRoleUser);
  const { principal, sourceIp } = context.parts.event;
  return {
    type: 'issued',
    accessKeyId,
    as,
    session: text(assumed.arn) || text(members(context.response.federatedUser).arn),
    until: Number.isFinite(at) ? at : undefined,
    byService: principal?.type === 'AWSService' || /\.amazonaws\.com$/.test(sourceIp),
  };
}

const roleOf = ({ request }: Context): ResourceRef | undefined => refOfArn(text(request.roleArn));
const userOf = ({ parts }: Context): ResourceRef | undefined => {
  const arn = parts.event.principal?.arn ?? '';
  return arn.includes(':user/') ? { kind: 'iam.user', arn, name: arn.slice(arn.lastIndexOf('/') + 1) } : undefined;
};

const key = (context: Context, accessKeyId: string, change: 'made' | 'on' | 'off'): What | undefined =>
  accessKeyId === ''
    ? undefined
    : { type: 'key', accessKeyId, user: text(context.request.userName) || (userOf(context)?.name ?? ''), change };

/** Whom a document lets in; an action that writes a document without anybody from outside takes an earlier one back. */
const share = (context: Context, shared: ResourceRef, document: unknown): What => ({
  type: 'share',
  shared,
  outsiders: outsidersOf(document, context.ours),
});

const bucket = (context: Context): ResourceRef => target(context, ['s3.bucket'], 'bucketName');
const group = (context: Context): ResourceRef =>
  target(context, ['sagemaker.model-package-group'], 'modelPackageGroupName');

/** The calls that open or close a way in, and what each record says of it. */
const readers: { readonly [action: string]: (context: Context) => What | undefined } = {
  'sagemaker:CreatePresignedNotebookInstanceUrl': (c) =>
    mint(c, target(c, ['sagemaker.notebook-instance'], 'notebookInstanceName'), 5 * minute),
  'sagemaker:CreatePresignedDomainUrl': (c) =>
    mint(c, target(c, ['sagemaker.user-profile'], 'userProfileName'), 5 * minute),
  'sagemaker:CreatePresignedMlflowTrackingServerUrl': (c) =>
    mint(c, target(c, ['sagemaker.mlflow-tracking-server'], 'trackingServerName'), 5 * minute),
  'sagemaker:CreatePresignedMlflowAppUrl': (c) => mint(c, target(c, ['sagemaker.mlflow-app'], 'arn'), 5 * minute),
  'sagemaker:CreatePartnerAppPresignedUrl': (c) => mint(c, target(c, ['sagemaker.partner-app'], 'arn'), 5 * minute),
  'sagemaker:StartSession': (c) =>
    mint(c, target(c, ['sagemaker.space', 'sagemaker.app'], 'resourceIdentifier'), undefined),
  'sts:AssumeRole': (c) => issued(c, roleOf(c)),
  'sts:AssumeRoleWithSAML': (c) => issued(c, roleOf(c)),
  'sts:AssumeRoleWithWebIdentity': (c) => issued(c, roleOf(c)),
  'sts:GetSessionToken': (c) => issued(c, userOf(c)),
  'sts:GetFederationToken': (c) => issued(c, userOf(c)),
  'iam:CreateAccessKey': (c) => key(c, text(members(c.response.accessKey).accessKeyId), 'made'),
  'iam:UpdateAccessKey': (c) =>
    key(c, text(c.request.accessKeyId), text(c.request.status) === 'Inactive' ? 'off' : 'on'),
  'iam:DeleteAccessKey': (c) => key(c, text(c.request.accessKeyId), 'off'),
  'iam:CreateLoginProfile': (c) => ({ type: 'password', user: text(c.request.userName), change: 'set' }),
  'iam:UpdateLoginProfile': (c) => ({ type: 'password', user: text(c.request.userName), change: 'set' }),
  'iam:DeleteLoginProfile': (c) => ({ type: 'password', user: text(c.request.userName), change: 'removed' }),
  ...Object.fromEntries(
    ['Create', 'Update', 'Delete'].flatMap((verb): [string, (c: Context) => What][] =>
      (
        [
          [
            'NotebookInstanceLifecycleConfig',
            'sagemaker.notebook-instance-lifecycle-config',
            'notebookInstanceLifecycleConfigName',
          ],
          ['StudioLifecycleConfig', 'sagemaker.studio-lifecycle-config', 'studioLifecycleConfigName'],
        ] as const
      ).map(([noun, kind, name]) => [
        `sagemaker:${verb}${noun}`,
        (c) => ({ type: 'script', config: target(c, [kind], name), change: verb === 'Delete' ? 'removed' : 'written' }),
      ]),
    ),
  ),
  'events:PutRule': (c) => ({
    type: 'schedule',
    schedule: target(c, ['events.rule'], 'name'),
    change: text(c.request.state) === 'DISABLED' ? 'removed' : 'set',
  }),
  'events:PutTargets': (c) => ({ type: 'schedule', schedule: target(c, ['events.rule'], 'rule'), change: 'set' }),
  'events:EnableRule': (c) => ({ type: 'schedule', schedule: target(c, ['events.rule'], 'name'), change: 'set' }),
  'events:DisableRule': (c) => ({ type: 'schedule', schedule: target(c, ['events.rule'], 'name'), change: 'removed' }),
  'events:DeleteRule': (c) => ({ type: 'schedule', schedule: target(c, ['events.rule'], 'name'), change: 'removed' }),
  'scheduler:CreateSchedule': (c) => ({
    type: 'schedule',
    schedule: target(c, ['scheduler.schedule'], 'name'),
    change: 'set',
  }),
  'scheduler:UpdateSchedule': (c) => ({
    type: 'schedule',
    schedule: target(c, ['scheduler.schedule'], 'name'),
    change: text(c.request.state) === 'DISABLED' ? 'removed' : 'set',
  }),
  'scheduler:DeleteSchedule': (c) => ({
    type: 'schedule',
    schedule: target(c, ['scheduler.schedule'], 'name'),
    change: 'removed',
  }),
  ...Object.fromEntries(
    ['Create', 'Update', 'Start', 'Stop', 'Delete'].map((verb): [string, (c: Context) => What] => [
      `sagemaker:${verb}MonitoringSchedule`,
      (c) => ({
        type: 'schedule',
        schedule: target(c, ['sagemaker.monitoring-schedule'], 'monitoringScheduleName'),
        change: verb === 'Stop' || verb === 'Delete' ? 'removed' : 'set',
      }),
    ]),
  ),
  'sagemaker:PutModelPackageGroupPolicy': (c) => share(c, group(c), c.request.resourcePolicy),
  'sagemaker:DeleteModelPackageGroupPolicy': (c) => share(c, group(c), undefined),
  's3:PutBucketPolicy': (c) => share(c, bucket(c), c.request.bucketPolicy ?? c.request.policy),
  's3:DeleteBucketPolicy': (c) => share(c, bucket(c), undefined),
  'iam:CreateRole': (c) => share(c, target(c, ['iam.role'], 'roleName'), c.request.assumeRolePolicyDocument),
  'iam:UpdateAssumeRolePolicy': (c) => share(c, target(c, ['iam.role'], 'roleName'), c.request.policyDocument),
  'iam:DeleteRole': (c) => share(c, target(c, ['iam.role'], 'roleName'), undefined),
  'secretsmanager:PutResourcePolicy': (c) =>
    share(c, target(c, ['secretsmanager.secret'], 'secretId'), c.request.resourcePolicy),
  'secretsmanager:DeleteResourcePolicy': (c) => share(c, target(c, ['secretsmanager.secret'], 'secretId'), undefined),
  'ecr:SetRepositoryPolicy': (c) => share(c, target(c, ['ecr.repository'], 'repositoryName'), c.request.policyText),
  'ecr:DeleteRepositoryPolicy': (c) => share(c, target(c, ['ecr.repository'], 'repositoryName'), undefined),
  'kms:PutKeyPolicy': (c) => share(c, target(c, ['kms.key'], 'keyId'), c.request.policy),
  'ram:CreateResourceShare': (c) => share(c, target(c, ['ram.resource-share'], 'name'), c.request.principals),
  'ram:DeleteResourceShare': (c) => share(c, target(c, ['ram.resource-share'], 'resourceShareArn'), undefined),
  'sagemaker:StopNotebookInstance': (c) => ({
    type: 'stopped',
    resource: target(c, ['sagemaker.notebook-instance'], 'notebookInstanceName'),
  }),
  'sagemaker:DeleteNotebookInstance': (c) => ({
    type: 'stopped',
    resource: target(c, ['sagemaker.notebook-instance'], 'notebookInstanceName'),
  }),
  'sagemaker:StopMlflowTrackingServer': (c) => ({
    type: 'stopped',
    resource: target(c, ['sagemaker.mlflow-tracking-server'], 'trackingServerName'),
  }),
  'sagemaker:DeleteMlflowTrackingServer': (c) => ({
    type: 'stopped',
    resource: target(c, ['sagemaker.mlflow-tracking-server'], 'trackingServerName'),
  }),
  'sagemaker:DeleteMlflowApp': (c) => ({ type: 'stopped', resource: target(c, ['sagemaker.mlflow-app'], 'arn') }),
  'sagemaker:DeletePartnerApp': (c) => ({ type: 'stopped', resource: target(c, ['sagemaker.partner-app'], 'arn') }),
  'sagemaker:DeleteUserProfile': (c) => ({
    type: 'stopped',
    resource: target(c, ['sagemaker.user-profile'], 'userProfileName'),
  }),
  'sagemaker:DeleteSpace': (c) => ({ type: 'stopped', resource: target(c, ['sagemaker.space'], 'spaceName') }),
  'sagemaker:CreateEndpointConfig': (c) => ({
    type: 'made',
    resource: target(c, ['sagemaker.endpoint-config'], 'endpointConfigName'),
  }),
};

/** Calls after which the inventory is worth another look; most open no door by themselves. */
const changes: readonly string[] = [
  ...[
    'CreateNotebookInstance',
    'UpdateNotebookInstance',
    'StartNotebookInstance',
    'CreateEndpoint',
    'UpdateEndpoint',
    'DeleteEndpoint',
  ],
  ...[
    'CreateTrainingJob',
    'CreateProcessingJob',
    'CreateTransformJob',
    'CreateHyperParameterTuningJob',
    'CreateAutoMLJob',
    'CreateAutoMLJobV2',
  ],
  ...[
    'StopTrainingJob',
    'StopProcessingJob',
    'StopTransformJob',
    'StopHyperParameterTuningJob',
    'StopAutoMLJob',
    'StartPipelineExecution',
  ],
  ...[
    'CreateApp',
    'DeleteApp',
    'UpdateSpace',
    'UpdateUserProfile',
    'UpdateDomain',
    'CreateCluster',
    'UpdateCluster',
    'CreateInferenceComponent',
  ],
].map((operation) => `sagemaker:${operation}`);
for (const action of changes) Object.assign(readers, { [action]: () => ({ type: 'changed' }) });

/** How many of each are kept: the newest. Sessions are issued by the thousand, everything else by hand. */
export const doorGroups: readonly { readonly actions: readonly string[]; readonly limit: number }[] = [
  { actions: Object.keys(readers).filter((action) => action.startsWith('sts:')), limit: 1_000 },
  { actions: Object.keys(readers).filter((action) => /Presigned|StartSession/.test(action)), limit: 1_000 },
  { actions: changes, limit: 100 },
  {
    actions: Object.keys(readers).filter(
      (action) => !/^sts:|Presigned|StartSession/.test(action) && !changes.includes(action),
    ),
    limit: 1_000,
  },
];

/** What an accepted call means for the ways in; `undefined` for one that means nothing, or whose record does not say. */
export function doorRecordOf(
  parts: RecordParts,
  ours: ReadonlySet<string>,
  behind: (event: RecordParts['event']) => ResourceRef | undefined,
): DoorRecord | undefined {
  const { event } = parts;
  const read = Object.hasOwn(readers, event.action) ? readers[event.action] : undefined;
  const own = new Set([...ours, event.account]);
  const what = read?.({ parts, request: members(parts.request), response: members(parts.response), ours: own });
  if (!what) return undefined;
  const { principal } = event;
  return {
    ...what,
    eventId: event.id,
    at: event.at,
    action: event.action,
    account: event.account || (parseArn(principal?.arn ?? '')?.account ?? ''),
    region: event.region,
    who: {
      name: principal?.name ?? '',
      arn: principal?.arn ?? '',
      accessKeyId: principal?.accessKeyId ?? '',
      address: event.sourceIp,
      behind: behind(event),
    },
  };
}
