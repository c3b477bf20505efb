import type { ActionContext, ContainmentAction } from '../action.ts';
import { type FullDeny, planFullDeny, verifyFullDeny } from '../deny-everything.ts';
import { unlessGone } from '../state-check.ts';
import { call } from '../step.ts';
import { userDoors } from '../user-doors.ts';

const kind: FullDeny = {
  purpose: 'DenyAll',
  done: 'denied everything',
  verb: (name) => `Deny user ${name} everything`,
  impact: (name) => [
    `Every key, session token and console session of ${name} is refused every call within seconds to minutes.`,
  ],
};

const login = async (UserName: string, { aws, signal }: ActionContext) =>
  (await unlessGone(aws.call('iam:GetLoginProfile', { UserName }, { signal, priority: 'operator' })))?.LoginProfile;

/**
 * Takes a user's console password away, and denies the user everything: deleting the password ends neither open console sessions nor keys.
 * Nothing brings the password back, and no new one is ever made here. Facts K2, 5.10.
 */
const action: ContainmentAction = {
  id: 'iam.user.disable-console-login',
  title: 'Disable console login: delete the password for good, deny the user everything',
  class: 'not-reversible',
  appliesTo: ['iam.user'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html',
  ],
  reversible: false,

  async plan(target, context) {
    const { holder, ...deny } = await planFullDeny(target, context, kind);
    const profile = await login(holder.name, context);
    if (!profile) return { ...deny, summary: `${holder.name} has no console password; ${deny.summary}` };
    return {
      ...deny,
      summary: `Delete the console password of ${holder.name}; ${deny.summary}`,
      impact: `${holder.name} cannot sign in to the console any more. ${kind.impact(holder.name).join(' ')}`,
      notRestored: [
        `the console password of ${holder.name}: an administrator must give a new one`,
        ...(deny.notRestored.length > 0 ? deny.notRestored : [`calls that failed while ${holder.name} was denied`]),
      ],
      steps: [...deny.steps, call({ name: 'iam:DeleteLoginProfile', input: { UserName: holder.name } })],
      comesBack: [`everything that the policies of ${holder.name} allow; not the password`],
    };
  },

  async verify(target, context) {
    const profile = await login(target.name, context);
    return [
      {
        what: `${target.name} has no console password`,
        holds: !profile,
        why: profile ? 'iam:GetLoginProfile finds one' : 'iam:GetLoginProfile finds none',
      },
      ...(await verifyFullDeny(target, context, kind)),
    ];
  },

  affected: userDoors,
};
export default action;
