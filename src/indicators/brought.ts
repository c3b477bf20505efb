import { BlockList, isIP } from 'node:net';
import type { TimelineEvent } from '../model/event.ts';
import { type IndicatorKind, type IndicatorRef, indicatorKey } from '../model/indicator.ts';
import { heldBy } from './held.ts';

/** Whether one of the rules that look for brought indicators fired on an event; see `detection/brought-rules.ts`. */
export const isBrought = ({ findings }: Pick<TimelineEvent, 'findings'>): boolean =>
  findings.some(({ rule }) => rule.startsWith('brought-'));

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address is one of a network; what is no network holds none. */
export function networkTest(text: string): (address: string) => boolean {
  const [, network = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(bits), family(network));
  } catch {
    // A list that somebody brought: what is no network was told when it was read.
    return () => false;
  }
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
}

/** A thing that a record names, as `heldBy` writes it. */
export function refOfHeld(held: string): IndicatorRef {
  const space = held.indexOf(' ');
  return { kind: held.slice(0, space) as IndicatorKind, value: held.slice(space + 1) };
}

/** What somebody brought, to be looked for in events. */
export class Brought {
  readonly #byKey: ReadonlyMap<string, IndicatorRef>;
  readonly #networks: readonly { readonly ref: IndicatorRef; readonly isInside: (address: string) => boolean }[];

  constructor(refs: readonly IndicatorRef[]) {
    this.#byKey = new Map(refs.map(({ kind, value }) => [indicatorKey({ kind, value }), { kind, value }]));
    this.#networks = [...this.#byKey.values()]
      .filter(({ kind }) => kind === 'network')
      .map((ref) => ({ ref, isInside: networkTest(ref.value) }));
  }

  /** @param record The record as JSON; the text of a line. `undefined` where it cannot be had. */
  heldBy({ origin, sourceIp }: Pick<TimelineEvent, 'origin' | 'sourceIp'>, record: unknown): readonly IndicatorRef[] {
    const inside = this.#networks.filter(({ isInside }) => isInside(sourceIp)).map(({ ref }) => ref);
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
