import type { InputOf, OutputOf, ReadName } from '../aws/operations.ts';
import { comparePosture, type PostureResult } from '../model/posture.ts';
import type { ResourceRef } from '../model/resource.ts';
import { canonicalJson } from '../shared/json.ts';
import type { Check, Judgement } from './check.ts';
import { type Ask, accountKind, type PostureFacts, type Reading, type RoleUsers, type Subject } from './facts.ts';
import { relatedTo } from './related.ts';

/** A call whose answer a check wants. */
export interface WantedRead {
  readonly key: string;
  readonly name: ReadName;
  readonly input: InputOf<ReadName>;
}

/** Answers by `readKey`. */
export type Answers = ReadonlyMap<string, Reading<unknown>>;

/** One account and Region to judge. */
export interface PosturePlace {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly ours: ReadonlySet<string>;
  /** What the incident names. */
  readonly seeds: readonly Subject[];
  /** Whether the account and Region as a whole are judged too. */
  readonly whole: boolean;
  /** Keys (`subjectKey`) of what is judged elsewhere already: IAM and S3 are the same in every Region. */
  readonly done: ReadonlySet<string>;
  usersOf(role: ResourceRef, subjects: readonly Subject[], ask: Ask): RoleUsers;
}

/** What the checks say with the answers there are. */
export interface Evaluation {
  /** In order (`comparePosture`). */
  readonly results: readonly PostureResult[];
  /** What has to be asked before all of it is settled; empty: it is. */
  readonly wanted: readonly WantedRead[];
  readonly subjects: readonly Subject[];
  readonly leftOut: readonly string[];
}

/** More resources of one account and Region are not looked at. */
export const mostSubjects = 150;

export const readKey = (name: ReadName, input: unknown): string => `${name} ${canonicalJson(input)}`;

/** Names of SageMaker and IAM are told apart without case, those in Studio by what they belong to as well. */
export const subjectKey = ({ kind, arn, name }: ResourceRef): string =>
  `${kind} ${(/^sagemaker\.(?:user-profile|space|app|model-package)$/.test(kind) ? arn || name : name || arn).toLowerCase()}`;

/** The same in every Region. */
export const isGlobal = ({ kind }: ResourceRef): boolean => /^(?:iam|s3)\./.test(kind);

/**
 * Asks every check about every resource, with the answers there are. Pure; yields often, so that whoever runs it on the UI thread can let others
 * in between.
 */
export function* evaluate(
  place: PosturePlace,
  answers: Answers,
  checks: readonly Check[],
): Generator<undefined, Evaluation> {
  const wanted = new Map<string, WantedRead>();
  const ask = <Name extends ReadName>(name: Name, input: InputOf<Name>): Reading<OutputOf<Name>> => {
    const key = readKey(name, input);
    const known = answers.get(key) as Reading<OutputOf<Name>> | undefined;
    if (known) return known;
    wanted.set(key, { key, name, input: input as InputOf<ReadName> });
    return { state: 'waiting', from: name };
  };
  const subjects: Subject[] = [];
  const facts: PostureFacts = {
    account: place.account,
    region: place.region,
    partition: place.partition,
    ours: place.ours,
    subjects,
    ask,
    usersOf: (role) => place.usersOf(role, subjects, ask),
  };
  const leftOut = yield* gather(place, facts, subjects);
  const results: PostureResult[] = [];
  for (const subject of subjects)
    for (const check of checks) {
      if (!check.about.includes(subject.kind)) continue;
      for (const judgement of judgeWith(check, subject, facts))
        results.push(resultOf(check, subject, judgement, facts));
      yield;
    }
  return { results: results.sort(comparePosture), wanted: [...wanted.values()], subjects, leftOut };
}

function judgeWith(check: Check, subject: Subject, facts: PostureFacts): readonly Judgement[] {
  try {
    return check.judge(subject, facts);
  } catch (error) {
    // A proxy or a newer API may answer in another shape than the SDK's types say: that is no answer, and must not end the others.
    if (!(error instanceof TypeError)) throw error;
    return [{ verdict: 'unknown', evidence: [], note: 'AWS answered in a shape that cannot be read' }];
  }
}

function relatedWith(subject: Subject, facts: PostureFacts): ReturnType<typeof relatedTo> {
  try {
    return relatedTo(subject, facts);
  } catch (error) {
    // As above: the checks of the resource itself say so.
    if (!(error instanceof TypeError)) throw error;
    return [];
  }
}

/** The seeds, what they are made of and run as, and the account itself. Fills `subjects`. */
function* gather(
  place: PosturePlace,
  facts: PostureFacts,
  subjects: Subject[],
): Generator<undefined, readonly string[]> {
  const known = new Set<string>(place.done);
  let left = 0;
  const add = (subject: Subject) => {
    const key = subjectKey(subject);
    if (known.has(key)) return;
    known.add(key);
    if (subjects.length < mostSubjects) subjects.push(subject);
    else left += 1;
  };
  if (place.whole)
    add({
      kind: accountKind,
      arn: '',
      name: place.account,
      here: ['it decides what of this incident was recorded at all'],
      via: '',
    });
  for (const seed of place.seeds) add(seed);
  // The list grows while it is walked: what is related to what is related.
  for (let at = 0; at < subjects.length; at += 1) {
    const subject = subjects[at]!;
    for (const { to, via } of relatedWith(subject, facts)) {
      const [first] = subject.here;
      add({ ...to, via, here: first === undefined ? [] : [`${via}: ${first}`] });
    }
    yield;
  }
  return left > 0 ? [`${left} more resources of ${place.region} are not looked at: ${mostSubjects} are`] : [];
}

function resultOf(check: Check, subject: Subject, judgement: Judgement, facts: PostureFacts): PostureResult {
  const { kind, arn, name } = judgement.resource ?? subject;
  const { verdict } = judgement;
  return {
    check: check.id,
    topic: check.topic,
    title: check.title,
    resource: { kind, arn, name },
    account: facts.account,
    region: facts.region,
    verdict,
    evidence: judgement.evidence,
    missing: judgement.missing ?? [],
    note: judgement.note ?? '',
    why: check.why,
    here: subject.here.length > 0 ? subject.here.slice(0, 3) : subject.via ? [subject.via] : [],
    remedy: verdict === 'weak' ? (judgement.remedy ?? check.remedy?.({ kind, arn, name }, facts)) : undefined,
    references: check.references,
  };
}
