import { type Check, judged, weakIf } from '../check.ts';
import { accountKind } from '../facts.ts';
import { cli, commands } from '../remedy.ts';
import { noTrail, trailsOf } from '../trails.ts';

const check: Check = {
  id: 'logging.trail-regions',
  topic: 'logging and monitoring',
  title: 'a trail of all Regions and of global services',
  about: [accountKind],
  why: 'Attackers start their instances where nobody looks, and IAM is recorded in one Region only.',
  references: [
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-trails-multi-region',
  ],
  remedy: () =>
    commands(
      cli('cloudtrail', 'update-trail', {
        name: 'TRAIL',
        'is-multi-region-trail': true,
        'include-global-service-events': true,
      }),
    ),
  judge: (_subject, facts) =>
    judged(trailsOf(facts), ({ trailList = [] }, field) => {
      if (trailList.length === 0) return noTrail({ from: 'cloudtrail:DescribeTrails' });
      const whole = trailList.filter((one) => one.IsMultiRegionTrail && one.IncludeGlobalServiceEvents);
      return weakIf(
        whole.length === 0,
        (whole.length > 0 ? whole : trailList)
          .slice(0, 5)
          .flatMap((one) => [
            field('IsMultiRegionTrail', `${one.IsMultiRegionTrail ?? '?'} (${one.Name ?? ''})`),
            field('IncludeGlobalServiceEvents', `${one.IncludeGlobalServiceEvents ?? '?'} (${one.Name ?? ''})`),
          ]),
      );
    }),
};
export default check;
