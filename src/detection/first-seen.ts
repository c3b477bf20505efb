import { isIP } from 'node:net';
import type { NormalisedEvent } from '../model/event.ts';
import { identityKey, isMachineSession, type Principal, sessionName } from '../model/principal.ts';
import type { Novelty } from './record.ts';

/** Nothing is new about whom one has only just met: known for so long, and with so many events. Ours. */
const knownForMs = 10 * 60_000;
const knownBy = 5;
/** Bounds of the memory. Ours. */
const mostSubjects = 20_000;
const mostValues = 2_000;

interface Subject {
  firstAt: number;
  events: number;
  /** When each value was first seen, and in which event. */
  readonly values: { readonly [N in Novelty]: Map<string, { at: number; id: string }> };
}

/**
 * What was seen of whom in what was loaded. Novelty speaks of events that were loaded before: an older event that comes later makes no
 * finding undone, and while a history is read from its end nothing counts as new.
 */
export class FirstSeen {
  readonly #principals = new Map<string, Subject>();
  readonly #roles = new Map<string, Subject>();
  /** The normaliser hands out one object for equal identities. */
  readonly #keys = new WeakMap<Principal, { readonly principal: string; readonly role: string }>();
  #isFull = false;

  /** Somebody or something was left out for want of room: what is new about them is not known. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Takes an event in. @returns What is new about it; call once an event, older ones of a batch first. */
  see(event: NormalisedEvent): readonly Novelty[] {
    const { principal, action, region, sourceIp, at, id } = event;
    if (!principal || event.origin !== 'cloudtrail' || principal.type === 'AWSService') return [];
    const { principal: who, role } = this.#keysOf(principal);
    if (who === '') return [];
    const found: Novelty[] = [];
    const subject = this.#subject(this.#principals, who, at);
    if (subject) {
      if (this.#isNew(subject, 'action', action, at, id)) found.push('action');
      if (region !== '' && this.#isNew(subject, 'region', region, at, id)) found.push('region');
    }
    const behind = this.#subject(this.#roles, role, at);
    if (behind && isIP(sourceIp) !== 0 && this.#isNew(behind, 'address', sourceIp, at, id)) found.push('address');
    return found;
  }

  #keysOf(principal: Principal): { readonly principal: string; readonly role: string } {
    let keys = this.#keys.get(principal);
    if (!keys) {
      const role = principal.issuerArn ?? identityKey(principal);
      const session = sessionName(principal);
      // Sessions of machines have another name each: who acts there is the role.
      keys = { principal: session !== undefined && isMachineSession(session) ? role : identityKey(principal), role };
      this.#keys.set(principal, keys);
    }
    return keys;
  }

  #subject(subjects: Map<string, Subject>, key: string, at: number): Subject | undefined {
    let subject = subjects.get(key);
    if (!subject) {
      if (subjects.size >= mostSubjects) {
        this.#isFull = true;
        return undefined;
      }
      subject = { firstAt: at, events: 0, values: { action: new Map(), address: new Map(), region: new Map() } };
      subjects.set(key, subject);
    }
    subject.events += 1;
    if (at < subject.firstAt) subject.firstAt = at;
    return subject;
  }

  #isNew(subject: Subject, novelty: Novelty, value: string, at: number, id: string): boolean {
    const values = subject.values[novelty];
    const before = values.get(value);
    if (before) {
      if (at < before.at) {
        before.at = at;
        before.id = id;
        return false;
      }
      // The same event by another route.
      if (before.id !== id) return false;
    } else {
      if (values.size >= mostValues) {
        this.#isFull = true;
        return false;
      }
      values.set(value, { at, id });
    }
    // Its first value of all is none that it changed to.
    return values.size > 1 && subject.events > knownBy && at - subject.firstAt >= knownForMs;
  }
}
