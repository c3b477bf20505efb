import type { Account } from './account/account.ts';
import type { Credential } from './account/identities.ts';
import { decide, denial, refuseUserToken, requestContext } from './authorize.ts';
import { Fault } from './fault.ts';
import type { Faults } from './faults.ts';
import { requestKeys } from './iam/request-keys.ts';
import type { LiveTails } from './live-tail.ts';
import type { LogGroups } from './logs.ts';
import type { CallContext, Members, Operation } from './operation.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { StateChanges } from './state-changes.ts';
import type { Trail } from './trail.ts';
import { validate } from './validate.ts';
import type { EndpointMetrics } from './workloads/endpoint-metrics.ts';

/** A call whose operation and caller are known. */
export interface Call {
  readonly operation: Operation;
  readonly input: Members;
  readonly caller: Credential;
  readonly region: string;
  readonly at: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly random: Random;
  readonly requestId: string;
}

/** What became of it. */
export type Answer = { readonly output: Members | undefined } | { readonly fault: Fault };

/** What calls read and what they leave behind. */
export interface DoorOptions {
  readonly account: Account;
  readonly schedule: Schedule;
  readonly trail: Trail;
  readonly logs: LogGroups;
  readonly metrics: EndpointMetrics;
  readonly changes: StateChanges;
  readonly tails: LiveTails;
  readonly faults: Faults;
  /** Hears of each call that was answered, with the `eventID` of its record. */
  readonly witness?: (call: Call, answer: Answer, eventId: string) => void;
}

/** The account behind the wire: checks, permits, runs and records each call, whoever makes it. */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** @throws Whatever is a bug of ours; everything AWS would say is in the answer. */
  serve(call: Call): Answer {
    const { caller, operation } = call;
    // CloudTrail never sees a call whose token has run out.
    if (caller.expiresAt !== undefined && call.at >= caller.expiresAt)
      return { fault: new Fault('ExpiredTokenException', 'The security token included in the request is expired') };
    let answer: Answer;
    try {
      answer = { output: this.#run(call) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      answer = { fault: error };
    }
    const output = 'output' in answer ? answer.output : undefined;
    const { account } = this.#options;
    const eventId = this.#options.trail.record({
      operation,
      input: call.input,
      output,
      trace: operation.trace?.({ input: call.input, output, account, requestId: call.requestId }),
      fault: 'fault' in answer ? answer.fault : undefined,
      caller,
      region: call.region,
      at: call.at,
      sourceIp: call.sourceIp,
      userAgent: call.userAgent,
      requestId: call.requestId,
      random: call.random,
    });
    this.#options.witness?.(call, answer, eventId);
    return answer;
  }

  #run(call: Call): Members | undefined {
    const { caller, operation, input } = call;
    const { account, changes, faults, logs, metrics, schedule, tails, trail } = this.#options;
    validate(operation, input);
    const keys = requestContext(account, caller, { now: call.at, sourceIp: call.sourceIp, region: call.region });
    for (const [key, value] of requestKeys(operation.service, input)) keys.set(key, value);
    const context: CallContext = {
      account,
      region: account.region(call.region),
      now: call.at,
      caller,
      sourceIp: call.sourceIp,
      schedule,
      random: call.random,
      trail,
      logs,
      metrics,
      tails,
      faults,
      changed: (change) => changes.report(change),
      allowed: (permission) => decide(account, caller, permission, keys).decision === 'allowed',
      later: (ms, run) => schedule.at(call.at + schedule.scaled(ms), run),
    };
    const action = operation.permission ?? `${operation.service}:${operation.name}`;
    refuseUserToken(caller, action);
    const needed = [
      ...(operation.resources?.(input, context) ?? ['*']).map((resource) => ({ action, resource })),
      ...(operation.alsoNeeds?.(input, context) ?? []),
    ];
    for (const permission of needed) {
      const ruling = decide(account, caller, permission, keys);
      if (ruling.decision !== 'allowed') throw denial(caller, permission, ruling);
    }
    return operation.run(input, context);
  }
}
