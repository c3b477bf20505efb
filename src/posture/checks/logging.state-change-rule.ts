import { type Check, evidenceOf, type Judgement, unanswered } from '../check.ts';
import { accountKind, pagesOf } from '../facts.ts';
import { cli, commands } from '../remedy.ts';

const pattern = '{"source":["aws.sagemaker"]}';

/** Whether a pattern hears every change of state in SageMaker: nothing but its source, or whole detail types, narrows it. */
function hearsSageMaker(text: string | undefined): 'all' | 'some' | 'none' {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '');
  } catch {
    return 'none'; // A schedule, or no pattern at all: it hears no events.
  }
  if (parsed === null || typeof parsed !== 'object') return 'none';
  const { source, ...rest } = parsed as { readonly source?: unknown };
  if (!Array.isArray(source) || !source.includes('aws.sagemaker')) return 'none';
  return Object.keys(rest).length === 0 ? 'all' : 'some';
}

const check: Check = {
  id: 'logging.state-change-rule',
  topic: 'logging and monitoring',
  title: 'an EventBridge rule for state changes',
  about: [accountKind],
  why: 'What SageMaker does by itself, jobs of a tuning job or an endpoint that fails, has no record in CloudTrail: only this tells it within seconds.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html'],
  remedy: () =>
    commands(
      cli('events', 'put-rule', { name: 'sagemaker-to-logs', 'event-pattern': pattern }),
      cli('events', 'put-targets', { rule: 'sagemaker-to-logs', targets: 'Id=logs,Arn=LOG_GROUP_ARN' }),
    ),
  judge(_subject, { ask }): readonly Judgement[] {
    const listed = pagesOf(
      (NextToken) => ask('events:ListRules', { Limit: 100, ...(NextToken ? { NextToken } : {}) }),
      ({ Rules, NextToken }) => ({ items: Rules, next: NextToken }),
    );
    if (listed.state !== 'read') return [unanswered([listed])!];
    const hearing = listed.value.items.filter(
      ({ State, EventPattern }) => /^ENABLED/.test(State ?? '') && hearsSageMaker(EventPattern) === 'all',
    );
    const targets = hearing
      .slice(0, 10)
      .flatMap(({ Name }) => (Name ? [{ Name, reading: ask('events:ListTargetsByRule', { Rule: Name }) }] : []));
    for (const { Name, reading } of targets)
      if (reading.state === 'read' && (reading.value.Targets ?? []).length > 0)
        return [
          {
            verdict: 'sound',
            evidence: [
              evidenceOf(listed, 'EventPattern', `${pattern} (${Name})`),
              evidenceOf(reading, 'Targets', (reading.value.Targets ?? []).map(({ Arn }) => Arn).join(', ')),
            ],
          },
        ];
    const open = unanswered(targets.map(({ reading }) => reading));
    if (open) return [open];
    if (listed.value.more)
      return [{ verdict: 'unknown', evidence: [], note: 'the account has more rules than were looked at' }];
    const some = listed.value.items.filter(({ EventPattern }) => hearsSageMaker(EventPattern) === 'some');
    return [
      {
        verdict: 'weak',
        evidence: [
          evidenceOf(
            listed,
            'Rules',
            hearing.length > 0
              ? `${hearing.map(({ Name }) => Name).join(', ')} has no target`
              : some.length > 0
                ? `only part is heard, by ${some.map(({ Name }) => Name).join(', ')}`
                : `none of ${listed.value.items.length} hears aws.sagemaker`,
          ),
        ],
      },
    ];
  },
};
export default check;
