import type { Mistake } from '../model/drill.ts';
import type { Deed } from './chronicle.ts';
import { structures } from './operation.ts';

/** What somebody did that did not help, told by what came after. One row a lesson; the reasons are those of AWS's behaviour. */
interface Lesson {
  /** The responder's call. */
  readonly did: RegExp;
  /** Where the operation alone does not say it. */
  readonly when?: (deed: Deed) => boolean;
  /** What followed all the same; without it doing it was enough. */
  readonly followed?: (did: Deed, later: Deed) => boolean;
  /** What the responder does next that makes it good, unless it followed even then. */
  readonly closedBy?: RegExp;
  readonly what: (did: Deed) => string;
  readonly why: string | ((later: Deed | undefined) => string);
}

/** Enforcement lags: what works so shortly after a deny tells nothing. ms of the account's time. */
const lagMs = 10_000;

/** The attacker's next success with this operation, on the same thing where one is named. */
const again =
  (call: RegExp, ...members: readonly string[]) =>
  (did: Deed, later: Deed): boolean =>
    later.side === 'attacker' &&
    call.test(later.call) &&
    members.every((member) => String(later.input[member]).toLowerCase() === String(did.input[member]).toLowerCase());

const name = ({ input }: Deed, member: string): string => String(input[member] ?? '');
const isRole = (deed: Deed, role: string): boolean => (deed.as ?? '').includes(`:assumed-role/${role}/`);
const isCompute = ({ as = '' }: Deed): boolean => as.endsWith('/SageMaker');

/** Whether a policy denies everything: not the quarantine, which spares logs. */
function deniesAll(document: unknown): boolean {
  try {
    const { Statement } = JSON.parse(String(document)) as { Statement?: unknown };
    return structures(Array.isArray(Statement) ? Statement : [Statement]).some(
      ({ Action, Condition, Effect }) =>
        Effect === 'Deny' &&
        Condition === undefined &&
        (Action === '*' || (Array.isArray(Action) && Action.includes('*'))),
    );
  } catch {
    // No document that AWS would have taken.
    return false;
  }
}

const lessons: readonly Lesson[] = [
  {
    did: /^iam:PutRolePolicy$/,
    when: (deed) => name(deed, 'PolicyName') === 'AWSRevokeOlderSessions',
    followed: (did, later) => later.side === 'attacker' && isRole(later, name(did, 'RoleName')),
    what: (did) => `sessions of ${name(did, 'RoleName')} revoked while something could still get new ones`,
    why: (later) =>
      later && isCompute(later)
        ? 'Revoking refuses tokens that were issued before. Compute that runs gets new ones from its metadata, and those pass: stop the compute, or quarantine the role.'
        : 'Revoking refuses tokens that were issued before. Whoever may assume the role assumes it again: cut who assumes it first.',
  },
  {
    did: /^sagemaker:DeleteEndpoint$/,
    followed: again(/^sagemaker:CreateEndpoint$/, 'EndpointName'),
    what: (did) => `endpoint ${name(did, 'EndpointName')} deleted while he could make it again`,
    why: 'Deleting an endpoint leaves its config and its models: whoever may call CreateEndpoint has it back in minutes. Cut his entry first.',
  },
  {
    did: /^sagemaker:UpdateEndpoint$/,
    followed: again(/^sagemaker:(UpdateEndpoint|UpdateModelPackage|CreateModelPackage)$/),
    what: (did) => `endpoint ${name(did, 'EndpointName')} rolled back while he could change it again`,
    why: 'First the way in, then what came through it: the config he made is still there, and an approval deploys it again.',
  },
  {
    did: /^sagemaker:Stop\w+Job$/,
    followed: again(/^sagemaker:Create\w+Job$/),
    what: (did) => `job ${Object.values(did.input)[0]} stopped while he could start another`,
    why: 'Whoever began it begins it again: keys first, or deny Create* to whoever holds them, then the jobs.',
  },
  {
    did: /^sagemaker:StopNotebookInstance$/,
    followed: again(/^sagemaker:StartNotebookInstance$/, 'NotebookInstanceName'),
    what: (did) => `notebook ${name(did, 'NotebookInstanceName')} stopped with its script left in place`,
    why: 'Every start runs the lifecycle script as root, whoever starts it: detach or neutralise the script before anybody can.',
  },
  {
    did: /^sagemaker:StopNotebookInstance$/,
    followed: (_did, later) => later.side === 'attacker' && isCompute(later),
    closedBy: /^iam:(PutRolePolicy|AttachRolePolicy|PutRolePermissionsBoundary)$/,
    what: (did) => `notebook ${name(did, 'NotebookInstanceName')} stopped while copies of its credentials were good`,
    why: 'Stopping compute does not kill credentials that were copied out: they live for hours. Quarantine the role.',
  },
  {
    did: /^iam:UpdateAccessKey$/,
    when: (deed) => name(deed, 'Status') === 'Inactive',
    followed: (did, later) => later.side === 'attacker' && later.key !== name(did, 'AccessKeyId'),
    closedBy: /^iam:(PutUserPolicy|AttachUserPolicy|PutRolePolicy|AttachRolePolicy|UpdateAccessKey)$/,
    what: (did) => `one key of ${name(did, 'UserName') || 'a user'} switched off, and he had other credentials`,
    why: (later) =>
      later && isCompute(later)
        ? 'Two identities: who minted the entry, and the role that the code runs as. Blocking one leaves the other alive.'
        : later?.key?.startsWith('AKIA')
          ? 'A user may have a second key, or get one: deny the user everything, which covers both.'
          : 'What a key issued before lives on: session tokens of the user, sessions of roles. Deny the user everything, and revoke the sessions of the role.',
  },
  {
    did: /^sagemaker:UpdateModelPackage$/,
    when: (deed) => name(deed, 'ModelApprovalStatus') === 'Rejected',
    followed: again(/^sagemaker:(UpdateModelPackage|CreateModelPackage)$/),
    what: (did) =>
      `package ${name(did, 'ModelPackageArn').split('/').slice(-2).join('/')} rejected while he could approve`,
    why: 'Rejecting touches neither the model nor the endpoint that serves it, and whoever may approve it approves it again.',
  },
  {
    did: /^cloudtrail:StartLogging$/,
    followed: again(/^cloudtrail:StopLogging$/),
    what: () => 'logging started while he could stop it',
    why: 'The way in first: what may stop the trail once may stop it again.',
  },
  {
    did: /^s3:PutBucketPolicy$/,
    followed: again(/^s3:PutBucketPolicy$/, 'Bucket'),
    what: (did) => `policy of bucket ${name(did, 'Bucket')} changed while he could write it`,
    why: 'A bucket has one policy document, replaced as a whole by whoever may put it: his goes over yours.',
  },
  {
    did: /^sagemaker:(Put|Delete)ModelPackageGroupPolicy$/,
    followed: again(/^sagemaker:PutModelPackageGroupPolicy$/, 'ModelPackageGroupName'),
    what: (did) => `policy of group ${name(did, 'ModelPackageGroupName')} changed while he could write it`,
    why: 'Whoever may put the policy shares the group again: cut who may first.',
  },
  {
    did: /^sagemaker:DeleteApp$/,
    followed: again(/^sagemaker:CreateApp$/),
    what: (did) => `app of ${name(did, 'SpaceName') || name(did, 'UserProfileName')} deleted while he could start it`,
    why: 'A new app can be started at once by whoever may call CreateApp or has Studio open: deny entry first.',
  },
  {
    did: /^sagemaker:UpdateUserProfile$/,
    followed: again(/^sagemaker:UpdateUserProfile$/, 'UserProfileName'),
    what: (did) => `role of profile ${name(did, 'UserProfileName')} put back while he could change it`,
    why: 'The way in first: he deletes the apps and swaps the role again.',
  },
  {
    did: /^iam:(PutRolePolicy|AttachRolePolicy|PutRolePermissionsBoundary|DetachRolePolicy)$/,
    when: (deed) => deed.call !== 'iam:PutRolePolicy' || deniesAll(deed.input.PolicyDocument),
    followed: (_did, later) => later.side === 'responder' && later.call === 'sagemaker:DeleteEndpoint',
    what: (did) => `role ${name(did, 'RoleName')} restricted before the endpoint was gone`,
    why: 'AWS cleans up an endpoint with its execution role: restricted first, the endpoint can be left stranded. Delete, wait until it is gone, then restrict.',
  },
  {
    did: /^iam:PutRolePolicy$/,
    when: (deed) => deniesAll(deed.input.PolicyDocument),
    what: (did) => `role ${name(did, 'RoleName')} denied everything, its logs included`,
    why: 'A deny of everything also stops what containers write to CloudWatch Logs: evidence. The quarantine denies all but that.',
  },
  {
    did: /^(sagemaker:Delete(NotebookInstance|\w+Job|ModelPackage|Model|EndpointConfig|Space|UserProfile|Domain)|logs:Delete(LogGroup|LogStream)|iam:DeleteAccessKey)$/,
    what: (did) =>
      `${did.call.split(':')[1]} of ${Object.values(did.input).find((value) => typeof value === 'string')}`,
    why: 'What is deleted is no evidence any more: stop, detach, deactivate or deny instead.',
  },
];

/**
 * What the responder did that did not help, in order; each lesson once a thing it was done to.
 *
 * @param since When the story began, epoch ms.
 */
export function mistakesOf(deeds: readonly Deed[], since: number, speed: number): readonly Mistake[] {
  const found = new Map<string, Mistake>();
  const done = deeds.filter(({ code }) => code === undefined);
  for (const did of done) {
    if (did.side !== 'responder') continue;
    for (const lesson of lessons) {
      if (!lesson.did.test(did.call) || (lesson.when && !lesson.when(did))) continue;
      const { closedBy, followed } = lesson;
      const after = (at: number) => done.find((deed) => deed.at > at + lagMs / speed && followed?.(did, deed));
      const later = after(did.at);
      const closing =
        closedBy && done.findLast(({ call, side, at }) => side === 'responder' && at > did.at && closedBy.test(call));
      if (closing && !after(closing.at)) continue;
      if (followed && !later) continue;
      const what = lesson.what(did);
      if (found.has(what)) continue;
      found.set(what, {
        afterMs: did.at - since,
        what,
        consequence: later
          ? `${Math.round((later.at - did.at) / 1000)} s later: ${later.side === 'attacker' ? 'he called' : 'you called'} ${later.call.split(':')[1]}`
          : '',
        why: typeof lesson.why === 'string' ? lesson.why : lesson.why(later),
      });
    }
  }
  return [...found.values()].sort((a, b) => a.afterMs - b.afterMs);
}
