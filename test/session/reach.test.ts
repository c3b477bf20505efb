import { expect, it } from 'vitest';
import { createArming } from '../../src/aws/arming.ts';
import type { WriteCall } from '../../src/aws/aws.ts';
import type { Runner } from '../../src/containment/runner.ts';
import { createReach, doorInRegion } from '../../src/session/reach.ts';
import type { SessionDoor } from '../../src/session/session-options.ts';
import { systemClock } from '../../src/shared/clock.ts';

/** A door that remembers what went through it. */
function fakeDoor(region: string) {
  const passed: unknown[] = [];
  const arming = createArming({ clock: systemClock });
  const door: SessionDoor = {
    region,
    endpoint: { kind: 'aws', host: '' },
    arming,
    aws: {
      call: async (name, _input, options) => {
        passed.push([name, options?.region]);
        return {} as never;
      },
      async *stream() {},
      now: () => 0,
    },
    writer: {
      send: async (call, permit) => {
        if (!arming.holds(permit, call)) throw new Error('not confirmed');
        passed.push([call.name, call.region]);
        return { requestId: undefined };
      },
    },
    identity: async () => ({ account: '111122223333', region }) as never,
  };
  return { door, passed };
}
const stop: WriteCall = { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'lab' } };
const signal = new AbortController().signal;

it('works in the Region of the resource, with the same lease, and sends only what was confirmed for that Region', async () => {
  const { door, passed } = fakeDoor('us-east-1');
  const there = doorInRegion(door, 'eu-west-1');
  await there.aws.call('sagemaker:ListEndpoints', {});
  await there.aws.call('sagemaker:ListEndpoints', {}, { region: 'us-west-2' });
  expect(passed).toEqual([
    ['sagemaker:ListEndpoints', 'eu-west-1'],
    ['sagemaker:ListEndpoints', 'us-west-2'],
  ]);
  expect(await there.identity()).toMatchObject({ region: 'eu-west-1' });
  expect(there.arming.armedUntil()).toBeUndefined();
  expect(() => there.arming.confirm('sha256:1', [stop])).toThrow('not armed');
  door.arming.arm();
  const permit = there.arming.confirm('sha256:1', [stop]);
  await there.writer.send(stop, permit, signal);
  expect(passed.at(-1)).toEqual(['sagemaker:StopNotebookInstance', 'eu-west-1']);
  await expect(door.writer.send(stop, permit, signal)).rejects.toThrow('not confirmed');
});

it('finds who acts on a resource by the account and Region of its ARN', () => {
  const doors = { own: fakeDoor('us-east-1').door, other: fakeDoor('eu-west-1').door };
  const made: string[] = [];
  const reach = createReach(
    [
      { door: doors.own, account: () => '111122223333' },
      { door: doors.other, account: () => '444455556666' },
    ],
    (door) => {
      made.push(`${door.arming === doors.own.arming || door.region === 'ap-south-1' ? 'own' : 'other'} ${door.region}`);
      return { live: new Set([`c${made.length}`]), close() {} } as unknown as Runner;
    },
  );
  const one = reach.of('arn:aws:sagemaker:us-east-1:111122223333:endpoint/a');
  expect(reach.of('arn:aws:iam::111122223333:role/ds-exec')).toBe(one);
  expect(reach.of('')).toBe(one);
  // An account that is none of ours: the session's own runner refuses it in words.
  expect(reach.of('arn:aws:sagemaker:us-east-1:999999999999:endpoint/a')).toBe(one);
  expect(reach.of('arn:aws:iam::444455556666:role/x')).not.toBe(one);
  expect(reach.of('arn:aws:sagemaker:ap-south-1:111122223333:endpoint/a')).not.toBe(one);
  expect(made).toEqual(['own us-east-1', 'other eu-west-1', 'own ap-south-1']);
  expect([...reach.live()]).toEqual(['c1', 'c2', 'c3']);
});
