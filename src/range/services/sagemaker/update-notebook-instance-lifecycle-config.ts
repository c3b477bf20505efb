import { sagemakerArn } from '../../account/account.ts';
import { findLifecycleConfig } from '../../account/notebooks.ts';
import { type Operation, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** Hits every notebook that uses it, at its next start. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstanceLifecycleConfig.html */
export default {
  service: 'sagemaker',
  name: 'UpdateNotebookInstanceLifecycleConfig',
  readOnly: false,
  input: {
    NotebookInstanceLifecycleConfigName: resourceName,
    OnCreate: { type: 'list', max: 1 },
    OnStart: { type: 'list', max: 1 },
  },
  resources: (input, { region }) => [
    sagemakerArn(region, 'notebook-instance-lifecycle-config', text(input, 'NotebookInstanceLifecycleConfigName')),
  ],
  run(input, { region, now }) {
    const config = findLifecycleConfig(region, text(input, 'NotebookInstanceLifecycleConfigName'));
    if (input.OnCreate !== undefined)
      config.onCreate = structures(input.OnCreate).map(({ Content }) => String(Content ?? ''));
    if (input.OnStart !== undefined)
      config.onStart = structures(input.OnStart).map(({ Content }) => String(Content ?? ''));
    config.modifiedAt = now;
    return {};
  },
} satisfies Operation;
