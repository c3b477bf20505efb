import { type Check, evidenceOf, type Judgement, judged, unanswered } from '../check.ts';
import { accountKind } from '../facts.ts';
import { cli, commands, comment } from '../remedy.ts';
import { nameOf, noTrail, trailsOf } from '../trails.ts';

const check: Check = {
  id: 'logging.trail-on',
  topic: 'logging and monitoring',
  title: 'a trail that records',
  about: [accountKind],
  why: 'What happens while no trail records is only in the event history, without data events, and nothing proves that it is whole.',
  references: ['https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail.html'],
  remedy: () =>
    commands(
      comment('firebreak contain cloudtrail.trail.start-logging TRAIL does this, verified'),
      cli('cloudtrail', 'start-logging', { name: 'TRAIL' }),
    ),
  judge: (_subject, facts): readonly Judgement[] =>
    judged(trailsOf(facts), ({ trailList = [] }): Judgement => {
      if (trailList.length === 0) return noTrail({ from: 'cloudtrail:DescribeTrails' });
      const statuses = trailList.map((trail) => ({
        trail,
        status: facts.ask('cloudtrail:GetTrailStatus', { Name: nameOf(trail) }),
      }));
      const evidence = statuses.flatMap(({ trail, status }) =>
        status.state === 'read'
          ? [evidenceOf(status, 'IsLogging', `${status.value.IsLogging ?? '?'} (${trail.Name ?? ''})`)]
          : [],
      );
      if (statuses.some(({ status }) => status.state === 'read' && status.value.IsLogging))
        return { verdict: 'sound', evidence };
      return unanswered(statuses.map(({ status }) => status)) ?? { verdict: 'weak', evidence };
    }),
};
export default check;
