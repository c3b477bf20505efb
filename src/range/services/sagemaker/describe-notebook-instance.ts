import { sagemakerArn } from '../../account/account.ts';
import { describedNotebook, findNotebook } from '../../account/notebooks.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html */
export default {
  service: 'sagemaker',
  name: 'DescribeNotebookInstance',
  readOnly: true,
  input: { NotebookInstanceName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'notebook-instance', text(input, 'NotebookInstanceName'))],
  run: (input, { region }) => describedNotebook(findNotebook(region, text(input, 'NotebookInstanceName'))),
} satisfies Operation;
