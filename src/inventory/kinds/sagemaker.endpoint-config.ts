import { DetailsBuilder } from '../details.ts';
import { readConfig } from '../hosting.ts';
import type { InventoryKind } from '../kind.ts';
import { ms } from '../refs.ts';

/** Endpoint configs: described on demand; endpoints that use one are found by `usersOf`. */
const kind: InventoryKind = {
  id: 'sagemaker.endpoint-config',
  title: 'endpoint configs',
  order: 3,
  runs: false,
  references: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpointConfig.html'],
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const config = await details.must('sagemaker:DescribeEndpointConfig', { EndpointConfigName: ref.name });
    details.createdAt = ms(config.CreationTime);
    details.fact('created', config.CreationTime, 'sagemaker:DescribeEndpointConfig');
    await readConfig(details, ref.name, look);
    return details.done();
  },
};
export default kind;
