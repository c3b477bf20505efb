import { sagemakerArn } from '../../account/account.ts';
import { findNotebook, moveNotebook, notebookDurations, requireStatus } from '../../account/notebooks.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartNotebookInstance.html */
export default {
  service: 'sagemaker',
  name: 'StartNotebookInstance',
  readOnly: false,
  input: { NotebookInstanceName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'notebook-instance', text(input, 'NotebookInstanceName'))],
  run(input, context) {
    const notebook = findNotebook(context.region, text(input, 'NotebookInstanceName'));
    requireStatus(notebook, ['Stopped'], 'Pending');
    moveNotebook(notebook, 'Pending', 'InService', notebookDurations.pending, context);
    return undefined;
  },
} satisfies Operation;
