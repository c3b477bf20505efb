import { readFileSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';
import { matches } from './iam/pattern.ts';
import { jsonMistakeAt } from './json-mistake.ts';
import { Random } from './random.ts';
import { operations } from './services/catalogue.ts';

const kinds = ['throttle', 'reset', 'lost', 'error', 'denied', 'delay', 'html', 'expired'] as const;

/**
 * What a request meets instead of its answer.
 *
 * `throttle`: HTTP 400 "Rate exceeded". `reset`: the connection is destroyed, half of the times after the work was done. `lost`: always after it.
 * `error`: HTTP 500.
 * `denied`: no policy allows it. `delay`: it is answered late. `html`: a page of a proxy, HTTP 503. `expired`: the token has run out.
 */
export type FaultKind = (typeof kinds)[number];

/** A fault, whom it meets and when. */
export interface FaultRule {
  /** `cloudtrail:LookupEvents`, `logs:*`, `*`; upper and lower case are one. */
  readonly operation: string;
  readonly fault: FaultKind;
  /** Default 1. */
  readonly probability?: number;
  /** How long `delay` delays, real ms. Default 1000. */
  readonly ms?: number;
  /** AWS's error code for `error`, default `InternalFailure`; codes that are not a server's (`Internal…`, `Service…`) come with HTTP 400. */
  readonly code?: string;
  /** How many requests that it applies to pass before it begins. Default 0. */
  readonly skip?: number;
  /** How often it hits at most. Default without end. */
  readonly times?: number;
  /** Real seconds since the range started: not earlier, and not at or after. */
  readonly from?: number;
  readonly to?: number;
}

/** How CloudTrail misbehaves; shares are between 0 and 1. */
export interface TrailFaults {
  /** From a call to its record in the event history, least and most, ms of the account's time. */
  readonly lagMs?: readonly [number, number];
  readonly disorder?: number;
  readonly duplicates?: number;
}

/** How Live Tail misbehaves; shares are between 0 and 1. */
export interface TailFaults {
  /** Share of the updates with lines that lose some of them and say so. */
  readonly sampled?: number;
  /** Chance, each second, that the connection of a session is destroyed. */
  readonly cut?: number;
  /** Share of the lines that are sent a second time, in the next update. */
  readonly duplicates?: number;
  /** The range ends each session so long after its start, as if nothing were wrong; real ms. */
  readonly endAfterMs?: number;
  /** How many sessions the account may have open; AWS lets it have 15, and more when asked. */
  readonly sessions?: number;
}

/** What FilterLogEvents does beyond what is usual. */
export interface PageFaults {
  /** Share of the pages that hold nothing but a token. */
  readonly empty?: number;
}

/** Everything that goes wrong in a range; `firebreak range --faults` reads it from a file. The range's own actors meet none of it. */
export interface FaultPlan {
  readonly rules?: readonly FaultRule[];
  readonly trail?: TrailFaults;
  readonly tails?: TailFaults;
  readonly pages?: PageFaults;
}

/** What is wrong with one value; `undefined` when nothing is. */
type Check = (value: unknown) => string | undefined;

const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'is not a number from 0 to 1';
const amount: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < Infinity ? undefined : 'is not a number from 0 on';
const interval: Check = (value) =>
  Array.isArray(value) && value.length === 2 && !amount(value[0]) && !amount(value[1]) && value[0] <= value[1]
    ? undefined
    : 'is not [least, most]';
const code: Check = (value) => (typeof value === 'string' && /^\w+$/.test(value) ? undefined : 'is not an error code');
const kind: Check = (value) => (kinds.some((known) => known === value) ? undefined : `is none of ${kinds.join(', ')}`);
const operation: Check = (value) =>
  typeof value === 'string' &&
  operations.some((known) => value === '*' || matches(value, `${known.service}:${known.name}`, true))
    ? undefined
    : 'is no operation that the range knows';

const ruleMembers = {
  operation,
  fault: kind,
  probability: share,
  ms: amount,
  code,
  skip: amount,
  times: amount,
  from: amount,
  to: amount,
};
const parts = {
  trail: { lagMs: interval, disorder: share, duplicates: share },
  tails: { sampled: share, cut: share, duplicates: share, endAfterMs: amount, sessions: amount },
  pages: { empty: share },
};

const shown = (value: unknown): string => String(JSON.stringify(value)).slice(0, 80);

function checkMembers(value: unknown, at: string, checks: { readonly [member: string]: Check }): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return `${at} is not an object`;
  for (const [name, member] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return `${at} has no member ${shown(name)}; there are ${Object.keys(checks).join(', ')}`;
    const why = check(member);
    if (why) return `${at}.${name} ${shown(member)} ${why}`;
  }
  return undefined;
}

function checkRule(value: unknown, at: string): string | undefined {
  const why = checkMembers(value, at, ruleMembers);
  if (why) return why;
  const rule = value as Partial<FaultRule>;
  if (rule.operation === undefined) return `${at} names no operation`;
  if (rule.fault === undefined) return `${at} names no fault`;
  return rule.from !== undefined && rule.to !== undefined && rule.from >= rule.to
    ? `${at}.from is not before .to`
    : undefined;
}

/** What keeps a value from being a plan. @returns `undefined` when it is one. */
function problemOf(value: unknown): string | undefined {
  const rules: Check = (list) => (Array.isArray(list) ? undefined : 'is not a list');
  const object: Check = () => undefined;
  const why = checkMembers(value, 'the plan', { rules, trail: object, tails: object, pages: object });
  if (why) return why;
  const plan = value as { readonly rules?: readonly unknown[] } & { readonly [part: string]: unknown };
  for (const [index, rule] of (plan.rules ?? []).entries()) {
    const broken = checkRule(rule, `rules[${index}]`);
    if (broken) return broken;
  }
  for (const [part, checks] of Object.entries(parts)) {
    const broken = plan[part] === undefined ? undefined : checkMembers(plan[part], part, checks);
    if (broken) return broken;
  }
  return undefined;
}

/** Reads `--faults FILE`. @throws UsageError, one line that names the file and the problem. */
export function readFaultPlan(path: string): FaultPlan {
  const refuse = (why: string) => new UsageError(`${path}: ${why}`, { nextSteps: ['Mend the file given to --faults'] });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw refuse(`cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(`not JSON at byte ${jsonMistakeAt(text)}`);
  }
  const why = problemOf(value);
  if (why) throw refuse(why);
  return value as FaultPlan;
}

/** What one request meets. */
export interface Ordeal {
  /** Real ms. */
  readonly delayMs: number;
  readonly rule: FaultRule | undefined;
}

/** Decides by chance what goes wrong; the same seed and the same requests: the same faults. */
export class Faults {
  readonly trail: TrailFaults;
  readonly tails: TailFaults;
  readonly pages: PageFaults;
  /** Chance of each kind: how often a tail ticks changes nothing for the requests. */
  readonly chance: { readonly requests: Random; readonly tails: Random; readonly pages: Random };
  #rules: readonly FaultRule[];
  readonly #met = new Map<FaultRule, { passed: number; hit: number }>();
  readonly #startedAt: number;

  /** @throws UsageError when the plan is none. */
  constructor(plan: FaultPlan, seed: number, startedAt: number) {
    const why = problemOf(plan);
    if (why) throw new UsageError(`faults: ${why}`);
    this.#rules = plan.rules ?? [];
    this.trail = plan.trail ?? {};
    this.tails = plan.tails ?? {};
    this.pages = plan.pages ?? {};
    this.#startedAt = startedAt;
    const random = (purpose: string) => new Random(`${seed} ${purpose}`);
    this.chance = { requests: random('faults'), tails: random('faults tails'), pages: random('faults pages') };
  }

  /** Other rules from now on. @throws UsageError when one is none. */
  setRules(rules: readonly FaultRule[]): void {
    const why = problemOf({ rules });
    if (why) throw new UsageError(`faults: ${why}`);
    this.#rules = rules;
    this.#met.clear();
  }

  /** Whether it is its turn: some pass before, and it hits so often only. */
  #isDue(rule: FaultRule): boolean {
    const { skip = 0, times = Infinity } = rule;
    const met = this.#met.get(rule) ?? { passed: 0, hit: 0 };
    this.#met.set(rule, met);
    if (met.passed < skip) {
      met.passed += 1;
      return false;
    }
    met.hit += 1;
    return met.hit <= times;
  }

  /** Every rule that applies draws; delays add up, and of the others the first that hits counts. */
  meet(name: string, now: number): Ordeal {
    const seconds = (now - this.#startedAt) / 1000;
    let delayMs = 0;
    let met: FaultRule | undefined;
    for (const rule of this.#rules) {
      const { from = 0, to = Infinity, probability = 1 } = rule;
      if (seconds < from || seconds >= to || !matches(rule.operation, name, true)) continue;
      if (!happens(this.chance.requests, probability) || !this.#isDue(rule)) continue;
      if (rule.fault === 'delay') delayMs += rule.ms ?? 1000;
      else met ??= rule;
    }
    return { delayMs, rule: met };
  }

  /** Whether this page of FilterLogEvents holds nothing but a token. */
  emptyPage(): boolean {
    return happens(this.chance.pages, this.pages.empty);
  }
}

/** Draws, also when it is certain, so that a share changes nothing but how often it happens. */
export const happens = (chance: Random, share: number | undefined): boolean => chance.next() < (share ?? 0);
