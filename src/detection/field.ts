import type { JsonObject, RuleRecord } from './record.ts';

/** Reads one field of a record: `undefined` when it is not there; an array stands for each of its elements. */
export type FieldReader = (record: RuleRecord) => unknown;

/** Fields that no record holds, made of it and of what was loaded. */
export const ownPrefix = 'firebreak.';

/**
 * Compiles a path: `userIdentity.sessionContext.sessionIssuer.arn`. Arrays on the way stand for each of their elements
 * (`requestParameters.containers.image`); `items[0]` and `items.0` pick one, and `items[]`, `items{}` and `items[*]` say the same as `items`.
 * A key that itself contains dots is found as well. `''` is the whole record as text.
 */
export function fieldReader(path: string): FieldReader {
  if (path === '') return (record) => record.text;
  if (path.startsWith(ownPrefix)) {
    const name = path.slice(ownPrefix.length);
    return (record) => record.own(name);
  }
  const segments = path
    .replaceAll(/\{\}|\[\*?\]/g, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.');
  const [first = '', second = ''] = segments;
  if (segments.length === 1) return ({ fields }) => own(fields, first);
  if (segments.length === 2)
    return ({ fields }) => {
      const parent = own(fields, first);
      return isObject(parent) && Object.hasOwn(parent, second) ? parent[second] : dig(fields, segments, 0);
    };
  return ({ fields }) => dig(fields, segments, 0);
}

const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function dig(value: unknown, segments: readonly string[], from: number): unknown {
  if (from === segments.length) return value;
  const segment = segments[from]!;
  if (Array.isArray(value)) {
    if (/^\d+$/.test(segment)) return dig(value[Number(segment)], segments, from + 1);
    const found = value.map((element) => dig(element, segments, from)).filter((one) => one !== undefined);
    return found.length === 0 ? undefined : found.flat();
  }
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, segment)) {
    const found = dig(value[segment], segments, from + 1);
    if (found !== undefined) return found;
  }
  if (from === segments.length - 1) return undefined;
  const whole = segments.slice(from).join('.');
  return Object.hasOwn(value, whole) ? value[whole] : undefined;
}

/** The values that a field has: none, one, or each element of arrays. */
export function valuesOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
}
