import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { EventFinding, NormalisedEvent } from '../model/event.ts';
import { type Principal, sessionName } from '../model/principal.ts';
import { shortKind } from '../model/resource.ts';
import { globMatches } from './glob.ts';
import type { CidrTerm, FieldOp, FieldTerm, FilterField, FilterFlag, Predicate, TextTerm } from './predicate.ts';

/** What a filter needs to know of an event. An event that was not stored yet is neither late nor marked. */
export interface FilterableEvent extends NormalisedEvent {
  readonly late?: boolean;
  readonly marked?: boolean;
  readonly findings?: readonly EventFinding[];
}

/**
 * The values of one field that an event has, as they came; empty ones are left out. With `fieldMatches` this is the whole meaning of
 * a field, so that a store can evaluate a term once over its distinct values instead of over every event.
 */
export function valuesOf(field: FilterField, event: FilterableEvent): string[] {
  switch (field) {
    case 'principal':
      return event.principal ? principalValues(event.principal) : [];
    case 'action':
      return present(event.action);
    case 'kind':
      return event.resources.map(({ kind }) => kind).filter(Boolean);
    case 'resource':
      return event.resources.flatMap(({ name, arn }) => present(name, arn));
    case 'ip':
      return present(event.sourceIp);
    case 'account':
      return present(event.account);
    case 'region':
      return present(event.region);
    case 'error':
      return present(event.errorCode);
    case 'agent':
      return present(event.userAgent);
    case 'key':
      return present(event.principal?.accessKeyId);
    case 'session':
      return event.principal ? sessionValues(event.principal) : [];
    case 'request':
      return present(event.requestId);
    case 'source':
      return [event.origin];
    case 'rule':
      return (event.findings ?? []).map(({ rule }) => rule);
    case 'id':
      return present(event.id);
  }
}

/** What `principal` asks about; a store knows its principals and asks the same of them. */
export const principalValues = ({ name, arn, issuerArn, person, sourceIdentity }: Principal): string[] =>
  present(name, arn, issuerArn, person, sourceIdentity);

/** What `session` asks about: `role/session`, which is also found by its parts after the slash, and the session's ARN. */
export const sessionValues = (principal: Principal): string[] =>
  sessionName(principal) === undefined ? [] : present(principal.name, principal.arn);

/** The values that free text is looked for in: everything a row or the detail shows, and the ids that people paste. */
export function textValuesOf(event: FilterableEvent): string[] {
  return [
    ...present(
      event.summary,
      event.action,
      event.sourceIp,
      event.errorCode,
      event.errorMessage,
      event.userAgent,
      event.id,
      event.requestId,
    ),
    ...valuesOf('principal', event),
    ...valuesOf('key', event),
    ...valuesOf('resource', event),
  ];
}

/**
 * What `is` and `like` accept besides the whole value: an action without its service, the last or the short word of a kind, each part
 * of a principal's or resource's name between slashes, an error code without its `Client.`.
 */
export function spellingsOf(field: FilterField, value: string): readonly string[] {
  switch (field) {
    case 'action':
      return [value, value.slice(value.indexOf(':') + 1)];
    case 'kind':
      return [value, value.slice(value.indexOf('.') + 1), shortKind(value)];
    case 'error':
      return [value, value.slice(value.lastIndexOf('.') + 1)];
    case 'session':
      // The role alone is no session.
      return value.startsWith('arn:') || !value.includes('/') ? [value] : [value, value.slice(value.indexOf('/') + 1)];
    case 'principal':
    case 'resource':
      // An ARN's path is no name: `principal=service-role` would hit half the account.
      return value.startsWith('arn:') || !value.includes('/') ? [value] : [value, ...value.split('/')];
    default:
      return [value];
  }
}

/** Compiles one field's question into a test of a single value. */
export function fieldMatches(field: FilterField, op: FieldOp, needle: string): (value: string) => boolean {
  const wanted = needle.toLowerCase();
  if (op === 'contains') return (value) => value.toLowerCase().includes(wanted);
  // One IPv6 address has many spellings.
  if (field === 'ip' && op === 'is' && isIPv6(needle)) return cidrMatches(`${needle}/128`);
  const test = op === 'like' ? globMatches(wanted) : (text: string) => text === wanted;
  return (value) => spellingsOf(field, value).some((spelling) => test(spelling.toLowerCase()));
}

/** Whether text is a network that `cidrMatches` takes: an address, a slash, and a length that the address family has. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', ...more] = text.split('/');
  const family = isIP(address);
  return family !== 0 && more.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
}

/** Compiles a network into a test of an address. Values that are no address (`sagemaker.amazonaws.com`) are in no network. */
export function cidrMatches(cidr: string): (value: string) => boolean {
  if (!isCidr(cidr)) return () => false;
  const [address = '', length = ''] = cidr.split('/');
  const network = new BlockList();
  network.addSubnet(address, Number(length), isIPv4(address) ? 'ipv4' : 'ipv6');
  return (value) => {
    const family = isIP(value);
    return family !== 0 && network.check(value, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Compiles free text into a test of a single value of `textValuesOf`. */
export function textMatches({ value, glob }: TextTerm): (value: string) => boolean {
  const wanted = value.toLowerCase();
  if (!glob) return (text) => text.toLowerCase().includes(wanted);
  const test = globMatches(`*${wanted}*`);
  return (text) => test(text.toLowerCase());
}

/** Compiles a term about values into a test of a single value of its field (`cidr` asks about `ip`). */
export function termMatches(term: FieldTerm | CidrTerm | TextTerm): (value: string) => boolean {
  switch (term.type) {
    case 'field':
      return fieldMatches(term.field, term.op, term.value);
    case 'cidr':
      return cidrMatches(term.value);
    case 'text':
      return textMatches(term);
  }
}

/** Whether an event has a flag. */
export function hasFlag(flag: FilterFlag, event: FilterableEvent): boolean {
  switch (flag) {
    case 'error':
      return event.errorCode !== '';
    case 'readonly':
      return event.readOnly === true;
    case 'marked':
      return event.marked === true;
    case 'late':
      return event.late === true;
  }
}

/** Compiles a filter; use it where more than a few events are tested. */
export function compile(predicate: Predicate): (event: FilterableEvent) => boolean {
  switch (predicate.type) {
    case 'all':
      return () => true;
    case 'and': {
      const tests = predicate.terms.map(compile);
      return (event) => tests.every((test) => test(event));
    }
    case 'or': {
      const tests = predicate.terms.map(compile);
      return (event) => tests.some((test) => test(event));
    }
    case 'not': {
      const test = compile(predicate.term);
      return (event) => !test(event);
    }
    case 'field': {
      const { field } = predicate;
      const test = remembered(termMatches(predicate));
      return (event) => valuesOf(field, event).some(test);
    }
    case 'cidr': {
      const test = remembered(termMatches(predicate));
      return (event) => test(event.sourceIp);
    }
    case 'text': {
      const test = termMatches(predicate);
      return (event) => textValuesOf(event).some(test);
    }
    case 'flag': {
      const { flag } = predicate;
      return (event) => hasFlag(flag, event);
    }
    case 'time': {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = predicate;
      return ({ at }) => at >= from && at <= to;
    }
  }
}

/** Whether an event passes a filter. */
export const matches = (predicate: Predicate, event: FilterableEvent): boolean => compile(predicate)(event);

const present = (...values: readonly (string | undefined)[]): string[] =>
  values.filter((value): value is string => value !== undefined && value !== '');

/** How many answers a compiled term keeps: more than an account has principals, small enough for a hostile stream of names. */
const ANSWERS_KEPT = 4_096;

/** Few values make up most events, so their answers are kept. */
function remembered(test: (value: string) => boolean): (value: string) => boolean {
  const answers = new Map<string, boolean>();
  return (value) => {
    const known = answers.get(value);
    if (known !== undefined) return known;
    const answer = test(value);
    if (answers.size >= ANSWERS_KEPT) answers.clear();
    answers.set(value, answer);
    return answer;
  };
}
