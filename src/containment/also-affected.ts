import { kinds } from '../inventory/catalogue.ts';
import { lookThrough, Reads } from '../inventory/look.ts';
import { usersOf } from '../inventory/users-of.ts';
import { parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Affected, Plan } from './action.ts';
import { attempt } from './attempt.ts';
import { describeNotebook } from './notebook.ts';
import { outsidePrincipals } from './outside-access.ts';
import { describeApp, findApp, findProfile, findSpace, roleOfProfile } from './studio.ts';

type Also = (plan: Plan, context: ActionContext) => AsyncIterable<Affected>;

/** What starts a thing by itself: rules and schedules. They look through all of their kind, which is all that AWS offers. */
async function* starters(of: ResourceRef, context: ActionContext): AsyncIterable<Affected> {
  const { aws, account, region, partition, signal } = context;
  const look = lookThrough(
    new Reads(aws, signal),
    { account, region, partition, ours: new Set([account]) },
    { signal, priority: 'background' },
  );
  const starting = kinds.filter(({ id }) => id === 'events.rule' || id === 'scheduler.schedule');
  let told = 0;
  for await (const scan of usersOf(of, look, starting)) {
    for (const { ref } of scan.found.slice(told))
      yield { kind: ref.kind, arn: ref.arn, why: `${ref.name} starts ${of.name} again`, undoes: true };
    told = scan.found.length;
    context.progress?.(scan.done, scan.total);
    if (scan.ended && scan.problems.length > 0)
      yield {
        kind: of.kind,
        arn: of.arn,
        why: `what starts it was not looked at whole: ${scan.problems.slice(0, 2).join('; ')}`,
      };
  }
}

const profileRef = ({ partition, region, account }: ActionContext, domain: string, name: string): string =>
  `arn:${partition}:sagemaker:${region}:${account}:user-profile/${domain}/${name.toLowerCase()}`;

/** Who may start an app of a profile again, and as what it runs. */
async function* ownerOf(
  domain: string | undefined,
  owner: string | undefined,
  context: ActionContext,
): AsyncIterable<Affected> {
  if (!domain || !owner) return;
  const arn = profileRef(context, domain, owner);
  yield { kind: 'sagemaker.user-profile', arn, why: `${owner} loses what is open, and can start it again` };
  const profile = await findProfile({ kind: 'sagemaker.user-profile', arn, name: owner }, context);
  const role = profile && (await roleOfProfile(profile, context));
  if (role) yield { kind: 'iam.role', arn: role, why: 'its apps act as this role' };
}

/** Besides what the actions themselves list. By action id. */
const also: { readonly [actionId: string]: Also } = {
  async *'sagemaker.pipeline-execution.stop'({ target }, context) {
    const arn = target.arn.replace(/\/execution\/[^/]+$/, '');
    yield* starters({ kind: 'sagemaker.pipeline', arn, name: arn.slice(arn.lastIndexOf('/') + 1) }, context);
  },
  async *'sagemaker.app.delete'({ target }, context) {
    const address = await findApp(target, context);
    const app = address && (await describeApp(address, context));
    const script = app?.ResourceSpec?.LifecycleConfigArn ?? app?.BuiltInLifecycleConfigArn;
    if (script)
      yield { kind: 'sagemaker.studio-lifecycle-config', arn: script, why: 'runs when the app is made again' };
    if (!address?.SpaceName) {
      yield* ownerOf(address?.DomainId, address?.UserProfileName, context);
      return;
    }
    const { partition, region, account } = context;
    const space: ResourceRef = {
      kind: 'sagemaker.space',
      arn: `arn:${partition}:sagemaker:${region}:${account}:space/${address.DomainId}/${address.SpaceName.toLowerCase()}`,
      name: address.SpaceName,
    };
    yield { kind: space.kind, arn: space.arn, why: 'kept with its volume; whoever shares it loses the app' };
    const found = await findSpace(space, context);
    yield* ownerOf(address.DomainId, found?.OwnershipSettings?.OwnerUserProfileName, context);
  },
  async *'sagemaker.space.disable-remote-access'({ target }, context) {
    const space = await findSpace(target, context);
    yield* ownerOf(space?.DomainId, space?.OwnershipSettings?.OwnerUserProfileName, context);
  },
  async *'sagemaker.user-profile.swap-role'({ target, params }, context) {
    const profile = await findProfile(target, context);
    const before = profile && (await roleOfProfile(profile, context));
    if (before)
      yield {
        kind: 'iam.role',
        arn: before,
        why: 'its sessions that were issued before live on until they expire; restrict the role itself to end them',
      };
    if (params.role) yield { kind: 'iam.role', arn: params.role, why: 'new apps of the profile act as this role' };
  },
  async *'sagemaker.notebook-instance.disable-root-access'({ target }, context) {
    const now = await describeNotebook(target.name, context);
    if (now?.RoleArn) yield { kind: 'iam.role', arn: now.RoleArn, why: 'the notebook acts as this role' };
  },
  async *'sagemaker.model-package-group.remove-outside-access'({ target }, context) {
    const { aws, account, signal } = context;
    const read = aws.call('sagemaker:GetModelPackageGroupPolicy', { ModelPackageGroupName: target.name }, { signal });
    const policy = (await attempt(read)).value?.ResourcePolicy;
    for (const outside of (policy === undefined ? [] : outsidePrincipals(policy, account)) ?? [])
      yield {
        kind: parseArn(outside)?.resource.startsWith('role/') ? 'iam.role' : 'aws.account',
        arn: outside,
        why: 'can no longer read or deploy its packages by this policy; what it copied stays',
      };
  },
};

/** What else a plan hits that its action does not list. Streams, may be slow, may fail. */
export async function* alsoAffected(plan: Plan, context: ActionContext): AsyncIterable<Affected> {
  yield* also[plan.action]?.(plan, context) ?? [];
}
