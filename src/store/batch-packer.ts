import { changesSomething } from '../model/event.ts';
import type { Grant } from '../model/grant.ts';
import type { Principal } from '../model/principal.ts';
import type { ResourceRef } from '../model/resource.ts';
import { grantKinds, origins, relations, severities } from './dimension.ts';
import {
  type BatchMemory,
  type Coded,
  type CodedText,
  codedTexts,
  type EventBatch,
  flags,
  grantSize,
  keysSize,
  type PackedPrincipal,
  pairSize,
  requestAt,
  slotCount,
  slots,
} from './event-batch.ts';
import { hashKey, writeUuid } from './event-key.ts';
import { actorOf } from './heat.ts';
import type { StoredEvent } from './writer.ts';

/** Room for 2,000 records as CloudTrail writes them; grows as needed. */
const firstBytes = 4 * 1024 * 1024;
const firstNumbers = 100_000;
const firstKeys = 2_000 * keysSize;
/** Texts whose numbers are remembered on both sides. Sentences, and most of what log lines say, are hardly ever the same twice. */
const mostCodes = 50_000;
const mostSummaries = 10_000;
/** A prime: what numbers are made of must not fall together. */
const summaryPlaces = 4_093;

/** Numbers values as they come, and tells each once. */
class Codes<Value> {
  #next = 1;
  #fresh: Value[] = [];
  #isAnew = true;

  add(value: Value): number {
    this.#fresh.push(value);
    this.#next += 1;
    return this.#next - 1;
  }

  /** @returns What the next batch has to tell. @param most Beyond so many it begins anew. @param forget Called when it does. */
  take(most: number, forget: () => void): Coded<Value> {
    const told = { isAnew: this.#isAnew, fresh: this.#fresh };
    this.#fresh = [];
    this.#isAnew = this.#next > most;
    if (this.#isAnew) {
      this.#next = 1;
      forget();
    }
    return told;
  }
}

class TextCodes {
  readonly #codes = new Codes<string>();
  readonly #known = new Map<string, number>();
  readonly #most: number;
  #lastText = '';
  #last = 0;

  constructor(most: number) {
    this.#most = most;
  }

  of(text: string): number {
    // Neighbours are often equal, and comparing is cheaper than hashing.
    if (text === this.#lastText) return this.#last;
    let code = this.#known.get(text);
    if (code === undefined) {
      code = text === '' ? 0 : this.#codes.add(text);
      this.#known.set(text, code);
    }
    this.#lastText = text;
    this.#last = code;
    return code;
  }

  take(): Coded<string> {
    return this.#codes.take(this.#most, () => {
      this.#known.clear();
      this.#lastText = '';
      this.#last = 0;
    });
  }
}

/**
 * Sentences, most of which are new: those that were met last are looked for where what they speak of says, which needs no look at their text
 * unless they may be equal.
 */
class SummaryCodes {
  readonly #codes = new Codes<string>();
  readonly #texts: string[] = Array(summaryPlaces).fill('');
  readonly #numbers = new Int32Array(summaryPlaces);

  /** @param about Equal for equal sentences nearly always. */
  of(text: string, about: number): number {
    if (text === '') return 0;
    const place = (about >>> 0) % summaryPlaces;
    if (this.#texts[place] === text) return this.#numbers[place]!;
    const code = this.#codes.add(text);
    this.#texts[place] = text;
    this.#numbers[place] = code;
    return code;
  }

  take(): Coded<string> {
    return this.#codes.take(mostSummaries, () => this.#texts.fill(''));
  }
}

interface KnownPrincipal {
  readonly code: number;
  readonly behindArn: string;
}

/** Packs events into batches for one writer. Nothing of an event is kept but texts that repeat. */
export class BatchPacker {
  #numbers = new Float64Array(firstNumbers);
  #used = 0;
  #keys = new Uint8Array(firstKeys);
  #bytes = new Uint8Array(firstBytes);
  #bytesUsed = 0;
  #count = 0;
  #loose: string[] = [];
  readonly #texts = Object.fromEntries(
    codedTexts.map((name) => [name, name === 'summary' ? new SummaryCodes() : new TextCodes(mostCodes)]),
  ) as { readonly [Name in Exclude<CodedText, 'summary'>]: TextCodes } & { readonly summary: SummaryCodes };
  readonly #principals = new Codes<PackedPrincipal>();
  /** By object: the normaliser hands out one for equal identities. */
  #byPrincipal = new WeakMap<Principal, KnownPrincipal>();
  readonly #resources = new Codes<readonly [kind: string, arn: string, name: string]>();
  readonly #byArn = new Map<string, { readonly kind: string; readonly name: string; readonly code: number }>();
  readonly #byFields = new Map<string, number>();
  /** What was given back, for the batches after this one. */
  readonly #spare: BatchMemory[] = [];

  get count(): number {
    return this.#count;
  }

  /** Of the records. */
  get sizeBytes(): number {
    return this.#bytesUsed;
  }

  add(stored: StoredEvent): void {
    const { event, bytes, route, seenAt, state = '', findings = [], grants = [] } = stored;
    const { resources, principal, errorCode, requestId = '' } = event;
    const room = slotCount + pairSize * (resources.length + findings.length) + grantSize * grants.length;
    if (this.#used + room > this.#numbers.length) this.#numbers = grown(this.#numbers, this.#used + room);
    const keysAt = this.#count * keysSize;
    if (keysAt + keysSize > this.#keys.length) this.#keys = grown(this.#keys, keysAt + keysSize);
    if (this.#bytesUsed + bytes.length > this.#bytes.length)
      this.#bytes = grown(this.#bytes, this.#bytesUsed + bytes.length);

    const keys = this.#keys;
    const uuid = writeUuid(event.id, keys, keysAt);
    if (!uuid) keys.set(hashKey(event.origin, event.id), keysAt);
    const hasRequestKey = writeUuid(requestId, keys, keysAt + requestAt) === 'plain';
    this.#bytes.set(bytes, this.#bytesUsed);

    const who = principal ? this.#principal(principal) : undefined;
    const numbers = this.#numbers;
    const base = this.#used;
    const texts = this.#texts;
    numbers[base + slots.at] = event.at;
    numbers[base + slots.seenAt] = seenAt;
    numbers[base + slots.flags] = flagsOf(stored, who) | (hasRequestKey ? flags.hasRequestKey : 0);
    numbers[base + slots.origin] = origins.indexOf(event.origin);
    numbers[base + slots.action] = texts.action.of(event.action);
    numbers[base + slots.principal] = who ? who.code : 0;
    numbers[base + slots.address] = texts.address.of(event.sourceIp);
    numbers[base + slots.agent] = texts.agent.of(event.userAgent);
    numbers[base + slots.error] = texts.error.of(errorCode);
    numbers[base + slots.errorText] = texts.errorText.of(event.errorMessage);
    numbers[base + slots.account] = texts.account.of(event.account);
    numbers[base + slots.region] = texts.region.of(event.region);
    numbers[base + slots.route] = texts.route.of(route);
    numbers[base + slots.start] = this.#bytesUsed;
    numbers[base + slots.length] = bytes.length;
    numbers[base + slots.id] = uuid === 'plain' ? 0 : this.#place(event.id);
    numbers[base + slots.request] = hasRequestKey ? 0 : this.#place(requestId);
    numbers[base + slots.state] = this.#place(state);
    numbers[base + slots.resources] = resources.length;
    numbers[base + slots.findings] = findings.length;
    numbers[base + slots.grants] = grants.length;
    let at = base + slotCount;
    for (const resource of resources) {
      numbers[at] = this.#resource(resource);
      numbers[at + 1] = relations.indexOf(resource.relation);
      at += pairSize;
    }
    const about =
      31 * numbers[base + slots.action]! +
      131 * numbers[base + slots.principal]! +
      1031 * (resources.length > 0 ? numbers[base + slotCount]! : 0) +
      8191 * numbers[base + slots.address]!;
    numbers[base + slots.summary] = texts.summary.of(event.summary, about);
    let worst = 0;
    for (const { rule, severity } of findings) {
      const level = severities.indexOf(severity);
      if (level + 1 > worst) worst = level + 1;
      numbers[at] = texts.rule.of(rule);
      numbers[at + 1] = level;
      at += pairSize;
    }
    numbers[base + slots.worst] = worst;
    for (const grant of grants) {
      this.#grant(grant, at);
      at += grantSize;
    }
    this.#bytesUsed += bytes.length;
    this.#used = at;
    this.#count += 1;
  }

  /** The batch; the next begins. */
  take(): EventBatch {
    const texts = this.#texts;
    const codes = {
      ...(Object.fromEntries(codedTexts.map((name) => [name, texts[name].take()])) as {
        readonly [Name in CodedText]: Coded<string>;
      }),
      principal: this.#principals.take(mostCodes, () => {
        this.#byPrincipal = new WeakMap();
      }),
      resource: this.#resources.take(mostCodes, () => {
        this.#byArn.clear();
        this.#byFields.clear();
        // They name resources by their numbers.
        this.#byPrincipal = new WeakMap();
      }),
    };
    const batch = {
      count: this.#count,
      numbers: this.#numbers,
      keys: this.#keys,
      bytes: this.#bytes,
      codes,
      loose: this.#loose,
    };
    const { numbers, keys, bytes } = this.#spare.pop() ?? {
      numbers: new Float64Array(firstNumbers),
      keys: new Uint8Array(firstKeys),
      bytes: new Uint8Array(firstBytes),
    };
    this.#numbers = numbers;
    this.#keys = keys;
    this.#bytes = bytes;
    this.#used = 0;
    this.#bytesUsed = 0;
    this.#count = 0;
    this.#loose = [];
    return batch;
  }

  /** The memory of a batch that was written: touching it anew would take longer than filling it. */
  giveBack({ numbers, keys, bytes }: BatchMemory): void {
    // One that a huge record made is not kept.
    if (this.#spare.length < mostSpare && bytes.length <= mostBytesKept) this.#spare.push({ numbers, keys, bytes });
  }

  #place(text: string): number {
    return text === '' ? 0 : this.#loose.push(text);
  }

  #principal(principal: Principal): KnownPrincipal {
    let known = this.#byPrincipal.get(principal);
    if (!known) {
      const { type, arn, name, issuerArn = '', accessKeyId = '', person = '', sourceIdentity = '' } = principal;
      const { userId = '', invokedBy = '', issuedAt = 0 } = principal;
      const behind = actorOf(principal);
      const code = this.#principals.add({
        fields: [type, arn, name, issuerArn, accessKeyId, person, sourceIdentity, userId, invokedBy, issuedAt],
        behind: behind ? this.#resource(behind) : 0,
      });
      known = { code, behindArn: behind?.arn ?? '' };
      this.#byPrincipal.set(principal, known);
    }
    return known;
  }

  #resource({ kind, arn, name }: ResourceRef): number {
    // An ARN says it all nearly always; what else goes by the same ARN is told apart by comparing.
    const before = arn === '' ? undefined : this.#byArn.get(arn);
    if (before && before.kind === kind && before.name === name) return before.code;
    const fields = `${kind}\0${arn}\0${name}`;
    let code = this.#byFields.get(fields);
    if (code === undefined) {
      code = this.#resources.add([kind, arn, name]);
      this.#byFields.set(fields, code);
    }
    if (arn !== '') this.#byArn.set(arn, { kind, name, code });
    return code;
  }

  #grant(grant: Grant, at: number): void {
    const numbers = this.#numbers;
    const put = (key: string, session: string, resource: number, role: number, urlUntil?: number, until?: number) => {
      numbers[at] = grantKinds.indexOf(grant.type);
      numbers[at + 1] = this.#place(key);
      numbers[at + 2] = this.#place(session);
      numbers[at + 3] = resource;
      numbers[at + 4] = role;
      numbers[at + 5] = urlUntil ?? Number.NaN;
      numbers[at + 6] = until ?? Number.NaN;
    };
    switch (grant.type) {
      case 'key':
        put(grant.accessKeyId, grant.session, grant.as ? this.#resource(grant.as) : 0, 0, undefined, grant.until);
        break;
      case 'door':
        put('', '', this.#resource(grant.resource), 0, grant.urlUntil, grant.until);
        break;
      case 'console':
        put('', '', 0, 0);
        break;
      case 'role':
        put('', '', this.#resource(grant.resource), this.#resource(grant.role));
        break;
    }
  }
}

/** Batches under way at once, and one more. */
const mostSpare = 5;
const mostBytesKept = 4 * firstBytes;

const refusal = /denied|unauthori[sz]ed|forbidden/i;

function flagsOf(
  { event, late, isOwn = false, grants = [] }: StoredEvent,
  who: { readonly behindArn: string } | undefined,
): number {
  const { readOnly, errorCode, action, origin, resources } = event;
  const failed = errorCode !== '';
  let isMint = false;
  for (let at = 0; at < grants.length; at += 1) if (grants[at]!.type === 'door') isMint = true;
  // Minting a URL changes nothing in the account, but it lets somebody in; CloudTrail does not always call it a write.
  const isWrite = isMint || changesSomething(event);
  // A line of a log says that something runs, not that somebody did anything to it.
  const heats = origin !== 'cloudwatch-logs' && !isOwn;
  let heatsActor = heats && who !== undefined && who.behindArn !== '';
  for (let at = 0; heatsActor && at < resources.length; at += 1) heatsActor = resources[at]!.arn !== who!.behindArn;
  return (
    (readOnly === true ? flags.isRead : readOnly === false ? flags.isNotRead : 0) |
    (late ? flags.isLate : 0) |
    (heats ? flags.heats : 0) |
    (heatsActor ? flags.heatsActor : 0) |
    (isWrite ? flags.isWrite : 0) |
    (isWrite && action.startsWith('iam:') ? flags.isIam : 0) |
    (failed ? flags.failed : 0) |
    (failed && refusal.test(errorCode) ? flags.refused : 0) |
    (isMint ? flags.isMint : 0)
  );
}

/** The array in more memory. */
function grown<Numbers extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  array: Numbers,
  needed: number,
): Numbers {
  const more = new (array.constructor as new (length: number) => Numbers)(Math.max(needed, 2 * array.length));
  more.set(array);
  return more;
}
