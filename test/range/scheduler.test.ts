import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';

let range: Range;
let scheduler: SchedulerClient;
beforeAll(async () => {
  range = await startRange({ faults: { rules: [{ operation: 'scheduler:DeleteSchedule', fault: 'throttle' }] } });
  const { credentials, endpoint, region } = range;
  scheduler = new SchedulerClient({ credentials, endpoint, region, maxAttempts: 1 });
});
afterAll(() => range.close());

const Name = 'fraud-retrain-nightly';

it('schedules are made, read, listed page by page, and replaced as a whole', async () => {
  const nightly = await scheduler.send(new GetScheduleCommand({ Name, GroupName: 'default' }));
  expect(nightly).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'cron(0 3 * * ? *)' });
  const EndDate = new Date('2030-01-01T00:00:00Z');
  const { Target } = nightly;
  const made = {
    Name: 'spare.one',
    ScheduleExpression: 'rate(5 minutes)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target,
    EndDate,
  } as const;
  await scheduler.send(new CreateScheduleCommand({ ...made, Description: 'spare' }));
  const read = await scheduler.send(new GetScheduleCommand({ Name: made.Name }));
  expect(read).toMatchObject({ EndDate, Description: 'spare', Target });
  await expect(scheduler.send(new CreateScheduleCommand(made))).rejects.toBeInstanceOf(ConflictException);
  await scheduler.send(new UpdateScheduleCommand({ ...made, EndDate: undefined, State: 'DISABLED' }));
  const updated = await scheduler.send(new GetScheduleCommand({ Name: made.Name }));
  expect([updated.State, updated.EndDate, updated.Description]).toEqual(['DISABLED', undefined, undefined]);

  const first = await scheduler.send(new ListSchedulesCommand({ MaxResults: 1 }));
  expect(first.Schedules?.map((one) => one.Name)).toEqual([Name]);
  const second = await scheduler.send(new ListSchedulesCommand({ MaxResults: 1, NextToken: first.NextToken }));
  expect([second.Schedules?.map((one) => one.Name), second.NextToken]).toEqual([['spare.one'], undefined]);
  const enabled = await scheduler.send(new ListSchedulesCommand({ State: 'ENABLED', NamePrefix: 'spare' }));
  expect(enabled.Schedules).toEqual([]);
});

it('refusals are those of the service: missing, a role it may not act as, throttled', async () => {
  await expect(scheduler.send(new GetScheduleCommand({ Name: 'no' }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
  const Target = {
    Arn: 'arn:aws:lambda:us-east-1:111122223333:function:x',
    RoleArn: `arn:aws:iam::${range.account}:role/OnCall`,
  };
  const wrong = {
    Name: 'wrong',
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target,
  } as const;
  await expect(scheduler.send(new CreateScheduleCommand(wrong))).rejects.toBeInstanceOf(ValidationException);
  await expect(scheduler.send(new DeleteScheduleCommand({ Name }))).rejects.toMatchObject({
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 429 },
  });
});
