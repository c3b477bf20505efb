import type { Found, Linker } from '../linker.ts';

/**
 * Names of IAM's things. Their ARNs hold a path that requests do not tell (execution roles of SageMaker lie under `/service-role/`), so
 * a name alone has no certain ARN; responses of `Create…` do.
 */
const kinds = new Map([
  ['rolename', 'iam.role'],
  ['username', 'iam.user'],
  ['newusername', 'iam.user'],
  ['groupname', 'iam.group'],
  ['newgroupname', 'iam.group'],
  ['instanceprofilename', 'iam.instance-profile'],
  ['accesskeyid', 'iam.access-key'],
  ['virtualmfadevicename', 'iam.mfa'],
  ['servercertificatename', 'iam.server-certificate'],
]);

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
      const kind = depth === 1 ? kinds.get(key) : undefined;
      if (kind) found.push({ kind, arn: '', name: value });
    }
    if (/^(?:Create|Get)/.test(call.operation)) {
      for (const { key, value, resource } of call.response) {
        const kind = kinds.get(key);
        if (kind) found.push({ kind, arn: '', name: value });
        if (key === 'arn' && resource) found.push(resource);
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
