import type { Aws, Identity } from '../aws/aws.ts';
import { kinds } from '../inventory/catalogue.ts';
import { lookThrough, Reads } from '../inventory/look.ts';
import { refOfArn, sagemakerRef } from '../inventory/refs.ts';
import { parseArn } from '../model/arn.ts';
import { AwsCallError, UsageError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ContainmentAction } from './action.ts';
import { canDescribe } from './collect-tree.ts';
import { refuseElsewhere } from './plan.ts';
import { kindsOf, resolveTarget } from './target.ts';

/** Things that no action contains and that a name alone tells. */
const alsoByName = ['model', 'endpoint-config', 'studio-lifecycle-config', 'domain'] as const;

/**
 * What is to be collected: whatever `resolveTarget` finds, and the things that nothing contains but that are evidence too.
 * @throws As `resolveTarget`.
 */
export async function resolveEvidenceTarget(
  text: string,
  actions: readonly ContainmentAction[],
  door: { readonly aws: Aws; readonly identity: Identity; readonly signal: AbortSignal },
): Promise<ResourceRef> {
  const { aws, identity, signal } = door;
  const look = lookThrough(
    new Reads(aws, signal),
    {
      account: identity.account,
      region: identity.region,
      partition: identity.partition,
      ours: new Set([identity.account]),
    },
    { signal, priority: 'operator' },
  );
  const describe = async (ref: ResourceRef) => {
    await kinds.find(({ id }) => id === ref.kind)?.describe?.(ref, look);
    return ref;
  };
  const byArn = parseArn(text) ? refOfArn(text) : undefined;
  if (byArn && !kindsOf(actions).includes(byArn.kind) && canDescribe(byArn.kind)) {
    refuseElsewhere(byArn, identity);
    return describe(byArn);
  }
  try {
    return await resolveTarget(text, actions, door);
  } catch (error) {
    if (!(error instanceof UsageError) || parseArn(text) || !/^there is no/.test(error.message)) throw error;
    for (const type of alsoByName) {
      try {
        return await describe(sagemakerRef(type, text, undefined, look));
      } catch (missing) {
        // Not there, a name that this kind does not take, or not allowed: what was said of the others tells it.
        if (!(missing instanceof AwsCallError)) throw missing;
      }
    }
    throw error;
  }
}
