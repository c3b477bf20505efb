import { compileDetection, type Detection, type Known } from './detection.ts';
import type { JsonObject, RuleRecord } from './record.ts';
import type { Rule } from './rule.ts';
import { RuleError } from './rule-error.ts';

type EventRule = Extract<Rule, { type: 'event' }>;

/** A Sigma filter: what rules of others are to pass over here. https://github.com/SigmaHQ/sigma-specification (filters) */
export interface FilterRule {
  readonly title: string;
  /** Ids or names of the rules; `any`: all that read the same log. */
  readonly rules: readonly string[] | 'any';
  readonly kinds: readonly RuleRecord['kind'][];
  readonly detection: Detection;
  /** Its condition says what is passed over; else what goes on matching. */
  readonly isExclusion: boolean;
  readonly source: unknown;
}

/**
 * Reads the `filter` of a document. A condition that begins with `not` says what goes on matching, as tools apply it (`… and not selection`); any
 * other what is passed over, as the specification's own example has it.
 *
 * @param kindsOf What the document's `logsource` means. @throws RuleError
 */
export function readFilter(
  document: JsonObject,
  title: string,
  kindsOf: (detection: Detection) => readonly RuleRecord['kind'][],
): FilterRule {
  const { filter } = document;
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    throw new RuleError(['filter'], 'a filter is a map: rules, selections, condition');
  const { rules, ...detection } = filter as JsonObject;
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [rules];
  if (list.length === 0 || !list.every((one) => typeof one === 'string' && one !== ''))
    throw new RuleError(['filter', 'rules'], 'rules names the rules by id or name, or says any');
  const compiled = compileDetection(detection, ['filter']);
  return {
    title,
    rules: list.length === 1 && list[0] === 'any' ? 'any' : (list as readonly string[]),
    kinds: kindsOf(compiled),
    detection: compiled,
    isExclusion: !/^[\s(]*not\b/i.test(String(detection.condition)),
    source: document,
  };
}

/** The rule with the filter: what it passes over is no match. */
export function filtered(rule: EventRule, filter: FilterRule): EventRule {
  const { detection } = rule;
  const passes = (met: boolean) => met !== filter.isExclusion;
  const selection = `filter ${filter.title}`;
  return {
    ...rule,
    detection: {
      matches: (record) => detection.matches(record) && passes(filter.detection.matches(record)),
      foresee: (known: Known) => {
        const one = detection.foresee(known);
        if (one === false) return false;
        const other = filter.detection.foresee(known);
        if (other !== undefined && !passes(other)) return false;
        return one === undefined || other === undefined ? undefined : true;
      },
      explain: (record) => [...detection.explain(record), { selection, not: true, reasons: [] }],
      parts: [...detection.parts, ...filter.detection.parts],
      calls: detection.calls,
      fields: [...new Set([...detection.fields, ...filter.detection.fields])],
    },
    info: { ...rule.info, notes: [...rule.info.notes, `filtered by "${filter.title}"`] },
    source: [rule.source, filter.source],
  };
}
