import type { FilterField, Predicate } from '../filter/predicate.ts';
import { simplify } from '../filter/simplify.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Lookup } from '../sources/source.ts';

/** One thing that an alert names or an operator holds, and that events can be asked for. Texts are untrusted. */
export type Indicator =
  /** Access key id, `AKIA…` or `ASIA…`. */
  | { readonly type: 'key'; readonly id: string }
  /** An address or, with a slash, a network. */
  | { readonly type: 'address'; readonly value: string }
  /** CloudTrail's `eventID`. */
  | { readonly type: 'event'; readonly id: string }
  /** A user, or a role session as `role/session`. */
  | { readonly type: 'principal'; readonly name: string }
  | { readonly type: 'resource'; readonly ref: ResourceRef }
  /** What was called: `CreateEndpoint`. Narrows where one lands, never what is shown. */
  | { readonly type: 'action'; readonly name: string }
  /** A bare name: of a resource, a user, a role, or a session. */
  | { readonly type: 'name'; readonly text: string };

const is = (field: FilterField, value: string): Predicate => ({ type: 'field', field, op: 'is', value });
const anyOf = (...terms: readonly Predicate[]): Predicate => simplify({ type: 'or', terms });

/** Roles and users act as well as they are acted on. */
const acts = ({ kind }: ResourceRef): boolean => kind === 'iam.role' || kind === 'iam.user';

/** The events that an indicator speaks of. */
export function predicateOf(indicator: Indicator): Predicate {
  switch (indicator.type) {
    case 'key':
      return is('key', indicator.id);
    case 'address':
      return indicator.value.includes('/') ? { type: 'cidr', value: indicator.value } : is('ip', indicator.value);
    case 'event':
      return is('id', indicator.id);
    case 'principal':
      return is('principal', indicator.name);
    case 'action':
      return is('action', indicator.name);
    case 'name':
      return anyOf(is('resource', indicator.text), is('principal', indicator.text));
    case 'resource': {
      const { ref } = indicator;
      const touched = is('resource', ref.name || ref.arn);
      // A role's sessions name it by its ARN alone.
      return acts(ref) ? anyOf(is('principal', ref.arn || ref.name), touched) : touched;
    }
  }
}

/**
 * What CloudTrail's event history can be asked about an indicator; empty for addresses, which are no attribute of LookupEvents.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
 */
export function lookupsOf(indicator: Indicator): readonly Lookup[] {
  switch (indicator.type) {
    case 'key':
      return [
        { attribute: 'AccessKeyId', value: indicator.id },
        // The call that issued temporary credentials lists their key among its resources.
        ...(indicator.id.startsWith('ASIA') ? [{ attribute: 'ResourceName', value: indicator.id } as const] : []),
      ];
    case 'event':
      return [{ attribute: 'EventId', value: indicator.id }];
    case 'principal':
      // Event history knows a role session by its session name alone.
      return [{ attribute: 'Username', value: afterSlash(indicator.name) }];
    case 'resource': {
      const { ref } = indicator;
      const name: Lookup = { attribute: 'ResourceName', value: ref.name || ref.arn };
      return ref.kind === 'iam.user' ? [{ attribute: 'Username', value: ref.name }, name] : [name];
    }
    case 'name': {
      const { text } = indicator;
      const resource: Lookup = { attribute: 'ResourceName', value: text };
      const who: Lookup = { attribute: 'Username', value: afterSlash(text) };
      // `role/session` far more often than a resource below another.
      return text.includes('/') ? [who, resource] : [resource, who];
    }
    case 'address':
    case 'action':
      return [];
  }
}

const afterSlash = (text: string): string => text.slice(text.lastIndexOf('/') + 1);

/** The indicator in words: `access key AKIA…`. */
export function indicatorText(indicator: Indicator): string {
  switch (indicator.type) {
    case 'key':
      return `access key ${indicator.id}`;
    case 'address':
      return `${indicator.value.includes('/') ? 'network' : 'address'} ${indicator.value}`;
    case 'event':
      return `event ${indicator.id}`;
    case 'principal':
      return `principal ${indicator.name}`;
    case 'resource':
      return `${indicator.ref.kind.slice(indicator.ref.kind.indexOf('.') + 1)} ${indicator.ref.name || indicator.ref.arn}`;
    case 'action':
      return `call ${indicator.name}`;
    case 'name':
      return `name ${indicator.text}`;
  }
}

/** The same indicators once each, in the order of their first appearance. */
export function distinct(indicators: readonly Indicator[]): readonly Indicator[] {
  const seen = new Map<string, Indicator>();
  for (const indicator of indicators) {
    const key = indicatorText(indicator).toLowerCase();
    if (!seen.has(key)) seen.set(key, indicator);
  }
  return [...seen.values()];
}
