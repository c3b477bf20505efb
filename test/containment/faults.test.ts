import { expect, it } from 'vitest';
import { killed } from './faults/killed.ts';
import { subjects } from './faults/subjects.ts';
import { atCall, callFaults, meddled, meddlings } from './faults/trial.ts';

const subject = (id: string) => {
  const found = subjects.find(({ action }) => action.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};

// A few of each kind; all of them are `node test/containment/fault-matrix.ts`.
it.each([
  ['iam.role.quarantine', 'do', 1, 'throttled once', 'written, undone'],
  ['iam.role.quarantine', 'do', 1, 'credentials expired', 'failed, undo refused: NothingToUndo'],
  ['sagemaker.notebook-instance.stop', 'do', 1, 'answer lost', 'written, undone'],
  ['sagemaker.notebook-instance.detach-lifecycle-config', 'do', 2, 'denied', 'partial, undone'],
  ['sagemaker.notebook-instance.stop', 'undo', 1, 'server error', 'partial, undone'],
] as const)(
  '%s: %s %i %s',
  async (id, phase, call, name, ended) => {
    const fault = callFaults.find((one) => one.name === name);
    if (!fault) throw new Error(`there is no fault ${name}`);
    expect(await atCall(subject(id), phase, call - 1, fault)).toMatchObject({ ended, problems: [] });
  },
  120_000,
);

it.each([
  ['sagemaker.endpoint.delete', 'another did the same', 'approve', 'refused: PlanOutdated'],
  ['logs.log-group.keep', 'another deleted it', 'between', 'failed, undo refused: ChangedSince'],
  ['iam.role.deny-all', 'another took the first call back', 'between', 'failed, undo refused: ChangedSince'],
] as const)(
  '%s: %s',
  async (id, name, when, ended) => {
    const one = meddlings.find((meddling) => meddling.name === name && meddling.when === when);
    if (!one) throw new Error(`nobody does ${name}`);
    expect(await meddled(subject(id), one)).toMatchObject({ ended, problems: [] });
  },
  120_000,
);

it('kill -9 between the intent and the end of a call: AWS tells that it was done', async () => {
  const trial = await killed(subject('iam.role.quarantine'), 'do', 3);
  expect(trial).toMatchObject({ ended: 'unverified, then written, undone', problems: [] });
}, 120_000);
