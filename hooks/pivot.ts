import type { FilterField, Predicate } from '../src/filter/predicate.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import { sessionName } from '../src/model/principal.ts';
import { type ResourceRef, shortKind } from '../src/model/resource.ts';
import type { Lookup } from '../src/sources/source.ts';
import { isOnList } from './console-state.ts';
import { change, closeDialog, type Desk, openDialog, say } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { withLookup } from './look.ts';
import { selectedEvent, selectedSubject } from './timeline-intents.ts';

/** A thing to follow through the timeline: the filter that shows it, and what CloudTrail's event history is asked for. */
export interface Pivot {
  /** `access key ASIA…`; untrusted. */
  readonly title: string;
  readonly predicate: Predicate;
  /** Absent where the event history cannot look for it. */
  readonly lookup?: Lookup;
}

/** How a pivot meets the filter in force: in its place, as one more term, or as a term that must not hold. */
export type PivotMode = 'replace' | 'stack' | 'leave-out';

const is = (field: FilterField, value: string): Predicate => ({ type: 'field', field, op: 'is', value });

/** A resource as a pivot; `undefined` for one without a name. */
export function resourcePivot({ kind, arn, name }: ResourceRef): Pivot | undefined {
  const value = name || arn;
  if (value === '') return undefined;
  // A key is no resource to CloudTrail: events are made with it.
  if (kind === 'iam.access-key') return keyPivot(value);
  return {
    title: `${shortKind(kind)} ${value}`,
    predicate: is('resource', value),
    lookup: { attribute: 'ResourceName', value },
  };
}

/** An access key as a pivot. */
export const keyPivot = (value: string): Pivot => ({
  title: `access key ${value}`,
  predicate: is('key', value),
  lookup: { attribute: 'AccessKeyId', value },
});

/** What one can pivot to from an event: the credentials first, then who, where from, and what. */
export function pivotsOf(event: TimelineEvent): readonly Pivot[] {
  const { principal, sourceIp, resources, userAgent, action, errorCode } = event;
  const pivots: Pivot[] = [];
  if (principal?.accessKeyId) pivots.push(keyPivot(principal.accessKeyId));
  if (principal && principal.name !== '') {
    // Event history knows a role session by its session name alone.
    const session = sessionName(principal);
    const user = session ?? principal.name;
    pivots.push({
      title: `principal ${principal.name}`,
      predicate: is('principal', principal.name),
      ...(principal.type === 'AWSService' || user === '' ? {} : { lookup: { attribute: 'Username', value: user } }),
    });
    if (session) pivots.push({ title: `session ${session}`, predicate: is('session', session) });
  }
  if (sourceIp !== '') pivots.push({ title: `address ${sourceIp}`, predicate: is('ip', sourceIp) });
  for (const resource of resources) {
    const pivot = resourcePivot(resource);
    if (pivot && !pivots.some(({ title }) => title === pivot.title)) pivots.push(pivot);
  }
  if (userAgent !== '') pivots.push({ title: `user agent ${userAgent}`, predicate: is('agent', userAgent) });
  if (action !== '') {
    const name = action.slice(action.indexOf(':') + 1);
    pivots.push({
      title: `event name ${name}`,
      predicate: is('action', action),
      ...(event.origin === 'cloudtrail' && name !== '' ? { lookup: { attribute: 'EventName', value: name } } : {}),
    });
  }
  if (errorCode !== '') pivots.push({ title: `error ${errorCode}`, predicate: is('error', errorCode) });
  if (event.requestId) pivots.push({ title: `request ${event.requestId}`, predicate: is('request', event.requestId) });
  return pivots;
}

/** Opens a choice of pivots, or says that there is none. */
export function offerPivots(desk: Desk, pivots: readonly Pivot[], nothing: string): void {
  if (pivots.length === 0) say(desk, nothing);
  else openDialog(desk, { type: 'pivot', pivots, selected: 0 });
}

/** Opens what one can pivot to; from the resource list it pivots at once. */
export function openPivot(desk: Desk): void {
  const resource = selectedSubject(desk);
  if (resource || isOnList(desk.state.get().focus)) {
    const pivot = resource && resourcePivot(resource);
    if (pivot) pivotTo(desk, pivot, 'replace');
    return;
  }
  const event = selectedEvent(desk);
  offerPivots(
    desk,
    event ? pivotsOf(event) : [],
    'nothing to pivot to: the event names no key, principal, address or resource',
  );
}

/** The filter in force with a pivot. */
export function pivoted(filter: Predicate, predicate: Predicate, mode: PivotMode): Predicate {
  const term: Predicate = mode === 'leave-out' ? { type: 'not', term: predicate } : predicate;
  return mode === 'replace' || filter.type === 'all' ? term : { type: 'and', terms: [filter, term] };
}

/** Filters the timeline, and has the event history looked through for it first. */
export function pivotTo(desk: Desk, { predicate, lookup }: Pivot, mode: PivotMode): void {
  if (lookup && mode !== 'leave-out') change(desk, { lookups: withLookup(desk.state.get().lookups, lookup) });
  filterBy(desk, pivoted(desk.state.get().filter.predicate, predicate, mode));
}

/** Takes a pivot of the dialog, the selected one unless `index` says which. */
export function choosePivot(
  desk: Desk,
  dialog: { readonly id: number; readonly pivots: readonly Pivot[]; readonly selected: number },
  mode: PivotMode,
  index: number = dialog.selected,
): void {
  const pivot = dialog.pivots[index];
  if (!pivot) return;
  closeDialog(desk, dialog.id);
  pivotTo(desk, pivot, mode);
}
