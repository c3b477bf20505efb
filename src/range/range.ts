import type { Drill } from '../model/drill.ts';
import type { Deed } from './chronicle.ts';
import type { RangeControl } from './control.ts';
import type { FaultPlan } from './faults.ts';

export type { Deed } from './chronicle.ts';
export type { RangeControl } from './control.ts';
export { type FaultPlan, readFaultPlan } from './faults.ts';
export { startRange } from './start-range.ts';
export { startRangeWorker } from './start-range-worker.ts';
export { TurnedClock } from './turned-clock.ts';

/** What a simulated account is made of. */
export interface RangeOptions {
  /** Id of a file in `scenarios/`; without one the account is calm. */
  readonly scenario?: string;
  /** Seeds every id and every choice; same seed, speed and start: same story. Default 1. */
  readonly seed?: number;
  /** Divides durations (state changes, lags, pauses), never timestamps. Default 1. */
  readonly speed?: number;
  /** When it begins, epoch ms; the clock goes on from there. Default now. */
  readonly start?: number;
  /** 0 (default): any free port. */
  readonly port?: number;
  /** A file that gets one JSON line a published record. */
  readonly truth?: string;
  /** Without a trail (`false`) the account has only its event history. Default true. */
  readonly trail?: boolean;
  /** Whether what runs in the account works by itself (`false`: it stands still, and only who calls is recorded). Default true. */
  readonly traffic?: boolean;
  /** Extra things published a second of real time: half CloudTrail records, half log lines. Default 0. */
  readonly rate?: number;
  /** Whether requests must be signed with the secret of their key; when they were signed is not looked at. Default false. */
  readonly checkSignatures?: boolean;
  /** What goes wrong for everybody but the range's own actors. Default nothing. */
  readonly faults?: FaultPlan;
}

/** A running simulated account. */
export interface Range extends Drill {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** Dummy credentials of the responder's role session in the simulated account. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /**
   * Everything in the account as canonical JSON: resources, policies, tags, no times and nothing that changes by itself. Equal texts:
   * equal accounts.
   */
  state(): Promise<string>;
  /** Who did what in the story so far, as it really was. */
  deeds(): Promise<readonly Deed[]>;
  /** What a test does to the account from outside of AWS's API. */
  readonly control: RangeControl;
  close(): Promise<void>;
}
