import type { Story } from '../model/drill.ts';
import type { Source } from '../shared/observable.ts';
import type { Account } from './account/account.ts';
import { type Credential, callerArn, issueSession } from './account/identities.ts';
import type { ActorClient } from './actors/client.ts';
import type { Door } from './door.ts';
import type { Operation } from './operation.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import assumeRole from './services/sts/assume-role.ts';
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
}

/**
 * Role credentials as code on a notebook gets them from its metadata: SageMaker assumes the role, under the session name `SageMaker`.
 *
 * @returns `undefined` when the notebook does not run.
 */
function notebookSession(world: World, name: string): Credential | undefined {
  const { account, schedule, trail, random } = world;
  const notebook = account.region(account.homeRegion).notebookInstances.get(name.toLowerCase());
  if (notebook?.status !== 'InService') return undefined;
  const role = [...account.roles.values()].find(({ arn }) => arn === notebook.roleArn);
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

/** Opens a presigned URL in a browser and a terminal behind it. @returns Nothing when the URL has run out or the notebook does not run. */
export function openNotebook(world: World, url: string): Credential | undefined {
  const presigned = world.account.presigned.get(new URL(url).searchParams.get('authToken') ?? '');
  if (!presigned || presigned.expiresAt < world.schedule.now) return undefined;
  return notebookSession(world, presigned.notebook);
}

/** What lifecycle scripts that hold `mark` sent home: credentials of every running notebook that started with one since `since`. */
export function implantsReport(world: World, mark: string, since: number): readonly Credential[] {
  const region = world.account.region(world.account.homeRegion);
  return [...region.notebookInstances.values()].flatMap((notebook) => {
    const script = region.lifecycleConfigs.get(notebook.lifecycleConfig?.toLowerCase() ?? '');
    const runs = notebook.status === 'InService' && notebook.modifiedAt > since;
    if (!runs || !script?.onStart.some((content) => Buffer.from(content, 'base64').toString().includes(mark)))
      return [];
    const session = notebookSession(world, notebook.name);
    return session ? [session] : [];
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
