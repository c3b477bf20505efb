import { RefusedError } from '../../model/errors.ts';
import type { ContainmentAction } from '../action.ts';
import { call, nothingToSend, wait } from '../step.ts';
import { appsOfProfile, deleteApps, findProfile, profileSettled, roleOfProfile } from '../studio.ts';
import { usableRole, usableRoles } from '../usable-role.ts';
import { lines, some } from '../words.ts';

/** Apps of the profile act as another role from their next start on. AWS wants all its apps gone first. Facts U1. */
const action: ContainmentAction = {
  id: 'sagemaker.user-profile.swap-role',
  title: 'Swap role of a user profile: delete its apps, let it act as another role',
  class: 'interrupts',
  appliesTo: ['sagemaker.user-profile'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateUserProfile.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'role',
      title: 'role to act as from now on',
      async choices(target, context) {
        const profile = await findProfile(target, context);
        return profile ? usableRoles(await roleOfProfile(profile, context), context) : [];
      },
    },
  ],

  async plan(target, context) {
    const role = await usableRole(context);
    const profile = await findProfile(target, context);
    if (!profile) return nothingToSend(`User profile ${target.name} does not exist in ${context.region}`);
    const { DomainId, UserProfileName } = profile;
    const own = profile.UserSettings?.ExecutionRole;
    const before = await roleOfProfile(profile, context);
    if (own === role) return nothingToSend(`User profile ${UserProfileName} acts as ${role} already`);
    if (profile.Status !== 'InService')
      throw new RefusedError('ProfileBusy', `user profile ${UserProfileName} is ${profile.Status}`, [
        'Plan again when it is InService',
      ]);
    const apps = await deleteApps(await appsOfProfile(profile, context), context);
    const update = (ExecutionRole: string) =>
      ({
        name: 'sagemaker:UpdateUserProfile',
        input: { DomainId, UserProfileName, UserSettings: { ExecutionRole } },
      }) as const;
    return {
      summary: lines(
        apps.names.length > 0 && `Delete ${apps.names.length} apps of user profile ${UserProfileName}, then`,
        apps.names.length === 0 && `For user profile ${UserProfileName},`,
        `let it act as ${role} instead of ${before || 'its present role'}`,
      ),
      impact: lines(
        apps.names.length > 0 && `Kernels and terminals end, unsaved work is lost: ${some(apps.names)}.`,
        'That its other settings stay as they are is assumed, not measured on AWS: they are in the snapshot.',
      ),
      evidenceLost: apps.evidenceLost,
      notRestored: [
        ...apps.notRestored,
        ...(own ? [] : ['that it had no role of its own: undo names the domain’s default role']),
      ],
      steps: [
        ...apps.steps,
        call(
          update(role),
          before
            ? { undo: [call(update(before)), wait('the profile must be InService', profileSettled(profile))] }
            : {},
        ),
        wait('the profile must be InService', profileSettled(profile)),
      ],
      // The role itself is in the undo; a profile that had none of its own has one afterwards.
      preconditions: apps.preconditions,
      alsoNeeds: ['iam:PassRole'],
      stillOpen: [
        {
          what: `sessions of ${before || 'the old role'} that were issued before, until they expire`,
          until: null,
          closeWith: before ? `iam.role.quarantine ${before}` : null,
        },
      ],
      comesBack: [`role ${before} for ${UserProfileName}`, ...apps.names.map((name) => `app ${name}, empty`)],
      ...(apps.scripts.length > 0 ? { undoRisk: `lifecycle script ${some(apps.scripts)} runs again` } : {}),
    };
  },

  async verify(target, context) {
    const profile = await findProfile(target, context);
    return [
      {
        what: `user profile ${target.name} acts as ${context.params.role}`,
        holds: !profile || profile.UserSettings?.ExecutionRole === context.params.role,
        why: profile
          ? `UserSettings.ExecutionRole = ${profile.UserSettings?.ExecutionRole ?? '(the domain’s default)'}`
          : 'sagemaker:ListUserProfiles shows it no more',
      },
    ];
  },
};
export default action;
