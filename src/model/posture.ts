import type { ResourceRef } from './resource.ts';

/** The topics of AWS's security chapter of SageMaker, in its order. https://docs.aws.amazon.com/sagemaker/latest/dg/security.html */
export const postureTopics = [
  'data protection',
  'identity and access',
  'logging and monitoring',
  'compliance validation',
  'resilience',
  'infrastructure security',
] as const;
export type PostureTopic = (typeof postureTopics)[number];

/**
 * `unknown`: what it takes to say was not readable, which is never "sound". `not-applicable`: the question does not arise for this resource.
 */
export type PostureVerdict = 'weak' | 'unknown' | 'sound' | 'not-applicable';

/** One thing that AWS said. Text of AWS: pass `display` before a screen. */
export interface PostureEvidence {
  /** The operation whose answer says so: `sagemaker:DescribeNotebookInstance`. */
  readonly operation: string;
  /** As the answer spells it: `RootAccess`. */
  readonly field: string;
  /** Its value, `not set` where the answer leaves it out. */
  readonly value: string;
}

/** What would put it right, as text to read, change and run by hand. Nothing here is ever sent. */
export interface PostureRemedy {
  readonly kind: 'cli' | 'terraform';
  /** Lines; every foreign word in it is quoted for a POSIX shell, or is a string of Terraform. */
  readonly text: string;
}

/** What one check says of one resource. Holds text of AWS: pass `display` before a screen. */
export interface PostureResult {
  /** `infrastructure.notebook-root-access`; the file of the check. */
  readonly check: string;
  readonly topic: PostureTopic;
  /** What was asked, in a few words: "root access on the notebook". */
  readonly title: string;
  /** Kind `account` and the account's number as name where it is the account and Region as a whole. */
  readonly resource: ResourceRef;
  readonly account: string;
  readonly region: string;
  readonly verdict: PostureVerdict;
  readonly evidence: readonly PostureEvidence[];
  /** IAM actions without which it cannot be said; empty where that is not the reason. */
  readonly missing: readonly string[];
  /** Why it cannot be said, or what qualifies the verdict; empty where the evidence says all. */
  readonly note: string;
  /** What it means for an attacker. */
  readonly why: string;
  /** What the resource has to do with this incident, a sentence each: "finding “…” is about it". */
  readonly here: readonly string[];
  readonly remedy: PostureRemedy | undefined;
  /** AWS's own pages. */
  readonly references: readonly string[];
}

/** How the resources of the incident are set up. */
export interface Posture {
  /** `idle`: nobody has asked yet. `cancelled`: what was read until then is in. */
  readonly state: 'idle' | 'reading' | 'done' | 'cancelled' | 'unavailable';
  /** Why it is `unavailable`: these are saved logs. */
  readonly why: string;
  /** Weak first, then unknown, sound, not applicable; within each by topic. */
  readonly results: readonly PostureResult[];
  /** Resources that were looked at. */
  readonly resources: number;
  /** Calls that were answered, and those known to be needed so far. */
  readonly read: number;
  readonly wanted: number;
  /** What was left out, a sentence each. */
  readonly leftOut: readonly string[];
  /** Epoch ms, AWS time, of the last answer; `undefined` before the first. */
  readonly at: number | undefined;
}

/** Before anybody asked. */
export const noPosture: Posture = {
  state: 'idle',
  why: '',
  results: [],
  resources: 0,
  read: 0,
  wanted: 0,
  leftOut: [],
  at: undefined,
};

const ranks: { readonly [Verdict in PostureVerdict]: number } = { weak: 0, unknown: 1, sound: 2, 'not-applicable': 3 };

/** A total order: weak first, then by topic, what is named by a finding or mark before the rest, then by check and resource. */
export function comparePosture(a: PostureResult, b: PostureResult): number {
  return (
    ranks[a.verdict] - ranks[b.verdict] ||
    postureTopics.indexOf(a.topic) - postureTopics.indexOf(b.topic) ||
    Number(b.here.length > 0) - Number(a.here.length > 0) ||
    compareText(a.check, b.check) ||
    compareText(a.resource.name, b.resource.name) ||
    compareText(a.resource.arn, b.resource.arn) ||
    compareText(a.region, b.region)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** How many results of each verdict there are. */
export function countVerdicts(results: readonly PostureResult[]): { readonly [Verdict in PostureVerdict]: number } {
  const counts = { weak: 0, unknown: 0, sound: 0, 'not-applicable': 0 };
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

/** Results about one resource; ARNs of SageMaker are told apart without case. */
export const postureOf = (
  results: readonly PostureResult[],
  { kind, arn, name }: ResourceRef,
): readonly PostureResult[] =>
  results.filter(
    ({ resource }) =>
      resource.kind === kind &&
      (resource.arn !== '' && arn !== ''
        ? resource.arn.toLowerCase() === arn.toLowerCase()
        : resource.name.toLowerCase() === name.toLowerCase()),
  );

/** What is kept of a posture for reports: everything that is weak or unknown, and how much was found sound. JSON through and through. */
export interface PostureRecord {
  /** Epoch ms, AWS time. */
  readonly at: number;
  readonly state: Posture['state'];
  readonly results: readonly PostureResult[];
  readonly resources: number;
  /** By topic. */
  readonly counts: readonly {
    readonly topic: PostureTopic;
    readonly weak: number;
    readonly unknown: number;
    readonly sound: number;
    readonly notApplicable: number;
  }[];
  readonly leftOut: readonly string[];
}

/** The note of a result whose answers are still awaited. */
export const waitingNote = 'being read';

/** Results that a record keeps: weak ones come first. */
const mostKept = 300;

/** A posture as it is kept; `undefined` when nothing was read yet. */
export function postureRecord({ state, results, resources, leftOut, at }: Posture): PostureRecord | undefined {
  if (at === undefined || results.length === 0) return undefined;
  const answered = results.filter(({ note }) => note !== waitingNote);
  const open = results.length - answered.length;
  const told = answered.filter(({ verdict }) => verdict === 'weak' || verdict === 'unknown');
  return {
    at,
    state,
    results: told.slice(0, mostKept),
    resources,
    counts: postureTopics.map((topic) => {
      const { 'not-applicable': notApplicable, ...counts } = countVerdicts(
        answered.filter((one) => one.topic === topic),
      );
      return { topic, ...counts, notApplicable };
    }),
    leftOut: [
      ...leftOut,
      ...(told.length > mostKept ? [`${told.length - mostKept} more results are not kept`] : []),
      ...(state === 'done' ? [] : [`it was not read to its end: ${open} questions were still open`]),
    ],
  };
}
