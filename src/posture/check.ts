import {
  type PostureEvidence,
  type PostureRemedy,
  type PostureTopic,
  type PostureVerdict,
  waitingNote,
} from '../model/posture.ts';
import { type ResourceRef, shortKind } from '../model/resource.ts';
import type { PostureFacts, Reading, Subject } from './facts.ts';

/** What a check says. */
export interface Judgement {
  readonly verdict: PostureVerdict;
  readonly evidence: readonly PostureEvidence[];
  /** Why it cannot be said, or what qualifies the verdict. */
  readonly note?: string;
  /** IAM actions that are missing. */
  readonly missing?: readonly string[];
  /** What it is about, where that is not the subject itself (a log group of the account). */
  readonly resource?: ResourceRef;
  /** Instead of the check's own. */
  readonly remedy?: PostureRemedy;
}

/** One question about how something is set up. One file in `checks/` each, or a family a file. */
export interface Check {
  /** `infrastructure.notebook-root-access`: the file's name. */
  readonly id: string;
  readonly topic: PostureTopic;
  /** What is asked, in a few words: "root access on the notebook". */
  readonly title: string;
  /** Kinds of resources that it is asked about; `account` for an account and Region as a whole. */
  readonly about: readonly string[];
  /** What a weakness means for an attacker, in a sentence. */
  readonly why: string;
  /** AWS's own pages. */
  readonly references: readonly string[];
  /** What would put it right. */
  remedy?(subject: ResourceRef, facts: PostureFacts): PostureRemedy;
  /** Pure. An empty list where the question does not arise and nothing is worth a line. */
  judge(subject: Subject, facts: PostureFacts): readonly Judgement[];
}

/** The readings that are no answer, as an unknown; `undefined` when all are. A thing that is gone has no posture. */
export function unanswered(readings: readonly Reading<unknown>[]): Judgement | undefined {
  const open = readings.filter(({ state }) => state !== 'read');
  if (open.length === 0) return undefined;
  if (open.some(({ state }) => state === 'waiting')) return { verdict: 'unknown', evidence: [], note: waitingNote };
  const denied = open.flatMap((one) => (one.state === 'denied' ? [one.permission] : []));
  const failed = open.flatMap((one) => (one.state === 'failed' ? [`${one.from}: ${one.why}`] : []));
  const gone = open.flatMap((one) => (one.state === 'gone' ? [one.from] : []));
  if (denied.length === 0 && failed.length === 0)
    return { verdict: 'not-applicable', evidence: [], note: `it is not there any more, says ${gone.join(', ')}` };
  return {
    verdict: 'unknown',
    evidence: [],
    missing: [...new Set(denied)],
    note: [...(denied.length > 0 ? [`not readable: needs ${[...new Set(denied)].join(', ')}`] : []), ...failed].join(
      '; ',
    ),
  };
}

/** Judges an answer; where there is none, says why it is unknown. */
export function judged<Value>(
  reading: Reading<Value>,
  judge: (
    value: Value,
    evidence: (field: string, value: unknown) => PostureEvidence,
  ) => Judgement | readonly Judgement[],
): readonly Judgement[] {
  if (reading.state !== 'read') return [unanswered([reading])!];
  const said = judge(reading.value, (field, value) => evidenceOf(reading, field, value));
  return Array.isArray(said) ? said : [said as Judgement];
}

/** A field of an answer as evidence. */
export const evidenceOf = (
  { from }: Pick<Reading<unknown>, 'from'>,
  field: string,
  value: unknown,
): PostureEvidence => ({
  operation: from,
  field,
  value: valueText(value),
});

const longestValue = 400;

function valueText(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'not set';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** Names in one line of evidence. */
const mostNamed = 12;

/** What runs as a role, as the inventory's many Describe calls say. */
export const usersEvidence = (field: string, users: readonly ResourceRef[]): PostureEvidence => ({
  operation: 'sagemaker:Describe*',
  field,
  value:
    users.length === 0
      ? 'nothing that was looked at'
      : `${users
          .slice(0, mostNamed)
          .map(({ kind, name }) => `${shortKind(kind)} ${name}`)
          .join(', ')}${users.length > mostNamed ? ` and ${users.length - mostNamed} more` : ''}`,
});

/** Weak or sound, by one field. */
export const weakIf = (isWeak: boolean, evidence: readonly PostureEvidence[], note = ''): Judgement => ({
  verdict: isWeak ? 'weak' : 'sound',
  evidence,
  ...(note ? { note } : {}),
});

/** The question does not arise. */
export const notApplicable = (note: string, evidence: readonly PostureEvidence[] = []): Judgement => ({
  verdict: 'not-applicable',
  evidence,
  note,
});
