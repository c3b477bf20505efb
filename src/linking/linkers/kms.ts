import { append, type Call, type Found, type Linker, nothing } from '../linker.ts';
import { build, type Name } from '../named.ts';

const key: Name = { kind: 'kms.key', arn: 'key/{name}' };
const alias: Name = { kind: 'kms.alias', arn: '{name}' };

/** A key by its id, its alias or the ARN of either. */
function keyOf(call: Call, value: string, depth: number): Found | undefined {
  if (value.startsWith('arn:') || value === '') return undefined;
  return build(call, value.startsWith('alias/') ? alias : key, value, depth);
}

/** KMS: keys, aliases and grants; and the keys that requests of every other service name. */
export default [
  {
    id: 'kms',
    services: ['kms'],
    link(call) {
      const found: Found[] = [];
      for (const { key: member, value, depth, resource } of call.request) {
        if (/^(?:keyid|targetkeyid|sourcekeyid|destinationkeyid|aliasname)$/.test(member)) {
          const named = resource ?? keyOf(call, value, depth);
          if (named) found.push(named);
        } else if (member === 'grantid') found.push({ kind: 'kms.grant', arn: '', name: value });
      }
      for (const { key: member, value, depth } of call.response) {
        if (member === 'grantid') found.push({ kind: 'kms.grant', arn: '', name: value });
        else if (member === 'keyid' && depth <= 2 && !call.event.readOnly) {
          const named = keyOf(call, value, depth);
          if (named) found.push(named);
        }
      }
      return found;
    },
  },
  {
    id: 'kms-keys',
    services: 'any',
    link(call) {
      let found: Found[] | undefined;
      if (call.service === 'kms') return nothing;
      for (const { key: member, value, depth, resource } of call.request) {
        if (!member.includes('kms') || !/kms(?:master)?key(?:id|arn|identifier)?$/.test(member)) continue;
        const named = resource ?? keyOf(call, value, depth);
        if (named) found = append(found, { ...named, relation: 'uses' });
      }
      return found ?? nothing;
    },
  },
] satisfies Linker[] as Linker[];
