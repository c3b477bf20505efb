import { sagemakerArn } from '../../account/account.ts';
import { findNotebook } from '../../account/notebooks.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html */
export default {
  service: 'sagemaker',
  name: 'DescribeNotebookInstance',
  readOnly: true,
  input: { NotebookInstanceName: resourceName },
  resources: (input, { region }) => [sagemakerArn(region, 'notebook-instance', text(input, 'NotebookInstanceName'))],
  run(input, { region }) {
    const notebook = findNotebook(region, text(input, 'NotebookInstanceName'));
    return {
      NotebookInstanceArn: notebook.arn,
      NotebookInstanceName: notebook.name,
      NotebookInstanceStatus: notebook.status,
      Url: notebook.url,
      InstanceType: notebook.instanceType,
      IpAddressType: 'ipv4',
      RoleArn: notebook.roleArn,
      LastModifiedTime: new Date(notebook.modifiedAt),
      CreationTime: new Date(notebook.createdAt),
      NotebookInstanceLifecycleConfigName: notebook.lifecycleConfig,
      DirectInternetAccess: notebook.directInternetAccess,
      VolumeSizeInGB: notebook.volumeSizeGb,
      RootAccess: notebook.rootAccess,
      PlatformIdentifier: notebook.platform,
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: notebook.minimumImdsVersion },
    };
  },
} satisfies Operation;
