import { type Members, structures } from '../operation.ts';

/** Input members of SageMaker calls that policies can ask about, and the condition keys that hold them. */
const sagemakerKeys: { readonly [member: string]: string } = {
  AppNetworkAccessType: 'AppNetworkAccess',
  DirectInternetAccess: 'DirectInternetAccess',
  EnableNetworkIsolation: 'NetworkIsolation',
  KmsKeyId: 'VolumeKmsKey',
  ModelApprovalStatus: 'ModelApprovalStatus',
  RootAccess: 'RootAccess',
  SecurityGroupIds: 'VpcSecurityGroupIds',
  SubnetId: 'VpcSubnets',
  SubnetIds: 'VpcSubnets',
  Subnets: 'VpcSubnets',
};

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

/** Every value of a member, wherever it stands in the input. */
function everywhere(value: unknown, member: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => everywhere(entry, member));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === member && typeof inner === 'string' ? [inner] : everywhere(inner, member),
  );
}

/**
 * The condition keys that come from what a call asks for.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function requestKeys(
  service: string,
  input: Members,
): readonly (readonly [string, string | readonly string[]])[] {
  const keys: (readonly [string, string | readonly string[]])[] = [];
  const tags = structures(input.Tags);
  for (const { Key, Value } of tags) keys.push([`aws:requesttag/${String(Key).toLowerCase()}`, String(Value ?? '')]);
  if (tags.length > 0) keys.push(['aws:tagkeys', tags.map(({ Key }) => String(Key))]);
  if (service === 'sagemaker') {
    for (const [member, key] of Object.entries(sagemakerKeys))
      if (input[member] !== undefined)
        keys.push([
          `sagemaker:${key.toLowerCase()}`,
          Array.isArray(input[member]) ? list(input[member]) : String(input[member]),
        ]);
    const types = everywhere(input, 'InstanceType');
    if (types.length > 0) keys.push(['sagemaker:instancetypes', types]);
  }
  if (service === 'sts') {
    for (const [member, key] of [
      ['ExternalId', 'sts:externalid'],
      ['RoleSessionName', 'sts:rolesessionname'],
      ['SourceIdentity', 'sts:sourceidentity'],
    ] as const)
      if (typeof input[member] === 'string') keys.push([key, input[member]]);
  }
  if (service === 'iam')
    for (const [member, key] of [
      ['PolicyArn', 'iam:policyarn'],
      ['PermissionsBoundary', 'iam:permissionsboundary'],
    ] as const)
      if (typeof input[member] === 'string') keys.push([key, input[member]]);
  return keys;
}
