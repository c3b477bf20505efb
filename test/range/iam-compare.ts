/**
 * `node test/range/iam-compare.ts [--cases 5000] [--seed 1]`: thousands of generated requests with their policies, evaluated by the range,
 * by the product and by `@cloud-copilot/iam-simulate`; prints how often they agree, and the first cases of which they do not.
 * Exits with 1 when they disagree of one that AWS's guide does not decide (`iam/differences.ts`).
 */
import { parseArgs } from 'node:util';
import { compare } from './iam/compare.ts';

const { cases, seed } = parseArgs({
  options: { cases: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
}).values;
const { disagreements, explained, verdicts } = await compare(seed, Number(cases));
const known = [...explained.values()].reduce((sum, count) => sum + count, 0);
const say = (line: string) => process.stdout.write(`${line}\n`);
say(
  `${Number(cases) - known - disagreements.length} agreed, ${known} differ as known, ${disagreements.length} disagreed`,
);
say(
  `the range's verdicts: ${Object.entries(verdicts)
    .map(([decision, count]) => `${decision} ${count}`)
    .join(', ')}`,
);
for (const [what, count] of explained) say(`  ${count} × ${what}`);
for (const { one, said } of disagreements.slice(0, 5)) say(`${one.seed}: ${said}\n  ${JSON.stringify(one)}`);
process.exitCode = disagreements.length > 0 ? 1 : 0;
