import type { NormalisedEvent } from '../model/event.ts';
import type { ResourceLink } from '../model/resource.ts';
import { linkers } from './catalogue.ts';
import { leavesOf } from './leaves.ts';
import type { Call, Found, Linker } from './linker.ts';
import { relationOf, subjectOf } from './relation.ts';

/** A record names a handful; more is an inventory (`DescribeInstances` of everything) and says nothing about any of them. */
const mostLinks = 50;

const importance = { created: 0, target: 1, parent: 2, uses: 3 } as const;

/**
 * The resources that a record names, and how. A pure function of the record: what it does not say is left out, never guessed.
 *
 * @param record What `normalise` found inside the raw record: the CloudTrail record, the envelope, or a log line's group and stream.
 * @returns At most 50, what the operation is about first, each resource once.
 */
export function link(record: { readonly [member: string]: unknown }, event: NormalisedEvent): readonly ResourceLink[] {
  const call = callOf(record, event);
  const found: Found[] = [];
  for (const linker of linkersOf(call.service)) for (const resource of linker.link(call)) add(found, resource);
  if (found.length === 0) return [];
  const open = found.filter(({ relation }) => relation !== 'uses');
  const subject = subjectOf(call.operation, open.length > 0 ? open : found);
  const links = found.map(({ kind, arn, name, relation }) => ({
    kind,
    arn,
    name,
    relation: relation ?? relationOf(call.operation, kind, subject),
  }));
  // Stable: within a relation the record's own order.
  return links.sort((a, b) => importance[a.relation] - importance[b.relation]);
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

/** Adds a resource unless it is there already: by ARN where both have one, else by name; neither is told apart by case. */
function add(found: Found[], next: Found): void {
  if (next.name === '' || next.name.length > 1_024) return;
  const arn = next.arn.toLowerCase();
  const name = next.name.toLowerCase();
  for (let at = 0; at < found.length; at++) {
    const before = found[at]!;
    if (before.kind !== next.kind) continue;
    const same =
      arn !== '' && before.arn !== '' ? before.arn.toLowerCase() === arn : before.name.toLowerCase() === name;
    if (!same) continue;
    // The name of the request is as people wrote it, the response's ARN is AWS's own: each the better of the two.
    const relation = before.relation ?? next.relation;
    found[at] = {
      kind: before.kind,
      arn: before.arn || next.arn,
      name: before.name,
      ...(relation ? { relation } : {}),
    };
    return;
  }
  if (found.length < mostLinks) found.push(next);
}

function callOf(record: { readonly [member: string]: unknown }, event: NormalisedEvent): Call {
  const isEnvelope = event.origin === 'eventbridge';
  const colon = event.action.indexOf(':');
  const source =
    isEnvelope && typeof record.source === 'string'
      ? record.source.replace(/^aws\./, '')
      : event.action.slice(0, colon);
  const region = event.region;
  return {
    event,
    service: source,
    operation: isEnvelope ? event.action : event.action.slice(colon + 1),
    partition: region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
    stream: event.origin === 'cloudwatch-logs' && typeof record.logStream === 'string' ? record.logStream : '',
    request: leavesOf(isEnvelope ? record.detail : record.requestParameters),
    response: !isEnvelope ? leavesOf(record.responseElements) : [],
    named: Array.isArray(record.resources) ? namedOf(record.resources) : [],
  };
}

function namedOf(resources: readonly unknown[]): Call['named'] {
  const named: { arn: string; type: string }[] = [];
  for (const resource of resources.slice(0, mostLinks)) {
    // EventBridge lists bare ARNs, CloudTrail objects whose `ARN` is spelled either way.
    if (typeof resource === 'string') named.push({ arn: resource, type: '' });
    else if (resource !== null && typeof resource === 'object') {
      const { ARN, arn, type } = resource as { ARN?: unknown; arn?: unknown; type?: unknown };
      const text = typeof ARN === 'string' ? ARN : typeof arn === 'string' ? arn : '';
      if (text !== '' && text.length <= 2_048) named.push({ arn: text, type: typeof type === 'string' ? type : '' });
    }
  }
  return named;
}
