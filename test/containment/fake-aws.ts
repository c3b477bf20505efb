import type { Arming, Aws, AwsWriter, Identity, Permit, WriteCall } from '../../src/aws/aws.ts';
import { actions } from '../../src/containment/catalogue.ts';
import { stoppableKinds } from '../../src/containment/jobs.ts';
import { createRunner, type Runner, type RunnerParts } from '../../src/containment/runner.ts';
import { AwsCallError, type AwsFailure, RefusedError } from '../../src/model/errors.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { canonicalJson, type Json } from '../../src/shared/json.ts';
import type { Journal, JournalEntry, JournalLine } from '../../src/store/journal.ts';

type Members = Record<string, unknown>;
type Handler = (input: Members) => unknown;

/** Time that only moves when somebody sleeps: tests of half an hour take a millisecond. */
export function fakeClock(start = Date.parse('2026-11-23T20:00:00Z')): Clock & { at: number; onSleep: (() => void)[] } {
  const clock = {
    at: start,
    /** Called once each, when the next sleeps begin. */
    onSleep: [] as (() => void)[],
    now: () => clock.at,
    async sleep(ms: number, signal?: AbortSignal) {
      clock.onSleep.shift()?.();
      signal?.throwIfAborted();
      clock.at += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
  return clock;
}

/** An error as the door would throw it. */
export const awsError = (
  operation: string,
  code: string,
  reason: AwsFailure,
  outcome: 'refused' | 'unknown' = 'refused',
): AwsCallError => new AwsCallError({ operation, code, message: `${operation}: ${code}`, reason, outcome });

export const account = '111122223333';
export const region = 'us-east-1';
const arn = (type: string, name: string) => `arn:aws:sagemaker:${region}:${account}:${type}/${name.toLowerCase()}`;
export const endpointRef = (name: string): ResourceRef => ({
  kind: 'sagemaker.endpoint',
  arn: arn('endpoint', name),
  name,
});
export const notebookRef = (name: string): ResourceRef => ({
  kind: 'sagemaker.notebook-instance',
  arn: arn('notebook-instance', name),
  name,
});
export const roleRef = (name: string, path = '/'): ResourceRef => ({
  kind: 'iam.role',
  arn: `arn:aws:iam::${account}:role${path}${name}`,
  name,
});

/** One account in memory: enough of SageMaker, IAM and auto scaling that the actions can be done and undone. */
export class FakeAccount {
  readonly clock = fakeClock();
  readonly notebooks = new Map<string, Members>();
  readonly endpoints = new Map<string, Members>();
  readonly configs = new Map<string, Members>();
  readonly models = new Map<string, Members>();
  readonly components = new Map<string, Members>();
  readonly roles = new Map<string, { path: string; policies: Map<string, string> }>();
  /** Managed policies by role. */
  readonly attached = new Map<string, Set<string>>();
  readonly tags = new Map<string, Members[]>();
  readonly targets: Members[] = [];
  readonly policies: Members[] = [];
  readonly scheduled: Members[] = [];
  readonly schedules: Members[] = [];
  readonly sent: string[] = [];
  readonly read: string[] = [];
  /** What the simulator does not allow. */
  readonly notAllowed = new Set<string>();
  /** Errors to throw, first one first, by operation: for a call before it does anything. */
  readonly failures = new Map<string, AwsCallError[]>();
  /** The call is done, its answer lost. */
  readonly lostAnswers = new Set<string>();
  private readonly pending: { at: number; run: () => void }[] = [];

  /** How long every change takes, ms. */
  slowness = 4_000;

  later(run: () => void): void {
    this.pending.push({ at: this.clock.now() + this.slowness, run });
  }

  private settle(): void {
    for (const change of this.pending.splice(0)) {
      if (change.at <= this.clock.now()) change.run();
      else this.pending.push(change);
    }
  }

  fail(operation: string, ...errors: AwsCallError[]): void {
    this.failures.set(operation, [...(this.failures.get(operation) ?? []), ...errors]);
  }

  notebook(name: string, more: Members = {}): ResourceRef {
    this.notebooks.set(name, {
      NotebookInstanceName: name,
      NotebookInstanceArn: arn('notebook-instance', name),
      NotebookInstanceStatus: 'InService',
      RoleArn: roleRef('ds-exec').arn,
      CreationTime: new Date(0),
      ...more,
    });
    return notebookRef(name);
  }

  role(name: string, path = '/', policies: Record<string, string> = {}): ResourceRef {
    this.roles.set(name, { path, policies: new Map(Object.entries(policies)) });
    return roleRef(name, path);
  }

  endpoint(name: string, options: { status?: string; components?: string[]; scaled?: boolean } = {}): ResourceRef {
    const config = `${name}-config`;
    this.models.set(`${name}-model`, {
      ModelName: `${name}-model`,
      ModelArn: arn('model', `${name}-model`),
      ExecutionRoleArn: roleRef('ds-exec').arn,
    });
    this.configs.set(config, {
      EndpointConfigName: config,
      EndpointConfigArn: arn('endpoint-config', config),
      ProductionVariants: [
        { VariantName: 'main', ModelName: `${name}-model`, InitialInstanceCount: 1, InitialVariantWeight: 1 },
      ],
    });
    this.endpoints.set(name, {
      EndpointName: name,
      EndpointArn: arn('endpoint', name),
      EndpointConfigName: config,
      EndpointStatus: options.status ?? 'InService',
      CreationTime: new Date(0),
      ProductionVariants: [this.variant()],
    });
    this.tags.set(arn('endpoint', name), [{ Key: 'team', Value: 'fraud' }]);
    for (const component of options.components ?? [])
      this.components.set(component, {
        InferenceComponentName: component,
        InferenceComponentArn: arn('inference-component', component),
        EndpointName: name,
        VariantName: 'main',
        InferenceComponentStatus: 'InService',
        Specification: {
          ModelName: `${name}-model`,
          Container: {
            DeployedImage: { SpecifiedImage: 'image:1', ResolvedImage: 'image@sha256:aa', ResolutionTime: new Date(0) },
          },
        },
        RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 2 },
      });
    if (options.scaled) {
      const of = {
        ServiceNamespace: 'sagemaker',
        ResourceId: `endpoint/${name}/variant/main`,
        ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      };
      this.targets.push({
        ...of,
        MinCapacity: 1,
        MaxCapacity: 4,
        RoleARN: 'arn:aws:iam::1:role/aws-service-role/x',
        CreationTime: new Date(0),
      });
      this.policies.push({
        ...of,
        PolicyName: 'track',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
        Alarms: [],
      });
      this.scheduled.push({
        ...of,
        ScheduledActionName: 'night',
        Schedule: 'cron(0 22 * * ? *)',
        ScalableTargetAction: { MaxCapacity: 1 },
      });
    }
    return endpointRef(name);
  }

  private variant(): Members {
    return {
      VariantName: 'main',
      CurrentWeight: 1,
      CurrentInstanceCount: 1,
      DeployedImages: [{ SpecifiedImage: 'image:1', ResolvedImage: 'image@sha256:aa' }],
    };
  }

  /** The state that undo must bring back; no times. */
  state(): string {
    return canonicalJson(
      [
        this.notebooks,
        this.endpoints,
        this.components,
        new Map([...this.roles].map(([name, { policies }]) => [name, [...policies]])),
        this.tags,
      ]
        .map((map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)))
        .concat(
          [this.targets, this.policies, this.scheduled].map((list) =>
            list.map((one) => ['', one] as [string, unknown]),
          ) as never,
        ),
    ).replaceAll(/"(CreationTime|RoleARN|Alarms)":("[^"]*"|\[\]),?/g, '');
  }

  private get<Value>(
    map: ReadonlyMap<string, Value>,
    name: unknown,
    operation: string,
    code = 'ValidationException',
  ): Value {
    const found = map.get(String(name));
    if (!found) throw awsError(operation, code, 'not-found');
    return found;
  }

  private change(thing: Members, member: string, during: string, after: string | (() => void)): void {
    thing[member] = during;
    this.later(() => {
      if (typeof after === 'string') thing[member] = after;
      else after();
    });
  }

  readonly handlers: Record<string, Handler> = {
    // What names are looked for among, and this account holds none of.
    ...Object.fromEntries(
      [
        ...stoppableKinds.map(({ kind, read }) => read({ kind, arn: '', name: '' }).name),
        'events:DescribeRule',
        'sagemaker:DescribeModelPackageGroup',
        'scheduler:GetSchedule',
      ].map((name) => [
        name,
        () => {
          throw awsError(name, 'ResourceNotFound', 'not-found');
        },
      ]),
    ),
    'sagemaker:DescribeNotebookInstance': (i) =>
      this.get(this.notebooks, i.NotebookInstanceName, 'sagemaker:DescribeNotebookInstance'),
    'sagemaker:DescribeNotebookInstanceLifecycleConfig': (i) => {
      const name = i.NotebookInstanceLifecycleConfigName;
      if (![...this.notebooks.values()].some((one) => one.NotebookInstanceLifecycleConfigName === name))
        throw awsError('sagemaker:DescribeNotebookInstanceLifecycleConfig', 'ValidationException', 'not-found');
      return {
        NotebookInstanceLifecycleConfigName: name,
        OnStart: [{ Content: Buffer.from('#!/bin/bash\nid\n').toString('base64') }],
      };
    },
    'sagemaker:ListNotebookInstances': () => ({ NotebookInstances: [...this.notebooks.values()] }),
    'sagemaker:StopNotebookInstance': (i) => {
      const notebook = this.get(this.notebooks, i.NotebookInstanceName, 'sagemaker:StopNotebookInstance');
      if (notebook.NotebookInstanceStatus !== 'InService')
        throw awsError('sagemaker:StopNotebookInstance', 'ValidationException', 'other');
      this.change(notebook, 'NotebookInstanceStatus', 'Stopping', 'Stopped');
    },
    'sagemaker:StartNotebookInstance': (i) => {
      const notebook = this.get(this.notebooks, i.NotebookInstanceName, 'sagemaker:StartNotebookInstance');
      if (notebook.NotebookInstanceStatus !== 'Stopped')
        throw awsError('sagemaker:StartNotebookInstance', 'ValidationException', 'other');
      this.change(notebook, 'NotebookInstanceStatus', 'Pending', 'InService');
    },
    'cloudwatch:GetMetricData': (i) => ({
      MetricDataResults: (i.MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
        Id,
        Values: Id.startsWith('all') ? [this.invocations] : [],
      })),
    }),
    'sagemaker:DescribeEndpoint': (i) => this.get(this.endpoints, i.EndpointName, 'sagemaker:DescribeEndpoint'),
    'sagemaker:DescribeEndpointConfig': (i) =>
      this.get(this.configs, i.EndpointConfigName, 'sagemaker:DescribeEndpointConfig'),
    'sagemaker:DescribeModel': (i) => this.get(this.models, i.ModelName, 'sagemaker:DescribeModel'),
    'sagemaker:DescribeInferenceComponent': (i) =>
      this.get(this.components, i.InferenceComponentName, 'sagemaker:DescribeInferenceComponent'),
    'sagemaker:ListInferenceComponents': (i) => ({
      InferenceComponents: [...this.components.values()].filter(
        ({ EndpointName }) => i.EndpointNameEquals === undefined || EndpointName === i.EndpointNameEquals,
      ),
    }),
    'sagemaker:ListEndpoints': () => ({ Endpoints: [...this.endpoints.values()] }),
    'sagemaker:ListModels': () => ({ Models: [...this.models.values()] }),
    'sagemaker:ListMonitoringSchedules': () => ({ MonitoringScheduleSummaries: this.schedules }),
    'sagemaker:ListTags': (i) => ({ Tags: this.tags.get(String(i.ResourceArn)) ?? [] }),
    'sagemaker:DeleteEndpoint': (i) => {
      const name = String(i.EndpointName);
      const endpoint = this.get(this.endpoints, name, 'sagemaker:DeleteEndpoint');
      if ([...this.components.values()].some(({ EndpointName }) => EndpointName === name))
        throw awsError('sagemaker:DeleteEndpoint', 'ValidationException', 'other');
      for (const list of [this.targets, this.policies, this.scheduled])
        list.splice(
          0,
          list.length,
          ...list.filter(({ ResourceId }) => !String(ResourceId).startsWith(`endpoint/${name}/`)),
        );
      this.change(endpoint, 'EndpointStatus', 'Deleting', () => {
        this.endpoints.delete(name);
        this.tags.delete(arn('endpoint', name));
      });
    },
    'sagemaker:DeleteInferenceComponent': (i) => {
      const name = String(i.InferenceComponentName);
      const component = this.get(this.components, name, 'sagemaker:DeleteInferenceComponent');
      this.change(component, 'InferenceComponentStatus', 'Deleting', () => this.components.delete(name));
    },
    'sagemaker:CreateEndpoint': (i) => {
      const name = String(i.EndpointName);
      if (this.endpoints.has(name)) throw awsError('sagemaker:CreateEndpoint', 'ValidationException', 'other');
      this.get(this.configs, i.EndpointConfigName, 'sagemaker:CreateEndpoint');
      const endpoint: Members = {
        EndpointName: name,
        EndpointArn: arn('endpoint', name),
        EndpointConfigName: i.EndpointConfigName,
        CreationTime: new Date(this.clock.now()),
        ProductionVariants: [this.variant()],
      };
      this.endpoints.set(name, endpoint);
      this.tags.set(arn('endpoint', name), (i.Tags as Members[] | undefined) ?? []);
      this.change(endpoint, 'EndpointStatus', 'Creating', 'InService');
    },
    'sagemaker:UpdateEndpoint': (i) => {
      const endpoint = this.get(this.endpoints, i.EndpointName, 'sagemaker:UpdateEndpoint');
      if (endpoint.EndpointStatus !== 'InService')
        throw awsError('sagemaker:UpdateEndpoint', 'ValidationException', 'other');
      this.change(endpoint, 'EndpointStatus', 'Updating', () => {
        Object.assign(endpoint, { EndpointStatus: 'InService', EndpointConfigName: i.EndpointConfigName });
      });
      return { EndpointArn: endpoint.EndpointArn };
    },
    'sagemaker:UpdateEndpointWeightsAndCapacities': (i) => {
      const endpoint = this.get(this.endpoints, i.EndpointName, 'sagemaker:UpdateEndpointWeightsAndCapacities');
      for (const { VariantName, DesiredWeight, DesiredInstanceCount } of i.DesiredWeightsAndCapacities as Members[]) {
        const variant = (endpoint.ProductionVariants as Members[]).find((one) => one.VariantName === VariantName);
        if (variant && DesiredWeight !== undefined) variant.CurrentWeight = DesiredWeight;
        if (variant && DesiredInstanceCount !== undefined) variant.CurrentInstanceCount = DesiredInstanceCount;
      }
      this.change(endpoint, 'EndpointStatus', 'Updating', 'InService');
    },
    'sagemaker:CreateInferenceComponent': (i) => {
      const name = String(i.InferenceComponentName);
      const copies = (i.RuntimeConfig as { CopyCount: number }).CopyCount;
      const specification = i.Specification as { ModelName: string; Container: { Image: string } };
      const component: Members = {
        InferenceComponentName: name,
        InferenceComponentArn: arn('inference-component', name),
        EndpointName: i.EndpointName,
        VariantName: i.VariantName,
        Specification: {
          ModelName: specification.ModelName,
          Container: {
            DeployedImage: {
              SpecifiedImage: specification.Container.Image,
              ResolvedImage: 'image@sha256:aa',
              ResolutionTime: new Date(0),
            },
          },
        },
        RuntimeConfig: { DesiredCopyCount: copies, CurrentCopyCount: copies },
      };
      this.components.set(name, component);
      this.change(component, 'InferenceComponentStatus', 'Creating', 'InService');
    },
    'application-autoscaling:DescribeScalableTargets': (i) => ({
      ScalableTargets: this.targets.filter(({ ResourceId }) =>
        (i.ResourceIds as string[]).includes(String(ResourceId)),
      ),
    }),
    'application-autoscaling:DescribeScalingPolicies': (i) => ({
      ScalingPolicies: this.policies.filter(({ ResourceId }) => ResourceId === i.ResourceId),
    }),
    'application-autoscaling:DescribeScheduledActions': (i) => ({
      ScheduledActions: this.scheduled.filter(({ ResourceId }) => ResourceId === i.ResourceId),
    }),
    'application-autoscaling:RegisterScalableTarget': (i) => void this.targets.push({ ...i }),
    'application-autoscaling:PutScalingPolicy': (i) => void this.policies.push({ ...i, Alarms: [] }),
    'application-autoscaling:PutScheduledAction': (i) => void this.scheduled.push({ ...i }),
    'iam:GetRole': (i) => {
      const { path } = this.get(this.roles, i.RoleName, 'iam:GetRole', 'NoSuchEntity');
      return { Role: { RoleName: i.RoleName, Path: path, Arn: roleRef(String(i.RoleName), path).arn } };
    },
    'iam:GetRolePolicy': (i) => {
      const role = this.get(this.roles, i.RoleName, 'iam:GetRolePolicy', 'NoSuchEntity');
      return {
        PolicyDocument: encodeURIComponent(this.get(role.policies, i.PolicyName, 'iam:GetRolePolicy', 'NoSuchEntity')),
      };
    },
    'iam:ListRolePolicies': (i) => ({
      PolicyNames: [...this.get(this.roles, i.RoleName, 'iam:ListRolePolicies', 'NoSuchEntity').policies.keys()],
    }),
    'iam:ListAttachedRolePolicies': (i) => ({
      AttachedPolicies: [...(this.attached.get(String(i.RoleName)) ?? [])].map((PolicyArn) => ({ PolicyArn })),
    }),
    'iam:AttachRolePolicy': (i) => {
      const name = String(i.RoleName);
      this.attached.set(name, (this.attached.get(name) ?? new Set()).add(String(i.PolicyArn)));
    },
    'iam:DetachRolePolicy': (i) => {
      if (!this.attached.get(String(i.RoleName))?.delete(String(i.PolicyArn)))
        throw awsError('iam:DetachRolePolicy', 'NoSuchEntity', 'not-found');
    },
    'iam:GetUser': () => {
      throw awsError('iam:GetUser', 'NoSuchEntity', 'not-found');
    },
    'cloudtrail:DescribeTrails': () => ({ trailList: [] }),
    's3:GetBucketLocation': () => {
      throw awsError('s3:GetBucketLocation', 'NoSuchBucket', 'not-found');
    },
    'logs:DescribeLogGroups': () => ({ logGroups: [] }),
    'iam:PutRolePolicy': (i) => {
      this.get(this.roles, i.RoleName, 'iam:PutRolePolicy', 'NoSuchEntity').policies.set(
        String(i.PolicyName),
        String(i.PolicyDocument),
      );
    },
    'iam:DeleteRolePolicy': (i) => {
      if (
        !this.get(this.roles, i.RoleName, 'iam:DeleteRolePolicy', 'NoSuchEntity').policies.delete(String(i.PolicyName))
      )
        throw awsError('iam:DeleteRolePolicy', 'NoSuchEntity', 'not-found');
    },
    'iam:SimulatePrincipalPolicy': (i) => {
      const name = String(i.PolicySourceArn).split('/').at(-1) ?? '';
      const denied = [...(this.roles.get(name)?.policies.keys() ?? [])].some((policy) => policy.endsWith('-DenyAll'));
      return {
        EvaluationResults: (i.ActionNames as string[]).map((EvalActionName) => ({
          EvalActionName,
          EvalDecision: denied ? 'explicitDeny' : this.notAllowed.has(EvalActionName) ? 'implicitDeny' : 'allowed',
        })),
      };
    },
  };

  /** What CloudWatch says of every endpoint for the last minutes. */
  invocations = 0;

  readonly aws: Aws = {
    now: () => this.clock.now(),
    call: async (name, input) => this.answer(name, input as never as Members, this.read) as never,
    stream: () => {
      throw new Error('no action reads a stream');
    },
  };

  /** Permits as the real lease makes them: only those it made, only the calls they hold. */
  private readonly permits = new WeakMap<Permit, ReadonlySet<string>>();
  private armed: number | undefined;
  readonly arming: Arming = {
    armedUntil: () => (this.armed !== undefined && this.armed > this.clock.now() ? this.armed : undefined),
    arm: () => {
      this.armed = this.clock.now() + 15 * 60_000;
      return this.armed;
    },
    disarm: () => {
      this.armed = undefined;
    },
    confirm: (planDigest, calls) => {
      if (this.arming.armedUntil() === undefined) throw new RefusedError('NotArmed', 'not armed');
      const permit = { planDigest, calls };
      this.permits.set(permit, new Set(calls.map((call) => canonicalJson(call))));
      return permit;
    },
  };
  readonly writer: AwsWriter = {
    send: async (call: WriteCall, permit) => {
      if (!this.permits.get(permit)?.has(canonicalJson(call)))
        throw new RefusedError('NotConfirmed', 'not in the permit');
      await this.answer(call.name, call.input as never as Members, this.sent);
      if (this.lostAnswers.delete(call.name)) throw awsError(call.name, 'TimeoutError', 'network', 'unknown');
      return { requestId: `request-${this.sent.length}` };
    },
  };

  private async answer(name: string, input: Members, log: string[]): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    this.settle();
    log.push(name);
    const failure = this.failures.get(name)?.shift();
    if (failure) throw failure;
    const handler = this.handlers[name];
    // The account holds none of the kinds that it knows nothing of.
    if (!handler && /^(sagemaker|events|scheduler):List/.test(name)) return {};
    if (!handler && /^(sagemaker|events|scheduler):(Describe|Get)/.test(name))
      throw awsError(name, 'ResourceNotFoundException', 'not-found');
    if (!handler) throw new Error(`the fake account has no ${name}`);
    return structuredClone(handler(input));
  }
}

export const identity: Identity = {
  account,
  alias: undefined,
  arn: `arn:aws:sts::${account}:assumed-role/OnCall/carol`,
  partition: 'aws',
  region,
  globalRegion: 'us-east-1',
  credentialsExpireAt: undefined,
  endpoint: { kind: 'simulated', host: 'fake' },
};

/** A journal in memory. `failAfter`: so many lines fit on the disk. */
export function fakeJournal(
  lines: JournalLine[] = [],
  clock: Clock = fakeClock(),
): Journal & { lines: JournalLine[]; failAfter: number } {
  const journal = {
    path: '/nowhere',
    lines,
    failAfter: Number.POSITIVE_INFINITY,
    tornLine: undefined,
    async append(entry: JournalEntry): Promise<JournalLine> {
      if (lines.length >= journal.failAfter) throw new Error('disk full');
      const line: JournalLine = {
        format: 1,
        seq: lines.length + 1,
        at: new Date(clock.now()).toISOString(),
        prev: lines.at(-1)?.hash ?? '0'.repeat(64),
        entry: JSON.parse(JSON.stringify(entry)) as JournalEntry,
        hash: sha256(String(lines.length)),
      };
      lines.push(line);
      return line;
    },
    async close() {},
  };
  return journal;
}

export const signal = new AbortController().signal;

/** An account, a journal, and a runner on both. */
export interface Scene {
  readonly account: FakeAccount;
  readonly journal: ReturnType<typeof fakeJournal>;
  readonly snapshots: Map<string, Json>;
  readonly runner: Runner;
  /** Another process on the same journal and account. */
  restart(lines?: JournalLine[], parts?: Partial<RunnerParts>): Scene;
}

export function scene(
  given: FakeAccount = new FakeAccount(),
  lines: JournalLine[] = [],
  parts: Partial<RunnerParts> = {},
): Scene {
  given.role('OnCall');
  if (!given.roles.has('ds-exec')) given.role('ds-exec');
  const journal = fakeJournal(lines, given.clock);
  const snapshots = new Map<string, Json>();
  const runner = createRunner({
    aws: given.aws,
    writer: given.writer,
    arming: given.arming,
    journal,
    clock: given.clock,
    actions,
    identity: () => identity,
    incident: 'INC-1',
    async saveSnapshot(name, json) {
      snapshots.set(name, json);
      return { file: `snapshots/${name}.json`, sha256: sha256(JSON.stringify(json)) };
    },
    ...parts,
  });
  given.arming.arm();
  return {
    account: given,
    journal,
    snapshots,
    runner,
    restart: (again = journal.lines.slice(), more = {}) => scene(given, again, { ...parts, ...more }),
  };
}
