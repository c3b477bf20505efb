import type { OutputOf } from '../../aws/operations.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { allPages } from '../attempt.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';
import { lines, some } from '../words.ts';

type Rule = OutputOf<'events:DescribeRule'>;

async function describe(name: string, { aws, signal }: ActionContext): Promise<Rule | undefined> {
  try {
    return await aws.call('events:DescribeRule', { Name: name }, { signal, priority: 'operator' });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const targets = (Rule: string, { aws, signal }: ActionContext) =>
  allPages(async (NextToken) => {
    const page = await aws.call(
      'events:ListTargetsByRule',
      { Rule, ...(NextToken ? { NextToken } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.Targets, next: page.NextToken };
  });

/** What a rule starts (a pipeline, a function) is started no more. Rules of the default bus. Facts 5.3, parents. */
const action: ContainmentAction = {
  id: 'events.rule.disable',
  title: 'Disable EventBridge rule: it starts nothing more',
  class: 'seconds',
  appliesTo: ['events.rule'],
  references: [
    'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html',
    'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html',
  ],
  reversible: true,

  async plan(target, context) {
    const now = await describe(target.name, context);
    if (!now) return nothingToSend(`Rule ${target.name} does not exist in ${context.region}`);
    const { Name = target.name, State } = now;
    if (State === 'DISABLED') return nothingToSend(`Rule ${Name} is disabled already`);
    const started = (await targets(Name, context)).map(({ Arn = '' }) => Arn);
    return {
      summary: `Disable rule ${Name} (${State})`,
      impact: lines(
        started.length > 0 && `It starts no more: ${some(started)}.`,
        now.ManagedBy && `${now.ManagedBy} manages it, and may refuse or enable it again.`,
        'What it started already runs on: stop that, too.',
      ),
      evidenceLost: [],
      notRestored: [
        'events that came meanwhile',
        ...(State === 'ENABLED' ? [] : [`state ${State}: undo enables it without hearing read-only calls`]),
      ],
      steps: [
        call(
          { name: 'events:DisableRule', input: { Name } },
          // EnableRule gives the state ENABLED; the wider one that also hears reads is set by PutRule alone.
          { undo: [call({ name: 'events:EnableRule', input: { Name } })] },
        ),
      ],
      preconditions: [],
      stillOpen: [
        { what: 'whoever may call events:EnableRule or PutRule can start it again', until: null, closeWith: null },
      ],
      comesBack: [`rule ${Name}, and what it starts`],
      undoRisk: `${Name} starts ${some(started) || 'its targets'} again`,
    };
  },

  async verify(target, context) {
    const now = await describe(target.name, context);
    return [
      {
        what: `rule ${target.name} is disabled`,
        holds: !now || now.State === 'DISABLED',
        why: now ? `State = ${now.State}` : 'events:DescribeRule finds nothing',
      },
    ];
  },

  async *affected(target, context) {
    if (!(await describe(target.name, context))) return;
    for (const { Arn = '' } of await targets(target.name, context))
      yield { kind: 'events.target', arn: Arn, why: 'is started no more by this rule' };
  },
};
export default action;
