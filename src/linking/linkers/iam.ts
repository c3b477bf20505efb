import { resourceOfArn } from '../arn-resource.ts';
import type { Found, Linker } from '../linker.ts';

/**
 * Names of IAM's things. Their ARNs hold a path that requests do not tell (execution roles of SageMaker lie under `/service-role/`), so
 * a name alone has no certain ARN; responses of `Create…` do.
 */
const kinds: { readonly [key: string]: string } = {
  rolename: 'iam.role',
  username: 'iam.user',
  newusername: 'iam.user',
  groupname: 'iam.group',
  instanceprofilename: 'iam.instance-profile',
  accesskeyid: 'iam.access-key',
};

/** IAM: roles, users, groups, instance profiles, access keys; managed policies by their ARN. */
export default {
  id: 'iam',
  services: ['iam'],
  link(call) {
    const found: Found[] = [];
    // A policy's name is a resource of its own only where it is created; inline policies belong to their role or user.
    const policyName =
      call.operation === 'CreatePolicy' ? call.request.find(({ key }) => key === 'policyname')?.value : undefined;
    if (policyName) {
      const arn = call.response.find(({ key, value }) => key === 'arn' && value.includes(':policy/'))?.value ?? '';
      found.push({ kind: 'iam.policy', arn, name: policyName });
    }
    for (const { key, value, depth } of call.request) {
      const kind = depth === 1 ? kinds[key] : undefined;
      if (kind) found.push({ kind, arn: '', name: value });
    }
    if (/^(?:Create|Get)/.test(call.operation)) {
      for (const { key, value } of call.response) {
        const kind = kinds[key];
        if (kind) found.push({ kind, arn: '', name: value });
        const resource = key === 'arn' ? resourceOfArn(value) : undefined;
        if (resource) found.push(resource);
      }
    }
    // Users who change their own key or password do not name themselves.
    if (
      found.length === 0 &&
      call.event.principal?.type === 'IAMUser' &&
      /AccessKey|LoginProfile|Password|MFADevice/.test(call.operation)
    ) {
      found.push({ kind: 'iam.user', arn: call.event.principal.arn, name: call.event.principal.name });
    }
    return found;
  },
} satisfies Linker as Linker;
