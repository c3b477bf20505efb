import { tagMap } from '../../account/account.ts';
import { type Identity, isLongLived, nothingEnforced, writtenPolicies } from '../../account/identities.ts';
import {
  alreadyExists,
  boundaryMembers,
  checkDocument,
  deleteConflict,
  enforceLater,
  type Holder,
  iamName,
  policyHolders,
  refuseServiceLinked,
  roleMembers,
  userMembers,
} from '../../iam-rules.ts';
import { type CallContext, type Members, type Operation, optionalText, structures, text } from '../../operation.ts';

/** What keeps a user or a role from being deleted, in AWS's words. */
function hindrance(identity: Identity, { account }: CallContext): string | undefined {
  if (identity.attached.length > 0) return 'must detach all policies first.';
  if (identity.inline.size > 0) return 'must delete policies first.';
  if (identity.login) return 'must delete login profile first.';
  const keys = [...account.credentials.values()].some(
    (key) => key.identity === identity && isLongLived(key) && !key.gone,
  );
  return keys ? 'must delete access keys first.' : undefined;
}

/** Making, deleting and tagging users and roles. */
function family({ noun, find, resources }: Holder): readonly Operation[] {
  const type = noun === 'Role' ? 'role' : 'user';
  const name = `${noun}Name`;
  const service = 'iam';
  const identities = ({ account }: CallContext) => (noun === 'Role' ? account.roles : account.users);
  const members = (identity: Identity): Members => (noun === 'Role' ? roleMembers(identity) : userMembers(identity));
  return [
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
      service,
      name: `Create${noun}`,
      readOnly: false,
      input: {
        [name]: iamName,
        Path: { type: 'string' },
        PermissionsBoundary: { type: 'string', min: 20, max: 2048 },
        ...(noun === 'Role'
          ? {
              AssumeRolePolicyDocument: { type: 'string', required: true, min: 1, max: 131_072 },
              MaxSessionDuration: { type: 'number', min: 3600, max: 43_200 },
            }
          : {}),
      },
      resources: (input, { account }) => [
        `arn:aws:iam::${account.id}:${type}${optionalText(input, 'Path') ?? '/'}${text(input, name)}`,
      ],
      run(input, context) {
        const { account, now, random } = context;
        const wanted = text(input, name);
        const key = wanted.toLowerCase();
        if (identities(context).has(key)) throw alreadyExists(`${noun} with name ${wanted} already exists.`);
        const trust = text(input, 'AssumeRolePolicyDocument');
        if (noun === 'Role') checkDocument(trust, 'trust', account);
        const path = optionalText(input, 'Path') ?? '/';
        const identity: Identity = {
          type,
          name: wanted,
          path,
          arn: `arn:aws:iam::${account.id}:${type}${path}${wanted}`,
          id: random.iamId(noun === 'Role' ? 'AROA' : 'AIDA'),
          createdAt: now,
          inline: new Map(),
          attached: [],
          boundary: optionalText(input, 'PermissionsBoundary'),
          tags: tagMap(structures(input.Tags)),
          trust,
          description: text(input, 'Description'),
          maxSessionMs: Number(input.MaxSessionDuration ?? 3600) * 1000,
          login: undefined,
          enforced: nothingEnforced,
        };
        identity.enforced = writtenPolicies(identity, account.managedPolicies);
        identities(context).set(key, identity);
        return { [noun]: { ...members(identity), ...boundaryMembers(identity) } };
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
      service,
      name: `Delete${noun}`,
      readOnly: false,
      input: { [name]: iamName },
      resources,
      run(input, context) {
        const identity = find(input, context);
        refuseServiceLinked(identity);
        const why = hindrance(identity, context);
        if (why) throw deleteConflict(`Cannot delete entity, ${why}`);
        identities(context).delete(identity.name.toLowerCase());
        // Its sessions hold on to it, and may do nothing any more.
        context.later(4000, () => {
          identity.enforced = nothingEnforced;
        });
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
      service,
      name: `Tag${noun}`,
      readOnly: false,
      input: { [name]: iamName, Tags: { type: 'list', required: true } },
      resources,
      run(input, context) {
        const identity = find(input, context);
        for (const [key, value] of tagMap(structures(input.Tags))) identity.tags.set(key, value);
        enforceLater(identity, context);
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
      service,
      name: `Untag${noun}`,
      readOnly: false,
      input: { [name]: iamName, TagKeys: { type: 'list', required: true } },
      resources,
      run(input, context) {
        const identity = find(input, context);
        for (const key of input.TagKeys as readonly unknown[]) identity.tags.delete(String(key));
        enforceLater(identity, context);
        return undefined;
      },
    },
  ];
}

export default policyHolders.flatMap(family);
