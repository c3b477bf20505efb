import { append, type Found, type Linker, nothing } from '../linker.ts';

/** STS: the role that is assumed, the session that comes of it, and the identity that a federation token makes. */
export default {
  id: 'sts',
  services: ['sts'],
  link(call) {
    let found: Found[] | undefined;
    for (const { key, value, resource } of call.request) {
      if (key === 'rolearn' && resource) found = append(found, { ...resource, relation: 'target' });
      if (key === 'name' && call.operation === 'GetFederationToken') {
        found = append(found, {
          kind: 'sts.federated-user',
          arn: call.account ? `arn:${call.partition}:sts::${call.account}:federated-user/${value}` : '',
          name: value,
          relation: 'created',
        });
      }
    }
    for (const { key, resource } of call.response)
      if (key === 'arn' && resource?.kind === 'sts.assumed-role')
        found = append(found, { ...resource, relation: 'created' });
    return found ?? nothing;
  },
} satisfies Linker as Linker;
