import { type Coverage, createCoverage } from './coverage.ts';
import type { LookupTask } from './lookup-turns.ts';
import type { Lookup, SourceContext } from './source.ts';

/** A part of the event history that is read by itself. LookupEvents takes one attribute a question. */
export interface LookupScope {
  /** Key in the checkpoint. */
  readonly id: string;
  /** As the progress names it. Of a pivot it is text that an attacker may have chosen. */
  readonly label: string;
  readonly attribute: { readonly key: Lookup['attribute'] | 'ReadOnly'; readonly value: string } | undefined;
  /** Whether the source promises to have read it. */
  readonly required: boolean;
}

const bySource = (id: string): LookupScope => ({
  id,
  label: id,
  attribute: { key: 'EventSource', value: `${id}.amazonaws.com` },
  required: true,
});
const sagemaker = bySource('sagemaker');
const iam = bySource('iam');
const cloudtrail = bySource('cloudtrail');
const writes: LookupScope = {
  id: 'writes',
  label: 'writes',
  attribute: { key: 'ReadOnly', value: 'false' },
  required: true,
};
/** Beside the others it brings the reads of STS, S3, KMS and so on: hundreds for each write. */
const everything: LookupScope = {
  id: 'everything',
  label: 'reads of other services',
  attribute: undefined,
  required: false,
};

/** What is read without being asked for, the most important first. */
export const backgroundScopes = (part: SourceContext['part']): readonly LookupScope[] =>
  ({
    working: [sagemaker, iam, cloudtrail, writes, everything],
    global: [iam, cloudtrail, writes],
    focus: [],
  })[part];

/** What the operator asked for. */
export const pivotScope = ({ attribute, value }: Lookup): LookupScope => ({
  id: `${attribute}=${value}`,
  label: value.length > 40 ? `${value.slice(0, 39)}…` : value,
  attribute: { key: attribute, value },
  required: false,
});

/** The members of an answer's event that attributes are held against. */
export interface EventTraits {
  readonly EventSource?: string | undefined;
  /** AWS sends a string. */
  readonly ReadOnly?: string | undefined;
}

/** Whether a background scope's question brings the event. */
export function belongs({ attribute }: LookupScope, event: EventTraits): boolean {
  if (!attribute) return true;
  return attribute.key === 'ReadOnly' ? event.ReadOnly === attribute.value : event.EventSource === attribute.value;
}

/** `{from, to}`: everything between was read and stored, and what appeared late until `to` too. */
export interface Claim {
  readonly from: number;
  readonly to: number;
}

/** Where the reading of one scope stands. */
export interface ScopeReading {
  readonly scope: LookupScope;
  /** 0 is the most important. */
  readonly rank: number;
  /** Whether any page was answered. */
  answered: boolean;
  /** Whether the first load has ended. */
  loaded: boolean;
  /** What this run has read to its end. */
  readonly covered: Coverage;
  /** The same, and what earlier runs claim. */
  readonly claims: Coverage;
  /** What the checkpoint says. Moves with first loads and deep sweeps only: shorter ones leave late events behind. */
  claim: Claim | undefined;
  /** Since when it is looked at without a break: AWS's time, epoch ms; `undefined` while it is not. */
  watchedFrom: number | undefined;
  /** What was read to its end since: whatever appears there became visible while we watched. */
  watched: Coverage;
  /** Epoch ms, our clock: sweeps that began before tell nothing of that. */
  watchedSince: number;
  /** Epoch ms, our clock: the last answer of a sweep. */
  heardAt: number;
  /** How long the next slice of a walk is, ms. */
  sliceMs: number;
  /** Time that a full page spans, ms. */
  pageMs: number;
  /** Pages of the last warm sweep. */
  warmPages: number | undefined;
  /** Why it cannot be asked for, as AWS says; only of pivots. */
  refused: string | undefined;
  /** The share that its first load had read when the operator gave it up. */
  held: number | undefined;
  readonly tasks: readonly LookupTask[];
}

/** Nothing read yet in this run. */
export function createReading(
  scope: LookupScope,
  rank: number,
  claim: Claim | undefined,
  tasks: readonly LookupTask[],
): ScopeReading {
  const claims = createCoverage();
  if (claim) claims.add(claim.from, claim.to);
  return {
    scope,
    rank,
    answered: false,
    loaded: false,
    covered: createCoverage(),
    claims,
    claim,
    watchedFrom: undefined,
    watched: createCoverage(),
    watchedSince: Number.NEGATIVE_INFINITY,
    heardAt: 0,
    sliceMs: Number.POSITIVE_INFINITY,
    pageMs: Number.POSITIVE_INFINITY,
    warmPages: undefined,
    refused: undefined,
    held: undefined,
    tasks,
  };
}
