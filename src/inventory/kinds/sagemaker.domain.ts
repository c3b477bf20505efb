import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, refOfArn } from '../refs.ts';
import { readScripts, studioAddress } from '../studio.ts';

/** Studio domains: the default role, network and scripts of everybody in them. */
const kind: InventoryKind = {
  id: 'sagemaker.domain',
  title: 'Studio domains',
  order: 2,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListDomains.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListDomains', {
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Domains, next: value.NextToken };
      },
      (one) => ({
        // Its id is what calls and ARNs name it by.
        ref: { kind: 'sagemaker.domain', arn: one.DomainArn ?? '', name: one.DomainId ?? '' },
        state: one.Status ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeDomain';
    const domain = await details.must(from, { DomainId: studioAddress(ref.arn).DomainId || ref.name });
    details.state = domain.Status ?? '';
    details.createdAt = ms(domain.CreationTime);
    details.modifiedAt = ms(domain.LastModifiedTime);
    details.runsAs(domain.DefaultUserSettings?.ExecutionRole, from);
    details.relate('role-of-spaces', refOfArn(domain.DefaultSpaceSettings?.ExecutionRole), from);
    const canvas = domain.DefaultUserSettings?.CanvasAppSettings;
    for (const arn of [
      canvas?.ModelRegisterSettings?.CrossAccountModelRegisterRoleArn,
      canvas?.GenerativeAiSettings?.AmazonBedrockRoleArn,
      canvas?.EmrServerlessSettings?.ExecutionRoleArn,
      domain.DomainSettings?.RStudioServerProDomainSettings?.DomainExecutionRoleArn,
    ])
      details.relate('role', refOfArn(arn), from);
    details.internet = domain.AppNetworkAccessType === 'PublicInternetOnly' ? true : undefined;
    details.fact('name', domain.DomainName, from);
    details.fact('failure', domain.FailureReason, from);
    details.fact('authentication', domain.AuthMode, from);
    details.fact('network', domain.AppNetworkAccessType, from);
    details.fact('VPC', domain.VpcId, from);
    details.fact('home file system', domain.HomeEfsFileSystemId, from);
    details.fact(
      'user profile in source identity',
      domain.DomainSettings?.ExecutionRoleIdentityConfig ?? 'DISABLED (users that share a role cannot be told apart)',
      from,
    );
    readScripts(details, domain.DefaultUserSettings, from);
    readScripts(details, domain.DefaultSpaceSettings, from);
    return details.done();
  },
};
export default kind;
