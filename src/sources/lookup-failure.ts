import type { AwsCallError } from '../model/errors.ts';
import type { SourceState } from './source.ts';

/** What a failed LookupEvents means for the source. */
export interface LookupFailure {
  readonly state: SourceState;
  /** One sentence for the operator. */
  readonly why: string;
  /** Which wait comes before the next question. `stubborn`: asking again soon is pointless, giving up would be worse. */
  readonly wait: 'throttled' | 'denied' | 'expired' | 'trouble' | 'stubborn';
}

/**
 * Judges a failure. `heard`: this Region has answered before, so it exists and is enabled. Nothing ends the source: what answers with
 * errors that CloudTrail does not have (an emulator, a proxy) may be put right while we wait.
 */
export function judgeFailure(error: AwsCallError, region: string, heard: boolean): LookupFailure {
  const { code, message, reason, outcome } = error;
  switch (reason) {
    case 'throttled':
      return { state: 'throttled', why: message, wait: 'throttled' };
    case 'denied':
      return { state: 'denied', why: message, wait: 'denied' };
    case 'expired': {
      // STS and the Region's services call keys that they have never heard of by the same name.
      const disabled = !heard && /^(?:UnrecognizedClient|InvalidClientTokenId|AuthFailure)/.test(code);
      const why = disabled ? `${message}, or Region ${region} is not enabled for this account` : message;
      return { state: 'expired', why, wait: 'expired' };
    }
    case 'network': {
      const unknownHost = !heard && code === 'ENOTFOUND';
      const why = unknownHost ? `${message}; check the network, and that Region ${region} exists` : message;
      // A page where no AWS stands (an emulator without the operation says 500) will be there in a minute too; a gateway comes back.
      const nobody = code === 'BrokenAnswer' && /\(HTTP (?:4\d\d|50[01])\)/.test(message);
      return { state: 'unreachable', why, wait: nobody ? 'stubborn' : 'trouble' };
    }
    default:
      return {
        state: 'unreachable',
        why: message && message !== code ? `${code}: ${message}` : code,
        wait: outcome === 'unknown' ? 'trouble' : 'stubborn',
      };
  }
}
