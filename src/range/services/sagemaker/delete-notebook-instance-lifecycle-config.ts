import { sagemakerArn } from '../../account/account.ts';
import { findLifecycleConfig } from '../../account/notebooks.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/**
 * Refused while a notebook uses it; not verified against AWS.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteNotebookInstanceLifecycleConfig.html
 */
export default {
  service: 'sagemaker',
  name: 'DeleteNotebookInstanceLifecycleConfig',
  readOnly: false,
  input: { NotebookInstanceLifecycleConfigName: resourceName },
  resources: (input, { region }) => [
    sagemakerArn(region, 'notebook-instance-lifecycle-config', text(input, 'NotebookInstanceLifecycleConfigName')),
  ],
  run(input, { region }) {
    const config = findLifecycleConfig(region, text(input, 'NotebookInstanceLifecycleConfigName'));
    const user = [...region.notebookInstances.values()].find(({ lifecycleConfig }) => lifecycleConfig === config.name);
    if (user)
      throw validationFault(
        `Lifecycle Config ${config.arn} is in use by Notebook Instance ${user.arn} and cannot be deleted.`,
      );
    region.lifecycleConfigs.delete(config.name.toLowerCase());
    return undefined;
  },
} satisfies Operation;
