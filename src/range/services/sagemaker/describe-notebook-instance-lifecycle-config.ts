import { sagemakerArn } from '../../account/account.ts';
import { findLifecycleConfig } from '../../account/notebooks.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstanceLifecycleConfig.html */
export default {
  service: 'sagemaker',
  name: 'DescribeNotebookInstanceLifecycleConfig',
  readOnly: true,
  input: { NotebookInstanceLifecycleConfigName: resourceName },
  resources: (input, { region }) => [
    sagemakerArn(region, 'notebook-instance-lifecycle-config', text(input, 'NotebookInstanceLifecycleConfigName')),
  ],
  run(input, { region }) {
    const config = findLifecycleConfig(region, text(input, 'NotebookInstanceLifecycleConfigName'));
    return {
      NotebookInstanceLifecycleConfigArn: config.arn,
      NotebookInstanceLifecycleConfigName: config.name,
      OnCreate: config.onCreate.map((Content) => ({ Content })),
      OnStart: config.onStart.map((Content) => ({ Content })),
      LastModifiedTime: new Date(config.modifiedAt),
      CreationTime: new Date(config.createdAt),
    };
  },
} satisfies Operation;
