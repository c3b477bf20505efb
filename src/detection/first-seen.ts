import { isIP } from 'node:net';
import type { NormalisedEvent } from '../model/event.ts';
import { identityKey, isMachineSession, type Principal, sessionName } from '../model/principal.ts';
import type { Novelty } from './record.ts';

/** Nothing is new about whom one has only just met: known for so long, and with so many events. Ours. */
const knownForMs = 5 * 60_000;
const knownBy = 5;
/** Who has so many addresses will have another one. Ours. */
const usualAddresses = 5;
/** An address stays new for so long after its first use. Ours. */
export const freshForMs = 60 * 60_000;
/** Bounds of the memory: what is beyond them is never told to be new. Ours. */
const mostSubjects = 20_000;
const mostValues = 2_000;

/** The first use of one value by a subject, as far as is known: an older one may still come. */
export interface FirstUse {
  readonly novelty: Novelty;
  /** Epoch ms, and the event. */
  at: number;
  id: string;
  /** The subject was known for long enough before, by other values. */
  isNew: boolean;
}

interface Subject {
  firstAt: number;
  events: number;
  readonly values: { readonly [N in Novelty]: Map<string, FirstUse> };
}

/** Whose history an event is part of; `undefined` where there was no room for it. */
interface Actor {
  readonly principal: Subject | undefined;
  /** The role or user. */
  readonly behind: Subject | undefined;
}

/** What an event is the first use of, and the address that it uses when that is not old; new or not known to be. */
export interface Seen {
  readonly first: readonly FirstUse[];
  readonly fresh: FirstUse | undefined;
}

/**
 * Who used what for the first time in what was loaded. The answer follows the records, not the order in which they come: when older ones
 * arrive, what was taken for new no longer is, and what could not be told is told. `changed` names the uses whose answer changed.
 */
export class FirstSeen {
  readonly #principals = new Map<string, Subject>();
  readonly #roles = new Map<string, Subject>();
  /** The normaliser hands out one object for equal identities. */
  readonly #actors = new WeakMap<Principal, Actor>();
  #changed = new Set<FirstUse>();

  /** The uses that changed since this was last called. */
  changed(): ReadonlySet<FirstUse> {
    const all = this.#changed;
    if (all.size > 0) this.#changed = new Set();
    return all;
  }

  /** Takes an event in. */
  see(event: NormalisedEvent): Seen {
    const { principal, action, region, sourceIp, at, id } = event;
    if (!principal || event.origin !== 'cloudtrail' || principal.type === 'AWSService') return nothing;
    const actor = this.#actorOf(principal, at);
    if (!actor) return nothing;
    let first: FirstUse[] | undefined;
    let fresh: FirstUse | undefined;
    const { principal: subject, behind } = actor;
    if (subject) {
      const mayBe = this.#count(subject, at);
      const newAction = this.#first(subject, 'action', action, at, id);
      const newRegion = region === '' ? undefined : this.#first(subject, 'region', region, at, id);
      if (newAction) first = [newAction];
      if (newRegion) first = first ? [...first, newRegion] : [newRegion];
      if (mayBe || newAction || newRegion) {
        this.#judge(subject, 'action');
        this.#judge(subject, 'region');
      }
    }
    if (behind) {
      const mayBe = this.#count(behind, at);
      // Whatever was taken in before is an address.
      const isAddress = behind.values.address.has(sourceIp) || isIP(sourceIp) !== 0;
      const use = isAddress ? this.#use(behind, 'address', sourceIp, at, id) : undefined;
      if (use && at - use.at <= freshForMs) fresh = use;
      if (use?.id === id) first = first ? [...first, use] : [use];
      if (mayBe || use?.id === id) this.#judge(behind, 'address');
    }
    return first || fresh ? { first: first ?? nothing.first, fresh } : nothing;
  }

  #actorOf(principal: Principal, at: number): Actor | undefined {
    let actor = this.#actors.get(principal);
    if (!actor) {
      const role = principal.issuerArn ?? identityKey(principal);
      const session = sessionName(principal);
      // Sessions of machines have another name each: who acts there is the role.
      const who = session !== undefined && isMachineSession(session) ? role : identityKey(principal);
      if (who === '') return undefined;
      actor = { principal: this.#subject(this.#principals, who, at), behind: this.#subject(this.#roles, role, at) };
      this.#actors.set(principal, actor);
    }
    return actor;
  }

  #subject(subjects: Map<string, Subject>, key: string, at: number): Subject | undefined {
    let subject = subjects.get(key);
    if (!subject) {
      if (subjects.size >= mostSubjects) return undefined;
      subject = { firstAt: at, events: 0, values: { action: new Map(), address: new Map(), region: new Map() } };
      subjects.set(key, subject);
    }
    return subject;
  }

  /** @returns Whether the answers may be others now: a longer history, or just enough of it. */
  #count(subject: Subject, at: number): boolean {
    subject.events += 1;
    const isOlder = at < subject.firstAt;
    if (isOlder) subject.firstAt = at;
    return isOlder || subject.events === knownBy + 1;
  }

  /** The use, when the event is the first of it. */
  #first(subject: Subject, novelty: Novelty, value: string, at: number, id: string): FirstUse | undefined {
    const use = this.#use(subject, novelty, value, at, id);
    return use?.id === id ? use : undefined;
  }

  #use(subject: Subject, novelty: Novelty, value: string, at: number, id: string): FirstUse | undefined {
    const values = subject.values[novelty];
    const before = values.get(value);
    if (before) {
      if (at < before.at) {
        before.at = at;
        before.id = id;
        this.#changed.add(before);
      }
      return before;
    }
    if (values.size >= mostValues) return undefined;
    const use: FirstUse = { novelty, at, id, isNew: false };
    values.set(value, use);
    return use;
  }

  /** What is new by now. The first value of all is none that a subject changed to. */
  #judge(subject: Subject, novelty: Novelty): void {
    if (subject.events <= knownBy) return;
    const values = subject.values[novelty];
    const mayBe = values.size > 1 && (novelty !== 'address' || values.size <= usualAddresses);
    // Who has many addresses stays as judged: what was new then was new.
    if (!mayBe) return;
    for (const use of values.values()) {
      const isNew = use.at - subject.firstAt >= knownForMs;
      if (use.isNew === isNew) continue;
      use.isNew = isNew;
      this.#changed.add(use);
    }
  }
}

const nothing: Seen = { first: [], fresh: undefined };
