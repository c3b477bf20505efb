import { type Members, structures } from '../operation.ts';

/** Members of SageMaker's inputs that policies can ask about, wherever they stand in there, and the condition keys that hold them. */
const sagemakerKeys: { readonly [member: string]: readonly string[] } = {
  AppNetworkAccessType: ['AppNetworkAccessType'],
  DirectInternetAccess: ['DirectInternetAccess'],
  EnableInterContainerTrafficEncryption: ['InterContainerTrafficEncryption'],
  EnableNetworkIsolation: ['NetworkIsolation'],
  MaxRuntimeInSeconds: ['MaxRuntimeInSeconds'],
  ModelApprovalStatus: ['ModelApprovalStatus'],
  RootAccess: ['RootAccess'],
  // The reference has had it under both names.
  VolumeKmsKeyId: ['VolumeKmsKey', 'VolumeKmsKeyArn'],
};

/** The same for keys that have a list of values, however many there are. */
const sagemakerLists: { readonly [key: string]: readonly string[] } = {
  InstanceTypes: ['InstanceType'],
  VpcSecurityGroupIds: ['SecurityGroupIds'],
  VpcSubnets: ['SubnetId', 'SubnetIds', 'Subnets'],
};

/** Every value of a member, wherever it stands in the input. */
function everywhere(value: unknown, member: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => everywhere(entry, member));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const values: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    return name === member && values.every((one) => one !== null && typeof one !== 'object')
      ? values.map(String)
      : everywhere(inner, member);
  });
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
    for (const [member, names] of Object.entries(sagemakerKeys)) {
      const [value] = everywhere(input, member);
      if (value !== undefined) for (const key of names) keys.push([`sagemaker:${key.toLowerCase()}`, value]);
    }
    // A notebook's volume is encrypted with what other operations call by its volume.
    if (input.NotebookInstanceName !== undefined && typeof input.KmsKeyId === 'string')
      for (const key of ['volumekmskey', 'volumekmskeyarn']) keys.push([`sagemaker:${key}`, input.KmsKeyId]);
    for (const [key, members] of Object.entries(sagemakerLists)) {
      const values = members.flatMap((member) => everywhere(input, member));
      if (values.length > 0) keys.push([`sagemaker:${key.toLowerCase()}`, values]);
    }
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
