import { expect, it } from 'vitest';
import { normalise } from '../../src/normalise/normalise.ts';
import { reportedState } from '../../src/normalise/state-change.ts';
import { summarise } from '../../src/normalise/summary.ts';

const arn = 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/fraud-scorer';
const envelope = (detail: object, more: object = {}) => ({
  version: '0',
  id: 'b3e5f2a0-0000-4000-8000-000000000001',
  'detail-type': 'SageMaker Endpoint State Change',
  source: 'aws.sagemaker',
  account: '111122223333',
  time: '2026-11-23T20:31:02Z',
  region: 'us-east-1',
  resources: [arn],
  detail,
  ...more,
});

it.each([
  [{ EndpointStatus: 'IN_SERVICE', LastModifiedTime: 1 }, 'InService'],
  [{ EndpointStatus: 'InService', LastModifiedTime: 1 }, 'InService'],
  [{ SecondaryStatus: 'Starting', TrainingJobStatus: 'InProgress', LastModifiedTime: 1 }, 'InProgress'],
  [{ previousPipelineExecutionStatus: 'Executing', currentPipelineExecutionStatus: 'Stopped' }, 'Stopped'],
  [{ EndpointStatus: 'ROLLING_BACK' }, 'RollingBack'],
  [{ EndpointStatus: 17 }, ''],
  [{}, ''],
])('spells the status of %j as Describe does', (detail, status) => {
  expect(reportedState(envelope(detail)).status).toBe(status);
});

it('has one key for every report of one change, none where the event does not say which change', () => {
  const key = (detail: object, more?: object) => reportedState(envelope(detail, more)).key;
  const one = key({ EndpointStatus: 'IN_SERVICE', LastModifiedTime: 1700000000000 });
  expect(one).not.toBe('');
  expect(key({ EndpointStatus: 'InService', LastModifiedTime: 1700000000000 }, { id: 'other', time: 'later' })).toBe(
    one,
  );
  expect(key({ EndpointStatus: 'IN_SERVICE', LastModifiedTime: 1700000009000 })).not.toBe(one);
  expect(key({ EndpointStatus: 'DELETING', LastModifiedTime: 1700000000000 })).not.toBe(one);
  expect(key({ EndpointStatus: 'IN_SERVICE', LastModifiedTime: 1700000000000 }, { resources: [`${arn}2`] })).not.toBe(
    one,
  );
  expect(key({ EndpointStatus: 'IN_SERVICE' })).toBe('');
  expect(key({ EndpointStatus: 'IN_SERVICE', LastModifiedTime: 1 }, { source: 'aws.s3' })).toBe('');
  expect(key({ EndpointStatus: 'IN_SERVICE', LastModifiedTime: 1 }, { resources: 'none' })).toBe('');
});

it('says in the sentence what the state is now', () => {
  const text = JSON.stringify(
    envelope({ EndpointStatus: 'FAILED', FailureReason: 'no capacity', LastModifiedTime: 1 }),
  );
  const raw = { format: 'cloudwatch-logs' as const, text, at: 1, id: 'x' };
  const found = normalise(raw);
  if (found.rejected !== undefined) throw new Error(found.rejected);
  expect(summarise(found.event, found.record, raw)).toBe('Endpoint is now Failed: no capacity');
});
