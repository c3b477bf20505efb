import { expect, it } from 'vitest';
import { operations } from '../../src/aws/operations.ts';
import { permissionsOf } from '../../src/aws/permissions.ts';
import { policyFor, policyForActions } from '../../src/cli/commands/policy.ts';
import { firebreak, startRangeProcess } from '../helpers/firebreak.ts';

interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Effect: string; readonly Action: readonly string[] }[];
}
const actionsOf = (mode: 'read' | 'contain') =>
  (policyFor(mode) as Policy).Statement.flatMap(({ Action }) => Action).sort();

it('allows what each mode can send, and nothing else', () => {
  const needed = (kinds: readonly string[]) =>
    [
      ...new Set(
        Object.entries(operations).flatMap(([name, kind]) => (kinds.includes(kind) ? permissionsOf(name) : [])),
      ),
    ].sort();
  expect(actionsOf('read')).toEqual(needed(['read', 'stream']));
  expect(actionsOf('contain')).toEqual(needed(['read', 'stream', 'write']));
  expect(actionsOf('read')).toContain('logs:StartLiveTail');
  expect(actionsOf('read')).not.toContain('sagemaker:DeleteEndpoint');
  const { Statement } = policyFor('contain') as Policy;
  expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
  expect(Statement.every(({ Sid, Effect }) => /^[A-Za-z0-9]+$/.test(Sid) && Effect === 'Allow')).toBe(true);
});

it('narrows the policy to chosen actions with their undo', () => {
  const of = (...ids: string[]) => (policyForActions(ids) as Policy).Statement.flatMap(({ Action }) => Action);
  const reads = actionsOf('read');
  const written = of('iam.access-key.deactivate', 's3.bucket.deny-principal').filter((one) => !reads.includes(one));
  expect(written.sort()).toEqual(['iam:UpdateAccessKey', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy']);
  expect(of('iam.role.quarantine')).toContain('iam:DeleteRolePermissionsBoundary');
  expect(() => policyForActions(['iam.role.quarantin'])).toThrow(/no containment action/);
});

it('prints a policy for pipes, and refuses any other word in a line', async () => {
  const { code, stdout } = await firebreak(['policy', 'contain']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(policyFor('contain'));
  const wrong = await firebreak(['policy', 'write']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr.trimEnd().split('\n')).toHaveLength(1);
});

it('says who acts, with whose credentials', async () => {
  const range = await startRangeProcess();
  const text = await firebreak(['whoami', '--read-only'], { env: range.env });
  const json = await firebreak(['whoami', '--json'], { env: range.env });
  await range.stop();
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/account +111122223333 \(ml-prod\)/);
  expect(text.stdout).toMatch(/endpoint +CUSTOM ENDPOINT 127\.0\.0\.1/);
  expect(text.stdout).toMatch(/can act +no: --read-only/);
  expect(JSON.parse(json.stdout)).toMatchObject({
    account: '111122223333',
    partition: 'aws',
    credentialsFrom: 'environment',
    readOnly: false,
  });
});
