import type { Operation } from '../../operation.ts';
import { ownTrail, trailMembers } from '../../trail-answers.ts';

/**
 * A multi-Region trail has a shadow in every other Region. By name only a trail at home is found, by ARN any.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
export default {
  service: 'cloudtrail',
  name: 'DescribeTrails',
  readOnly: true,
  input: { trailNameList: { type: 'list' }, includeShadowTrails: { type: 'boolean' } },
  run(input, { region, trail }) {
    const names = Array.isArray(input.trailNameList) ? input.trailNameList : [];
    const { state } = trail;
    if (!state) return { trailList: [] };
    const listed =
      names.length > 0
        ? names.some((name) => ownTrail(state, String(name), region.name))
        : state.homeRegion === region.name || input.includeShadowTrails !== false;
    return { trailList: listed ? [trailMembers(state)] : [] };
  },
} satisfies Operation;
