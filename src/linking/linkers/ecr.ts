import type { Found, Linker } from '../linker.ts';

/** ECR: repositories, and their images by tag and digest. */
export default {
  id: 'ecr',
  services: ['ecr'],
  link(call) {
    const found: Found[] = [];
    const of = (name: string) => call.request.find(({ key, depth }) => key === name && depth === 1)?.value;
    const repository = of('repositoryname');
    if (!repository) return found;
    // A registry is an account; it may be another's.
    const account = of('registryid') ?? call.account;
    const arn =
      call.region !== '' && account !== ''
        ? `arn:${call.partition}:ecr:${call.region}:${account}:repository/${repository}`
        : '';
    for (const leaves of [call.request, call.response])
      for (const { key, value } of leaves) {
        if (key === 'imagetag') found.push({ kind: 'ecr.image', arn: '', name: `${repository}:${value}` });
        else if (key === 'imagedigest') found.push({ kind: 'ecr.image', arn: '', name: `${repository}@${value}` });
      }
    found.push({ kind: 'ecr.repository', arn, name: repository });
    return found;
  },
} satisfies Linker as Linker;
