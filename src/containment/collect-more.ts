import type { ResourceRef } from '../model/resource.ts';
import { type CollectDoor, readPart, type TreeNode } from './collect-tree.ts';

/** The tags of one thing, as AWS gave them. */
export interface TagsOf {
  readonly ref: ResourceRef;
  readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
}

/** A resource has fifty tags at most; https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html */
const tagPages = 5;

/** Reads the documents of all managed policies and boundaries of the tree's roles and users: the answers stay in the recording. */
export async function readManagedPolicies(nodes: readonly TreeNode[], door: CollectDoor): Promise<void> {
  const arns = new Set(
    nodes.flatMap(({ relations }) =>
      relations.flatMap(({ role, to }) => (role === 'policy' || role === 'boundary' ? [to.arn] : [])),
    ),
  );
  for (const PolicyArn of arns) {
    if (!PolicyArn) continue;
    const answer = await readPart({ name: 'iam:GetPolicy', input: { PolicyArn } }, `policy ${PolicyArn}`, door);
    const version = (answer as { Policy?: { DefaultVersionId?: string } } | undefined)?.Policy?.DefaultVersionId;
    if (version)
      await readPart(
        { name: 'iam:GetPolicyVersion', input: { PolicyArn, VersionId: version } },
        `text of policy ${PolicyArn}`,
        door,
      );
  }
}

/** The tags of everything of SageMaker in the tree; IAM gives its own with the role or user. */
export async function readTags(nodes: readonly TreeNode[], door: CollectDoor): Promise<readonly TagsOf[]> {
  const found: TagsOf[] = [];
  for (const { ref } of nodes) {
    if (!/^arn:[^:]+:sagemaker:/.test(ref.arn)) continue;
    const tags: TagsOf['tags'][number][] = [];
    let next: string | undefined;
    let whole = true;
    for (let page = 0; page < tagPages; page += 1) {
      const answer = (await readPart(
        { name: 'sagemaker:ListTags', input: { ResourceArn: ref.arn, ...(next ? { NextToken: next } : {}) } },
        `tags of ${ref.kind} ${ref.name}`,
        door,
      )) as { Tags?: TagsOf['tags']; NextToken?: string } | undefined;
      if (!answer) whole = false;
      tags.push(...(answer?.Tags ?? []));
      next = answer?.NextToken;
      if (!next) break;
    }
    if (whole) found.push({ ref, tags });
  }
  return found;
}
