import { caseOf, type IamCase } from './cases.ts';
import { explain } from './differences.ts';
import { ours, refusedByPolicies, refusedByRange, theirs } from './judges.ts';

/** What two evaluators say of the same case, where they disagree. */
export interface Disagreement {
  readonly one: IamCase;
  readonly said: string;
}

export interface Comparison {
  readonly verdicts: { readonly [decision: string]: number };
  /** By which known difference, how often. */
  readonly explained: ReadonlyMap<string, number>;
  readonly disagreements: readonly Disagreement[];
}

/**
 * Holds three evaluators against each other: the range's, the product's (which only knows what a deny refuses), and
 * `@cloud-copilot/iam-simulate`, which is none of ours.
 */
export async function compare(seed: string, cases: number): Promise<Comparison> {
  const verdicts: Record<string, number> = {};
  const explained = new Map<string, number>();
  const disagreements: Disagreement[] = [];
  for (let number = 0; number < cases; number += 1) {
    const one = caseOf(`${seed}/${number}`);
    const { by, decision } = ours(one);
    const other = await theirs(one);
    verdicts[decision] = (verdicts[decision] ?? 0) + 1;
    const [product, range] = [refusedByPolicies(one), refusedByRange(one)];
    // What the product cannot say is no disagreement.
    if (product !== undefined && product !== range)
      disagreements.push({ one, said: `a deny refuses it: product ${product}, range ${range}` });
    if (decision === other.decision && range === other.identityDenies) continue;
    const known = await explain(one);
    for (const { what } of known) explained.set(what, (explained.get(what) ?? 0) + 1);
    if (known.length === 0)
      disagreements.push({ one, said: `range ${decision} by ${by}, iam-simulate ${other.decision}` });
  }
  return { verdicts, explained, disagreements };
}
