import { type Check, evidenceOf, type Judgement, unanswered } from '../check.ts';
import * as describe from '../describe.ts';
import { actionsText, isServiceLinked, judgeStatements, speaksOf } from '../policies.ts';
import { cli, commands, comment } from '../remedy.ts';

/** Calls by which an identity gives itself or another more. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html */
const widening = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:CreateRole',
  'iam:CreateUser',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
] as const;

const check: Check = {
  id: 'identity.boundary',
  topic: 'identity and access',
  title: 'permissions boundary of what may change IAM',
  about: ['iam.role', 'iam.user'],
  why: 'It may change policies, keys or trusts, and nothing bounds what it gives: with its credentials one gives oneself the rest.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html'],
  remedy: ({ kind, name }) =>
    commands(
      comment('A boundary that holds what the work needs, and no change to IAM:'),
      kind === 'iam.user'
        ? cli('iam', 'put-user-permissions-boundary', { 'user-name': name, 'permissions-boundary': 'POLICY_ARN' })
        : cli('iam', 'put-role-permissions-boundary', { 'role-name': name, 'permissions-boundary': 'POLICY_ARN' }),
    ),
  judge(subject, { ask }): readonly Judgement[] {
    if (isServiceLinked(subject)) return [];
    const isUser = subject.kind === 'iam.user';
    const user = isUser ? ask('iam:GetUser', { UserName: subject.name }) : undefined;
    const role = isUser ? undefined : describe.role(subject, ask);
    const reading = user ?? role!;
    if (reading.state !== 'read') return [unanswered([reading])!];
    const boundary =
      user?.state === 'read'
        ? user.value.User?.PermissionsBoundary
        : role?.state === 'read'
          ? role.value.Role?.PermissionsBoundary
          : undefined;
    const own = evidenceOf(reading, 'PermissionsBoundary', boundary?.PermissionsBoundaryArn);
    if (boundary?.PermissionsBoundaryArn) return [{ verdict: 'sound', evidence: [own] }];
    return judgeStatements(
      subject,
      ask,
      (statement) => {
        const may = widening.filter((action) => speaksOf(statement, action));
        return may.length > 0 ? `Allow ${actionsText({ ...statement, actions: may })}` : undefined;
      },
      'nothing that changes IAM',
    ).map((one) => (one.verdict === 'weak' ? { ...one, evidence: [own, ...one.evidence] } : one));
  },
};
export default check;
