import type { Predicate } from '../src/filter/predicate.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import { type ResourceRef, shortKind } from '../src/model/resource.ts';
import type { Lookup } from '../src/sources/source.ts';
import { selectedResource } from './console-state.ts';
import { change, closeDialog, type Desk, openDialog, say } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { withLookup } from './look.ts';
import { selectedEvent } from './timeline-intents.ts';

/** A thing to follow through the timeline: the filter that shows it, and what CloudTrail's event history is asked for. */
export interface Pivot {
  /** `access key ASIA…`; untrusted. */
  readonly title: string;
  readonly predicate: Predicate;
  /** Absent where the event history cannot look for it. */
  readonly lookup?: Lookup;
}

const is = (field: 'key' | 'principal' | 'resource' | 'ip', value: string): Predicate => ({
  type: 'field',
  field,
  op: 'is',
  value,
});

function resourcePivot({ kind, arn, name }: ResourceRef): Pivot | undefined {
  const value = name || arn;
  if (value === '') return undefined;
  return {
    title: `${shortKind(kind)} ${value}`,
    predicate: is('resource', value),
    lookup: { attribute: 'ResourceName', value },
  };
}

/** What one can pivot to from an event: the credentials first, then who, where from, and what. */
export function pivotsOf({ principal, sourceIp, resources }: TimelineEvent): readonly Pivot[] {
  const pivots: Pivot[] = [];
  if (principal?.accessKeyId)
    pivots.push({
      title: `access key ${principal.accessKeyId}`,
      predicate: is('key', principal.accessKeyId),
      lookup: { attribute: 'AccessKeyId', value: principal.accessKeyId },
    });
  if (principal && principal.name !== '') {
    // Event history knows a role session by its session name alone.
    const session = principal.name.slice(principal.name.lastIndexOf('/') + 1);
    pivots.push({
      title: `principal ${principal.name}`,
      predicate: is('principal', principal.name),
      ...(principal.type === 'AWSService' || session === ''
        ? {}
        : { lookup: { attribute: 'Username', value: session } }),
    });
  }
  if (sourceIp !== '') pivots.push({ title: `address ${sourceIp}`, predicate: is('ip', sourceIp) });
  for (const resource of resources) {
    const pivot = resourcePivot(resource);
    if (pivot && !pivots.some(({ title }) => title === pivot.title)) pivots.push(pivot);
  }
  return pivots;
}

/** Opens what one can pivot to; from the resource list it pivots at once. */
export function openPivot(desk: Desk): void {
  const state = desk.state.get();
  if (state.focus === 'resources') {
    const resource = state.resources?.[selectedResource(state)];
    const pivot = resource && resourcePivot(resource);
    if (pivot) pivotTo(desk, pivot);
    return;
  }
  const event = selectedEvent(desk);
  const pivots = event ? pivotsOf(event) : [];
  if (pivots.length === 0) say(desk, 'nothing to pivot to: the event names no key, principal, address or resource');
  else openDialog(desk, { type: 'pivot', pivots, selected: 0 });
}

/** Filters the timeline, and has the event history looked through for it first. */
export function pivotTo(desk: Desk, { predicate, lookup }: Pivot): void {
  if (lookup) change(desk, { lookups: withLookup(desk.state.get().lookups, lookup) });
  filterBy(desk, predicate);
}

/** Takes what is selected in the dialog. */
export function choosePivot(
  desk: Desk,
  dialog: { readonly id: number; readonly pivots: readonly Pivot[]; readonly selected: number },
): void {
  const pivot = dialog.pivots[dialog.selected];
  closeDialog(desk, dialog.id);
  if (pivot) pivotTo(desk, pivot);
}
