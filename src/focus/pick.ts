import { type JsonObject, objectOf, textOf } from '../normalise/member.ts';

/**
 * A member below others, whatever the case of their first letters: GuardDuty writes `AccessKeyDetails` in its API and `accessKeyDetails`
 * to EventBridge. `undefined` when any of them is missing or no object.
 */
export function pick(value: unknown, ...path: readonly string[]): unknown {
  let at: unknown = value;
  for (const name of path) {
    const object: JsonObject | undefined = objectOf(at);
    if (!object) return undefined;
    const other = name.charAt(0) === name.charAt(0).toLowerCase() ? upperFirst(name) : lowerFirst(name);
    at = Object.hasOwn(object, name) ? object[name] : Object.hasOwn(object, other) ? object[other] : undefined;
  }
  return at;
}

const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The same as text; empty when it is none. */
export const pickText = (value: unknown, ...path: readonly string[]): string => textOf(pick(value, ...path));

/** The same as a list; empty when it is none. */
export function pickList(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = pick(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Bounds what hostile JSON can cost. */
const STRINGS_LIMIT = 20_000;
const DEPTH_LIMIT = 40;

/** Every text that stands anywhere in a value, in order; names of members are none. */
export function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  const walk = (at: unknown, depth: number): void => {
    if (texts.length >= STRINGS_LIMIT || depth > DEPTH_LIMIT) return;
    if (typeof at === 'string') texts.push(at);
    else if (at !== null && typeof at === 'object') for (const member of Object.values(at)) walk(member, depth + 1);
  };
  walk(value, 0);
  return texts;
}
