import { expect, test } from 'vitest';
import { actions } from '../../src/containment/catalogue.ts';
import { findAction } from '../../src/containment/find-action.ts';
import { UsageError } from '../../src/model/errors.ts';

const refusal = (id: string): UsageError => {
  try {
    findAction(actions, id);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error(`"${id}" was found`);
};

test.each([
  ['sagemaker.endpoint.delte', 'sagemaker.endpoint.delete'],
  ['sagemaker.endpiont.delete', 'sagemaker.endpoint.delete'],
  ['IAM.role.quarantine', 'iam.role.quarantine'],
  ['iam.role.qarantine', 'iam.role.quarantine'],
])('of "%s" it names %s first', (id, meant) => {
  expect(refusal(id).nextSteps[0]).toMatch(new RegExp(`^Did you mean ${meant.replaceAll('.', '\\.')}[ ?]`));
});

test.each([['zzzzzzzz'], ['x'.repeat(1_000_000)]])('of what looks like none it names none (%#)', (id) => {
  expect(refusal(id).nextSteps).toEqual(['List them with firebreak actions']);
});
