import type { Operation } from '../../operation.ts';

/** The account has none. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringSchedules.html */
export default {
  service: 'sagemaker',
  name: 'ListMonitoringSchedules',
  readOnly: true,
  input: { EndpointName: { type: 'string' } },
  run: (input, { region }) => ({
    MonitoringScheduleSummaries: [...region.monitoringSchedules.values()].filter(
      (schedule) => input.EndpointName === undefined || schedule.EndpointName === input.EndpointName,
    ),
  }),
} satisfies Operation;
