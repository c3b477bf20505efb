import { parseArn } from '../model/arn.ts';
import { RefusedError } from '../model/errors.ts';
import type { NormalisedEvent } from '../model/event.ts';
import type { ResourceRef } from '../model/resource.ts';
import { shellWord } from '../shared/shell-word.ts';
import { denyAllDocument, denySagemakerEntryDocument, quarantineDocument } from './policy-document.ts';
import { type PolicyPurpose, policyNameOf } from './policy-name.ts';

/** A command for somebody else's shell, and what it does. Words in capitals are theirs to fill in. */
export interface HandOffCommand {
  readonly does: string;
  readonly command: string;
}

/** A call by which the effect of what was asked for is recognised in the trail. */
export interface SoughtCall {
  /** `iam:PutRolePolicy`. */
  readonly action: string;
  /** Names of what it must touch, one of which a resource of the record has; empty: the call alone tells. */
  readonly names: readonly string[];
}

/** What must be done by somebody else, because it lies outside of what this identity reaches. JSON through and through. */
export interface HandOff {
  readonly kind: 'identity-center' | 'other-account' | 'root' | 'aws-support';
  /** Who can do it: "whoever holds the account of IAM Identity Center". */
  readonly whom: string;
  /** What is asked of them, one sentence. */
  readonly what: string;
  /** Why it cannot be done from here. */
  readonly why: string;
  readonly commands: readonly HandOffCommand[];
  /** What goes on here meanwhile. */
  readonly meanwhile: string;
  readonly soughtCalls: readonly SoughtCall[];
  /** What may hide those calls from us, and so why "not seen" is not "not done". */
  readonly blindSpot: string;
}

/** Not ours to do: whose it is, and the commands for them. */
export class HandOffError extends RefusedError {
  readonly handOff: HandOff;

  constructor(code: string, message: string, handOff: HandOff) {
    super(code, message, [
      `Ask ${handOff.whom}: ${handOff.what}`,
      ...handOff.commands.map(({ command }) => command),
      handOff.meanwhile,
    ]);
    this.handOff = handOff;
  }
}

const meanwhileHere = 'Go on with what runs in this account meanwhile: stop its notebooks, apps and jobs';

/**
 * A role of IAM Identity Center: AWS lets nobody change it in this account, only its permission set. Its name is
 * `AWSReservedSSO_<permission set>_<16 hex digits>`. The deny is of tokens older than `now` plus five minutes, so that whoever is let in again
 * afterwards can work.
 *
 * @param person Name of the session, which is the user's; empty when it is not known.
 * @param now Epoch ms, AWS time.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccessrevoke.html
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
 */
export function identityCenterHandOff(
  role: string,
  now: number,
  { person = '', userId = '' }: { readonly person?: string; readonly userId?: string } = {},
): HandOff {
  const set = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role)?.[1] ?? '';
  const setWord = set === '' ? 'PERMISSION_SET' : set;
  const deny = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          StringEquals: { 'identitystore:userId': userId || 'USER_ID' },
          DateLessThan: { 'aws:TokenIssueTime': new Date(now + 5 * 60_000).toISOString() },
        },
      },
    ],
  });
  const permissionSet = `--instance-arn INSTANCE_ARN --permission-set-arn ${shellWord(`ARN_OF_${setWord}`)}`;
  return {
    kind: 'identity-center',
    whom: 'whoever holds the account of IAM Identity Center',
    what: `keep ${person || 'the user'} out of permission set ${setWord}: disable the user, end the access-portal sessions, deny the role sessions that exist`,
    why: `${role} belongs to IAM Identity Center: AWS lets nobody change it in this account`,
    commands: [
      { does: 'the instance', command: 'aws sso-admin list-instances' },
      ...(userId
        ? []
        : [
            {
              does: 'the user’s id',
              command: `aws identitystore list-users --identity-store-id STORE_ID --filters AttributePath=UserName,AttributeValue=${person ? shellWord(person) : 'USER_NAME'}`,
            },
          ]),
      {
        does: 'disable the user and end its access-portal sessions (there is no call for it: in the console, Users, Disable user access, then Active sessions, Delete)',
        command: '# https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccessrevoke.html',
      },
      {
        does: 'what the permission set denies already: the next call replaces it, so merge',
        command: `aws sso-admin get-inline-policy-for-permission-set ${permissionSet}`,
      },
      {
        does: 'deny the role sessions that exist',
        command: `aws sso-admin put-inline-policy-to-permission-set ${permissionSet} --inline-policy ${shellWord(deny)}`,
      },
      {
        does: 'bring it into the accounts: it takes effect only then',
        command: `aws sso-admin provision-permission-set ${permissionSet} --target-type ALL_PROVISIONED_ACCOUNTS`,
      },
    ],
    meanwhile: meanwhileHere,
    soughtCalls: [
      // What provisioning does in this account, as the service-linked role of Identity Center.
      { action: 'iam:PutRolePolicy', names: [role] },
      { action: 'iam:AttachRolePolicy', names: [role] },
      { action: 'sso:PutInlinePolicyToPermissionSet', names: [] },
      { action: 'sso:ProvisionPermissionSet', names: [] },
    ],
    blindSpot:
      'the calls on the permission set are recorded in the account of Identity Center; here only what it does to the role is',
  };
}

/** The deny that an action puts, and what its policy is called. */
const denies: { readonly [actionId: string]: { readonly purpose: PolicyPurpose; readonly document: string } } = {
  'iam.role.quarantine': { purpose: 'Quarantine', document: quarantineDocument },
  'iam.role.deny-all': { purpose: 'DenyAll', document: denyAllDocument },
  'iam.role.deny-sagemaker-entry': { purpose: 'DenySageMakerEntry', document: denySagemakerEntryDocument },
  'iam.user.deny-all': { purpose: 'DenyAll', document: denyAllDocument },
  'iam.user.deny-sagemaker-entry': { purpose: 'DenySageMakerEntry', document: denySagemakerEntryDocument },
};

/**
 * Something of another account: these credentials cannot touch it. Where the action is a deny its exact call is given, else the command that
 * plans it there.
 */
export function otherAccountHandOff(
  action: { readonly id: string; readonly title: string },
  target: ResourceRef,
  ours: string,
  incident: string,
): HandOff {
  const account = parseArn(target.arn)?.account ?? '';
  const deny = denies[action.id];
  const noun = target.kind === 'iam.user' ? 'user' : 'role';
  const put = noun === 'user' ? 'iam:PutUserPolicy' : 'iam:PutRolePolicy';
  return {
    kind: 'other-account',
    whom: `whoever holds account ${account}`,
    what: `${action.title} (${target.name || target.arn})`,
    why: `${target.arn} is of account ${account}, and these credentials are of ${ours}`,
    commands: deny
      ? [
          {
            does: 'deny, with credentials of that account',
            command: `aws iam put-${noun}-policy --${noun}-name ${shellWord(target.name)} --policy-name ${shellWord(policyNameOf(incident, deny.purpose))} --policy-document '${deny.document}'`,
          },
        ]
      : [
          {
            does: 'plan it with credentials of that account; --arm sends it',
            command: `firebreak contain ${action.id} ${shellWord(target.arn)}`,
          },
        ],
    meanwhile: 'Go on with what is in this account meanwhile',
    soughtCalls: deny ? [{ action: put, names: [target.name] }] : [],
    blindSpot: `account ${account} records its calls itself: they are seen here only where its trail is read too`,
  };
}

/**
 * The root user: no policy of this account holds it. Only a service control policy does, and in the management account nothing at all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
 */
export function rootHandOff(account: string): HandOff {
  const deny = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } },
      },
    ],
  });
  return {
    kind: 'root',
    whom: 'whoever keeps the root user’s mailbox, and whoever holds the management account of the organisation',
    what: `take the root user of ${account} back: change its password, delete its keys, end its sessions; deny it by a service control policy meanwhile`,
    why: 'no policy of this account holds its root user',
    commands: [
      {
        does: 'in the management account: a service control policy that denies the root user (it does not hold the management account itself)',
        command: `aws organizations create-policy --type SERVICE_CONTROL_POLICY --name firebreak-deny-root --description 'incident' --content '${deny}'`,
      },
      { does: 'attach it', command: `aws organizations attach-policy --policy-id POLICY_ID --target-id ${account}` },
      {
        does: 'the root user itself, signed in with its mailbox: new password and MFA; Security credentials, delete every access key',
        command: '# https://console.aws.amazon.com/iam/home#/security_credentials',
      },
    ],
    meanwhile: meanwhileHere,
    soughtCalls: [
      { action: 'organizations:AttachPolicy', names: [] },
      { action: 'iam:DeleteAccessKey', names: [] },
    ],
    blindSpot: 'calls on the organisation are recorded in its management account',
  };
}

/** Accounts and buckets that belong to strangers: only AWS can act on them. https://aws.amazon.com/premiumsupport/knowledge-center/report-aws-abuse/ */
export function supportHandOff(what: string, evidence: readonly string[]): HandOff {
  const body = [what, ...evidence].join(' | ');
  return {
    kind: 'aws-support',
    whom: 'AWS Support, as a security incident; AWS Trust and Safety without a support plan',
    what,
    why: 'it belongs to somebody else: only AWS can act on it',
    commands: [
      { does: 'the codes of services and categories', command: 'aws support describe-services --region us-east-1' },
      {
        does: 'open a case (needs a Business or Enterprise plan)',
        command: `aws support create-case --region us-east-1 --severity-code urgent --service-code SERVICE_CODE --category-code CATEGORY_CODE --subject 'Security incident: data leaves to an account that is not ours' --communication-body ${shellWord(body)}`,
      },
      {
        does: 'without a plan: the form of AWS Trust and Safety',
        command: '# https://repost.aws/knowledge-center/report-aws-abuse',
      },
    ],
    meanwhile: 'Go on meanwhile: what sends data there is in this account',
    soughtCalls: [{ action: 'support:CreateCase', names: [] }],
    blindSpot: 'a case that was opened in the console of another account, or by telephone, is not recorded here',
  };
}

/** Whether an event is one of the calls that were asked for: accepted, after the asking, and on what was meant. */
export function isSoughtCall(
  { soughtCalls }: Pick<HandOff, 'soughtCalls'>,
  requestedAt: number,
  event: Pick<NormalisedEvent, 'action' | 'at' | 'errorCode' | 'resources'>,
): boolean {
  // Records tell whole seconds.
  if (event.errorCode !== '' || event.at < Math.floor(requestedAt / 1_000) * 1_000) return false;
  return soughtCalls.some(
    ({ action, names }) =>
      action === event.action &&
      (names.length === 0 ||
        event.resources.some(({ name, arn }) =>
          names.some(
            (wanted) => name.toLowerCase() === wanted.toLowerCase() || arn.toLowerCase() === wanted.toLowerCase(),
          ),
        )),
  );
}

/** A hand-off of an incident, folded from its journal. `seen`: a call that was asked for has arrived in the trail. */
export interface HandOffState {
  /** `h1`, `h2`, … */
  readonly id: string;
  readonly handOff: HandOff;
  /** Action that it stands for; empty where none is. */
  readonly actionId: string;
  readonly target: ResourceRef;
  /** Playbook and step that it is part of. */
  readonly playbook: { readonly run: string; readonly step: string } | undefined;
  readonly by: string;
  /** Epoch ms. */
  readonly requestedAt: number;
  readonly seen:
    | { readonly eventId: string; readonly action: string; readonly eventAt: number; readonly at: number }
    | undefined;
}
