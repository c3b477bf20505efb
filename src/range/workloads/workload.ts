import type { Account } from '../account/account.ts';
import type { Credential } from '../account/identities.ts';
import type { Door } from '../door.ts';
import type { LogGroups } from '../logs.ts';
import type { Operation } from '../operation.ts';
import type { Schedule } from '../schedule.ts';
import type { StateChanges } from '../state-changes.ts';
import type { Trail } from '../trail.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';

/** What the account's own workloads touch. They run from inside, so that no fault of the wire reaches them. */
export interface Workload {
  readonly account: Account;
  readonly schedule: Schedule;
  readonly door: Door;
  readonly operations: readonly Operation[];
  readonly trail: Trail;
  readonly logs: LogGroups;
  readonly metrics: EndpointMetrics;
  readonly changes: StateChanges;
  readonly people: ReadonlyMap<string, Credential>;
  readonly seed: string;
  /** Hears of an application that was refused. */
  readonly refused?: (at: number, who: string, call: string, target: string, code: string) => void;
}

/** An operation by its full name. @throws Error when the range does not serve it: that is a bug of ours. */
export function operationOf({ operations }: Pick<Workload, 'operations'>, wanted: string): Operation {
  const operation = operations.find(({ service, name }) => `${service}:${name}` === wanted);
  if (!operation) throw new Error(`workload: there is no operation ${wanted}`);
  return operation;
}
