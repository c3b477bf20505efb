import { resourceOfArn } from '../arn-resource.ts';
import type { Found, Linker } from '../linker.ts';

/** STS: the role that is assumed, and the identity that a federation token makes. */
export default {
  id: 'sts',
  services: ['sts'],
  link(call) {
    const found: Found[] = [];
    for (const { key, value } of call.request) {
      const role = key === 'rolearn' ? resourceOfArn(value) : undefined;
      if (role) found.push({ ...role, relation: 'target' });
      if (key === 'name' && call.operation === 'GetFederationToken') {
        found.push({
          kind: 'sts.federated-user',
          arn: call.event.account ? `arn:${call.partition}:sts::${call.event.account}:federated-user/${value}` : '',
          name: value,
          relation: 'created',
        });
      }
    }
    return found;
  },
} satisfies Linker as Linker;
