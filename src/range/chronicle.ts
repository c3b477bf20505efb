import { type Credential, callerArn } from './account/identities.ts';
import type { AttackStep } from './actors/attack.ts';
import type { Reply } from './actors/client.ts';
import type { Answer, Call } from './door.ts';
import type { Members } from './operation.ts';

/** One thing that somebody did in a story, as it really was: nobody in the account sees all of it. */
export interface Deed {
  /** Epoch ms. */
  readonly at: number;
  readonly side: 'attacker' | 'responder' | 'benign';
  /** A name in the plan's disguises or among the people; the session's ARN of what runs by itself. */
  readonly who: string;
  /** ARN of the identity, and the key: of the attacker. */
  readonly as?: string;
  readonly key?: string;
  /** Of the attack. */
  readonly phase?: string;
  /** `service:Operation`. */
  readonly call: string;
  readonly input: Members;
  readonly region?: string;
  /** Why it was refused or failed; absent when it was done. */
  readonly code?: string;
}

/** At most so many deeds of the innocent are kept one by one: a story has hundreds, a range that runs for days has more. */
const mostDeeds = 20_000;

/** Who did what, and what became of it: the truth that a scorecard is made of. */
export class Chronicle {
  readonly #deeds: Deed[] = [];
  readonly #attackEvents = new Set<string>();
  readonly #responder: Credential;
  readonly #addresses: ReadonlySet<string>;
  readonly #startedAt: number;

  /** @param addresses From which the attacker calls. */
  constructor(responder: Credential, addresses: ReadonlySet<string>, startedAt: number) {
    this.#responder = responder;
    this.#addresses = addresses;
    this.#startedAt = startedAt;
  }

  get deeds(): readonly Deed[] {
    return this.#deeds;
  }

  /** `eventID`s of the records that the attack left. */
  get attackEvents(): ReadonlySet<string> {
    return this.#attackEvents;
  }

  /** A call that came through the door. Actors tell of theirs themselves: of keys that nobody knows the door hears nothing. */
  saw({ at, caller, input, operation, region, sourceIp }: Call, answer: Answer, eventId: string): void {
    if (at < this.#startedAt) return;
    if (this.#addresses.has(sourceIp)) {
      this.#attackEvents.add(eventId);
      return;
    }
    const call = `${operation.service}:${operation.name}`;
    const code = 'fault' in answer ? { code: answer.fault.code } : {};
    if (caller.identity === this.#responder.identity) {
      if (!operation.readOnly) this.#add({ at, side: 'responder', who: 'you', call, input, region, ...code });
    }
    // What runs on SageMaker by itself reads much; only that it may not any more is news.
    else if (caller.session === 'SageMaker' && 'fault' in answer)
      this.#add({ at, side: 'benign', who: callerArn(caller), call, input, region, ...code });
  }

  attacked(at: number, who: string, credential: Credential, step: AttackStep, reply: Reply): void {
    const { call, input, phase, region } = step;
    this.#add({
      at,
      side: 'attacker',
      who,
      as: callerArn(credential),
      key: credential.accessKeyId,
      phase,
      call,
      input,
      ...(region === undefined ? {} : { region }),
      ...(reply.ok ? {} : { code: reply.code }),
    });
  }

  worked(at: number, who: string, call: string, input: Members, refusedWith?: string): void {
    this.#add({ at, side: 'benign', who, call, input, ...(refusedWith === undefined ? {} : { code: refusedWith }) });
  }

  #add(deed: Deed): void {
    this.#deeds.push({ ...deed, at: Math.trunc(deed.at) });
    if (this.#deeds.length <= mostDeeds) return;
    const oldest = this.#deeds.findIndex(({ code, side }) => side === 'benign' && code === undefined);
    this.#deeds.splice(Math.max(0, oldest), 1);
  }
}
