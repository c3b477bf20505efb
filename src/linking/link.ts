import { partitionOf } from '../model/arn.ts';
import type { NormalisedEvent } from '../model/event.ts';
import type { ResourceLink } from '../model/resource.ts';
import { remembered } from '../shared/remembered.ts';
import { linkers } from './catalogue.ts';
import { arnLeavesOf, type Leaf, leavesOf } from './leaves.ts';
import { append, type Call, type Found, type Linker } from './linker.ts';
import { isCreating, relationOf, subjectOf } from './relation.ts';

/**
 * A record names a handful. What is named by a bare name beyond this is an inventory and says nothing about any of them; an ARN that stands
 * in the record is kept much longer (`DeleteObjects` names a thousand objects, and each of them is gone).
 */
const mostNames = 50;
const mostLinks = 500;
const longestName = 1_100;

const importance = { target: 0, created: 1, parent: 2, uses: 3 } as const;
const none: readonly ResourceLink[] = [];

type Entries = { readonly [member: string]: unknown };

/**
 * The resources that a record names, and how. A pure function of the record: what it does not say is left out, never guessed.
 *
 * @param record What `normalise` found inside the raw record: the CloudTrail record, the envelope, or a log line's group and stream.
 * @returns What the operation is about first, each resource once: at most 50 known only by a name, 500 in all.
 */
export function link(record: Entries, event: NormalisedEvent): readonly ResourceLink[] {
  const call = callOf(record, event);
  const found = new Collected();
  let about: string | undefined;
  for (const linker of linkersOf(call.service)) {
    about ??= linker.about?.(call);
    const more = linker.link(call);
    for (let at = 0; at < more.length; at++) found.add(more[at]!);
  }
  return found.list ? related(call, about, found.list) : none;
}

function related(call: Call, about: string | undefined, found: readonly Found[]): readonly ResourceLink[] {
  const { operation } = call;
  let isAbout = false;
  let uses = 0;
  for (const { kind, relation } of found) {
    if (relation === 'uses') uses += 1;
    else if (kind === about) isAbout = true;
  }
  // What is made may have no name yet (refused, or its name hidden): nothing else is the target then.
  const subject =
    isAbout || (about !== undefined && isCreating(operation))
      ? about
      : subjectOf(
          operation,
          uses === 0 || uses === found.length ? found : found.filter(({ relation }) => relation !== 'uses'),
        );
  let outermost = Number.POSITIVE_INFINITY;
  for (const { kind, relation, depth = 1 } of found)
    if (kind === subject && depth < outermost && relation !== 'uses') outermost = depth;
  let isSorted = true;
  let before = 0;
  const links: ResourceLink[] = new Array(found.length);
  for (let place = 0; place < found.length; place++) {
    const { kind, arn, name, relation: known, depth = 1 } = found[place]!;
    const relation = known ?? (kind === subject && depth > outermost ? 'uses' : relationOf(operation, kind, subject));
    if (importance[relation] < before) isSorted = false;
    before = importance[relation];
    links[place] = { kind, arn, name, relation };
  }
  // Stable: within a relation the record's own order.
  return isSorted ? links : links.sort((a, b) => importance[a.relation] - importance[b.relation]);
}

const byService = new Map<string, readonly Linker[]>();
function linkersOf(service: string): readonly Linker[] {
  let chosen = byService.get(service);
  if (!chosen) {
    if (byService.size > 1_000) byService.clear();
    const own = linkers.filter(({ services }) => services !== 'any' && services.includes(service));
    chosen = [...own, ...linkers.filter(({ services }) => services === 'any')];
    byService.set(service, chosen);
  }
  return chosen;
}

/** Kinds whose names AWS does not tell apart by case, and spells in lower case inside ARNs. */
const ignoresCase = (kind: string) => kind.startsWith('sagemaker.') || kind.startsWith('iam.');
const same = (a: string, b: string, kind: string) =>
  a === b || (a.length === b.length && ignoresCase(kind) && a.toLowerCase() === b.toLowerCase());

/** Each resource once: by ARN where both have one, else by name. */
class Collected {
  list: Found[] | undefined;
  /** ARNs of the list, from the length on at which looking through it would be slow. */
  #arns: Set<string> | undefined;

  add(next: Found): void {
    if (next.name === '' || next.name.length > longestName) return;
    const { list } = this;
    if (list === undefined) {
      this.list = [next];
      return;
    }
    if (list.length >= mostNames) {
      this.#addArn(next, list);
      return;
    }
    for (let at = 0; at < list.length; at++) {
      const before = list[at]!;
      if (before.kind !== next.kind) continue;
      const isSame =
        before.arn !== '' && next.arn !== ''
          ? same(before.arn, next.arn, next.kind)
          : same(before.name, next.name, next.kind);
      if (!isSame) continue;
      list[at] = merged(before, next);
      return;
    }
    this.list = append(list, next);
  }

  #addArn(next: Found, list: Found[]): void {
    if (next.arn === '' || list.length >= mostLinks) return;
    this.#arns ??= new Set(list.map(({ arn }) => arn.toLowerCase()));
    const arn = ignoresCase(next.kind) ? next.arn.toLowerCase() : next.arn;
    if (this.#arns.has(arn)) return;
    this.#arns.add(arn);
    list.push(next);
  }
}

/** The name of the request is as people wrote it, the response's ARN is AWS's own: each the better of the two. */
function merged(before: Found, next: Found): Found {
  const relation = before.relation ?? next.relation;
  const { depth = 1 } = before;
  const other = next.depth ?? 1;
  if (before.relation === relation && before.arn !== '' && depth <= other) return before;
  return {
    kind: before.kind,
    arn: before.arn || next.arn,
    name: before.name,
    depth: Math.min(depth, other),
    ...(relation ? { relation } : {}),
  };
}

const partsOf = remembered((action) => {
  const colon = action.indexOf(':');
  return { service: action.slice(0, colon), operation: action.slice(colon + 1) };
}, 5_000);
const sourceOf = (source: string) => (source.startsWith('aws.') ? source.slice(4) : source);
const knownPartition = remembered(partitionOf, 500);

function callOf(record: Entries, event: NormalisedEvent): Call {
  const { action, region, account } = event;
  const isEnvelope = event.origin === 'eventbridge';
  const isOwn = isEnvelope && typeof record.source === 'string';
  const request = leavesOf(isEnvelope ? record.detail : record.requestParameters);
  return {
    event,
    service: isOwn ? sourceOf(record.source as string) : partsOf(action).service,
    operation: isEnvelope ? action : partsOf(action).operation,
    partition: knownPartition(region),
    region,
    account,
    stream: event.origin === 'cloudwatch-logs' && typeof record.logStream === 'string' ? record.logStream : '',
    // What a service did by itself stands in the details of its event.
    request: record.serviceEventDetails ? [...request, ...leavesOf(record.serviceEventDetails)] : request,
    response: isEnvelope ? leavesOf(undefined) : leavesOf(record.responseElements),
    named: record.resources ? namedOf(record.resources) : leavesOf(undefined),
    elsewhere: isEnvelope ? leavesOf(undefined) : elsewhereOf(record, event),
  };
}

/** EventBridge lists bare ARNs, CloudTrail objects whose `ARN` is spelled either way. */
function namedOf(resources: unknown): readonly Leaf[] {
  return arnLeavesOf(Array.isArray(resources) ? resources.slice(0, mostLinks) : resources);
}

/** Members of the identity that say more than who acts: what the credentials were issued for, which directory knows the person. */
const identityMembers = ['inScopeOf', 'onBehalfOf', 'identityProvider'];
/** Top-level members that few records have. */
const rareMembers = ['additionalEventData', 'insightDetails', 'eventContext', 'addendum', 'edgeDeviceDetails'];

function elsewhereOf(record: Entries, event: NormalisedEvent): readonly Leaf[] {
  let leaves = leavesOf(undefined);
  // A refusal names what was refused, also where AWS leaves the parameters out.
  if (event.errorMessage !== '') leaves = withArns(leaves, event.errorMessage);
  for (let at = 0; at < rareMembers.length; at++) leaves = withArns(leaves, record[rareMembers[at]!]);
  const identity = record.userIdentity as Entries | null | undefined;
  if (identity === null || typeof identity !== 'object') return leaves;
  for (let at = 0; at < identityMembers.length; at++) leaves = withArns(leaves, identity[identityMembers[at]!]);
  const context = identity.sessionContext as Entries | null | undefined;
  return context !== null && typeof context === 'object' ? withArns(leaves, context.webIdFederationData) : leaves;
}

function withArns(leaves: readonly Leaf[], value: unknown): readonly Leaf[] {
  if (!value) return leaves;
  const more = arnLeavesOf(value);
  return more.length === 0 ? leaves : leaves.length === 0 ? more : [...leaves, ...more];
}
