import { DetailsBuilder } from '../details.ts';
import { readModel } from '../hosting.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';

/** Inference components: models that share an endpoint's instances. */
const kind: InventoryKind = {
  id: 'sagemaker.inference-component',
  title: 'inference components',
  order: 1,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListInferenceComponents.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeInferenceComponent.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListInferenceComponents', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.InferenceComponents, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('inference-component', one.InferenceComponentName, one.InferenceComponentArn, look),
        state: one.InferenceComponentStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeInferenceComponent';
    const component = await details.must(from, { InferenceComponentName: ref.name });
    details.state = component.InferenceComponentStatus ?? '';
    details.createdAt = ms(component.CreationTime);
    details.modifiedAt = ms(component.LastModifiedTime);
    details.fact('failure', component.FailureReason, from);
    details.fact('copies', component.RuntimeConfig?.CurrentCopyCount, from);
    details.relate('endpoint', sagemakerRef('endpoint', component.EndpointName, component.EndpointArn, look), from);
    const models = new Set<string>();
    for (const one of [component.Specification, ...(component.Specifications ?? [])]) {
      details.runsOn(one?.InstanceType);
      const image = one?.Container?.DeployedImage;
      details.image('image', image?.ResolvedImage ?? image?.SpecifiedImage, from);
      details.s3('s3-source', one?.Container?.ArtifactUrl, from);
      if (one?.ModelName) models.add(one.ModelName);
    }
    for (const model of models) {
      details.relate('model', sagemakerRef('model', model, undefined, look), from);
      await readModel(details, model);
    }
    return details.done();
  },
};
export default kind;
