import * as iam from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { OpenDoor } from '../../src/aws/client.ts';
import type { Params, Plan } from '../../src/containment/action.ts';
import { actions } from '../../src/containment/catalogue.ts';
import type { Runner } from '../../src/containment/runner.ts';
import { resolveTarget } from '../../src/containment/target.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { type FaultPlan, type Range, startRange } from '../../src/range/range.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import type { Journal } from '../../src/store/journal.ts';
import { clientsOf } from '../range/clients.ts';
import { actOn } from './acting.ts';
import { fakeJournal } from './fake-aws.ts';

export const account = '111122223333';
export const signal = new AbortController().signal;
export const policy = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
export const allow = (Action: unknown, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
export const managed = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
export const roleArn = (name: string, path = '/') => `arn:aws:iam::${account}:role${path}${name}`;

/** The real runner and the real clients on a range of one's own. */
export interface Ground {
  readonly range: Range;
  readonly door: OpenDoor;
  readonly runner: Runner;
  readonly clients: Clients;
  target(action: string, name: string): Promise<ResourceRef>;
  plan(action: string, target: ResourceRef, params?: Params): Promise<Plan>;
  /** Confirms and waits until it reads back. */
  contain(action: string, target: ResourceRef, params?: Params): ReturnType<Runner['approve']>;
  makeRole(name: string, parts?: RoleParts): Promise<string>;
  /** A session of a role, by the responder. */
  assume(role: string): Promise<Clients>;
  /** A new key of a user. */
  key(user: string): Promise<Clients & { readonly accessKeyId: string }>;
  close(): Promise<void>;
}
export type Clients = ReturnType<typeof clientsOf> & { readonly s3: S3Client };
export interface RoleParts {
  readonly path?: string;
  readonly attached?: readonly string[];
  readonly inline?: { readonly [name: string]: string };
  readonly boundary?: string;
}

const withS3 = (range: Range, credentials: object = range.credentials): Clients => ({
  ...clientsOf(range, credentials),
  s3: new S3Client({
    endpoint: range.endpoint,
    region: range.region,
    credentials: credentials as Range['credentials'],
    forcePathStyle: true,
    maxAttempts: 1,
  }),
});

export async function ground(
  speed: number,
  clock: Clock = systemClock,
  more: { readonly journal?: Journal; readonly faults?: FaultPlan; readonly scenario?: string } = {},
): Promise<Ground> {
  const { faults, scenario } = more;
  const range = await startRange({ speed, ...(faults ? { faults } : {}), ...(scenario ? { scenario } : {}) }, clock);
  const { door, runner } = await actOn(range, more.journal ?? fakeJournal([], systemClock), speed);
  const clients = withS3(range);
  return {
    range,
    door,
    runner,
    clients,
    async target(action, name) {
      const found = actions.find(({ id }) => id === action);
      if (!found) throw new Error(`there is no ${action}`);
      return resolveTarget(name, [found], { aws: door.aws, identity: await door.identity(), signal });
    },
    plan: async (action, target, params = {}) => (await runner.plan(action, target, params, signal)).plan,
    async contain(action, target, params = {}) {
      door.arming.arm();
      const { plan } = await runner.plan(action, target, params, signal);
      return runner.approve(plan, { reason: 'test', typedName: target.name }, 'test', signal);
    },
    async makeRole(RoleName, { path = '/', attached = [], inline = {}, boundary } = {}) {
      const principal = { AWS: `arn:aws:iam::${account}:root`, Service: 'sagemaker.amazonaws.com' };
      await clients.iam.send(
        new iam.CreateRoleCommand({
          RoleName,
          Path: path,
          ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
          AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }),
        }),
      );
      for (const [PolicyName, PolicyDocument] of Object.entries(inline))
        await clients.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      for (const PolicyArn of attached)
        await clients.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
      return roleArn(RoleName, path);
    },
    async assume(role) {
      const { Credentials } = await clients.sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: 'tester' }),
      );
      return withS3(range, {
        accessKeyId: Credentials?.AccessKeyId,
        secretAccessKey: Credentials?.SecretAccessKey,
        sessionToken: Credentials?.SessionToken,
      });
    },
    async key(UserName) {
      const { AccessKey } = await clients.iam.send(new iam.CreateAccessKeyCommand({ UserName }));
      const accessKeyId = AccessKey?.AccessKeyId ?? '';
      return { accessKeyId, ...withS3(range, { accessKeyId, secretAccessKey: AccessKey?.SecretAccessKey }) };
    },
    async close() {
      runner.close();
      door.close();
      await range.close();
    },
  };
}
