import type { Json } from '../shared/json.ts';
import type { Claim, ScopeReading } from './lookup-scope.ts';
import { type Stretch, wholeSecond } from './lookup-sweep.ts';

function readClaim(json: Json | undefined): Claim | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const { from, to } = json as { readonly [key: string]: Json | undefined };
  return Number.isFinite(from) && Number.isFinite(to) && (from as number) <= (to as number)
    ? { from: from as number, to: to as number }
    : undefined;
}

/**
 * What a saved checkpoint says of each scope: `{"scopes":{"sagemaker":{"from","to"},…}}`, epoch ms. `{from, to}` alone is how the event
 * history was read as a whole, before there were scopes: it holds for every one. Anything else says nothing.
 */
export function readCheckpoint(json: Json | undefined): (scope: string) => Claim | undefined {
  const whole = readClaim(json);
  if (whole) return () => whole;
  if (typeof json !== 'object' || json === null || !('scopes' in json)) return () => undefined;
  const { scopes } = json;
  if (typeof scopes !== 'object' || scopes === null || Array.isArray(scopes)) return () => undefined;
  return (scope) =>
    readClaim(
      Object.hasOwn(scopes, scope) ? (scopes as { readonly [key: string]: Json | undefined })[scope] : undefined,
    );
}

/** The checkpoint of the scopes that have something to claim; `undefined` while none has. */
export function writeCheckpoint(readings: readonly ScopeReading[]): Json | undefined {
  const claims = readings.flatMap(({ scope, claim }) =>
    claim ? [[scope.id, { from: claim.from, to: claim.to }] as const] : [],
  );
  return claims.length > 0 ? { scopes: Object.fromEntries(claims) } : undefined;
}

/**
 * What a first load has to read, newest first. Up to the claim only what appeared late since is missing, but where the operator now wants
 * to see further back, or the claim ends before that, there is more.
 */
export function missing(
  claim: Claim | undefined,
  wanted: Stretch,
  deepWindowMs: number,
): readonly [Stretch, ...Stretch[]] {
  if (!claim || claim.to < wanted.from) return [wanted];
  const newer = {
    from: Math.max(wanted.from, wholeSecond(Math.min(claim.to, wanted.to) - deepWindowMs)),
    to: wanted.to,
  };
  if (claim.from <= wanted.from) return [newer];
  return claim.from >= newer.from ? [wanted] : [newer, { from: wanted.from, to: claim.from }];
}

/**
 * What may be claimed when of a first load only `rest` is left. The old claim stays as it is until the new stretch has been read into it,
 * with the hours before its end in which something may have appeared late.
 */
export function claimSoFar(claim: Claim | undefined, read: Stretch, rest: readonly Stretch[]): Claim | undefined {
  const usable = claim && claim.to >= read.from ? claim : undefined;
  const [next] = rest;
  if (usable && next && next.to > usable.from) return usable;
  if (next) return next.to < read.to ? { from: next.to, to: read.to } : usable;
  return { from: Math.min(usable?.from ?? read.from, read.from), to: read.to };
}
