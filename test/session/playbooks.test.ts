import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HandOff } from '../../src/containment/hand-off.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import { until } from '../helpers/until.ts';
import { clientsOf } from '../range/clients.ts';
import { drillSession } from './drill-session.ts';

const signal = AbortSignal.timeout(390_000);
let drill: Awaited<ReturnType<typeof drillSession>>;
let session: OpenSession;
beforeAll(async () => {
  // On a machine whose clock is an hour ahead.
  drill = await drillSession('presigned-url-hijack', { speed: 40, aheadMs: 3_600_000 });
  ({ session } = drill);
}, 120_000);
afterAll(() => drill.close());

const notebook = {
  kind: 'sagemaker.notebook-instance',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/fraud-lab',
  name: 'fraud-lab',
};

it('a playbook is planned from the incident’s events; a hand-off is watched for until it is seen', {
  timeout: 400_000,
}, async () => {
  // The attacker has opened the notebook, and the notebook's role acts from his address.
  const copied = () =>
    [...session.events.all({ type: 'field', field: 'ip', op: 'is', value: '198.51.100.7' })].some(
      ({ principal }) => principal?.name === 'ds-exec/SageMaker',
    );
  await until(copied, () => 'the role’s credentials were never used', 180_000);
  const minted = () => [
    ...session.events.all({
      type: 'and',
      terms: [
        { type: 'field', field: 'ip', op: 'is', value: '198.51.100.7' },
        { type: 'field', field: 'action', op: 'is', value: 'CreatePresignedNotebookInstanceUrl' },
      ],
    }),
  ];
  await until(
    () => minted().length > 0,
    () => 'the call that opened the notebook did not arrive',
    180_000,
  );
  const mint = minted()[0]!;
  const [offered] = session.playbooks(mint.resources, mint);
  expect(offered).toMatchObject({ id: 'notebook-hijack', answers: true, disabledReason: undefined });
  const plan = await session.planPlaybook('notebook-hijack', notebook, mint, signal);
  expect(plan.order).toMatchObject({ first: 'credentials', why: expect.stringContaining('198.51.100.7') });
  expect(plan.steps.map(({ actionId, target }) => `${actionId} ${target.name}`).slice(0, 3)).toEqual([
    'iam.role.quarantine ds-exec',
    expect.stringMatching(/^iam\.access-key\.deactivate AKIA/),
    'iam.user.deny-sagemaker-entry alice',
  ]);
  const run = await session.startPlaybook(plan, undefined);
  expect(session.snapshot.get().playbooks).toMatchObject([{ id: run, next: '1' }]);

  const handOff: HandOff = {
    kind: 'other-account',
    whom: 'the platform team',
    what: 'deny ds-team',
    why: 'it is theirs',
    commands: [{ does: 'deny', command: 'aws iam put-role-policy' }],
    meanwhile: 'go on',
    soughtCalls: [{ action: 'iam:PutRolePolicy', names: ['ds-team'] }],
    blindSpot: '',
  };
  const request = await session.requestHandOff(handOff, {
    actionId: 'iam.role.quarantine',
    target: { kind: 'iam.role', arn: '', name: 'ds-team' },
    playbook: { run, step: '1' },
  });
  expect(session.snapshot.get().playbooks[0]).toMatchObject({ next: '2' });
  session.lookAround();
  // As long as it is not seen, nobody knows whether the incident is contained.
  await until(
    () => session.openDoors.get().unknown.some((text) => text.startsWith(`${request}, asked of the platform team`)),
    () => JSON.stringify(session.openDoors.get().unknown),
    60_000,
  );
  await clientsOf(drill.range).iam.send(
    new PutRolePolicyCommand({
      RoleName: 'ds-team',
      PolicyName: 'by-the-platform-team',
      PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    }),
  );
  await until(
    () => session.snapshot.get().handOffs[0]?.seen !== undefined,
    () => JSON.stringify(session.snapshot.get().handOffs),
    90_000,
  );
  expect(session.snapshot.get().handOffs[0]?.seen).toMatchObject({ action: 'iam:PutRolePolicy' });
  expect(session.snapshot.get().playbooks[0]?.steps[0]?.state).toBe('seen');
  await until(
    () => !session.openDoors.get().unknown.some((text) => text.startsWith(request)),
    () => JSON.stringify(session.openDoors.get().unknown),
    60_000,
  );
});
