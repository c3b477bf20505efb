import { type Bound, type Correlation, readTimespan } from './correlation-rule.ts';
import { recordField } from './field-names.ts';
import type { JsonObject } from './record.ts';
import { RuleError } from './rule-error.ts';

/** What of a correlation an aggregation says; the rule that it counts is the document's own detection. */
export interface Aggregation {
  /** The detection without it. */
  readonly detection: JsonObject;
  readonly correlation: Omit<Correlation, 'rules'>;
}

const counted: { readonly [name: string]: Correlation['type'] } = { sum: 'value_sum', avg: 'value_avg' };
const comparisons: { readonly [sign: string]: Bound['op'] } = {
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  '=': 'eq',
  '==': 'eq',
  '!=': 'neq',
};

/**
 * The aggregation of a condition, as Sigma had them before correlations: `selection | count(field) by field > 10` within the `timeframe`. Many
 * public rules still have it. `undefined` where there is none.
 *
 * @throws RuleError
 */
export function aggregationOf(detection: JsonObject, path: readonly string[]): Aggregation | undefined {
  const { condition, timeframe } = detection;
  if (typeof condition !== 'string') return undefined;
  const bar = condition.indexOf('|');
  if (bar < 0) return undefined;
  const at = [...path, 'condition'];
  const said = condition.slice(bar + 1).trim();
  if (/^near\b/i.test(said)) throw new RuleError(at, 'near is no longer part of Sigma: write a correlation (temporal)');
  const [, name = '', of = '', by = '', sign = '', limit = ''] =
    /^(count|sum|avg)\s*\(\s*(?:distinct\s+)?([^()]*?)\s*\)\s*(?:by\s+(\S[^<>=!]*?)\s*)?([<>]=?|[=!]?=)\s*(\d+(?:\.\d+)?)$/i.exec(
      said,
    ) ?? [];
  const op = comparisons[sign];
  if (!op)
    throw new RuleError(
      at,
      `"${said}" is no aggregation that can be read (count, sum or avg, by, a number); write a correlation (event_count, value_count)`,
    );
  const type = counted[name.toLowerCase()] ?? (of === '' ? 'event_count' : 'value_count');
  if (type !== 'event_count' && of === '') throw new RuleError(at, `${name} needs the field whose values it takes`);
  if (timeframe === undefined || timeframe === null)
    throw new RuleError(at, 'the aggregation has no timeframe beside its condition: within what time is left open');
  return {
    detection: { ...detection, condition: condition.slice(0, bar) },
    correlation: {
      type,
      groupBy: by === '' ? [] : by.split(/[\s,]+/).map(recordField),
      timespanMs: readTimespan(timeframe, [...path, 'timeframe'], 'timeframe'),
      aliases: {},
      bounds: [{ op, count: Number(limit) }],
      fields: of === '' ? [] : [recordField(of)],
      generate: false,
    },
  };
}
