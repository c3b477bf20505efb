import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import { activityOf } from './activity.ts';
import { type Details, whyNot } from './details.ts';
import type { InventoryKind, Row } from './kind.ts';
import type { Look } from './look.ts';

/** Something that uses the resource that was asked about. */
export interface User {
  readonly ref: ResourceRef;
  /** As AWS writes it; empty where there is no state. */
  readonly state: string;
  readonly activity: 'running' | 'changing' | 'idle';
  /** "runs as it", "starts with it". */
  readonly why: string;
  /** The operation whose answer says so. */
  readonly proof: string;
}

/** How far a reverse scan has come. */
export interface UserScan {
  /** Everything found so far. */
  readonly found: readonly User[];
  /** Things looked at, and those known to be there so far: it grows while listings go on. */
  readonly done: number;
  readonly total: number;
  /** What could not be looked at, a sentence each: without them "nobody else" is no answer. */
  readonly problems: readonly string[];
  readonly ended: boolean;
}

/** What a relation means for whoever has it. */
const words: { readonly [role: string]: string } = {
  role: 'runs as it',
  'role-of-spaces': 'its shared spaces run as it',
  'lifecycle-config': 'starts with it',
  'endpoint-config': 'serves by it',
  'endpoint-config-to-come': 'is about to serve by it',
  model: 'serves or runs it',
  image: 'runs it',
  's3-sink': 'writes to it',
  's3-source': 'reads from it',
  domain: 'belongs to it',
  'user-profile': 'runs for it',
  space: 'runs in it',
  endpoint: 'works on it',
  pipeline: 'is an execution of it',
  'access-key': 'has it',
  target: 'starts it, or tells it what happens',
};

const same = (one: ResourceRef, other: ResourceRef): boolean =>
  one.kind === other.kind &&
  (one.arn !== '' && other.arn !== ''
    ? one.arn.toLowerCase() === other.arn.toLowerCase()
    : one.name !== '' && one.name.toLowerCase() === other.name.toLowerCase());

/** How many are described at a time: the door's buckets pace them, this bounds what waits there. */
const atOnce = 8;

/** How a described thing uses another; nothing when it does not. */
export function relationTo(
  details: Details,
  wanted: ResourceRef,
): { readonly why: string; readonly proof: string } | undefined {
  const relation = details.relations.find(({ to }) => same(to, wanted));
  return relation && { why: words[relation.role] ?? `names it as ${relation.role}`, proof: relation.proof };
}

/**
 * Who in this account and Region uses a role, a lifecycle config, an endpoint config, a model, an image, a bucket. AWS has no call for it,
 * so everything that runs or could is listed and described; jobs only while they run. Leaving the loop ends it.
 * @throws The signal's reason.
 */
export async function* usersOf(
  wanted: ResourceRef,
  look: Look,
  kinds: readonly InventoryKind[],
): AsyncIterable<UserScan> {
  const found: User[] = [];
  const problems: string[] = [];
  let done = 0;
  let total = 0;
  const scan = (ended = false): UserScan => ({ found: [...found], done, total, problems: [...problems], ended });
  const scanned = [...kinds].filter((kind) => kind.list && kind.describe).sort((a, b) => a.order - b.order);
  for (const kind of scanned) {
    const rows: Row[] = [];
    try {
      for await (const page of kind.list!(look, 'running')) {
        rows.push(...page.rows);
        if (page.more) problems.push(`${kind.title}: AWS has more than were looked at`);
      }
    } catch (error) {
      if (!(error instanceof AwsCallError) || look.signal.aborted) throw error;
      problems.push(`${kind.title}: ${whyNot(error)}`);
      yield scan();
      continue;
    }
    total += rows.length;
    yield scan();
    for (let from = 0; from < rows.length; from += atOnce) {
      const batch = rows.slice(from, from + atOnce);
      const answers = await Promise.all(batch.map((row) => described(kind, row, look)));
      for (const [at, answer] of answers.entries()) {
        const row = batch[at]!;
        if (typeof answer === 'string') {
          if (!problems.includes(answer)) problems.push(answer);
          continue;
        }
        // What is not there any more uses nothing; what further calls did not say might.
        for (const problem of answer?.problems ?? []) {
          const sentence = `${kind.title}, ${row.ref.name}: ${problem}`;
          if (!problems.includes(sentence)) problems.push(sentence);
        }
        const use = answer && relationTo(answer, wanted);
        const state = answer?.state || row.state;
        if (use) found.push({ ref: row.ref, state, activity: activityOf(state), ...use });
      }
      done += batch.length;
      yield scan();
    }
  }
  yield scan(true);
}

async function described(kind: InventoryKind, row: Row, look: Look): Promise<Details | string | undefined> {
  try {
    return await kind.describe!(row.ref, look, row);
  } catch (error) {
    if (!(error instanceof AwsCallError) || look.signal.aborted) throw error;
    return error.reason === 'not-found' ? undefined : `${kind.title}: ${whyNot(error)}`;
  }
}
