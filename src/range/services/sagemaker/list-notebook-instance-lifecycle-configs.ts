import { listPage, listRules } from '../../listing.ts';
import type { Operation } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListNotebookInstanceLifecycleConfigs.html */
export default {
  service: 'sagemaker',
  name: 'ListNotebookInstanceLifecycleConfigs',
  readOnly: true,
  input: listRules,
  run: (input, { region }) =>
    listPage(region.lifecycleConfigs.values(), input, 'NotebookInstanceLifecycleConfigs', (config) => ({
      NotebookInstanceLifecycleConfigName: config.name,
      NotebookInstanceLifecycleConfigArn: config.arn,
      CreationTime: new Date(config.createdAt),
      LastModifiedTime: new Date(config.modifiedAt),
    })),
} satisfies Operation;
