import type { Found, Linker } from '../linker.ts';

/** RAM: the share, what is shared (ARNs: `generic`), and the accounts that it is shared with. */
export default {
  id: 'ram',
  services: ['ram'],
  link(call) {
    const found: Found[] = [];
    const answered = call.response.find(({ resource }) => resource?.kind === 'ram.resource-share')?.resource;
    for (const { key, value, depth, resource } of call.request) {
      if (key === 'name' && depth === 1 && call.operation.includes('ResourceShare'))
        found.push({ kind: 'ram.resource-share', arn: answered?.arn ?? '', name: value });
      else if (key === 'principals' && !resource && /^\d{12}$/.test(value))
        found.push({
          kind: 'iam.account',
          arn: `arn:${call.partition}:iam::${value}:root`,
          name: value,
          relation: 'uses',
        });
      // Shares are acted on; what they hold is referenced.
      else if (resource && key === 'resourcearns') found.push({ ...resource, relation: 'uses' });
      else if (resource?.kind === 'ram.resource-share') found.push(resource);
    }
    return found;
  },
} satisfies Linker as Linker;
