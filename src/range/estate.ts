import { type Account, emptyAccount, sagemakerArn } from './account/account.ts';
import { bucketArn } from './account/buckets.ts';
import { variantsOf } from './account/hosting.ts';
import {
  type Credential,
  type Identity,
  issueKey,
  issueSession,
  nothingEnforced,
  writtenPolicies,
} from './account/identities.ts';
import { targetKey } from './account/scaling.ts';
import * as definition from './estate-definition.ts';
import { addThings } from './estate-things.ts';
import { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The account as it stands at the start, and the credentials of those who live in it. */
export interface Estate {
  readonly account: Account;
  readonly responder: ReturnType<typeof issueSession>;
  /** Everybody else's, by the name that scenarios call them. */
  readonly people: ReadonlyMap<string, Credential>;
}

const tagsOf = (tags: { readonly [key: string]: string } | undefined) => new Map(Object.entries(tags ?? {}));

/** A user or a role, as it is before anything is in force. */
export function identityOf(
  type: 'user' | 'role',
  entry: definition.IdentityDefinition,
  at: number,
  random: Random,
): Identity {
  const path = entry.path ?? '/';
  return {
    type,
    name: entry.name,
    path,
    arn: `arn:aws:iam::${definition.accountId}:${type}${path}${entry.name}`,
    id: random.iamId(type === 'user' ? 'AIDA' : 'AROA'),
    createdAt: at,
    inline: new Map(Object.entries(entry.inline ?? {})),
    attached: [...(entry.attached ?? [])],
    tags: tagsOf(entry.tags),
    trust: entry.trust ?? '',
    description: entry.description ?? '',
    boundary: entry.boundary,
    maxSessionMs: (entry.maxSessionSeconds ?? 3600) * 1000,
    login: undefined,
    enforced: nothingEnforced,
  };
}

function settle(account: Account, startedAt: number, random: Random): void {
  const region = account.region(definition.homeRegion);
  // Months ago, all at different times, so that lists sorted by age have one order.
  let age = 200;
  const past = () => {
    age -= 3;
    return startedAt - age * dayMs - Math.floor(random.between(0, dayMs));
  };
  for (const entry of definition.models)
    region.models.set(entry.name, {
      ...entry,
      arn: sagemakerArn(region, 'model', entry.name),
      tags: tagsOf(entry.tags),
      createdAt: past(),
    });
  for (const entry of definition.endpointConfigs)
    region.endpointConfigs.set(entry.name, {
      ...entry,
      arn: sagemakerArn(region, 'endpoint-config', entry.name),
      tags: tagsOf(entry.tags),
      createdAt: past(),
    });
  for (const entry of definition.endpoints) {
    const config = region.endpointConfigs.get(entry.config);
    if (!config) throw new Error(`estate: ${entry.name} names config ${entry.config}, which is not there`);
    const createdAt = past();
    region.endpoints.set(entry.name, {
      name: entry.name,
      arn: sagemakerArn(region, 'endpoint', entry.name),
      config: entry.config,
      pendingConfig: undefined,
      status: 'InService',
      variants: variantsOf(config),
      tags: tagsOf(entry.tags),
      createdAt,
      modifiedAt: createdAt,
    });
    if (entry.volatile) account.volatileEndpoints.add(entry.name);
    for (const component of entry.components ?? [])
      region.inferenceComponents.set(component.name, {
        name: component.name,
        arn: sagemakerArn(region, 'inference-component', component.name),
        endpoint: entry.name,
        variant: 'AllTraffic',
        specification: {
          ModelName: component.model,
          ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1, MinMemoryRequiredInMb: 8192 },
        },
        status: 'InService',
        currentCopies: component.copies,
        desiredCopies: component.copies,
        tags: new Map(),
        createdAt,
        modifiedAt: createdAt,
      });
    if (entry.scaling) addScaling(account, entry.name, entry.scaling, createdAt, random);
  }
  for (const entry of definition.lifecycleConfigs) {
    const createdAt = past();
    region.lifecycleConfigs.set(entry.name, {
      name: entry.name,
      arn: sagemakerArn(region, 'notebook-instance-lifecycle-config', entry.name),
      onCreate: [],
      onStart: [entry.onStart],
      tags: new Map(),
      createdAt,
      modifiedAt: createdAt,
    });
  }
  for (const entry of definition.notebooks) {
    const createdAt = past();
    region.notebookInstances.set(entry.name, {
      name: entry.name,
      arn: sagemakerArn(region, 'notebook-instance', entry.name),
      status: entry.status,
      instanceType: entry.instanceType,
      roleArn: entry.role,
      lifecycleConfig: entry.lifecycleConfig,
      rootAccess: 'Enabled',
      directInternetAccess: 'Enabled',
      volumeSizeGb: 50,
      minimumImdsVersion: '1',
      platform: 'notebook-al2023-v1',
      url: `${entry.name}-${random.letters(4)}.notebook.${region.name}.sagemaker.aws`,
      tags: new Map(),
      createdAt,
      modifiedAt: startedAt - 5 * hourMs,
    });
  }
}

function addScaling(
  account: Account,
  endpoint: string,
  scaling: NonNullable<definition.EndpointDefinition['scaling']>,
  createdAt: number,
  random: Random,
): void {
  const region = account.region(definition.homeRegion);
  const key = {
    resourceId: `endpoint/${endpoint}/variant/${scaling.variant}`,
    dimension: 'sagemaker:variant:DesiredInstanceCount',
  };
  region.scalableTargets.set(targetKey(key), {
    ...key,
    arn: `arn:aws:application-autoscaling:${region.name}:${account.id}:scalable-target/${random.letters(28)}`,
    min: scaling.min,
    max: scaling.max,
    roleArn: [...account.roles.values()].find(({ path }) => path.startsWith('/aws-service-role/'))?.arn ?? '',
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    createdAt,
  });
  region.scalingPolicies.set(`${targetKey(key)} ${scaling.policy}`, {
    ...key,
    name: scaling.policy,
    arn: `arn:aws:autoscaling:${region.name}:${account.id}:scalingPolicy:${random.uuid()}:resource/sagemaker/${key.resourceId}:policyName/${scaling.policy}`,
    type: 'TargetTrackingScaling',
    configuration: scaling.configuration,
    alarms: [],
    createdAt,
  });
}

const contentTypes: { readonly [extension: string]: string } = {
  csv: 'text/csv',
  gz: 'application/x-tar',
  jsonl: 'application/x-ndjson',
  md: 'text/markdown',
};

/** A bucket with its objects; more objects where there is one of that name. */
export function addBucket(account: Account, entry: definition.BucketDefinition, startedAt: number): void {
  const { name } = entry;
  const before = account.buckets.get(name);
  const objects = entry.objects.map(([key, size, ageDays]) => {
    const contentType = contentTypes[key.slice(key.lastIndexOf('.') + 1)] ?? 'binary/octet-stream';
    const etag = `"${new Random(`etag ${name}/${key}`).letters(32)}"`;
    return [key, { key, size, contentType, etag, modifiedAt: startedAt - ageDays * dayMs }] as const;
  });
  account.buckets.set(name, {
    name,
    arn: bucketArn(name),
    owner: account.id,
    region: account.homeRegion,
    tags: before?.tags ?? tagsOf(entry.tags),
    policy: before?.policy,
    enforced: before?.enforced ?? [],
    objects: new Map([...(before?.objects ?? []), ...objects]),
    createdAt: before?.createdAt ?? startedAt - 280 * dayMs,
  });
}

/** A managed policy. Its id has a chance of its own: a policy more changes none of the others' ids. */
export function addPolicy(account: Account, arn: string, document: string, createdAt: number): void {
  account.managedPolicies.set(arn, {
    arn,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    path: arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1),
    id: new Random(arn).iamId('ANPA'),
    createdAt,
    versions: [{ id: 'v1', document, createdAt }],
    current: 'v1',
  });
}

/** Builds the account that every scenario begins with. */
export function buildEstate(startedAt: number, random: Random): Estate {
  const account = emptyAccount(definition.accountId, definition.accountAlias, definition.homeRegion);
  for (const { arn, document } of definition.managedPolicies)
    addPolicy(account, arn, document, startedAt - 400 * dayMs);
  for (const role of definition.roles)
    account.roles.set(
      role.name.toLowerCase(),
      identityOf('role', role, startedAt - 300 * dayMs, role.ownChance ? new Random(role.name) : random),
    );
  for (const user of definition.users)
    account.users.set(user.name.toLowerCase(), identityOf('user', user, startedAt - 250 * dayMs, random));
  for (const identity of [...account.roles.values(), ...account.users.values()])
    identity.enforced = writtenPolicies(identity, account.managedPolicies);
  settle(account, startedAt, random);
  for (const entry of definition.buckets) addBucket(account, entry, startedAt);
  addThings(account, startedAt);

  const people = new Map<string, Credential>();
  for (const user of account.users.values())
    people.set(user.name, issueKey(account.credentials, user, user.createdAt, random));
  for (const { keys, name } of definition.users) {
    const user = account.users.get(name.toLowerCase());
    if (keys === 2 && user)
      people.set(`${name}#2`, issueKey(account.credentials, user, user.createdAt + 100 * dayMs, random));
  }
  const session = (role: string, name: string, issuedAt: number) => {
    const identity = account.roles.get(role.toLowerCase());
    if (!identity) throw new Error(`estate: there is no role ${role}`);
    // Long enough for any drill: a responder whose session ends in the middle learns nothing from it.
    return issueSession(account.credentials, identity, name, issuedAt, 12 * hourMs, random);
  };
  for (const entry of definition.sessions)
    people.set(entry.name, session(entry.role, entry.session, startedAt - 90 * 60_000));
  return {
    account,
    people,
    responder: session(definition.responder.role, definition.responder.session, startedAt - 60_000),
  };
}

/**
 * The controller of the canary: shifts weight, instances and a tag every second of real time, as a canary analysis does. What is planned on
 * such an endpoint must not depend on them. It works from inside, without calls: two records a second would drown every story.
 */
export function runCanaryController(account: Account, schedule: Schedule): void {
  const everyMs = 1000;
  let revision = 0;
  const tick = () => {
    revision += 1;
    for (const key of account.volatileEndpoints) {
      const endpoint = account.region(account.homeRegion).endpoints.get(key);
      if (endpoint?.status !== 'InService') continue;
      endpoint.tags.set('canary-controller:revision', String(revision));
      endpoint.variants.forEach((variant, index) => {
        const share = ((revision + index * 5) % 10) / 10;
        variant.currentWeight = variant.desiredWeight = 0.1 + share;
        variant.currentInstances = variant.desiredInstances = 1 + ((revision + index) % 2);
      });
    }
    schedule.at(schedule.now + everyMs, tick);
  };
  schedule.at(schedule.now + everyMs, tick);
}
