import type { ResourceRef } from '../../model/resource.ts';
import type { Leaf } from '../leaves.ts';
import { append, type Found, type Linker, nothing } from '../linker.ts';

/** What every record says in the same way: CloudTrail's own `resources[]`, and the ARNs that stand anywhere in it. */
export default {
  id: 'generic',
  services: 'any',
  link(call) {
    let found: Found[] | undefined;
    // A state change lists what changed; CloudTrail lists the parents, too, and what a call is about is of the operation's kind.
    for (const { resource } of call.named) if (resource) found = append(found, resource);
    for (const leaf of call.request) if (leaf.resource) found = append(found, at(leaf.resource, leaf));
    for (const leaf of call.response) if (leaf.resource) found = append(found, at(leaf.resource, leaf));
    const { principal, errorMessage } = call.event;
    for (const { resource, value } of call.elsewhere) {
      // Who acts is the principal; a message names them first.
      if (!resource || value === principal?.arn) continue;
      const isRefused = errorMessage.includes(`on resource: ${value}`);
      found = append(found, isRefused ? resource : { ...resource, relation: 'uses' });
    }
    return found ?? nothing;
  },
} satisfies Linker as Linker;

const at = (resource: ResourceRef, { depth }: Leaf): Found =>
  depth <= 1 ? resource : { kind: resource.kind, arn: resource.arn, name: resource.name, depth };
