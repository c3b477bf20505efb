import type { RuleDocument } from './documents.ts';
import type { JsonObject } from './record.ts';

const isMap = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Maps are joined, member by member; of anything else the later one counts. */
function joined(before: JsonObject, after: JsonObject): JsonObject {
  const all: { [member: string]: unknown } = { ...before };
  for (const [name, value] of Object.entries(after)) {
    const old = all[name];
    // As an own member, whatever it is called.
    Object.defineProperty(all, name, {
      value: isMap(old) && isMap(value) ? joined(old, value) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return all;
}

/** Documents of one file that are joined with others: more are no rules but an attack on the program. Ours. */
export const mostJoined = 10_000;

/**
 * The documents of one file as rules of their own: `action: global` says what all that follow have, `repeat` adds to the one before, `reset`
 * forgets what was global. Part of Sigma until its second version, and of many public rules still.
 *
 * @returns `left`: the first document that was left out, with all after it, as there are more than `mostJoined`.
 */
export function writtenOut(documents: readonly RuleDocument[]): {
  readonly rules: readonly RuleDocument[];
  readonly left: RuleDocument | undefined;
} {
  if (!documents.some(({ value }) => isMap(value) && value.action !== undefined))
    return { rules: documents, left: undefined };
  let global: JsonObject = {};
  let last: JsonObject | undefined;
  const ids = new Map<string, number>();
  const rules: RuleDocument[] = [];
  for (const document of documents.slice(0, mostJoined)) {
    const { value } = document;
    if (!isMap(value)) {
      rules.push(document);
      continue;
    }
    const { action, ...rule } = value;
    if (action === 'global') {
      global = joined(global, rule);
      continue;
    }
    if (action === 'reset') {
      global = {};
      continue;
    }
    // What it does is told where the document is read.
    if (action !== undefined && action !== 'repeat') {
      rules.push(document);
      continue;
    }
    const whole = joined(action === 'repeat' ? (last ?? global) : global, rule);
    last = whole;
    rules.push({ ...document, value: rule.id === undefined ? renamed(whole, ids) : whole });
  }
  return { rules, left: documents[mostJoined] };
}

/** An id that several documents have from what is global is theirs in turn. */
function renamed(rule: JsonObject, ids: Map<string, number>): JsonObject {
  if (typeof rule.id !== 'string') return rule;
  const times = (ids.get(rule.id) ?? 0) + 1;
  ids.set(rule.id, times);
  return times === 1 ? rule : { ...rule, id: `${rule.id}-${times}` };
}
