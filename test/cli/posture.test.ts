import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PostureResult } from '../../src/model/posture.ts';
import { firebreak, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';

it('judges targets, says what may not be read with the missing permission, and never calls that sound', {
  timeout: 60_000,
}, async () => {
  const faults = join(stateFolder(), 'faults.json');
  await writeFile(faults, '{"rules":[{"operation":"sagemaker:DescribeNotebookInstance","fault":"denied"}]}');
  const range = await startRangeProcess(['--speed', '20', '--faults', faults]);
  const target = 'arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/fraud-lab';
  const role = 'arn:aws:iam::111122223333:role/service-role/ds-exec';
  const json = await firebreak(['posture', target, role, '--json', '--state-dir', stateFolder()], { env: range.env });
  await range.stop();
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: '' });
  const { account, results } = JSON.parse(json.stdout) as {
    readonly account: string;
    readonly results: readonly PostureResult[];
  };
  expect(account).toBe('111122223333');
  const of = (kind: string) => results.filter(({ resource }) => resource.kind === kind);
  expect(of('sagemaker.notebook-instance').length).toBeGreaterThan(5);
  for (const { verdict, missing } of of('sagemaker.notebook-instance'))
    expect([verdict, missing]).toEqual(['unknown', ['sagemaker:DescribeNotebookInstance']]);
  expect(of('iam.role').find(({ check }) => check === 'identity.wildcards')?.verdict).toBe('weak');
  // The inventory could not describe notebooks either: who shares the role is known as far as it goes.
  expect(of('account').find(({ check }) => check === 'logging.trail-on')?.verdict).toBe('sound');
});
