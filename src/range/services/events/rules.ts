import { addThing, type Thing, thingOf, thingsOf } from '../../account/things.ts';
import { Fault } from '../../fault.ts';
import type { CallContext, MemberRule, Members, Operation } from '../../operation.ts';
import { optionalText, text } from '../../operation.ts';
import { cutPage } from '../../page.ts';

const ruleName: MemberRule = { type: 'string', required: true, pattern: /^[.\-_A-Za-z0-9]+$/, max: 64 };
const page = { NextToken: { type: 'string' }, Limit: { type: 'number', min: 1, max: 100 } } as const;

const ruleArn = (name: string, { region }: CallContext): string =>
  `arn:aws:events:${region.name}:${region.account}:rule/${name}`;

/** @throws Fault `ResourceNotFoundException`. */
function findRule(input: Members, context: CallContext, member = 'Name'): Thing {
  const name = text(input, member);
  const rule = thingOf(context.region, 'rule', name);
  if (!rule) throw new Fault('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

const described = ({ name, arn, status, members }: Thing): Members => ({
  Name: name,
  Arn: arn,
  State: status,
  EventBusName: 'default',
  EventPattern: members.EventPattern,
  ScheduleExpression: members.ScheduleExpression,
  Description: members.Description,
});

function paged(items: readonly Members[], input: Members, member: string): Members {
  const { page, next } = cutPage(items, input, {
    list: member,
    token: 'NextToken',
    size: 'Limit',
    usual: 100,
    refuse: () => new Fault('ValidationException', 'Invalid NextToken'),
  });
  return { [member]: page, NextToken: next };
}

const withState = (name: 'DisableRule' | 'EnableRule', state: 'DISABLED' | 'ENABLED'): Operation => ({
  service: 'events',
  name,
  readOnly: false,
  input: { Name: ruleName },
  resources: (input, context) => [ruleArn(text(input, 'Name'), context)],
  run(input, context) {
    const rule = findRule(input, context);
    rule.status = state;
    rule.modifiedAt = context.now;
    rule.revision += 1;
    addThing(context.region, rule);
    return undefined;
  },
});

/** Rules of the default bus. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html */
export default [
  {
    service: 'events',
    name: 'DescribeRule',
    readOnly: true,
    input: { Name: ruleName },
    resources: (input, context) => [ruleArn(text(input, 'Name'), context)],
    run: (input, context) => described(findRule(input, context)),
  },
  {
    service: 'events',
    name: 'ListRules',
    readOnly: true,
    input: { ...page, NamePrefix: { type: 'string', min: 1, max: 64 } },
    run(input, { region }) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const rules = thingsOf(region, 'rule').filter(({ name }) => name.startsWith(prefix));
      return paged(rules.map(described), input, 'Rules');
    },
  },
  {
    service: 'events',
    name: 'ListTargetsByRule',
    readOnly: true,
    input: { ...page, Rule: ruleName },
    resources: (input, context) => [ruleArn(text(input, 'Rule'), context)],
    run(input, context) {
      const rule = findRule(input, context, 'Rule');
      return paged(rule.members.Targets as readonly Members[], input, 'Targets');
    },
  },
  withState('DisableRule', 'DISABLED'),
  withState('EnableRule', 'ENABLED'),
] satisfies readonly Operation[];
