import type { TimelineEvent } from '../model/event.ts';
import { type IndicatorKind, type IndicatorRef, indicatorKey } from '../model/indicator.ts';
import { heldBy } from './held.ts';
import { networksHolding } from './networks.ts';

/** Whether one of the rules that look for brought indicators fired on an event; see `detection/brought-rules.ts`. */
export const isBrought = ({ findings }: Pick<TimelineEvent, 'findings'>): boolean =>
  findings.some(({ rule }) => rule.startsWith('brought-'));

/** A thing that a record names, as `heldBy` writes it. */
export function refOfHeld(held: string): IndicatorRef {
  const space = held.indexOf(' ');
  return { kind: held.slice(0, space) as IndicatorKind, value: held.slice(space + 1) };
}

/** What somebody brought, to be looked for in events. */
export class Brought {
  readonly #byKey: ReadonlyMap<string, IndicatorRef>;
  readonly #networksOf: (address: string) => readonly string[];

  constructor(refs: readonly IndicatorRef[]) {
    this.#byKey = new Map(refs.map(({ kind, value }) => [indicatorKey({ kind, value }), { kind, value }]));
    this.#networksOf = networksHolding(
      [...this.#byKey.values()].filter(({ kind }) => kind === 'network').map(({ value }) => value),
    );
  }

  /** @param record The record as JSON; the text of a line. `undefined` where it cannot be had. */
  heldBy({ origin, sourceIp }: Pick<TimelineEvent, 'origin' | 'sourceIp'>, record: unknown): readonly IndicatorRef[] {
    const inside = this.#networksOf(sourceIp).map((value): IndicatorRef => ({ kind: 'network', value }));
    const isLine = origin === 'cloudwatch-logs';
    const named =
      isLine && typeof record === 'string'
        ? heldBy({}, record)
        : typeof record === 'object' && record !== null
          ? heldBy(record as { readonly [member: string]: unknown }, undefined)
          : [];
    return [...inside, ...named.flatMap((held) => this.#byKey.get(indicatorKey(refOfHeld(held))) ?? [])];
  }
}
