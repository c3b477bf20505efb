import { sagemakerArn } from '../../account/account.ts';
import {
  findLifecycleConfig,
  findNotebook,
  moveNotebook,
  notebookDurations,
  requireStatus,
} from '../../account/notebooks.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, optionalText, structure, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** Only while stopped. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html */
export default {
  service: 'sagemaker',
  name: 'UpdateNotebookInstance',
  readOnly: false,
  input: {
    NotebookInstanceName: resourceName,
    InstanceType: { type: 'string' },
    RoleArn: { type: 'string', pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/ },
    LifecycleConfigName: { type: 'string' },
    DisassociateLifecycleConfig: { type: 'boolean' },
    RootAccess: { type: 'string', values: ['Enabled', 'Disabled'] },
    VolumeSizeInGB: { type: 'number', min: 5, max: 16_384 },
    InstanceMetadataServiceConfiguration: { type: 'object' },
  },
  resources: (input, { region }) => [sagemakerArn(region, 'notebook-instance', text(input, 'NotebookInstanceName'))],
  alsoNeeds: (input) => {
    const role = optionalText(input, 'RoleArn');
    return role === undefined
      ? []
      : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }];
  },
  run(input, context) {
    const notebook = findNotebook(context.region, text(input, 'NotebookInstanceName'));
    requireStatus(notebook, ['Stopped'], 'Updating');
    const script = optionalText(input, 'LifecycleConfigName');
    if (script !== undefined && input.DisassociateLifecycleConfig === true)
      throw validationFault('Cannot both associate and disassociate a lifecycle configuration in one request.');
    if (script !== undefined) notebook.lifecycleConfig = findLifecycleConfig(context.region, script).name;
    if (input.DisassociateLifecycleConfig === true) notebook.lifecycleConfig = undefined;
    notebook.roleArn = optionalText(input, 'RoleArn') ?? notebook.roleArn;
    notebook.instanceType = optionalText(input, 'InstanceType') ?? notebook.instanceType;
    if (input.RootAccess === 'Enabled' || input.RootAccess === 'Disabled') notebook.rootAccess = input.RootAccess;
    if (typeof input.VolumeSizeInGB === 'number') notebook.volumeSizeGb = input.VolumeSizeInGB;
    notebook.minimumImdsVersion =
      optionalText(structure(input.InstanceMetadataServiceConfiguration), 'MinimumInstanceMetadataServiceVersion') ??
      notebook.minimumImdsVersion;
    moveNotebook(notebook, 'Updating', 'Stopped', notebookDurations.updating, context);
    return {};
  },
} satisfies Operation;
