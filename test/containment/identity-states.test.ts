import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RefusedError } from '../../src/model/errors.ts';
import { type Ground, ground, policy, signal } from './identity-range.ts';
import { makePolicies, older, roleStates } from './states/identity-cases.ts';

const nameOf = (state: string) => `st-${state.replaceAll(/[^a-z]+/gi, '-')}`;

const first = 'PutRolePolicy';
const fullDeny = {
  'inline quota full': 'AttachRolePolicy',
  'both quotas full': 'PutRolePermissionsBoundary',
  'AWSDenyAll attached': 'already',
};
/** What comes of each action in each state: the first call, `already`, or why it is refused. Each that is sent is undone again. */
const table: { readonly [action: string]: { readonly [state: string]: string } } = {
  'iam.role.quarantine': fullDeny,
  'iam.role.deny-all': fullDeny,
  'iam.role.deny-sagemaker-entry': { 'inline quota full': 'PolicyQuota', 'both quotas full': 'PolicyQuota' },
  'iam.role.revoke-sessions': { 'inline quota full': 'PolicyQuota', 'both quotas full': 'PolicyQuota' },
  'iam.role.set-boundary': Object.fromEntries(
    Object.keys(roleStates).map((state) => [state, 'PutRolePermissionsBoundary']),
  ),
  'iam.role.freeze-trust': Object.fromEntries(
    Object.keys(roleStates).map((state) => [state, 'UpdateAssumeRolePolicy']),
  ),
  'iam.role.detach-policies': {
    ...Object.fromEntries(Object.keys(roleStates).map((state) => [state, 'DetachRolePolicy'])),
    bare: 'already',
    'our names, others’ policies': 'already',
    'denies by a managed policy': 'WouldWiden',
  },
};

let g: Ground;
beforeAll(async () => {
  g = await ground(200);
  const { iam: client } = g.clients;
  await makePolicies(g);
  for (const [state, parts] of Object.entries(roleStates)) await g.makeRole(nameOf(state), parts);
  await client.send(
    new iam.TagRoleCommand({
      RoleName: nameOf('protected by tag'),
      Tags: [{ Key: 'firebreak:protect', Value: 'payments' }],
    }),
  );
  await client.send(new iam.CreateLoginProfileCommand({ UserName: 'alice', Password: 'correct horse' }));
}, 120_000);
afterAll(() => g.close());

/** Contains and undoes. @returns What came of it. */
async function outcome(action: string, name: string): Promise<string> {
  const target = await g.target(action, name);
  const before = await g.range.state();
  try {
    const plan = await g.plan(action, target);
    if (plan.steps.length === 0) return 'already';
    const written = await (await g.contain(action, target)).written;
    expect(written.containment.state, JSON.stringify(written.containment.verdict)).toBe('written');
    g.runner.cancel(written.containment.id);
    const confirmation = { reason: 'test', typedName: target.name };
    const undo = await g.runner.undo(
      await g.runner.planUndo(written.containment, signal),
      confirmation,
      'test',
      signal,
    );
    const { containment } = await undo.done;
    expect(containment.state, JSON.stringify(containment.verdict)).toBe('undone');
    expect(JSON.parse(await g.range.state())).toEqual(JSON.parse(before));
    const [step] = plan.steps;
    return step?.kind === 'call' ? (step.call.name.split(':')[1] ?? '') : 'wait';
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    expect(await g.range.state()).toBe(before);
    return error.code;
  }
}

it.each(Object.keys(table))(
  '%s in every state of a role',
  async (action) => {
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const state of Object.keys(roleStates)) {
      found[state] = await outcome(action, nameOf(state));
      wanted[state] = state === 'protected by tag' ? 'ProtectedByTag' : (table[action]?.[state] ?? first);
    }
    expect(found).toEqual(wanted);
  },
  120_000,
);

it('a password is deleted for good: undo gives the rest back, and had said so', async () => {
  const action = 'iam.user.disable-console-login';
  const target = await g.target(action, 'alice');
  const before = await g.range.state();
  const { containment } = await (await g.contain(action, target)).written;
  expect(containment.plan.notRestored[0]).toContain('the console password of alice');
  const confirmation = { reason: 'test', typedName: 'alice' };
  const undo = await g.runner.undo(await g.runner.planUndo(containment, signal), confirmation, 'test', signal);
  expect((await undo.done).containment.state).toBe('undone');
  expect(await g.range.state()).toBe(before.replace('"console":true', '"console":false'));
}, 60_000);

it('a frozen trust is not put back when who it named was deleted', async () => {
  const { iam: client } = g.clients;
  await client.send(new iam.CreateUserCommand({ UserName: 'leaver' }));
  await g.makeRole('st-trusting');
  await client.send(
    new iam.UpdateAssumeRolePolicyCommand({
      RoleName: 'st-trusting',
      PolicyDocument: policy({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:user/leaver' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  const action = 'iam.role.freeze-trust';
  const { containment } = await (await g.contain(action, await g.target(action, 'st-trusting'))).written;
  await client.send(new iam.DeleteUserCommand({ UserName: 'leaver' }));
  await expect(g.runner.planUndo(containment, signal)).rejects.toMatchObject({ code: 'UndoNotPossible', exitCode: 3 });
}, 60_000);

it('revoking keeps a later cut-off and what somebody else wrote under the name', async () => {
  const action = 'iam.role.revoke-sessions';
  const target = await g.target(action, nameOf('our names, others’ policies'));
  const plan = await g.plan(action, target);
  const [step] = plan.steps;
  const document =
    step?.kind === 'call' && step.call.name === 'iam:PutRolePolicy' ? step.call.input.PolicyDocument : '';
  expect(document).toContain('"iam:*"');
  expect(document).not.toContain('2020-01-01');
  expect(Date.parse(plan.params.cutoff ?? '') - Date.now()).toBeGreaterThan(4 * 60_000);
  expect(Date.parse(plan.expiresAt)).toBeLessThanOrEqual(Date.parse(plan.params.cutoff ?? '') - 60_000);
  await g.clients.iam.send(
    new iam.PutRolePolicyCommand({
      RoleName: target.name,
      PolicyName: 'AWSRevokeOlderSessions',
      PolicyDocument: older.replace('2020-01-01', '2099-01-01'),
    }),
  );
  expect((await g.plan(action, target)).steps).toEqual([]);
}, 60_000);
