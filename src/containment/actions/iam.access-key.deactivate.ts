import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { allPages } from '../attempt.ts';
import { openChildSessions } from '../child-sessions.ts';
import { refuseProtectedUser, refuseProtectTag } from '../protected-roles.ts';
import { call, nothingToSend } from '../step.ts';
import { sessionsOf } from '../user-doors.ts';

/** Whose key it is. @throws RefusedError `NoUserKey` for keys of the root user, which IAM does not name. */
async function ownerOf(AccessKeyId: string, { aws, signal }: ActionContext): Promise<string> {
  const { UserName } = await aws.call('iam:GetAccessKeyLastUsed', { AccessKeyId }, { signal, priority: 'operator' });
  if (!UserName)
    throw new RefusedError('NoUserKey', `${AccessKeyId} belongs to no IAM user: perhaps to the root user`, [
      'Have the root user sign in and deactivate it under Security credentials',
    ]);
  return UserName;
}

/** `Active`, `Inactive`; `undefined` when the user has no such key any more. */
async function statusOf(AccessKeyId: string, UserName: string, { aws, signal }: ActionContext) {
  const keys = await allPages(async (Marker) => {
    const page = await aws.call(
      'iam:ListAccessKeys',
      { UserName, ...(Marker ? { Marker } : {}) },
      { signal, priority: 'operator' },
    );
    return { items: page.AccessKeyMetadata, next: page.IsTruncated ? page.Marker : undefined };
  });
  return keys.find((key) => key.AccessKeyId === AccessKeyId)?.Status;
}

/**
 * Makes a long-lived key useless; it stays, so that its id keeps its owner. Sessions that it issued live on: each is named with its end.
 * Facts K1, 5.10.
 */
const action: ContainmentAction = {
  id: 'iam.access-key.deactivate',
  title: 'Deactivate access key; sessions it issued live on',
  class: 'seconds',
  appliesTo: ['iam.access-key'],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html',
  ],
  reversible: true,

  async plan(target, context) {
    const id = target.name;
    if (id.startsWith('ASIA'))
      throw new RefusedError(
        'TemporaryKey',
        `${id} is a temporary key: it cannot be deactivated, only its role or user denied`,
        ['Use iam.role.revoke-sessions or iam.role.quarantine on its role'],
      );
    const user = await ownerOf(id, context);
    const { aws, signal } = context;
    const { User } = await aws.call('iam:GetUser', { UserName: user }, { signal, priority: 'operator' });
    refuseProtectedUser({ name: user, arn: User?.Arn ?? '' }, context);
    refuseProtectTag(user, User?.Tags, context);
    const status = await statusOf(id, user, context);
    const stillOpen = [
      ...(await openChildSessions(id, context)),
      {
        what: `the other keys and the password of ${user}`,
        until: null,
        closeWith: `iam.user.deny-all ${User?.Arn ?? user}`,
      },
    ];
    if (status !== 'Active')
      return {
        ...nothingToSend(status ? `Key ${id} of ${user} is ${status} already` : `${user} has no key ${id} any more`),
        stillOpen,
      };
    const set = (Status: 'Active' | 'Inactive') =>
      call({ name: 'iam:UpdateAccessKey', input: { UserName: user, AccessKeyId: id, Status } });
    return {
      summary: `Deactivate key ${id} of ${user}`,
      impact: `Whatever signs with ${id} is refused within seconds to minutes; sessions that it issued go on until they expire.`,
      evidenceLost: [],
      notRestored: [`calls that failed while ${id} was inactive`],
      steps: [{ ...set('Inactive'), undo: [set('Active')] }],
      preconditions: [],
      stillOpen,
      comesBack: [`key ${id} for whoever has it`],
      undoRisk: `activating ${id} gives it back to everyone who has a copy of it`,
    };
  },

  async verify(target, context) {
    const user = await ownerOf(target.name, context);
    const status = await statusOf(target.name, user, context);
    return [
      {
        what: `key ${target.name} of ${user} is not active`,
        holds: status !== 'Active',
        why: status ? `Status = ${status}` : 'iam:ListAccessKeys does not list it',
      },
    ];
  },

  affected: (target, context) => sessionsOf(target.name, context),
};
export default action;
