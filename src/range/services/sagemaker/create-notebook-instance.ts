import { sagemakerArn, tagMap } from '../../account/account.ts';
import {
  findLifecycleConfig,
  moveNotebook,
  type NotebookInstance,
  notebookDurations,
} from '../../account/notebooks.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, optionalText, structure, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html */
export default {
  service: 'sagemaker',
  name: 'CreateNotebookInstance',
  readOnly: false,
  input: {
    NotebookInstanceName: resourceName,
    InstanceType: { type: 'string', required: true, pattern: /^ml\.[a-z0-9-]+\.[a-z0-9]+$/ },
    RoleArn: { type: 'string', required: true, pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/ },
    LifecycleConfigName: { type: 'string' },
    RootAccess: { type: 'string', values: ['Enabled', 'Disabled'] },
    DirectInternetAccess: { type: 'string', values: ['Enabled', 'Disabled'] },
    VolumeSizeInGB: { type: 'number', min: 5, max: 16_384 },
    Tags: { type: 'list', max: 50 },
  },
  resources: (input, { region }) => [sagemakerArn(region, 'notebook-instance', text(input, 'NotebookInstanceName'))],
  alsoNeeds: (input) => [
    {
      action: 'iam:PassRole',
      resource: text(input, 'RoleArn'),
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
  ],
  run(input, context) {
    const { region, now } = context;
    const name = text(input, 'NotebookInstanceName');
    const key = name.toLowerCase();
    const arn = sagemakerArn(region, 'notebook-instance', name);
    if (region.notebookInstances.has(key))
      throw validationFault(`Cannot create a duplicate Notebook Instance (${arn})`);
    const script = optionalText(input, 'LifecycleConfigName');
    if (script !== undefined) findLifecycleConfig(region, script);
    const notebook: NotebookInstance = {
      name,
      arn,
      status: 'Pending',
      instanceType: text(input, 'InstanceType'),
      roleArn: text(input, 'RoleArn'),
      lifecycleConfig: script,
      rootAccess: input.RootAccess === 'Disabled' ? 'Disabled' : 'Enabled',
      directInternetAccess: input.DirectInternetAccess === 'Disabled' ? 'Disabled' : 'Enabled',
      volumeSizeGb: typeof input.VolumeSizeInGB === 'number' ? input.VolumeSizeInGB : 5,
      minimumImdsVersion:
        optionalText(structure(input.InstanceMetadataServiceConfiguration), 'MinimumInstanceMetadataServiceVersion') ??
        '1',
      platform: optionalText(input, 'PlatformIdentifier') ?? 'notebook-al2023-v1',
      url: `${key}-${context.random.letters(4)}.notebook.${region.name}.sagemaker.aws`,
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
      modifiedAt: now,
    };
    region.notebookInstances.set(key, notebook);
    moveNotebook(notebook, 'Pending', 'InService', notebookDurations.pending, context);
    return { NotebookInstanceArn: arn };
  },
} satisfies Operation;
