import { type Check, judged, weakIf } from '../check.ts';
import { accountKind } from '../facts.ts';
import { cli, commands } from '../remedy.ts';
import { noTrail, trailRef, trailsOf } from '../trails.ts';

const check: Check = {
  id: 'logging.trail-validation',
  topic: 'logging and monitoring',
  title: 'log file validation of the trail',
  about: [accountKind],
  why: 'Without digest files nobody can prove that a log was not changed or taken away after it was written.',
  references: ['https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html'],
  remedy: ({ name }) => commands(cli('cloudtrail', 'update-trail', { name, 'enable-log-file-validation': true })),
  judge: (_subject, facts) =>
    judged(trailsOf(facts), ({ trailList = [] }, field) =>
      trailList.length === 0
        ? noTrail({ from: 'cloudtrail:DescribeTrails' })
        : trailList.map((trail) => ({
            ...weakIf(!trail.LogFileValidationEnabled, [
              field('LogFileValidationEnabled', trail.LogFileValidationEnabled),
            ]),
            resource: trailRef(trail),
          })),
    ),
};
export default check;
