import type { Operation } from '../../operation.ts';

/**
 * Every trail of the account, whatever the Region.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html
 */
export default {
  service: 'cloudtrail',
  name: 'ListTrails',
  readOnly: true,
  run(_input, { trail: { state } }) {
    return {
      Trails: state ? [{ TrailARN: state.arn, Name: state.definition.name, HomeRegion: state.homeRegion }] : [],
    };
  },
} satisfies Operation;
