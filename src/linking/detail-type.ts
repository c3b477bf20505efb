import { remembered } from '../shared/remembered.ts';
import { resourceTypes } from './sagemaker-model.ts';

/** Detail types of SageMaker that call a thing otherwise than its ARN. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html */
const words: readonly (readonly [word: string, type: string])[] = [
  ['modelbuildingpipelineexecution', 'pipeline-execution'],
  ['notebooklifecycleconfig', 'notebook-instance-lifecycle-config'],
  ['groundtruthlabelingjob', 'labeling-job'],
  ['hyperpodcluster', 'cluster'],
  ['mlflowtrackingserver', 'mlflow-tracking-server'],
  ['trackingserver', 'mlflow-tracking-server'],
  ['a2ihumanloop', 'human-loop'],
  ...Object.keys(resourceTypes).map((type) => [type.replaceAll('-', ''), type] as const),
];

/** The kind that a state change is about: `SageMaker Endpoint Config State Change` is about an `sagemaker.endpoint-config`. Empty for any other. */
export const kindOfDetailType = remembered((detailType) => {
  const [, text] = /^(?:Amazon )?SageMaker (?:AI )?(.+)$/i.exec(detailType) ?? [];
  if (text === undefined) return '';
  const noun = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  let best = '';
  let length = 0;
  for (const [word, type] of words)
    if (noun.startsWith(word) && word.length > length) {
      best = `sagemaker.${type}`;
      length = word.length;
    }
  return best;
}, 1_000);
