import { everyBroughtRule } from '../detection/brought-rules.ts';
import { builtInRules } from '../detection/built-in.ts';
import type { Severity } from '../model/event.ts';
import type { FindingDecision, RuleText, TriageTick } from '../model/finding.ts';
import type { JournalLine } from '../store/journal.ts';
import type { SessionEntry } from './decision.ts';

/** What was decided about findings, with its reasons; pure. The last word counts. */
export function foldFindings(lines: readonly JournalLine[]): {
  readonly findingDecisions: readonly FindingDecision[];
  readonly triage: readonly TriageTick[];
} {
  const decisions = new Map<string, FindingDecision>();
  const ticks = new Map<string, TriageTick>();
  for (const line of lines) {
    const at = Date.parse(line.at);
    const entry = line.entry as unknown as SessionEntry;
    if (entry.type === 'finding-judged') {
      const about = partsOf(entry.finding);
      if (entry.verdict === 'open' || !about) decisions.delete(entry.finding);
      else {
        const { verdict, reason, by } = entry;
        decisions.set(entry.finding, { ...about, verdict, reason, by, at });
      }
    } else if (entry.type === 'rule-muted') {
      const { rule, actor: principal, reason, by } = entry;
      const key = `muted ${JSON.stringify([rule, principal])}`;
      if (entry.muted) decisions.set(key, { rule, principal, resource: undefined, verdict: 'muted', reason, by, at });
      else decisions.delete(key);
    } else if (entry.type === 'triage-step') {
      const { finding, step, by } = entry;
      const about = partsOf(finding);
      const key = JSON.stringify([finding, step]);
      if (entry.done && about) ticks.set(key, { ...about, text: step, by, at });
      else ticks.delete(key);
    }
  }
  return { findingDecisions: [...decisions.values()], triage: [...ticks.values()] };
}

/** What a finding's key was made of (`findingKey`); `undefined` of a key that a newer program made otherwise. */
function partsOf(key: string): Pick<FindingDecision, 'rule' | 'principal' | 'resource'> | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(key);
  } catch {
    // Not ours to read: nothing is said of it.
    return undefined;
  }
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return undefined;
  const [rule = '', principal = '', kind = '', name = ''] = parts as readonly string[];
  return { rule, principal, resource: kind === '' && name === '' ? undefined : { kind, arn: '', name } };
}

let texts: readonly RuleText[] | undefined;

/** What the built-in rules are called, without compiling one of them. Of rules that somebody brought, events hold the id alone. */
export function ruleTexts(): readonly RuleText[] {
  texts ??= [...builtInRules().documents, ...everyBroughtRule().documents].map(({ value }) => {
    const rule = value as { readonly [member: string]: unknown };
    const custom = (rule.custom ?? {}) as { readonly [member: string]: unknown };
    return {
      id: String(rule.id),
      title: String(rule.title),
      level: String(rule.level) as Severity,
      aboutActor: custom.about === 'actor',
      triage: Array.isArray(custom.triage) ? custom.triage.map(String) : [],
      playbook: typeof custom.playbook === 'string' ? custom.playbook : '',
    };
  });
  return texts;
}
