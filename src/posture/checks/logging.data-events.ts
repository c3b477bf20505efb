import type { Check } from '../check.ts';
import { accountKind } from '../facts.ts';
import { cli, commands, comment } from '../remedy.ts';
import { judgeDataEvents } from '../trails.ts';

const references = [
  'https://docs.aws.amazon.com/sagemaker/latest/dg/logging-using-cloudtrail.html',
  'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html',
];

const remedy = (type: string) => () => {
  const selectors = JSON.stringify([
    { Name: 'Management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
    {
      Name: type,
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: [type] },
      ],
    },
  ]);
  return commands(
    comment('It replaces all selectors of the trail: add those that it has. Data events are billed'),
    cli('cloudtrail', 'get-event-selectors', { 'trail-name': 'TRAIL' }),
    cli('cloudtrail', 'put-event-selectors', { 'trail-name': 'TRAIL', 'advanced-event-selectors': selectors }),
  );
};

/** Data events: who invoked an endpoint, who read which object. */
const checks: readonly Check[] = [
  {
    id: 'logging.sagemaker-data-events',
    topic: 'logging and monitoring',
    title: 'data events of endpoints',
    about: [accountKind],
    why: 'Who asked the endpoints what is not recorded: a model can be copied by asking it, and nothing shows it but a metric.',
    references,
    remedy: remedy('AWS::SageMaker::Endpoint'),
    judge: (_subject, facts) => judgeDataEvents(facts, 'AWS::SageMaker::Endpoint'),
  },
  {
    id: 'logging.s3-data-events',
    topic: 'logging and monitoring',
    title: 'data events of S3 objects',
    about: [accountKind],
    why: 'Which objects were read, and by whom, is not recorded: the question what was carried off ends there.',
    references,
    remedy: remedy('AWS::S3::Object'),
    judge: (_subject, facts) => judgeDataEvents(facts, 'AWS::S3::Object'),
  },
];
export default checks;
