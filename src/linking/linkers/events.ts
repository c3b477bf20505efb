import type { Found, Linker } from '../linker.ts';
import { build } from '../named.ts';

/** EventBridge: rules and buses; targets and their roles stand as ARNs in the request. */
export default {
  id: 'events',
  services: ['events'],
  link(call) {
    const found: Found[] = [];
    const at = (...names: readonly string[]) =>
      call.request.find(({ key, depth }) => depth === 1 && names.includes(key));
    const bus = at('eventbusname');
    const busName = bus?.resource?.name ?? bus?.value ?? 'default';
    const isBus = /EventBus$|Permission$/.test(call.operation);
    // Archives, connections and destinations have a `name`, too.
    const name = isBus || /Rule/.test(call.operation) ? at('rule', 'rulename', 'name') : at('rule', 'rulename');
    if (name && !name.resource) {
      const path = isBus ? 'event-bus/{name}' : busName === 'default' ? 'rule/{name}' : `rule/${busName}/{name}`;
      const kind = isBus ? 'events.event-bus' : 'events.rule';
      // The bus's own name may hold anything: only the rule's is filled in.
      if (!busName.includes('{')) found.push(build(call, { kind, arn: path }, name.value));
    }
    if (bus && !bus.resource) found.push(build(call, { kind: 'events.event-bus', arn: 'event-bus/{name}' }, bus.value));
    return found;
  },
} satisfies Linker as Linker;
