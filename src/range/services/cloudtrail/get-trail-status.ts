import type { Operation } from '../../operation.ts';
import { text } from '../../operation.ts';
import { findTrail } from '../../trail-answers.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
export default {
  service: 'cloudtrail',
  name: 'GetTrailStatus',
  readOnly: true,
  input: { Name: { type: 'string', required: true } },
  run(input, { account, region, trail }) {
    const state = findTrail(trail.state, text(input, 'Name'), region.name, account.id);
    const delivered = state.deliveredAt === undefined ? undefined : new Date(state.deliveredAt);
    return {
      IsLogging: state.logging,
      StartLoggingTime: new Date(state.startedLoggingAt),
      StopLoggingTime: state.stoppedLoggingAt === undefined ? undefined : new Date(state.stoppedLoggingAt),
      LatestDeliveryTime: delivered,
      LatestCloudWatchLogsDeliveryTime: delivered,
      LatestDeliveryAttemptTime: delivered?.toISOString() ?? '',
      LatestDeliveryAttemptSucceeded: delivered?.toISOString() ?? '',
      LatestNotificationAttemptTime: '',
      LatestNotificationAttemptSucceeded: '',
      TimeLoggingStarted: new Date(state.startedLoggingAt).toISOString(),
      TimeLoggingStopped: state.stoppedLoggingAt === undefined ? '' : new Date(state.stoppedLoggingAt).toISOString(),
    };
  },
} satisfies Operation;
