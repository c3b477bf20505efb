import { type FindingDecision, findingKey } from '../../model/finding.ts';
import { type ResourceRef, shortKind } from '../../model/resource.ts';
import type { Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc } from '../time.ts';

const LISTED = 200;
const severities = ['critical', 'high', 'medium', 'low', 'informational'];

/** Findings of one rule about one actor and resource, as the console groups them. */
interface Group {
  readonly rule: string;
  readonly severity: string;
  readonly actor: string;
  readonly resource: ResourceRef | undefined;
  events: number;
  firstAt: number;
  lastAt: number;
  readonly firstId: string;
}

const section: ReportSection = {
  id: 'findings',
  title: 'Findings',
  order: 42,
  *render(facts) {
    const { findingDecisions, triage, rules } = facts.view;
    const groups = groupsOf(facts);
    const titleOf = (id: string) => rules.find((rule) => rule.id === id)?.title ?? id;
    const decisionOf = ({ rule, actor, resource }: Group) => {
      const own = findingDecisions.find(
        (one) =>
          one.verdict !== 'muted' &&
          findingKey(one.rule, one.principal, one.resource) === findingKey(rule, actor, resource),
      );
      return (
        own ?? findingDecisions.find((one) => one.verdict === 'muted' && one.rule === rule && one.principal === actor)
      );
    };
    if (groups.length === 0 && findingDecisions.length === 0) return;
    if (groups.length > 0) {
      yield 'What the detection rules found in the events of the timeline, the gravest first. A rule says what to look at, not what it is.';
      yield '';
      yield* table(
        ['Level', 'What', 'Who', 'About', 'Events', 'First (UTC)', 'Last (UTC)', 'First event', 'Decided'],
        groups
          .slice(0, LISTED)
          .map((group) => [
            group.severity,
            `${escapeMarkdown(titleOf(group.rule))} ${code(group.rule)}`,
            escapeMarkdown(group.actor || '-'),
            group.resource ? `${code(shortKind(group.resource.kind))} ${escapeMarkdown(group.resource.name)}` : '-',
            count(group.events),
            utc(group.firstAt),
            utc(group.lastAt),
            code(group.firstId),
            decided(decisionOf(group)),
          ]),
      );
      if (groups.length > LISTED) yield* ['', `${counted(groups.length - LISTED, 'finding')} of lower level left out.`];
    }
    const dismissed = findingDecisions.filter(({ verdict }) => verdict === 'dismissed' || verdict === 'muted');
    if (dismissed.length > 0) {
      yield* ['', 'Not taken for part of the incident:', ''];
      yield* table(
        ['Decided (UTC)', 'By', 'What', 'Who', 'About', 'Why'],
        dismissed.map(({ at, by, rule, principal, resource, verdict, reason }) => [
          utc(at),
          escapeMarkdown(by),
          `${verdict}: ${escapeMarkdown(titleOf(rule))} ${code(rule)}`,
          escapeMarkdown(principal || '-'),
          resource
            ? `${code(shortKind(resource.kind))} ${escapeMarkdown(resource.name)}`
            : verdict === 'muted'
              ? 'whatever it was done to'
              : '-',
          escapeMarkdown(reason || '-', 2_000),
        ]),
      );
    }
    if (triage.length > 0) {
      yield* ['', 'Triage that was done:', ''];
      yield* table(
        ['Done (UTC)', 'By', 'Finding', 'Step'],
        triage.map(({ at, by, rule, principal, text }) => [
          utc(at),
          escapeMarkdown(by),
          `${escapeMarkdown(titleOf(rule))}${principal === '' ? '' : `, ${escapeMarkdown(principal)}`}`,
          escapeMarkdown(text, 2_000),
        ]),
      );
    }
  },
};
export default section;

const decided = (decision: FindingDecision | undefined): string =>
  decision
    ? `${decision.verdict}${decision.reason === '' ? '' : `: ${escapeMarkdown(decision.reason, 500)}`}`
    : 'not yet';

/** Objects count for their bucket, as in the console: a thief takes thousands. */
function shownAs(ref: ResourceRef | undefined): ResourceRef | undefined {
  if (ref?.kind !== 's3.object') return ref;
  const name = ref.name.split('/')[0] ?? ref.name;
  return { kind: 's3.bucket', arn: '', name };
}

function groupsOf({ timeline, view }: Facts): readonly Group[] {
  const aboutActor = new Set(view.rules.filter((rule) => rule.aboutActor).map(({ id }) => id));
  const groups = new Map<string, Group>();
  for (const event of timeline) {
    const actor = event.principal?.name ?? '';
    const main =
      event.resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? event.resources[0];
    for (const { rule, severity } of event.findings) {
      const resource = aboutActor.has(rule) ? undefined : shownAs(main);
      const key = findingKey(rule, actor, resource);
      const before = groups.get(key);
      if (before) {
        before.events += 1;
        before.firstAt = Math.min(before.firstAt, event.at);
        before.lastAt = Math.max(before.lastAt, event.at);
      } else
        groups.set(key, {
          rule,
          severity,
          actor,
          resource,
          events: 1,
          firstAt: event.at,
          lastAt: event.at,
          firstId: event.id,
        });
    }
  }
  return [...groups.values()].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      a.firstAt - b.firstAt ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.actor < b.actor ? -1 : 1),
  );
}
