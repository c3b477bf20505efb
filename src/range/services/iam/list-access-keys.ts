import { userArnOf, userOf } from '../../iam-rules.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
export default {
  service: 'iam',
  name: 'ListAccessKeys',
  readOnly: true,
  input: { UserName: { type: 'string' } },
  resources: userArnOf,
  run(input, context) {
    const user = userOf(input, context);
    return {
      AccessKeyMetadata: [...context.account.credentials.values()]
        .filter((credential) => credential.identity === user && credential.session === undefined)
        .map((credential) => ({
          UserName: user.name,
          AccessKeyId: credential.accessKeyId,
          Status: credential.active ? 'Active' : 'Inactive',
          CreateDate: new Date(credential.issuedAt),
        })),
      IsTruncated: false,
    };
  },
} satisfies Operation;
