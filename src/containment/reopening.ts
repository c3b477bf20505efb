import type { Aws } from '../aws/aws.ts';
import { RefusedError } from '../model/errors.ts';
import type { Principal } from '../model/principal.ts';
import { attempt } from './attempt.ts';
import type { Containment } from './containment.ts';
import { callsOf } from './step.ts';
import { some } from './words.ts';

/** What the incident's events know that an undo must not forget; who runs containments asks for it anew each time. */
export interface Hostile {
  /** Who is behind events that the operator marked or that high findings name. */
  readonly principals: readonly Pick<Principal, 'name' | 'arn' | 'issuerArn' | 'accessKeyId'>[];
  /** Why a thing counts as the attacker's, a few words: "finding lifecycle-script-changed"; empty where nothing says so. */
  named(kind: string, name: string): Promise<readonly string[]>;
  /** Doors of suspects that are open again once a containment no longer holds, a sentence each. */
  doorsBehind(containmentId: string): readonly string[];
}

const lifecycleConfig = 'sagemaker.notebook-instance-lifecycle-config';
const member = (input: object, name: string): string | undefined => {
  const value = (input as { readonly [name: string]: unknown })[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * What an undo opens again for somebody who is still hostile, a sentence each: it then wants the typed name. Reads only.
 * @throws RefusedError `HostileScript` when it would start a notebook whose attached lifecycle script a finding or a mark names (facts 5.10,
 * N1): that would run it as root. AwsCallError.
 */
export async function reopens(
  { id, plan, undoSteps }: Pick<Containment, 'id' | 'plan' | 'undoSteps'>,
  hostile: Hostile,
  aws: Aws,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const sentences: string[] = [];
  const attachedAgain = new Map<string, string>();
  for (const { name, input } of callsOf(undoSteps)) {
    const notebook = member(input, 'NotebookInstanceName');
    if (notebook === undefined) continue;
    const script = name === 'sagemaker:UpdateNotebookInstance' ? member(input, 'LifecycleConfigName') : undefined;
    if (script !== undefined) {
      attachedAgain.set(notebook, script);
      const why = await hostile.named(lifecycleConfig, script);
      if (why.length > 0) sentences.push(`attaches lifecycle script \`${script}\` to ${notebook} again (${some(why)})`);
    }
    if (name !== 'sagemaker:StartNotebookInstance') continue;
    const again = attachedAgain.get(notebook);
    if (again !== undefined) {
      if ((await hostile.named(lifecycleConfig, again)).length > 0)
        sentences.push(`runs lifecycle script \`${again}\` as root`);
      continue;
    }
    const { value } = await attempt(
      aws.call(
        'sagemaker:DescribeNotebookInstance',
        { NotebookInstanceName: notebook },
        { signal, priority: 'operator' },
      ),
    );
    const attached = value?.NotebookInstanceLifecycleConfigName;
    const why = attached === undefined ? [] : await hostile.named(lifecycleConfig, attached);
    if (attached !== undefined && why.length > 0)
      throw new RefusedError(
        'HostileScript',
        `starting ${notebook} would run lifecycle script ${attached} as root, and it is hostile (${some(why)})`,
        [
          `Take it away first: sagemaker.notebook-instance.detach-lifecycle-config ${notebook}`,
          'Or take the marks off that name it',
        ],
      );
  }
  const back = givenBack(plan, hostile);
  return [...(back ? [back] : []), ...sentences, ...hostile.doorsBehind(id).map((door) => `opens again: ${door}`)];
}

/** Whose credentials work again: sessions of a role, a user's, or a key. */
function givenBack(
  { target }: Pick<Containment['plan'], 'target'>,
  { principals }: Pick<Hostile, 'principals'>,
): string | undefined {
  const same = (one: string | undefined, other: string) => one !== undefined && one !== '' && one === other;
  const theirs =
    target.kind === 'iam.role'
      ? principals.filter(({ issuerArn }) => same(issuerArn, target.arn))
      : target.kind === 'iam.user'
        ? principals.filter(({ arn }) => same(arn, target.arn))
        : target.kind === 'iam.access-key'
          ? principals.filter(({ accessKeyId }) => same(accessKeyId, target.name))
          : [];
  const names = [...new Set(theirs.map(({ name }) => name))];
  if (names.length === 0) return undefined;
  return target.kind === 'iam.role'
    ? `gives ${target.name} to ${names.length === 1 ? 'a session' : `${names.length} sessions`} still marked hostile (${some(names)})`
    : `gives ${target.name} back to ${some(names)}, still marked hostile`;
}
