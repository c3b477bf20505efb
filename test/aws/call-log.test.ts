import { expect, it } from 'vitest';
import { createCallLog } from '../../src/aws/call-log.ts';
import { openAws } from '../../src/aws/client.ts';
import { startRange } from '../../src/range/range.ts';
import { systemClock } from '../../src/shared/clock.ts';

it('takes down every call that passes the door, with the input of writes only', async () => {
  const range = await startRange({ speed: 100 });
  const log = createCallLog();
  const door = await openAws({
    region: range.region,
    endpoint: range.endpoint,
    credentials: range.credentials,
    clock: systemClock,
    simulated: true,
    calls: log,
  });
  const signal = new AbortController().signal;
  await door.aws.call('sagemaker:DescribeNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
  await door.aws.call('sagemaker:DescribeEndpoint', { EndpointName: 'none' }).catch(() => undefined);
  const write = { name: 'sagemaker:StopNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } } as const;
  door.arming.arm();
  await door.writer.send(write, door.arming.confirm('x', [write]), signal);
  // What our own door refuses was never sent.
  await door.writer
    .send({ ...write, input: { NotebookInstanceName: 'x' } }, door.arming.confirm('x', []), signal)
    .catch(() => undefined);
  const { calls, services, charged } = log.calls.get();
  expect(calls.map(({ name, access, code }) => [name, access, code])).toEqual([
    ['sagemaker:DescribeNotebookInstance', 'read', ''],
    ['sagemaker:DescribeEndpoint', 'read', 'ValidationException'],
    ['sagemaker:StopNotebookInstance', 'write', ''],
  ]);
  expect(calls.map(({ input }) => input)).toEqual([undefined, undefined, { NotebookInstanceName: 'fraud-lab' }]);
  for (const { requestId, tookMs, retries } of calls) {
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(tookMs).toBeGreaterThanOrEqual(0);
    expect(retries).toBe(0);
  }
  expect(services).toEqual([{ service: 'sagemaker', calls: 3, writes: 1, failed: 1, retries: 0 }]);
  expect(charged).toEqual([]);
  door.close();
  await range.close();
});

it('keeps the newest 2,000 and counts them all, those with a price apart', () => {
  const log = createCallLog();
  const call = {
    at: 0,
    name: 'cloudwatch:GetMetricData',
    access: 'read' as const,
    region: 'us-east-1',
    tookMs: 1,
    waitedMs: 0,
    code: '',
    message: '',
    requestId: '',
    retries: 1,
  };
  for (let n = 0; n < 2_500; n += 1) log.add(call);
  const { calls, dropped, services, charged } = log.calls.get();
  expect([calls.length, dropped, calls[0]!.number, calls.at(-1)!.number]).toEqual([2_000, 500, 501, 2_500]);
  expect(services).toEqual([{ service: 'cloudwatch', calls: 2_500, writes: 0, failed: 0, retries: 2_500 }]);
  expect(charged).toEqual([{ name: 'cloudwatch:GetMetricData', calls: 2_500 }]);
});
