import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { networksHolding } from '../../src/indicators/networks.ts';

it('names the networks that hold an address, in their order', () => {
  const of = networksHolding(['10.0.0.0/8', 'no/1', '2001:db8::/32', '10.1.0.0/16', '0.0.0.0/33', '10.1.2.3/32']);
  expect(of('10.1.2.3')).toEqual(['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32']);
  expect(of('10.2.0.1')).toEqual(['10.0.0.0/8']);
  expect(of('2001:db8::1')).toEqual(['2001:db8::/32']);
  for (const none of ['11.0.0.1', 'sagemaker.amazonaws.com', '']) expect(of(none)).toEqual([]);
  expect(networksHolding([])('10.0.0.1')).toEqual([]);
});

it('says what each network would say by itself', () => {
  const octet = fc.nat({ max: 3 });
  const address = fc.oneof(
    fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.')),
    fc.tuple(octet, octet).map(([a, b]) => `2001:db8:${a}::${b}`),
    octet.map((a) => `::ffff:0.0.0.${a}`),
  );
  const network = fc.tuple(address, fc.nat({ max: 40 })).map(([base, bits]) => `${base}/${bits}`);
  fc.assert(
    fc.property(fc.array(network, { maxLength: 12 }), fc.array(address, { maxLength: 8 }), (networks, addresses) => {
      const of = networksHolding(networks);
      for (const one of addresses) {
        const alone = networks.filter((text) => {
          const list = new BlockList();
          const [base = '', bits] = text.split('/');
          const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
          try {
            list.addSubnet(base, Number(bits), family);
          } catch {
            return false; // More bits than it has.
          }
          return list.check(one, isIP(one) === 6 ? 'ipv6' : 'ipv4');
        });
        expect(of(one)).toEqual(alone);
      }
    }),
    { numRuns: 200 },
  );
});
