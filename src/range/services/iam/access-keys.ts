import { type Credential, type Identity, isLongLived, issueKey } from '../../account/identities.ts';
import { noSuchEntity } from '../../fault.ts';
import { acceptLater, iamPage, limitExceeded, pageRules, userArnOf, userOf } from '../../iam-rules.ts';
import { type CallContext, type MemberRule, type Members, type Operation, text } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const quota = 2;
const keyId: MemberRule = { type: 'string', required: true, pattern: /^\w+$/, min: 16, max: 128 };
const userName: MemberRule = { type: 'string' };

const keysOf = (user: Identity, { account }: CallContext): readonly Credential[] =>
  [...account.credentials.values()].filter((key) => key.identity === user && isLongLived(key) && !key.gone);

/** @throws Fault `NoSuchEntity`. */
function keyOf(input: Members, context: CallContext): Credential {
  const id = text(input, 'AccessKeyId');
  const key = keysOf(userOf(input, context), context).find(({ accessKeyId }) => accessKeyId === id);
  if (!key) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

const members = (key: Credential): Members => ({
  UserName: key.identity.name,
  AccessKeyId: key.accessKeyId,
  Status: key.active ? 'Active' : 'Inactive',
  CreateDate: new Date(key.issuedAt),
});

const service = 'iam';

/** Long-lived access keys of users. What they issued lives on when they are inactive or gone. */
export default [
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
    service,
    name: 'CreateAccessKey',
    readOnly: false,
    input: { UserName: userName },
    resources: userArnOf,
    run(input, context) {
      const user = userOf(input, context);
      if (keysOf(user, context).length >= quota)
        throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${quota}`);
      const key = issueKey(context.account.credentials, user, context.now, context.random);
      return { AccessKey: { ...members(key), SecretAccessKey: key.secretAccessKey } };
    },
    recorded(output) {
      const { SecretAccessKey: _secret, ...key } = output.AccessKey as { SecretAccessKey: string };
      return { AccessKey: key };
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
    service,
    name: 'UpdateAccessKey',
    readOnly: false,
    input: {
      UserName: userName,
      AccessKeyId: keyId,
      Status: { type: 'string', required: true, values: ['Active', 'Inactive'] },
    },
    resources: userArnOf,
    run(input, context) {
      const key = keyOf(input, context);
      key.active = input.Status === 'Active';
      acceptLater(key, context, key.active);
      return undefined;
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
    service,
    name: 'DeleteAccessKey',
    readOnly: false,
    input: { UserName: userName, AccessKeyId: keyId },
    resources: userArnOf,
    run(input, context) {
      const key = keyOf(input, context);
      key.gone = true;
      acceptLater(key, context, false);
      return undefined;
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
    service,
    name: 'ListAccessKeys',
    readOnly: true,
    input: { UserName: userName, ...pageRules },
    resources: userArnOf,
    run: (input, context) => iamPage(keysOf(userOf(input, context), context).map(members), input, 'AccessKeyMetadata'),
  },
] satisfies readonly Operation[];
