import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sagemakerModel } from '../../src/dev/sagemaker-model.ts';
import { link } from '../../src/linking/link.ts';
import { resourceTypes } from '../../src/linking/sagemaker-model.ts';
import type { ResourceLink } from '../../src/model/resource.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { type SyntheticCall, syntheticCalls } from './synthetic-calls.ts';

function linksOf(record: object): readonly ResourceLink[] {
  const found = normalise({ format: 'cloudtrail', text: JSON.stringify(record) });
  if (found.rejected !== undefined) throw new Error(found.rejected);
  return link(found.record, found.event);
}

/** Misses that are understood: the reference says what IAM checks, the record also says what came of it. They count as misses. */
const reasons: { readonly [operation: string]: string } = {
  CreateImageVersion: 'IAM checks the image; the answer names the version that was made, and the image is its parent',
  CreateModelCardExportJob: 'IAM checks the card; what is made is the export, and the card is its parent',
  StartPipelineExecution: 'IAM checks the pipeline; what is made is the execution, and the pipeline is its parent',
};

const isActedOn = ({ relation }: ResourceLink) => relation === 'target' || relation === 'created';

/** Why the links are not what the call is about; `undefined` when they are. */
function miss({ expected }: SyntheticCall, links: readonly ResourceLink[]): string | undefined {
  const targets = links.filter(isActedOn);
  const hit = expected.some(({ kind, arn, name }) =>
    targets.some(
      (target) =>
        target.kind === kind &&
        (arn !== ''
          ? target.arn.toLowerCase() === arn.toLowerCase()
          : target.name.toLowerCase() === name.toLowerCase()),
    ),
  );
  return hit
    ? undefined
    : `wanted ${expected.map(({ kind, arn, name }) => `${kind} ${arn || name}`).join(' or ')}; got ${targets.map(({ kind, arn, name }) => `${kind} ${arn || name}`).join(', ') || 'no target'}`;
}

describe.each(['all', 'required'] as const)(
  'every operation of the SageMaker client, %s members of its input',
  (members) => {
    const calls = syntheticCalls(members);
    const naming = calls.filter(({ expected }) => expected.length > 0);
    const judged = naming.map((call) => ({ call, links: linksOf(call.record) }));

    it('yields what it is about, for at least 98 % of those that name a resource', () => {
      const misses = judged.flatMap(({ call, links }) => {
        const why = miss(call, links);
        return why === undefined ? [] : [{ operation: call.operation, why }];
      });
      console.log(
        `${members}: ${calls.length} operations, ${naming.length} name a resource, ${naming.length - misses.length} right (${(100 - (100 * misses.length) / naming.length).toFixed(1)} %)`,
      );
      for (const { operation, why } of misses) console.log(`  ${operation}: ${reasons[operation] ?? why}`);
      expect(misses.filter(({ operation }) => !reasons[operation])).toEqual([]);
      expect(naming.length).toBeGreaterThan(250);
      expect(misses.length / naming.length).toBeLessThanOrEqual(0.02);
    });

    it('takes nothing of SageMaker for acted on that IAM does not know the action to act on', () => {
      const wrong = judged.flatMap(({ call, links }) =>
        links
          .filter((found) => isActedOn(found) && found.kind.startsWith('sagemaker.'))
          // IAM has no type for the nodes of a cluster; calls on them need the cluster.
          .filter(({ kind }) => kind !== 'sagemaker.cluster-node')
          .filter(() => !reasons[call.operation])
          .filter(({ kind }) => !call.types.includes(kind.slice('sagemaker.'.length)))
          .map(({ kind, name }) => `${call.operation}: ${kind} ${name}`),
      );
      expect(wrong).toEqual([]);
    });

    it('references every ARN of the call', () => {
      const lost = calls.flatMap(({ operation, record, arns }) => {
        const known = new Set(linksOf(record).map(({ arn }) => arn.toLowerCase()));
        return arns.filter((arn) => !known.has(arn.toLowerCase())).map((arn) => `${operation}: ${arn}`);
      });
      expect(lost).toEqual([]);
    });
  },
);

it('is driven by a model that is fresh; else run node src/dev/sagemaker-model.ts', () => {
  const file = new URL('../../src/linking/sagemaker-model.ts', import.meta.url);
  expect(sagemakerModel(resourceTypes)).toBe(readFileSync(file, 'utf8'));
});
