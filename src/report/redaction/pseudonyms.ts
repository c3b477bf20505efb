import { isIPv6 } from 'node:net';

/** Names that AWS gave and that say nothing of the account. */
const known = new Set([
  '*',
  '',
  '-',
  'aws',
  'root',
  'sagemaker',
  'amazon',
  'aws-service-role',
  'aws-reserved',
  '$latest',
  '$default',
]);
const wellKnown = /^(?:AWSServiceRoleFor\w*|[\w.-]+\.amazonaws\.com(?:\.cn)?)$/i;

/** Whether a name is of AWS's own making. */
export const isPublicName = (name: string): boolean => known.has(name.toLowerCase()) || wellKnown.test(name);

/** A principal id, a key id: `AKIA…`, `AROA…`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const uniqueId =
  /\b(?:A3T[A-Z0-9]|ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,124}\b/;

/**
 * Stands in for what must not leave: the same value gets the same pseudonym wherever it stands, in the order in which values were first asked
 * for, so that the same incident gives the same text. Upper and lower case are one: ARNs write SageMaker's names in lower case.
 */
export class Pseudonyms {
  readonly #given = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #originals: { has(value: string): boolean };

  /** @param originals Values that no pseudonym may look like, in lower case. */
  constructor(originals: { has(value: string): boolean }) {
    this.#originals = originals;
  }

  account(id: string): string {
    return this.#take(`account ${id}`, 'account', (n) => String(n).padStart(12, '0'));
  }

  /** Service names stand where addresses do, and stay. */
  address(text: string): string {
    // Zeros in front are no address for a parser and one for a reader.
    if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text))
      return this.#take(`address ${text}`, 'ipv4', (n) => `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`);
    const mapped = /^::ffff:([\d.]+)$/i.exec(text)?.[1];
    if (mapped !== undefined) return `::ffff:${this.address(mapped)}`;
    if (isIPv6(text)) return this.#take(`address ${text.toLowerCase()}`, 'ipv6', (n) => `2001:db8::${n.toString(16)}`);
    return text;
  }

  /** Keeps what kind of id it is, and its length. */
  uniqueId(id: string): string {
    return this.#take(
      `id ${id}`,
      id.slice(0, 4),
      (n) => `${id.slice(0, 4)}REDACTED${String(n).padStart(Math.max(4, id.length - 12), '0')}`,
    );
  }

  /** @param kind What to call it, if it has no pseudonym yet: `role`, `bucket`. */
  name(name: string, kind = 'name'): string {
    if (isPublicName(name)) return name;
    return this.#take(`name ${name.toLowerCase()}`, kind, (n) => `${kind}-${n}`);
  }

  /** Ids of events and requests. */
  id(id: string, kind: 'event' | 'request'): string {
    return id === '' ? '' : this.#take(`${kind} ${id}`, kind, (n) => `${kind}-${n}`);
  }

  #take(key: string, kind: string, made: (number: number) => string): string {
    const before = this.#given.get(key);
    if (before !== undefined) return before;
    let pseudonym: string;
    do {
      const number = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, number);
      pseudonym = made(number);
    } while (this.#originals.has(pseudonym.toLowerCase()));
    this.#given.set(key, pseudonym);
    return pseudonym;
  }
}
