import type { ManagedPolicy } from '../../account/identities.ts';
import { Fault, noSuchEntity } from '../../fault.ts';
import {
  alreadyExists,
  checkDocument,
  deleteConflict,
  encoded,
  enforceLater,
  holdersOf,
  iamName,
  iamPage,
  limitExceeded,
  pageRules,
  policyArnOf,
  policyOf,
} from '../../iam-rules.ts';
import {
  type CallContext,
  type MemberRule,
  type Members,
  type Operation,
  optionalText,
  text,
} from '../../operation.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const mostVersions = 5;
const largestDocument = 6144;
const service = 'iam';
const policyArn: MemberRule = { type: 'string', required: true, min: 20, max: 2048 };
const versionId: MemberRule = { type: 'string', required: true, pattern: /^v[1-9]\d*(\.[\w-]*)?$/ };
const document: MemberRule = { type: 'string', required: true, min: 1, max: 131_072 };
const isAws = ({ arn }: ManagedPolicy): boolean => arn.startsWith('arn:aws:iam::aws:');

const members = (policy: ManagedPolicy, context: CallContext): Members => {
  const holders = holdersOf(policy.arn, context);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.current,
    AttachmentCount: holders.filter(({ attached }) => attached.includes(policy.arn)).length,
    PermissionsBoundaryUsageCount: holders.filter(({ boundary }) => boundary === policy.arn).length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.versions.at(-1)?.createdAt ?? policy.createdAt),
  };
};

const versionMembers = (policy: ManagedPolicy, version: ManagedPolicy['versions'][number]): Members => ({
  VersionId: version.id,
  IsDefaultVersion: version.id === policy.current,
  CreateDate: new Date(version.createdAt),
});

function versionOf(policy: ManagedPolicy, input: Members) {
  const id = text(input, 'VersionId');
  const version = policy.versions.find((one) => one.id === id);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

/** Policies of AWS are nobody else's to change. @throws Fault `AccessDenied`. */
function refuseAws(policy: ManagedPolicy): void {
  if (isAws(policy)) throw new Fault('AccessDenied', `Policy ${policy.arn} is managed by AWS`, 403);
}

function checkSize(input: Members): string {
  const wanted = text(input, 'PolicyDocument');
  if (wanted.replace(/\s/g, '').length > largestDocument)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${largestDocument}`);
  return wanted;
}

const enforceEverywhere = (policy: ManagedPolicy, context: CallContext): void => {
  for (const holder of holdersOf(policy.arn, context)) enforceLater(holder, context);
};

/** Managed policies and their versions. */
export default [
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
    service,
    name: 'GetPolicy',
    readOnly: true,
    input: { PolicyArn: policyArn },
    resources: policyArnOf,
    run: (input, context) => ({ Policy: members(policyOf(input, context), context) }),
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    service,
    name: 'ListPolicies',
    readOnly: true,
    input: {
      ...pageRules,
      Scope: { type: 'string', values: ['All', 'AWS', 'Local'] },
      OnlyAttached: { type: 'boolean' },
    },
    run(input, context) {
      const prefix = optionalText(input, 'PathPrefix') ?? '/';
      const found = [...context.account.managedPolicies.values()].filter(
        (policy) =>
          policy.path.startsWith(prefix) &&
          (input.Scope === undefined || input.Scope === 'All' || isAws(policy) === (input.Scope === 'AWS')) &&
          (input.OnlyAttached !== true || holdersOf(policy.arn, context).length > 0),
      );
      return iamPage(
        found.map((policy) => members(policy, context)),
        input,
        'Policies',
      );
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
    service,
    name: 'GetPolicyVersion',
    readOnly: true,
    input: { PolicyArn: policyArn, VersionId: versionId },
    resources: policyArnOf,
    run(input, context) {
      const policy = policyOf(input, context);
      const version = versionOf(policy, input);
      return { PolicyVersion: { Document: encoded(version.document), ...versionMembers(policy, version) } };
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
    service,
    name: 'ListPolicyVersions',
    readOnly: true,
    input: { PolicyArn: policyArn, ...pageRules },
    resources: policyArnOf,
    run(input, context) {
      const policy = policyOf(input, context);
      return iamPage(
        policy.versions.toReversed().map((version) => versionMembers(policy, version)),
        input,
        'Versions',
      );
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    service,
    name: 'ListEntitiesForPolicy',
    readOnly: true,
    input: {
      PolicyArn: policyArn,
      ...pageRules,
      EntityFilter: { type: 'string', values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
      PolicyUsageFilter: { type: 'string', values: ['PermissionsPolicy', 'PermissionsBoundary'] },
    },
    resources: policyArnOf,
    run(input, context) {
      const { arn } = policyOf(input, context);
      const holders = holdersOf(arn, context).filter(
        ({ attached, boundary, type }) =>
          (input.EntityFilter === undefined || input.EntityFilter === (type === 'role' ? 'Role' : 'User')) &&
          (input.PolicyUsageFilter !== 'PermissionsPolicy' || attached.includes(arn)) &&
          (input.PolicyUsageFilter !== 'PermissionsBoundary' || boundary === arn),
      );
      const { holders: page, ...more } = iamPage(holders, input, 'holders') as { holders: typeof holders } & Members;
      return {
        PolicyGroups: [],
        PolicyUsers: page.filter(({ type }) => type === 'user').map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyRoles: page.filter(({ type }) => type === 'role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        ...more,
      };
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    service,
    name: 'CreatePolicy',
    readOnly: false,
    input: { PolicyName: iamName, PolicyDocument: document, Path: { type: 'string' } },
    resources: (input, { account }) => [
      `arn:aws:iam::${account.id}:policy${optionalText(input, 'Path') ?? '/'}${text(input, 'PolicyName')}`,
    ],
    run(input, context) {
      const { account, now, random } = context;
      const path = optionalText(input, 'Path') ?? '/';
      const arn = `arn:aws:iam::${account.id}:policy${path}${text(input, 'PolicyName')}`;
      if (account.managedPolicies.has(arn))
        throw alreadyExists(
          `A policy called ${text(input, 'PolicyName')} already exists. Duplicate names are not allowed.`,
        );
      const wanted = checkSize(input);
      checkDocument(wanted, 'identity', account);
      const policy: ManagedPolicy = {
        arn,
        name: text(input, 'PolicyName'),
        path,
        id: random.iamId('ANPA'),
        createdAt: now,
        versions: [{ id: 'v1', document: wanted, createdAt: now }],
        current: 'v1',
      };
      account.managedPolicies.set(arn, policy);
      return { Policy: members(policy, context) };
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
    service,
    name: 'CreatePolicyVersion',
    readOnly: false,
    input: { PolicyArn: policyArn, PolicyDocument: document, SetAsDefault: { type: 'boolean' } },
    resources: policyArnOf,
    run(input, context) {
      const policy = policyOf(input, context);
      refuseAws(policy);
      const wanted = checkSize(input);
      checkDocument(wanted, 'identity', context.account);
      if (policy.versions.length >= mostVersions)
        throw limitExceeded(
          `A managed policy can have up to ${mostVersions} versions. Before you create a new version, you must delete an existing version.`,
        );
      const last = Number(policy.versions.at(-1)?.id.slice(1) ?? 0);
      const version = { id: `v${last + 1}`, document: wanted, createdAt: context.now };
      policy.versions.push(version);
      if (input.SetAsDefault === true) {
        policy.current = version.id;
        enforceEverywhere(policy, context);
      }
      return { PolicyVersion: versionMembers(policy, version) };
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
    service,
    name: 'SetDefaultPolicyVersion',
    readOnly: false,
    input: { PolicyArn: policyArn, VersionId: versionId },
    resources: policyArnOf,
    run(input, context) {
      const policy = policyOf(input, context);
      refuseAws(policy);
      policy.current = versionOf(policy, input).id;
      enforceEverywhere(policy, context);
      return undefined;
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
    service,
    name: 'DeletePolicyVersion',
    readOnly: false,
    input: { PolicyArn: policyArn, VersionId: versionId },
    resources: policyArnOf,
    run(input, context) {
      const policy = policyOf(input, context);
      refuseAws(policy);
      const version = versionOf(policy, input);
      if (version.id === policy.current) throw deleteConflict('Cannot delete the default version of a policy.');
      policy.versions.splice(policy.versions.indexOf(version), 1);
      return undefined;
    },
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    service,
    name: 'DeletePolicy',
    readOnly: false,
    input: { PolicyArn: policyArn },
    resources: policyArnOf,
    run(input, context) {
      const policy = policyOf(input, context);
      refuseAws(policy);
      if (holdersOf(policy.arn, context).length > 0)
        throw deleteConflict('Cannot delete a policy attached to entities.');
      if (policy.versions.some(({ id }) => id !== policy.current))
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
        );
      context.account.managedPolicies.delete(policy.arn);
      return undefined;
    },
  },
] satisfies readonly Operation[];
