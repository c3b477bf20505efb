import type { OpenDoor } from '../../model/open-door.ts';
import { type ResourceRef, tellingName } from '../../model/resource.ts';
import type { InventoryItem } from '../inventory.ts';
import type { DoorRecord } from './door-record.ts';
import { grouped, latest } from './entries.ts';
import { byEvent, closing, type DoorFacts, isSuspect, noun, sameResource, sentences, type Way } from './facts.ts';

type Of<Type extends DoorRecord['type']> = Extract<DoorRecord, { type: Type }>;

const keyOfRef = (ref: ResourceRef, { account, region }: DoorRecord): string =>
  `${ref.kind}|${(ref.arn || `${account} ${region} ${ref.name}`).toLowerCase()}`;
const isClosed = ({ closings }: DoorFacts, target: ResourceRef, actions: readonly string[], since: number): boolean =>
  closings.some((one) => actions.includes(one.actionId) && sameResource(one.target, target) && one.at >= since);

/** Scripts that were written in the window, or that marked events name, and that something starts with. */
export function scriptDoors(facts: DoorFacts): readonly OpenDoor[] {
  const written = facts.records.filter((record): record is Of<'script'> => record.type === 'script');
  return grouped(written, (one) => keyOfRef(one.config, one)).flatMap(([key, group]): OpenDoor[] => {
    const last = latest(group);
    const { config, who } = last;
    if (last.change === 'removed') return [];
    if (isClosed(facts, config, ['sagemaker.notebook-instance-lifecycle-config.neutralise'], last.at)) return [];
    const part = facts.inventory.parts.filter(({ kind }) =>
      /notebook-instance$|domain|user-profile|space|app$/.test(kind),
    );
    const uses = facts.inventory.items.filter(({ relations }) =>
      relations.some(({ role, to }) => role === 'lifecycle-config' && sameResource(to, config)),
    );
    const suspect = isSuspect(facts, who) || facts.callers.suspects.resources.some((one) => sameResource(one, config));
    const isLooked =
      (facts.inventory.completeAt ?? 0) > last.at &&
      part.length > 0 &&
      part.every(
        ({ state, kind }) =>
          state === 'loaded' || (config.kind.includes('notebook') && kind !== 'sagemaker.notebook-instance'),
      );
    // Nothing starts with it, and everything was looked at: a script on a shelf opens nothing.
    if (uses.length === 0 && isLooked && !suspect) return [];
    const attached = uses[0];
    const close = closing(facts, [
      ['sagemaker.notebook-instance.detach-lifecycle-config', attached?.ref],
      ['sagemaker.studio.detach-lifecycle-config', attached?.ref],
      ['sagemaker.notebook-instance-lifecycle-config.neutralise', config],
    ]);
    const names = uses.map(({ ref }) => `${noun(ref.kind)} ${ref.name}`);
    const proof = attached?.relations.find(
      ({ role, to }) => role === 'lifecycle-config' && sameResource(to, config),
    )?.proof;
    return [
      {
        ...byEvent(last),
        ...(proof ? { proof: { type: 'read' as const, operation: proof, at: attached?.readAt ?? facts.now } } : {}),
        id: `script|${key}`,
        kind: 'lifecycle-script',
        what:
          names.length > 0
            ? `lifecycle script ${config.name}, written by ${who.name}, runs when ${names.slice(0, 3).join(', ')} starts${names.length > 3 ? ` (${names.length} in all)` : ''}`
            : `lifecycle script ${config.name}, written by ${who.name}`,
        resource: config,
        count: Math.max(1, uses.length),
        certainty: uses.length > 0 ? 'seen' : 'possible',
        suspect,
        closeWith: close.closeWith,
        why: sentences(
          config.kind.includes('notebook') && 'it runs as root',
          uses.length === 0 &&
            (isLooked ? 'nothing starts with it now' : 'what starts with it has not been looked at since'),
          close.missing,
        ),
      },
    ];
  });
}

/** What starts compute by itself: set in the window, or set by anybody where the inventory shows it. */
export function scheduleDoors(facts: DoorFacts): readonly OpenDoor[] {
  const set = facts.records.filter((record): record is Of<'schedule'> => record.type === 'schedule');
  return grouped(set, (one) => keyOfRef(one.schedule, one)).flatMap(([key, group]): OpenDoor[] => {
    const last = latest(group);
    const { schedule, who } = last;
    const ways: readonly Way[] = [
      ['events.rule.disable', schedule.kind === 'events.rule' ? schedule : undefined],
      ['scheduler.schedule.disable', schedule.kind === 'scheduler.schedule' ? schedule : undefined],
      ['sagemaker.monitoring-schedule.stop', schedule.kind === 'sagemaker.monitoring-schedule' ? schedule : undefined],
    ];
    if (
      last.change === 'removed' ||
      isClosed(
        facts,
        schedule,
        ways.map(([id]) => id),
        last.at,
      )
    )
      return [];
    const now = facts.inventory.items.find(({ ref }) => sameResource(ref, schedule));
    if (now && now.activity === 'idle' && now.state !== '') return [];
    const close = closing(facts, ways);
    return [
      {
        ...byEvent(last),
        id: `schedule|${key}`,
        kind: 'schedule',
        what: `${who.name} set ${noun(schedule.kind)} ${schedule.name}`,
        resource: schedule,
        certainty: now ? 'seen' : 'possible',
        suspect: isSuspect(facts, who),
        closeWith: close.closeWith,
        why: sentences(!now && 'whether it is still on, and what it starts, is not known', close.missing),
      },
    ];
  });
}

/** Policies and trusts that let somebody from outside in, and copies of data that leave by settings made in the window. */
export function shareDoors(facts: DoorFacts): readonly OpenDoor[] {
  const shares = facts.records.filter((record): record is Of<'share'> => record.type === 'share');
  const doors = grouped(shares, (one) => keyOfRef(one.shared, one)).flatMap(([key, group]): OpenDoor[] => {
    const last = latest(group);
    const { shared, who, outsiders } = last;
    const ways: readonly Way[] = [
      [
        'sagemaker.model-package-group.remove-outside-access',
        shared.kind === 'sagemaker.model-package-group' ? shared : undefined,
      ],
      ['s3.bucket.deny-principal', shared.kind === 's3.bucket' ? shared : undefined],
      ['iam.role.freeze-trust', shared.kind === 'iam.role' ? shared : undefined],
      ['iam.role.quarantine', shared.kind === 'iam.role' ? shared : undefined],
    ];
    if (outsiders.length === 0 || isClosed(facts, shared, [...ways.map(([id]) => id), 'iam.role.deny-all'], last.at))
      return [];
    const close = closing(facts, ways);
    return [
      {
        ...byEvent(last),
        id: `share|${key}`,
        kind: 'outside-share',
        what: `${who.name} opened ${noun(shared.kind)} ${shared.name} to ${outsiders[0] === '*' ? 'everybody' : outsiders.slice(0, 2).join(', ')}${outsiders.length > 2 ? ` and ${outsiders.length - 2} more` : ''}`,
        resource: shared,
        certainty: 'possible',
        suspect: isSuspect(facts, who),
        closeWith: close.closeWith,
        why: sentences('as the record has it; whether the policy still stands was not read', close.missing),
      },
    ];
  });
  return [...doors, ...copyDoors(facts)];
}

const outsideWords = (outside: boolean | undefined, note: string | undefined): string | undefined =>
  outside ? 'the bucket is not ours' : note;

/** Endpoints that copy what they are asked to a bucket, by a config that was made in the window; and buckets that are known to be others'. */
function copyDoors(facts: DoorFacts): readonly OpenDoor[] {
  const made = facts.records.filter((record): record is Of<'made'> => record.type === 'made');
  return facts.inventory.items.flatMap((item): OpenDoor[] => {
    if (item.activity === 'idle') return [];
    const config = item.relations.find(({ role }) => role === 'endpoint-config')?.to;
    const recent = config && made.find(({ resource }) => sameResource(resource, config));
    const sink = item.relations.find(
      ({ role, outside }) => role === 's3-sink' && (outside || (outside === undefined && recent)),
    );
    if (!sink || isClosed(facts, item.ref, ['sagemaker.endpoint.delete'], recent?.at ?? 0)) return [];
    const close = closing(facts, [
      ['sagemaker.endpoint.roll-back-config', item.ref.kind === 'sagemaker.endpoint' ? item.ref : undefined],
      ...stopWays(item),
    ]);
    return [
      {
        id: `copy|${item.ref.arn || item.ref.name}|${sink.to.name}`,
        kind: 'outside-share',
        what: `${noun(item.ref.kind)} ${item.ref.name} copies to bucket ${sink.to.name}${recent ? `, since ${recent.who.name} made ${config?.name ?? 'its config'}` : ''}`,
        resource: item.ref,
        principal: recent?.who.name ?? item.creator ?? '',
        account: item.account,
        region: item.region,
        proof: { type: 'read', operation: sink.proof, at: item.readAt ?? item.listedAt },
        count: 1,
        until: undefined,
        certainty: sink.outside ? 'seen' : 'possible',
        suspect: recent !== undefined && isSuspect(facts, recent.who),
        closeWith: close.closeWith,
        why: sentences(outsideWords(sink.outside, sink.note), close.missing),
      },
    ];
  });
}

/** What stops each kind of thing. */
const stoppedBy: { readonly [kind: string]: string } = {
  'sagemaker.endpoint': 'sagemaker.endpoint.delete',
  'sagemaker.app': 'sagemaker.app.delete',
  'sagemaker.inference-component': 'sagemaker.inference-component.scale-to-zero',
  'events.rule': 'events.rule.disable',
  'scheduler.schedule': 'scheduler.schedule.disable',
};
const stopWays = ({ ref }: InventoryItem): readonly Way[] => [[stoppedBy[ref.kind] ?? `${ref.kind}.stop`, ref]];

/** They hold what runs, and are in service all the time: their apps are the doors. */
const holders = new Set(['sagemaker.domain', 'sagemaker.user-profile', 'sagemaker.space']);

/** What runs now and was made by whoever is suspect: while it runs, the attack does. */
export function workloadDoors(facts: DoorFacts): readonly OpenDoor[] {
  const names = new Set(facts.callers.suspects.principals.map(({ name }) => name));
  const marked = facts.callers.suspects.resources;
  return facts.inventory.items.flatMap((item): OpenDoor[] => {
    const { ref, creator, activity } = item;
    const makes = creator !== undefined && names.has(creator);
    const named = /-job$|pipeline-execution$/.test(ref.kind) && marked.some((one) => sameResource(one, ref));
    if (
      activity === 'idle' ||
      holders.has(ref.kind) ||
      !(makes || named) ||
      isClosed(
        facts,
        ref,
        stopWays(item).map(([id]) => id),
        item.createdAt ?? 0,
      )
    )
      return [];
    const close = closing(facts, stopWays(item));
    return [
      {
        id: `workload|${ref.arn || ref.name}`,
        kind: 'workload',
        what: `${noun(ref.kind)} ${tellingName(ref)} runs${item.compute ? ` on ${item.compute}` : ''}${creator ? `, made by ${creator}` : ''}`,
        resource: ref,
        principal: creator ?? '',
        account: item.account,
        region: item.region,
        proof: {
          type: 'read',
          ...(item.relations[0]
            ? { operation: item.relations[0].proof, at: item.readAt ?? item.listedAt }
            : { operation: `${ref.kind} listed`, at: item.listedAt }),
        },
        count: 1,
        until: undefined,
        certainty: 'seen',
        suspect: true,
        closeWith: close.closeWith,
        why: sentences(item.role && `it acts as ${item.role.name}`, close.missing),
      },
    ];
  });
}
