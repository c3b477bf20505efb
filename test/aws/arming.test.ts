import { expect, test } from 'vitest';
import { createArming, leaseMs } from '../../src/aws/arming.ts';
import type { Permit, WriteCall } from '../../src/aws/aws.ts';
import { createManualClock } from './manual-clock.ts';

const stop: WriteCall = { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } };

test('nothing is confirmed while not armed', () => {
  const arming = createArming({ clock: createManualClock() });
  expect(arming.armedUntil()).toBeUndefined();
  expect(() => arming.confirm('sha256:1', [stop])).toThrow(
    expect.objectContaining({
      code: 'NotArmed',
      exitCode: 3,
      nextSteps: ['Arm with A (console) or --arm (command line)'],
    }),
  );
});

test('the lease ends after 15 minutes; what was confirmed under it stays confirmed', async () => {
  const clock = createManualClock();
  const arming = createArming({ clock });
  expect(arming.arm()).toBe(clock.now() + leaseMs);
  const permit = arming.confirm('sha256:1', [stop]);
  await clock.advance(leaseMs);
  expect(arming.armedUntil()).toBeUndefined();
  expect(() => arming.confirm('sha256:1', [stop])).toThrow(expect.objectContaining({ code: 'NotArmed' }));
  expect(arming.holds(permit, stop)).toBe(true);
});

test('disarming ends the lease', () => {
  const arming = createArming({ clock: createManualClock() });
  arming.arm();
  arming.disarm();
  expect(() => arming.confirm('sha256:1', [stop])).toThrow(expect.objectContaining({ code: 'NotArmed' }));
});

test('read-only cannot be armed', () => {
  const arming = createArming({ clock: createManualClock(), readOnly: true });
  expect(() => arming.arm()).toThrow(expect.objectContaining({ code: 'ReadOnly', exitCode: 3 }));
  expect(() => arming.confirm('sha256:1', [stop])).toThrow(expect.objectContaining({ code: 'ReadOnly' }));
});

test('a permit holds its calls whatever the order of keys, and nothing else', () => {
  const arming = createArming({ clock: createManualClock() });
  arming.arm();
  const call: WriteCall = {
    name: 'iam:PutRolePolicy',
    input: { RoleName: 'ds-exec', PolicyName: 'deny', PolicyDocument: '{}' },
  };
  const permit = arming.confirm('sha256:1', [call]);
  const reordered = { input: { PolicyDocument: '{}', PolicyName: 'deny', RoleName: 'ds-exec' }, name: call.name };
  expect(arming.holds(permit, reordered as WriteCall)).toBe(true);
  expect(arming.holds(permit, { ...call, region: 'eu-west-1' })).toBe(false);
  expect(arming.holds(permit, { ...call, input: { ...call.input, RoleName: 'other' } } as WriteCall)).toBe(false);
  expect(arming.holds(permit, stop)).toBe(false);
});

test('neither a copy, nor a forgery, nor a call that was changed after confirming passes', () => {
  const arming = createArming({ clock: createManualClock() });
  arming.arm();
  const input = { NotebookInstanceName: 'fraud-lab' };
  const call: WriteCall = { name: 'sagemaker:StopNotebookInstance', input };
  const permit = arming.confirm('sha256:1', [call]);
  input.NotebookInstanceName = 'payroll';
  expect(arming.holds(permit, call)).toBe(false);
  expect(arming.holds(permit, stop)).toBe(true);
  expect(arming.holds({ ...permit }, stop)).toBe(false);
  expect(arming.holds({ planDigest: 'sha256:1', calls: [stop] }, stop)).toBe(false);
  expect(() => (permit.calls as WriteCall[]).push(stop)).toThrow(TypeError);
  const other = createArming({ clock: createManualClock() });
  expect(other.holds(permit as Permit, stop)).toBe(false);
});

test('a time of day that is set back does not lengthen the lease, and one that is set forward ends it', () => {
  let [day, ticks] = [1_000_000_000, 50];
  const clock = { now: () => day, ticks: () => ticks, sleep: async () => undefined };
  const arming = createArming({ clock });
  arming.arm();
  day -= 3_600_000;
  ticks += 60_000;
  // An hour back, a minute later: fourteen minutes are left, in the time of day as it is now.
  expect(arming.armedUntil()).toBe(day + leaseMs - 60_000);
  ticks += leaseMs - 60_000;
  expect(arming.armedUntil()).toBeUndefined();
  arming.arm();
  day += 3_600_000;
  expect(arming.armedUntil()).toBeUndefined();
  expect(() => arming.confirm('sha256:1', [stop])).toThrow(expect.objectContaining({ code: 'NotArmed' }));
});
