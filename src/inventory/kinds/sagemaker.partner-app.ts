import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms } from '../refs.ts';

/** Partner AI apps: opened by presigned URL, they act as their role. Their ARN holds an id, not the name. */
const kind: InventoryKind = {
  id: 'sagemaker.partner-app',
  title: 'partner apps',
  order: 3,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListPartnerApps.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribePartnerApp.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListPartnerApps', {
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.Summaries, next: value.NextToken };
      },
      (one) => ({
        ref: { kind: 'sagemaker.partner-app', arn: one.Arn ?? '', name: one.Name ?? '' },
        state: one.Status ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: undefined,
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribePartnerApp';
    const app = await details.must(from, { Arn: ref.arn });
    details.state = app.Status ?? '';
    details.createdAt = ms(app.CreationTime);
    details.modifiedAt = ms(app.LastModifiedTime);
    details.runsAs(app.ExecutionRoleArn, from);
    details.fact('type', app.Type, from);
    details.fact('address', app.BaseUrl, from);
    details.fact('administrators', app.ApplicationConfig?.AdminUsers?.join(', '), from);
    return details.done();
  },
};
export default kind;
