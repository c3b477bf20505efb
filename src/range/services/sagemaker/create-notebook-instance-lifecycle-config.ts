import { sagemakerArn, tagMap } from '../../account/account.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstanceLifecycleConfig.html */
export default {
  service: 'sagemaker',
  name: 'CreateNotebookInstanceLifecycleConfig',
  readOnly: false,
  input: {
    NotebookInstanceLifecycleConfigName: resourceName,
    OnCreate: { type: 'list', max: 1 },
    OnStart: { type: 'list', max: 1 },
    Tags: { type: 'list', max: 50 },
  },
  resources: (input, { region }) => [
    sagemakerArn(region, 'notebook-instance-lifecycle-config', text(input, 'NotebookInstanceLifecycleConfigName')),
  ],
  run(input, { region, now }) {
    const name = text(input, 'NotebookInstanceLifecycleConfigName');
    const arn = sagemakerArn(region, 'notebook-instance-lifecycle-config', name);
    if (region.lifecycleConfigs.has(name.toLowerCase()))
      throw validationFault(
        `Unable to create Notebook Instance Lifecycle Config ${arn}. (Details: Notebook Instance Lifecycle Config already exists.)`,
      );
    region.lifecycleConfigs.set(name.toLowerCase(), {
      name,
      arn,
      onCreate: structures(input.OnCreate).map(({ Content }) => String(Content ?? '')),
      onStart: structures(input.OnStart).map(({ Content }) => String(Content ?? '')),
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
      modifiedAt: now,
    });
    return { NotebookInstanceLifecycleConfigArn: arn };
  },
} satisfies Operation;
