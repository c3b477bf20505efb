import type { Found, Linker } from '../linker.ts';
import { build } from '../named.ts';

/** EventBridge Scheduler: schedules in their group; the target and its role stand as ARNs in the request. */
export default {
  id: 'scheduler',
  services: ['scheduler'],
  link(call) {
    const found: Found[] = [];
    const at = (name: string) => call.request.find(({ key, depth }) => depth === 1 && key === name)?.value;
    const group = at('groupname');
    const name = at('name');
    const isGroup = /ScheduleGroup$/.test(call.operation);
    const groupKind = { kind: 'scheduler.schedule-group', arn: 'schedule-group/{name}' } as const;
    if (name && !name.startsWith('arn:'))
      found.push(
        isGroup
          ? build(call, groupKind, name)
          : build(call, { kind: 'scheduler.schedule', arn: 'schedule/{name}' }, `${group ?? 'default'}/${name}`),
      );
    if (group) found.push(build(call, groupKind, group));
    return found.map((one) => (one.kind === 'scheduler.schedule' && name ? { ...one, name } : one));
  },
} satisfies Linker as Linker;
