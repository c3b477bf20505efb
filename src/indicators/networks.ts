import { BlockList, isIP } from 'node:net';
import { isCidr } from '../filter/matches.ts';

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Networks, and whether an address is in one of them. */
class Branch {
  readonly #networks: readonly string[];
  readonly #list = new BlockList();
  #halves: readonly Branch[] | undefined;

  constructor(networks: readonly string[]) {
    this.#networks = networks;
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      this.#list.addSubnet(address, Number(bits), family(address));
    }
  }

  *holding(address: string): Iterable<string> {
    if (!this.#list.check(address, family(address))) return;
    if (this.#networks.length === 1) {
      yield* this.#networks;
      return;
    }
    // Halved when it is first asked for: lists of ten thousand networks take a second to build, and hardly any address is in one of them.
    const middle = this.#networks.length >> 1;
    this.#halves ??= [new Branch(this.#networks.slice(0, middle)), new Branch(this.#networks.slice(middle))];
    for (const half of this.#halves) yield* half.holding(address);
  }
}

/**
 * Which networks an address is in, in their order. Thousands of networks are not asked one by one: an address that is in none costs one
 * question, each that it is in some more.
 *
 * @param networks CIDRs; what is none holds no address: that was told when the list was read.
 */
export function networksHolding(networks: readonly string[]): (address: string) => readonly string[] {
  const real = networks.filter(isCidr);
  if (real.length === 0) return () => [];
  let root: Branch | undefined;
  return (address) => {
    if (isIP(address) === 0) return [];
    root ??= new Branch(real);
    return [...root.holding(address)];
  };
}
