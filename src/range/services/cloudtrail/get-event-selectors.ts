import { type Operation, text } from '../../operation.ts';
import { findTrail } from '../../trail-answers.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
export default {
  service: 'cloudtrail',
  name: 'GetEventSelectors',
  readOnly: true,
  input: { TrailName: { type: 'string', required: true } },
  run(input, { account, region, trail }) {
    const state = findTrail(trail.state, text(input, 'TrailName'), region.name, account.id);
    return { TrailARN: state.arn, AdvancedEventSelectors: state.definition.selectors };
  },
} satisfies Operation;
