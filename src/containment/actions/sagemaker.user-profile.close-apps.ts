import type { ContainmentAction } from '../action.ts';
import { closeBehind, isClosedBehind } from '../behind-entry.ts';
import { inlineOnly, replaces } from '../inline-deny.ts';
import { sameDocument } from '../policy-document.ts';
import { readHolder, readInline, readPolicies } from '../policy-holder.ts';
import { policyNameOf } from '../policy-name.ts';
import { roleNameOf } from '../protected-roles.ts';
import { roleUsers } from '../role-users.ts';
import { nothingToSend } from '../step.ts';
import { findProfile, roleOfProfile } from '../studio.ts';
import { lines } from '../words.ts';

/** What Studio's own interface does with the role of the profile to start something. Facts A2. */
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'IrDenyStudioLaunch',
      Effect: 'Deny',
      Action: ['sagemaker:CreateApp', 'sagemaker:CreateSpace', 'sagemaker:UpdateSpace', 'sagemaker:StartSession'],
      Resource: '*',
    },
  ],
});

const roleRef = (arn: string) => ({ kind: 'iam.role', arn, name: roleNameOf(arn) ?? '' });

/** Ends every app of a profile and of its spaces, and keeps the role that Studio acts with from starting another. Facts A1, A2. */
const action: ContainmentAction = {
  id: 'sagemaker.user-profile.close-apps',
  title: 'Close apps of a user profile: delete them all, keep its role from starting others',
  class: 'interrupts',
  appliesTo: ['sagemaker.user-profile'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteApp.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateApp.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
  ],
  reversible: true,

  async plan(target, context) {
    const profile = await findProfile(target, context);
    if (!profile) return nothingToSend(`User profile ${target.name} does not exist in ${context.region}`);
    const role = await roleOfProfile(profile, context);
    const apps = await closeBehind(target, context);
    const holder = await readHolder(roleRef(role), context);
    const policy = policyNameOf(context.incident, 'DenyStudioLaunch');
    const before = await readInline(holder, policy, context);
    const denied = before !== undefined && sameDocument(before, document);
    const steps = [
      ...(denied ? [] : inlineOnly(holder, { policy, document }, before, await readPolicies(holder, context))),
      ...apps.steps,
    ];
    const stillOpen = [
      ...apps.stillOpen,
      {
        what: `whoever may call sagemaker:CreateApp with another role can start an app of ${target.name}`,
        until: null,
        closeWith: null,
      },
    ];
    if (steps.length === 0)
      return {
        ...nothingToSend(`No app of ${target.name} runs, and ${holder.name} cannot start one already`),
        stillOpen,
      };
    return {
      summary: lines(
        !denied && `Keep ${holder.name} from starting apps, spaces and sessions with inline policy ${policy};`,
        apps.words || 'no app is there to delete',
      ),
      impact: lines(
        apps.impact,
        !denied && `Everybody whose profile or space acts as ${holder.name} cannot start an app meanwhile.`,
        ...(denied ? [] : replaces(policy, before)),
      ),
      evidenceLost: apps.evidenceLost,
      notRestored: apps.notRestored,
      steps,
      preconditions: apps.preconditions,
      stillOpen,
      comesBack: [`apps, spaces and sessions for everybody who acts as ${holder.name}`, ...apps.comesBack],
      ...(apps.undoRisk ? { undoRisk: apps.undoRisk } : {}),
    };
  },

  async verify(target, context) {
    const profile = await findProfile(target, context);
    if (!profile)
      return [
        {
          what: `user profile ${target.name} is gone`,
          holds: true,
          why: 'sagemaker:ListUserProfiles shows it no more',
        },
      ];
    const { kind, name } = { ...roleRef(await roleOfProfile(profile, context)), kind: 'iam.role' as const };
    const policy = policyNameOf(context.incident, 'DenyStudioLaunch');
    const found = await readInline({ kind, name }, policy, context);
    return [
      {
        what: `inline policy ${policy} keeps ${name} from starting apps`,
        holds: found !== undefined && sameDocument(found, document),
        why: found ?? 'the policy is not there',
      },
      ...(await isClosedBehind(target, context)),
    ];
  },

  async *affected(target, context) {
    const profile = await findProfile(target, context);
    const role = profile && (await roleOfProfile(profile, context));
    if (role) yield* roleUsers(roleRef(role), context);
  },
};
export default action;
