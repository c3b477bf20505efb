import { sagemakerArn, tagMap } from '../../account/account.ts';
import { callerArn, callerId } from '../../account/identities.ts';
import {
  addThing,
  makeThing,
  moveThing,
  removeThing,
  type Thing,
  type Turn,
  thingOf,
  thingsOf,
} from '../../account/things.ts';
import { Fault, validationFault } from '../../fault.ts';
import { parsePolicy } from '../../iam/policy.ts';
import type { CallContext, MemberRule, Members, Operation } from '../../operation.ts';
import { optionalText, structures, text } from '../../operation.ts';
import { describing, listing, requireThing, without } from '../../thing-operations.ts';

const approvals = ['Approved', 'Rejected', 'PendingManualApproval'] as const;
const group: { readonly [member: string]: MemberRule } = {
  ModelPackageGroupName: { type: 'string', required: true, min: 1, max: 170 },
};
/** A name or an ARN. */
const named: { readonly [member: string]: MemberRule } = {
  ModelPackageName: { type: 'string', required: true, min: 1, max: 176 },
};
const tail = (value: string): string => value.replace(/^arn:[^/]*\//, '');
const groupId = (input: Members) => tail(text(input, 'ModelPackageGroupName'));
const packageId = (input: Members) => tail(optionalText(input, 'ModelPackageArn') ?? text(input, 'ModelPackageName'));
const noGroup = (id: string) => ['ValidationException', `ModelPackageGroup ${id} does not exist.`] as const;
const noPackage = (id: string) => ['ValidationException', `ModelPackage ${id} does not exist.`] as const;
const groupArn: Operation['resources'] = (input, { region }) => [
  sagemakerArn(region, 'model-package-group', groupId(input)),
];
const packageArn: Operation['resources'] = (input, { region }) => [
  sagemakerArn(region, 'model-package', packageId(input)),
];
/** How long a package is checked, ms. */
const checkMs = 8_000;

const by = ({ caller }: CallContext): Members => ({
  IamIdentity: { Arn: callerArn(caller), PrincipalId: callerId(caller) },
});

const describedGroup = (entry: Thing): Members => {
  const { policy: _policy, ...members } = entry.members;
  return {
    ModelPackageGroupName: entry.name,
    ModelPackageGroupArn: entry.arn,
    ModelPackageGroupStatus: entry.status,
    ...members,
    CreationTime: new Date(entry.createdAt),
  };
};

const describedPackage = (entry: Thing): Members => ({
  ModelPackageName: entry.name,
  ModelPackageArn: entry.arn,
  ModelPackageStatus: entry.status,
  ModelPackageStatusDetails: { ValidationStatuses: [] },
  ...entry.members,
  CreationTime: new Date(entry.createdAt),
  LastModifiedTime: new Date(entry.modifiedAt),
});

const told = (updated: readonly string[]) => (entry: Thing, turn: Turn) =>
  turn.changed({
    detailType: 'SageMaker Model Package State Change',
    arn: entry.arn,
    region: turn.region.name,
    at: turn.now,
    detail: { ...describedPackage(entry), UpdatedModelPackageFields: updated },
  });

const createGroup: Operation = {
  service: 'sagemaker',
  name: 'CreateModelPackageGroup',
  readOnly: false,
  input: {
    ModelPackageGroupName: { type: 'string', required: true, pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/ },
    ModelPackageGroupDescription: { type: 'string', max: 1024 },
    Tags: { type: 'list', max: 50 },
  },
  resources: groupArn,
  run(input, context) {
    const { now, region } = context;
    const name = groupId(input);
    const arn = sagemakerArn(region, 'model-package-group', name);
    if (thingOf(region, 'model-package-group', name))
      throw validationFault(`Model Package Group already exists: ${arn}`);
    addThing(
      region,
      makeThing({
        kind: 'model-package-group',
        id: name,
        name,
        arn,
        status: 'Completed',
        members: { ...without(input, 'ModelPackageGroupName'), CreatedBy: by(context) },
        tags: tagMap(structures(input.Tags)),
        createdAt: now,
      }),
    );
    return { ModelPackageGroupArn: arn };
  },
};

const removeGroup: Operation = {
  service: 'sagemaker',
  name: 'DeleteModelPackageGroup',
  readOnly: false,
  input: group,
  resources: groupArn,
  run(input, context) {
    const entry = requireThing(context, 'model-package-group', groupId(input), noGroup);
    if (thingsOf(context.region, 'model-package').some(({ parent }) => parent === entry.arn))
      throw new Fault(
        'ConflictException',
        `Model Package Group ${entry.arn} cannot be deleted because it still contains Model Packages.`,
      );
    removeThing(context.region, entry);
    return undefined;
  },
};

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateModelPackage',
  readOnly: false,
  input: {
    ModelPackageName: { type: 'string', pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/ },
    ModelPackageGroupName: { type: 'string', min: 1, max: 170 },
    ModelApprovalStatus: { type: 'string', values: approvals },
    InferenceSpecification: { type: 'object' },
    Tags: { type: 'list', max: 50 },
  },
  resources: (input, { region }) => [
    sagemakerArn(
      region,
      'model-package',
      `${text(input, 'ModelPackageGroupName') ? `${groupId(input)}/*` : packageId(input)}`,
    ),
  ],
  run(input, context) {
    const { now, region } = context;
    const inGroup = input.ModelPackageGroupName !== undefined;
    if (inGroup === (input.ModelPackageName !== undefined))
      throw validationFault('Exactly one of ModelPackageName and ModelPackageGroupName must be provided.');
    const parent = inGroup ? requireThing(context, 'model-package-group', groupId(input), noGroup) : undefined;
    const version = parent
      ? 1 +
        thingsOf(region, 'model-package')
          .filter((entry) => entry.parent === parent.arn)
          .reduce((most, { members }) => Math.max(most, Number(members.ModelPackageVersion)), 0)
      : undefined;
    const id = parent ? `${parent.name}/${version}` : text(input, 'ModelPackageName');
    if (thingOf(region, 'model-package', id)) throw validationFault(`ModelPackage ${id} already exists.`);
    const entry = makeThing({
      kind: 'model-package',
      id,
      name: id,
      arn: sagemakerArn(region, 'model-package', id),
      status: 'Pending',
      parent: parent?.arn,
      members: {
        ...without(input, 'ModelPackageName', 'ModelPackageGroupName', 'ClientToken'),
        ...(parent
          ? {
              ModelPackageGroupName: parent.name,
              ModelPackageVersion: version,
              ModelApprovalStatus: optionalText(input, 'ModelApprovalStatus') ?? 'PendingManualApproval',
            }
          : {}),
        CreatedBy: by(context),
      },
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, entry);
    moveThing(entry, context, 'Pending', told([]), { ms: checkMs, status: 'Completed' });
    return { ModelPackageArn: entry.arn };
  },
};

/** Whatever listens for an approval acts on it: deploying pipelines most of all. */
const update: Operation = {
  service: 'sagemaker',
  name: 'UpdateModelPackage',
  readOnly: false,
  input: {
    ModelPackageArn: { type: 'string', required: true, max: 2048 },
    ModelApprovalStatus: { type: 'string', values: approvals },
    ApprovalDescription: { type: 'string', max: 1024 },
  },
  resources: packageArn,
  run(input, context) {
    const entry = requireThing(context, 'model-package', packageId(input), noPackage);
    const sent = without(input, 'ModelPackageArn', 'ClientToken');
    Object.assign(entry.members, sent, { LastModifiedBy: by(context) });
    moveThing(entry, context, entry.status, told(Object.keys(sent)));
    return { ModelPackageArn: entry.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeleteModelPackage',
  readOnly: false,
  input: named,
  resources: packageArn,
  run(input, context) {
    removeThing(context.region, requireThing(context, 'model-package', packageId(input), noPackage));
    return undefined;
  },
};

const putPolicy: Operation = {
  service: 'sagemaker',
  name: 'PutModelPackageGroupPolicy',
  readOnly: false,
  input: { ...group, ResourcePolicy: { type: 'string', required: true, min: 1, max: 20_480 } },
  resources: groupArn,
  run(input, context) {
    const entry = requireThing(context, 'model-package-group', groupId(input), noGroup);
    const policy = text(input, 'ResourcePolicy');
    try {
      parsePolicy(policy);
    } catch {
      // AWS does not say where.
      throw validationFault('Invalid resource policy: the policy document is malformed.');
    }
    entry.members.policy = policy;
    return { ModelPackageGroupArn: entry.arn };
  },
};

const noPolicy = (entry: Thing): Fault =>
  validationFault(`Cannot find resource policy for model package group: ${entry.arn}`);

const getPolicy: Operation = {
  service: 'sagemaker',
  name: 'GetModelPackageGroupPolicy',
  readOnly: true,
  input: group,
  resources: groupArn,
  run(input, context) {
    const entry = requireThing(context, 'model-package-group', groupId(input), noGroup);
    if (entry.members.policy === undefined) throw noPolicy(entry);
    return { ResourcePolicy: entry.members.policy };
  },
};

const removePolicy: Operation = {
  service: 'sagemaker',
  name: 'DeleteModelPackageGroupPolicy',
  readOnly: false,
  input: group,
  resources: groupArn,
  run(input, context) {
    const entry = requireThing(context, 'model-package-group', groupId(input), noGroup);
    if (entry.members.policy === undefined) throw noPolicy(entry);
    delete entry.members.policy;
    return undefined;
  },
};

/** The model registry. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html and its sisters. */
export default [
  createGroup,
  removeGroup,
  create,
  update,
  remove,
  putPolicy,
  getPolicy,
  removePolicy,
  describing('DescribeModelPackageGroup', 'model-package-group', group, groupId, noGroup, describedGroup),
  listing('ListModelPackageGroups', 'model-package-group', 'ModelPackageGroupSummaryList', (entry) => {
    const { CreatedBy: _by, ...row } = describedGroup(entry);
    return row;
  }),
  describing('DescribeModelPackage', 'model-package', named, packageId, noPackage, describedPackage),
  listing(
    'ListModelPackages',
    'model-package',
    'ModelPackageSummaryList',
    (entry) => ({
      ModelPackageName: entry.name,
      ModelPackageGroupName: entry.members.ModelPackageGroupName,
      ModelPackageVersion: entry.members.ModelPackageVersion,
      ModelPackageArn: entry.arn,
      ModelPackageDescription: entry.members.ModelPackageDescription,
      CreationTime: new Date(entry.createdAt),
      ModelPackageStatus: entry.status,
      ModelApprovalStatus: entry.members.ModelApprovalStatus,
    }),
    {
      wanted: ({ members }, input) =>
        (input.ModelPackageGroupName === undefined || members.ModelPackageGroupName === groupId(input)) &&
        (input.ModelApprovalStatus === undefined || members.ModelApprovalStatus === input.ModelApprovalStatus) &&
        // Without a group only those that are in none, unless asked otherwise.
        (input.ModelPackageGroupName !== undefined ||
          input.ModelPackageType === 'Both' ||
          (input.ModelPackageType === 'Versioned') === (members.ModelPackageVersion !== undefined)),
    },
  ),
] satisfies readonly Operation[];
