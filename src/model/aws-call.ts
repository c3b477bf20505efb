import type { Json } from '../shared/json.ts';

/** One call to AWS that this session made. Holds text of AWS: pass `display` before a screen. */
export interface AwsCall {
  /** Counts from 1 within the session; never given twice. */
  readonly number: number;
  /** Epoch ms at which it was sent, after it had waited its turn. */
  readonly at: number;
  /** `sagemaker:DescribeEndpoint`. */
  readonly name: string;
  readonly access: 'read' | 'write' | 'stream';
  readonly region: string;
  /** From sending to the answer, ms; of a stream, until it was open. */
  readonly tookMs: number;
  /** In our own queue before, so that colleagues keep their share of a limit, ms. */
  readonly waitedMs: number;
  /** AWS's error code; empty when it went well. */
  readonly code: string;
  readonly message: string;
  /** Empty where none came back. */
  readonly requestId: string;
  /** How often it was sent again by the SDK. */
  readonly retries: number;
  /** What was sent; of writes only. */
  readonly input?: Json;
}

/** The calls of one service since the session began, those that are not kept any more included. */
export interface ServiceCalls {
  readonly service: string;
  readonly calls: number;
  readonly writes: number;
  readonly failed: number;
  readonly retries: number;
}

/** What this session asked of AWS. */
export interface AwsCalls {
  /** Oldest first; the newest ones only. */
  readonly calls: readonly AwsCall[];
  /** Calls that are counted and no longer kept. */
  readonly dropped: number;
  /** The busiest first. */
  readonly services: readonly ServiceCalls[];
  /** Requests that AWS charges for, with their number. */
  readonly charged: readonly { readonly name: string; readonly calls: number }[];
}

/** Before the first call. */
export const noCalls: AwsCalls = { calls: [], dropped: 0, services: [], charged: [] };
