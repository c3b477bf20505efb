import { DetailsBuilder } from '../details.ts';
import type { InventoryKind, Page, Row } from '../kind.ts';
import type { Look } from '../look.ts';
import { allOf, mostPages, pageSize } from '../pages.ts';
import { refOfTarget, sagemakerRef } from '../refs.ts';

/** Rules whose targets are asked for in one listing: each is a call, and a record in the customer's trail. */
const mostAsked = 100;

/** Whether events of SageMaker can reach a rule's targets. A pattern that nobody can read counts as one that can. */
export function hearsSageMaker(pattern: string): boolean {
  if (/sagemaker/i.test(pattern)) return true;
  try {
    const { source, 'detail-type': detailType } = JSON.parse(pattern) as { readonly [member: string]: unknown };
    // SageMaker's detail types name it, and so would have been found.
    if (!Array.isArray(source)) return detailType === undefined;
    return source.some((one: { readonly prefix?: unknown } | string | null) =>
      typeof one !== 'object' || one === null
        ? false
        : typeof one.prefix === 'string'
          ? 'aws.sagemaker'.startsWith(one.prefix)
          : true,
    );
  } catch {
    return true;
  }
}

/** Groups of the model registry of whose changes a rule is told. A pattern that names none hears of all: `'all'`. */
export function heardGroups(pattern: string): readonly string[] | 'all' {
  try {
    const { 'detail-type': detailType, detail } = JSON.parse(pattern) as {
      readonly 'detail-type'?: unknown;
      readonly detail?: { readonly ModelPackageGroupName?: unknown } | null;
    };
    if (!Array.isArray(detailType) || !detailType.includes('SageMaker Model Package State Change')) return [];
    const names = detail?.ModelPackageGroupName;
    // Prefixes and exceptions are not read: whatever they say, the rule may hear of any group.
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : 'all';
  } catch {
    return []; // No pattern that AWS would match with anything.
  }
}

const targetsOf = (look: Look, Rule: string) =>
  allOf(async (NextToken) => {
    const { value } = await look.read('events:ListTargetsByRule', { Rule, ...(NextToken ? { NextToken } : {}) });
    return { items: value.Targets, next: value.NextToken };
  });

/** Rules of the default bus that start something of SageMaker, or that hear what it reports. Those of other buses hear no service of AWS. */
const kind: InventoryKind = {
  id: 'events.rule',
  title: 'EventBridge rules',
  order: 3,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html',
    'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html',
    'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html',
  ],
  async *list(look, scope): AsyncIterable<Page> {
    let asked = 0;
    let more = false;
    let pages = 0;
    for (let token: string | undefined; ; ) {
      const { value } = await look.read('events:ListRules', {
        Limit: pageSize,
        ...(token ? { NextToken: token } : {}),
      });
      const found: Row[] = [];
      for (const { Name = '', Arn = '', State = '', EventPattern } of value.Rules ?? []) {
        if (scope === 'running' && State === 'DISABLED') continue;
        const hears = EventPattern !== undefined && hearsSageMaker(EventPattern);
        if (!hears && asked >= mostAsked) {
          more = true;
          continue;
        }
        if (!hears) asked += 1;
        if (!hears && !(await targetsOf(look, Name)).some(({ Arn: target = '' }) => /:sagemaker:/.test(target)))
          continue;
        const ref = { kind: 'events.rule', arn: Arn, name: Name };
        found.push({ ref, state: State, createdAt: undefined, modifiedAt: undefined });
      }
      pages += 1;
      const next = value.NextToken;
      const ended = !next || next === token;
      yield { rows: found, more: more || (!ended && pages >= mostPages) };
      if (ended || pages >= mostPages) return;
      token = next;
    }
  },
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'events:DescribeRule';
    const rule = await details.must(from, { Name: ref.name });
    details.state = rule.State ?? '';
    details.creator = rule.ManagedBy;
    details.fact('schedule', rule.ScheduleExpression, from);
    details.fact('pattern', rule.EventPattern, from);
    details.fact('managed by', rule.ManagedBy, from);
    details.runsAs(rule.RoleArn, from);
    const groups = heardGroups(rule.EventPattern ?? '');
    for (const group of groups === 'all' ? ['*'] : groups)
      details.relate('hears', sagemakerRef('model-package-group', group, undefined, look), from);
    const targets = await details.ask('events:ListTargetsByRule', { Rule: ref.name }, 'targets');
    for (const { Arn, RoleArn } of targets?.Targets ?? []) {
      details.relate('target', refOfTarget(Arn), 'events:ListTargetsByRule');
      details.fact('starts', Arn, 'events:ListTargetsByRule');
      details.runsAs(RoleArn, 'events:ListTargetsByRule');
    }
    if (targets?.NextToken) details.problem('it has more targets than were looked at');
    return details.done();
  },
};
export default kind;
