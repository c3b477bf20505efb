import type { Found, Linker } from '../linker.ts';
import { build, type Name } from '../named.ts';

const kinds: { readonly [member: string]: Name } = {
  functionname: { kind: 'lambda.function', arn: 'function:{name}' },
  layername: { kind: 'lambda.layer', arn: 'layer:{name}' },
};

/** Lambda: functions by name, by part of an ARN (`123456789012:function:name`), with or without version. */
export default {
  id: 'lambda',
  services: ['lambda'],
  link(call) {
    const found: Found[] = [];
    for (const { key, value, depth, resource } of call.request) {
      if (key !== 'functionname' && key !== 'layername') continue;
      if (resource) found.push(resource);
      else if (!value.startsWith('arn:'))
        found.push(build(call, kinds[key]!, value.replace(/^(?:\d{12}:)?function:/, '').split(':')[0] ?? '', depth));
    }
    return found;
  },
} satisfies Linker as Linker;
