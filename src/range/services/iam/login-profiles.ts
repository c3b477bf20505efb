import { noSuchEntity } from '../../fault.ts';
import { alreadyExists, userArnOf, userOf } from '../../iam-rules.ts';
import type { CallContext, Members, Operation } from '../../operation.ts';

const missing = (name: string) => noSuchEntity(`Login Profile for User ${name} cannot be found.`);
const service = 'iam';
const input = { UserName: { type: 'string' } } as const;

function profile(members: Members, context: CallContext): Members {
  const user = userOf(members, context);
  if (!user.login) throw missing(user.name);
  return {
    LoginProfile: {
      UserName: user.name,
      CreateDate: new Date(user.login.createdAt),
      PasswordResetRequired: user.login.resetRequired,
    },
  };
}

/** Passwords for the console. Nobody reads one back, so a deleted one is lost; open sessions of the console go on. */
export default [
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
    service,
    name: 'GetLoginProfile',
    readOnly: true,
    input,
    resources: userArnOf,
    run: profile,
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
    service,
    name: 'CreateLoginProfile',
    readOnly: false,
    input: {
      ...input,
      Password: { type: 'string', min: 1, max: 128 },
      PasswordResetRequired: { type: 'boolean' },
    },
    unrecorded: ['Password'],
    resources: userArnOf,
    run(members, context) {
      const user = userOf(members, context);
      if (user.login) throw alreadyExists(`Login Profile for user ${user.name} already exists.`);
      user.login = { createdAt: context.now, resetRequired: members.PasswordResetRequired === true };
      return profile(members, context);
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
    service,
    name: 'DeleteLoginProfile',
    readOnly: false,
    input,
    resources: userArnOf,
    run(members, context) {
      const user = userOf(members, context);
      if (!user.login) throw missing(user.name);
      user.login = undefined;
      return undefined;
    },
  },
] satisfies readonly Operation[];
