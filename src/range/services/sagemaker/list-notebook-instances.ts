import { listPage, listRules } from '../../listing.ts';
import { type Operation, optionalText } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListNotebookInstances.html */
export default {
  service: 'sagemaker',
  name: 'ListNotebookInstances',
  readOnly: true,
  input: { ...listRules, NotebookInstanceLifecycleConfigNameContains: { type: 'string' } },
  run(input, { region }) {
    const script = optionalText(input, 'NotebookInstanceLifecycleConfigNameContains')?.toLowerCase();
    const notebooks = [...region.notebookInstances.values()].filter(
      ({ lifecycleConfig }) => script === undefined || (lifecycleConfig ?? '').toLowerCase().includes(script),
    );
    return listPage(notebooks, input, 'NotebookInstances', (notebook) => ({
      NotebookInstanceName: notebook.name,
      NotebookInstanceArn: notebook.arn,
      NotebookInstanceStatus: notebook.status,
      Url: notebook.url,
      InstanceType: notebook.instanceType,
      CreationTime: new Date(notebook.createdAt),
      LastModifiedTime: new Date(notebook.modifiedAt),
      NotebookInstanceLifecycleConfigName: notebook.lifecycleConfig,
    }));
  },
} satisfies Operation;
