import type { Aws } from '../aws/aws.ts';
import type { InputOf, OutputOf, ReadName } from '../aws/operations.ts';
import { AwsCallError } from '../model/errors.ts';
import { canonicalJson } from '../shared/json.ts';

/** An answer of AWS with where it comes from. */
export interface Answer<Value> {
  readonly value: Value;
  /** Epoch ms, AWS time. */
  readonly at: number;
}

/** How one account and Region is looked at: reads only, few at a time, equal questions asked once. */
export interface Look {
  /** Empty until AWS has said. */
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Accounts that belong to the incident's organisation as far as is known: the ones that are logged in to. */
  readonly ours: ReadonlySet<string>;
  /** AWS time, epoch ms. */
  now(): number;
  readonly signal: AbortSignal;
  /** @throws AwsCallError */
  read<Name extends ReadName>(name: Name, input: InputOf<Name>): Promise<Answer<OutputOf<Name>>>;
}

/** How long an answer is good. What AWS cannot change under its name is good for longer. */
const freshMs = 45_000;
const unchanging = new Set<ReadName>([
  'sagemaker:DescribeEndpointConfig',
  'sagemaker:DescribeModel',
  'sagemaker:DescribeStudioLifecycleConfig',
  // Buckets come and go, but whose a name is changes seldom, and the list may be long.
  's3:ListBuckets',
  // One call for each rule of the account, most of which have nothing to do with SageMaker; a change of targets is an event.
  'events:ListTargetsByRule',
]);
const unchangingMs = 10 * 60_000;
const mostKept = 4_000;
/** Records tell whole seconds: what happened in one may lie up to this later. */
const wholeSecondMs = 1_000;

/** For whom one looks, and how old an answer may be. */
export interface ReadHow {
  readonly signal: AbortSignal;
  readonly priority: 'operator' | 'background';
  /** Epoch ms, AWS time: something happened then, and what was asked before says nothing about it. */
  readonly changedAt?: number | undefined;
}

interface Kept {
  readonly askedAt: number;
  readonly until: number;
  readonly answer: Promise<Answer<unknown>>;
}

/** A gate that lets a few through at a time, those who came first first. */
class Lane {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(size: number) {
    this.#free = size;
  }

  async run<Value>(task: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Resolves as the promise does, or rejects as soon as the signal aborts: who waits leaves, the call goes on for the others. */
export function leavable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) {
    promise.catch(() => undefined); // Nobody waits for it any more.
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** The answers of one account, kept for everybody who looks at it. */
export class Reads {
  readonly #aws: Aws;
  readonly #ending: AbortSignal;
  readonly #kept = new Map<string, Kept>();
  readonly #lanes: { readonly background: Lane; readonly operator: Lane };
  /** Calls that went to AWS since the start. */
  calls = 0;

  /** @param ending Ends every call: of the session, not of who asks. */
  constructor(aws: Aws, ending: AbortSignal, atOnce = 4) {
    this.#aws = aws;
    this.#ending = ending;
    this.#lanes = { background: new Lane(atOnce), operator: new Lane(atOnce * 2) };
  }

  now(): number {
    return this.#aws.now();
  }

  /** @throws AwsCallError; the signal's reason. */
  read<Name extends ReadName>(
    name: Name,
    input: InputOf<Name>,
    how: ReadHow & { readonly region: string },
  ): Promise<Answer<OutputOf<Name>>> {
    const key = `${how.region} ${name} ${canonicalJson(input)}`;
    const kept = this.#kept.get(key);
    const stillHolds =
      kept && kept.until > this.now() && (unchanging.has(name) || kept.askedAt > (how.changedAt ?? 0) + wholeSecondMs);
    if (stillHolds) return leavable(kept.answer as Promise<Answer<OutputOf<Name>>>, how.signal);
    const { priority, region } = how;
    const answer = this.#lanes[priority].run(async () => {
      this.calls += 1;
      const value = await this.#aws.call(name, input, { signal: this.#ending, region, priority });
      return { value, at: this.now() };
    }, this.#ending);
    const askedAt = this.now();
    this.#keep(key, { askedAt, until: askedAt + (unchanging.has(name) ? unchangingMs : freshMs), answer });
    answer.catch((error: unknown) => {
      // A refusal stays one for a while; anything else may go well the next time.
      const stays = error instanceof AwsCallError && (error.reason === 'denied' || error.reason === 'not-found');
      if (!stays && this.#kept.get(key)?.answer === answer) this.#kept.delete(key);
    });
    return leavable(answer, how.signal);
  }

  /** Forgets what a Region answered: the next question is asked of AWS. Answers that cannot change are kept. */
  refresh(region: string): void {
    for (const key of this.#kept.keys()) {
      const [of, name] = key.split(' ', 2);
      if (of === region && !unchanging.has(name as ReadName)) this.#kept.delete(key);
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    if (this.#kept.size >= mostKept)
      for (const oldest of [...this.#kept.keys()].slice(0, mostKept / 4)) this.#kept.delete(oldest);
    this.#kept.set(key, kept);
  }
}

/** A look through the answers of an account. */
export function lookThrough(
  reads: Reads,
  where: Pick<Look, 'account' | 'region' | 'partition' | 'ours'>,
  how: ReadHow,
): Look {
  return {
    ...where,
    signal: how.signal,
    now: () => reads.now(),
    read: (name, input) => reads.read(name, input, { region: where.region, ...how }),
  };
}
