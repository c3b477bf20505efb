import type { Story } from '../model/drill.ts';
import type { Source } from '../shared/observable.ts';
import type { Account } from './account/account.ts';
import { type Credential, callerArn, issueSession } from './account/identities.ts';
import { notebookStateChange } from './account/notebooks.ts';
import { appsOfProfile, rolesOfSettings } from './account/studio.ts';
import { thingOf } from './account/things.ts';
import type { ActorClient } from './actors/client.ts';
import { decide, requestContext } from './authorize.ts';
import type { Chronicle } from './chronicle.ts';
import type { Door } from './door.ts';
import type { Operation } from './operation.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import assumeRole from './services/sts/assume-role.ts';
import type { StateChanges } from './state-changes.ts';
import type { Trail } from './trail.ts';

/** What a scenario plays on: the door for everybody, and what happens outside of AWS's API. */
export interface World {
  readonly account: Account;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly client: ActorClient;
  /** For history: calls that lie in the past do not come over the wire. */
  readonly door: Door;
  readonly operations: readonly Operation[];
  readonly people: ReadonlyMap<string, Credential>;
  readonly story: Source<Story>;
  readonly startedAt: number;
  readonly trail: Trail;
  readonly changes: StateChanges;
  readonly chronicle: Chronicle;
}

/** Role credentials as code on SageMaker's compute gets them from its metadata: SageMaker assumes the role, under the session name `SageMaker`. */
function computeSession(world: World, roleArn: string): Credential | undefined {
  const { account, schedule, trail, random } = world;
  const role = [...account.roles.values()].find(({ arn }) => arn === roleArn);
  if (!role) return undefined;
  const session = issueSession(account.credentials, role, 'SageMaker', schedule.now, 6 * 3_600_000, random);
  trail.record({
    operation: assumeRole,
    input: { RoleArn: role.arn, RoleSessionName: 'SageMaker', DurationSeconds: 21_600 },
    output: {
      Credentials: { AccessKeyId: session.accessKeyId, Expiration: new Date(session.expiresAt) },
      AssumedRoleUser: { AssumedRoleId: `${role.id}:SageMaker`, Arn: callerArn(session) },
    },
    fault: undefined,
    caller: session,
    invokedBy: 'sagemaker.amazonaws.com',
    region: account.homeRegion,
    at: schedule.now,
    sourceIp: '',
    userAgent: '',
    requestId: random.uuid(),
    random,
  });
  return session;
}

/** A terminal on compute: gives what the compute's role may do, new credentials each time, for as long as it is open. */
export interface Terminal {
  session(): Credential | undefined;
}

/**
 * Opens a presigned URL in a browser and a terminal behind it. It is open as long as what it leads to runs without a stop and the policies
 * of who minted it still allow minting: AWS says that they are asked for every request and frame.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html
 *
 * @returns Nothing when the URL has run out or leads nowhere.
 */
export function openUrl(world: World, url: string, minter: Credential): Terminal | undefined {
  const { account, schedule } = world;
  const { searchParams } = new URL(url);
  const presigned = account.presigned.get(searchParams.get('authToken') ?? searchParams.get('token') ?? '');
  if (!presigned || presigned.expiresAt < schedule.now) return undefined;
  const behind = () =>
    presigned.kind === 'notebook' ? runningNotebook(world, presigned.name) : runningApp(world, presigned.name);
  const opened = behind();
  if (!opened) return undefined;
  const permission = { action: presigned.mint, resource: presigned.arn };
  return {
    session() {
      const now = behind();
      if (now?.since !== opened.since) return undefined;
      const keys = requestContext(account, minter, {
        now: schedule.now,
        sourceIp: '0.0.0.0',
        region: account.homeRegion,
      });
      return decide(account, minter, permission, keys).decision === 'allowed'
        ? computeSession(world, now.roleArn)
        : undefined;
    },
  };
}

/** What runs, as which role, and since when: a later start is another one. */
interface Compute {
  readonly roleArn: string;
  readonly since: number;
}

function runningNotebook({ account }: World, name: string): Compute | undefined {
  const notebook = account.region(account.homeRegion).notebookInstances.get(name.toLowerCase());
  return notebook?.status === 'InService' ? { roleArn: notebook.roleArn, since: notebook.modifiedAt } : undefined;
}

/** The first app of a profile that runs. Its role is the profile's: that cannot change while an app is there. */
function runningApp({ account }: World, id: string): Compute | undefined {
  const region = account.region(account.homeRegion);
  const profile = thingOf(region, 'user-profile', id);
  const app = profile && appsOfProfile({ region }, profile).find(({ status }) => status === 'InService');
  if (!profile || !app) return undefined;
  const domain = thingOf(region, 'domain', id.split('/')[0] ?? '');
  const [roleArn] = rolesOfSettings(profile.members.UserSettings, domain?.members.DefaultUserSettings);
  return roleArn === undefined ? undefined : { roleArn, since: app.createdAt };
}

/**
 * Tells of every start of a notebook whose lifecycle script holds `mark`: the script runs as root until the notebook stops, whatever
 * becomes of its text meanwhile.
 */
export function onImplant(world: World, mark: string, begun: (terminal: Terminal) => void): void {
  const region = world.account.region(world.account.homeRegion);
  world.changes.listen(({ arn, detailType }) => {
    if (detailType !== notebookStateChange) return;
    const notebook = [...region.notebookInstances.values()].find((entry) => entry.arn === arn);
    if (notebook?.status !== 'InService') return;
    const script = region.lifecycleConfigs.get(notebook.lifecycleConfig?.toLowerCase() ?? '');
    if (!script?.onStart.some((content) => Buffer.from(content, 'base64').toString().includes(mark))) return;
    const since = notebook.modifiedAt;
    begun({
      session() {
        const now = runningNotebook(world, notebook.name);
        return now?.since === since ? computeSession(world, now.roleArn) : undefined;
      },
    });
  });
}

/** Plays an actor's script: each pause it yields (ms of the account's time) is spent on the queue. */
export function perform(schedule: Schedule, script: AsyncGenerator<number, void>): void {
  const step = async () => {
    const { done, value } = await script.next();
    if (!done) schedule.at(schedule.now + schedule.scaled(value), step);
  };
  schedule.at(schedule.now, step);
}
