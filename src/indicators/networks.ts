import { BlockList, isIP } from 'node:net';

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Networks, and whether an address is in one of them; those of more than one halved, until they are single. */
interface Branch {
  readonly list: BlockList;
  readonly single: string | undefined;
  readonly halves: readonly Branch[];
}

function add(list: BlockList, network: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(network) ?? [];
  try {
    list.addSubnet(address, Number(bits), family(address));
    return true;
  } catch {
    // A list that somebody brought: what is no network was told when it was read, and holds no address.
    return false;
  }
}

function branch(networks: readonly string[]): Branch {
  const list = new BlockList();
  for (const network of networks) add(list, network);
  const middle = networks.length >> 1;
  return networks.length === 1
    ? { list, single: networks[0], halves: [] }
    : { list, single: undefined, halves: [branch(networks.slice(0, middle)), branch(networks.slice(middle))] };
}

/**
 * Which networks an address is in, in their order. Thousands of networks are not asked one by one: an address that is in none costs one
 * question, each that it is in some more.
 *
 * @param networks CIDRs; what is none holds no address.
 */
export function networksHolding(networks: readonly string[]): (address: string) => readonly string[] {
  const real = networks.filter((network) => add(new BlockList(), network));
  if (real.length === 0) return () => [];
  const root = branch(real);
  return (address) => {
    if (isIP(address) === 0) return [];
    const kind = family(address);
    const found: string[] = [];
    const look = ({ list, single, halves }: Branch) => {
      if (!list.check(address, kind)) return;
      if (single !== undefined) found.push(single);
      halves.forEach(look);
    };
    look(root);
    return found;
  };
}
