import { expect, test } from 'vitest';
import { compare } from './iam/compare.ts';

// The whole is a script: `node test/range/iam-compare.ts --cases 5000`.
test('three evaluators rule the same on 400 generated requests, but for where AWS’s guide says otherwise', async () => {
  const { disagreements, explained, verdicts } = await compare('suite', 400);
  expect(disagreements.map(({ one, said }) => `${one.seed}: ${said}`)).toEqual([]);
  // The sample asks something: each verdict comes often, and known differences are few.
  for (const decision of ['allowed', 'explicitDeny', 'implicitDeny']) expect(verdicts[decision]).toBeGreaterThan(50);
  expect([...explained.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(20);
});
