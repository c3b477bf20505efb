import { isIP } from 'node:net';
import { heldBy } from '../indicators/held.ts';
import type { NormalisedEvent } from '../model/event.ts';
import { scriptMembers } from '../model/lifecycle-script.ts';
import { isCompute, sessionName } from '../model/principal.ts';
import { remembered } from '../shared/remembered.ts';

/** A JSON object from outside: any member may be missing, null, or of another type than the documentation says. */
export type JsonObject = { readonly [member: string]: unknown };

/** What rules are asked about: the record as it came, and what follows from it. Attacker-controlled through and through. */
export interface RuleRecord {
  readonly kind: 'cloudtrail' | 'cloudwatch-logs' | 'eventbridge';
  /** The CloudTrail record, the EventBridge envelope, or `{message, logGroup, logStream}`. */
  readonly fields: JsonObject;
  /** The record as it came; keywords are looked for in it. */
  readonly text: string;
  readonly event: NormalisedEvent;
  /** A field of ours (`firebreak.<name>`); see `ownFields`. */
  own(name: string): unknown;
}

/** What is new about an event, by what was loaded before it: see `first-seen.ts`. */
export type Novelty = 'action' | 'address' | 'region';

/** What of an event is new. */
export interface News {
  /** It is the first use of these. */
  readonly first: readonly Novelty[];
  /** Its address is new to the role or user: first used within the hour before. */
  readonly isFresh: boolean;
}

export const noNews: News = { first: [], isFresh: false };

/** The fields that rules may use besides those of the record, with their meaning. */
export const ownFields: { readonly [name: string]: string } = {
  firstSeen:
    'what this event is the first use of in what is loaded: `action` (by this principal), `address` (by this role or user), `region` (by this principal); nothing for whom is itself new',
  newAddress: 'true where the role or user never used the address before, or first within the hour before',
  actor: 'the person’s name: user, role session or Studio profile; absent for code on SageMaker',
  compute: 'true where code on SageMaker compute makes the call (session `SageMaker`)',
  outside: 'true where the call came from an address, false where an AWS service made it',
  foreignAccounts: 'accounts named in the request that are not the record’s own',
  foreignImages: 'container images of the request whose registry is in another account',
  foreignBuckets: 'buckets of the request whose name does not hold the record’s own account',
  outcome: '`failure` where the call was refused or failed, or a sign-in did; `success` else',
  dataset: '`aws.cloudtrail` for records of CloudTrail',
  provider: '`aws`',
  holds:
    'what the record names that may stand on a list: `access-key AKIA…`, `arn …`, `bucket …`, `image …`, `digest sha256:…`, `script <SHA-256>`',
  script: 'text of lifecycle scripts in the request, decoded',
};

/** A record as rules read it. What is derived is computed once, when the first rule asks. */
export class EventRecord implements RuleRecord {
  readonly kind: RuleRecord['kind'];
  readonly fields: JsonObject;
  /** The record as it came; keywords are looked for in it. */
  readonly text: string;
  readonly event: NormalisedEvent;
  readonly #news: News;
  #derived: Map<string, unknown> | undefined;

  /** @param record What `normalise` gave; @param text The record's text as it came; @param news What is new about it. */
  constructor(event: NormalisedEvent, record: JsonObject, text: string, news: News = noNews) {
    this.event = event;
    this.kind = event.origin === 'responder' ? 'cloudtrail' : event.origin;
    this.text = text;
    this.fields = this.kind === 'cloudwatch-logs' ? { ...record, message: text } : record;
    this.#news = news;
  }

  /** The same record with other news. */
  with(news: News): EventRecord {
    return new EventRecord(this.event, this.fields, this.text, news);
  }

  own(name: string): unknown {
    // Asked for most, and known without looking for it, or nearly.
    if (name === 'firstSeen') return this.#news.first;
    if (name === 'newAddress') return this.#news.isFresh;
    if (name === 'compute') return this.event.principal !== undefined && isCompute(this.event.principal);
    if (name === 'outside') return isAddress(this.event.sourceIp);
    this.#derived ??= new Map();
    if (!this.#derived.has(name)) this.#derived.set(name, this.#derive(name));
    return this.#derived.get(name);
  }

  #derive(name: string): unknown {
    const { principal, account } = this.event;
    switch (name) {
      case 'actor':
        return principal && !isCompute(principal)
          ? (principal.person ?? sessionName(principal) ?? principal.name)
          : undefined;
      case 'foreignAccounts':
        return accountsIn(this.fields.requestParameters).filter((one) => account !== '' && one !== account);
      case 'foreignImages':
        return textsIn(this.fields.requestParameters).filter((text) => {
          const [, registry] = imageRegistry.exec(text) ?? [];
          return registry !== undefined && account !== '' && registry !== account;
        });
      case 'foreignBuckets':
        return bucketsIn(this.fields.requestParameters).filter((bucket) => account !== '' && !bucket.includes(account));
      case 'outcome':
        return this.event.errorCode !== '' || isFailedSignIn(this.fields) ? 'failure' : 'success';
      case 'dataset':
        return this.kind === 'cloudtrail' ? 'aws.cloudtrail' : undefined;
      case 'provider':
        return 'aws';
      case 'holds':
        return heldBy(this.fields, this.kind === 'cloudwatch-logs' ? this.text : undefined);
      case 'script':
        return scriptsIn(this.fields.requestParameters);
      default:
        return undefined;
    }
  }
}

/** A sign-in that failed is no error of the call. */
const isFailedSignIn = ({ eventName, responseElements }: JsonObject): boolean =>
  typeof responseElements === 'object' &&
  responseElements !== null &&
  (responseElements as JsonObject)[String(eventName)] === 'Failure';

const isAddress = remembered((text) => isIP(text) !== 0, 5_000);

const imageRegistry = /^(\d{12})\.dkr\.ecr[.-]/;

/** Bounds what one record can cost. Ours. */
const mostTexts = 2_000;

/** Every text inside of a value, and inside of JSON that is written as a text (policies). */
function textsIn(value: unknown): readonly string[] {
  const found: string[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && found.length < mostTexts) {
    const next = waiting.pop();
    if (typeof next === 'string') {
      found.push(next);
      if (/^\s*[[{]/.test(next)) {
        try {
          waiting.push(JSON.parse(next) as unknown);
        } catch {
          // Text that only looks like JSON is a text.
        }
      }
    } else if (Array.isArray(next)) waiting.push(...next.slice(0, mostTexts));
    else if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next).slice(0, mostTexts));
  }
  return found;
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** Accounts in ARNs, in registries of images, and alone as a policy's principal or an attribute's value. */
const accountsIn = (request: unknown): readonly string[] =>
  distinct(
    textsIn(request).flatMap((text) => {
      if (/^\d{12}$/.test(text)) return [text];
      const [, inArn] = /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(text) ?? [];
      const [, inImage] = imageRegistry.exec(text) ?? [];
      return [inArn, inImage].filter((one) => one !== undefined);
    }),
  );

const bucketsIn = (request: unknown): readonly string[] =>
  distinct(
    textsIn(request).flatMap((text) => {
      const [, bucket] = /^(?:s3:\/\/|arn:[^:]+:s3:::)([a-z0-9][a-z0-9.-]*)/.exec(text) ?? [];
      return bucket === undefined ? [] : [bucket];
    }),
  );

function scriptsIn(request: unknown): readonly string[] {
  const found: string[] = [];
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 5) return;
    for (const [name, member] of Object.entries(value)) {
      if (scriptMembers.has(name) && typeof member === 'string')
        found.push(Buffer.from(member, 'base64').toString('utf8'));
      else look(member, depth + 1);
    }
  };
  look(request, 0);
  return found;
}
