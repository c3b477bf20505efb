import { DetailsBuilder } from '../details.ts';
import type { InventoryKind } from '../kind.ts';
import { paged, pageSize } from '../pages.ts';
import { ms, sagemakerRef } from '../refs.ts';
import { readNotebookScripts } from '../scripts.ts';

/** Notebook instances: who opens one by URL is its role, as root where that is on. */
const kind: InventoryKind = {
  id: 'sagemaker.notebook-instance',
  title: 'notebook instances',
  order: 1,
  runs: true,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListNotebookInstances.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html',
  ],
  list: (look) =>
    paged(
      async (NextToken) => {
        const { value } = await look.read('sagemaker:ListNotebookInstances', {
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: pageSize,
          ...(NextToken ? { NextToken } : {}),
        });
        return { items: value.NotebookInstances, next: value.NextToken };
      },
      (one) => ({
        ref: sagemakerRef('notebook-instance', one.NotebookInstanceName, one.NotebookInstanceArn, look),
        state: one.NotebookInstanceStatus ?? '',
        createdAt: ms(one.CreationTime),
        modifiedAt: ms(one.LastModifiedTime),
        ...(one.InstanceType ? { compute: one.InstanceType } : {}),
      }),
    ),
  async describe(ref, look) {
    const details = new DetailsBuilder(look);
    const from = 'sagemaker:DescribeNotebookInstance';
    const notebook = await details.must(from, { NotebookInstanceName: ref.name });
    details.state = notebook.NotebookInstanceStatus ?? '';
    details.createdAt = ms(notebook.CreationTime);
    details.modifiedAt = ms(notebook.LastModifiedTime);
    details.runsAs(notebook.RoleArn, from);
    details.runsOn(notebook.InstanceType);
    details.internet =
      notebook.DirectInternetAccess === undefined ? undefined : notebook.DirectInternetAccess === 'Enabled';
    details.fact('failure', notebook.FailureReason, from);
    details.fact('direct internet access', notebook.DirectInternetAccess, from);
    details.fact('root access', notebook.RootAccess, from);
    details.fact('subnet', notebook.SubnetId, from);
    details.fact('network interface', notebook.NetworkInterfaceId, from);
    details.fact(
      'instance metadata, lowest version',
      notebook.InstanceMetadataServiceConfiguration?.MinimumInstanceMetadataServiceVersion,
      from,
    );
    details.fact('last changed', notebook.LastModifiedTime, from);
    for (const group of notebook.SecurityGroups ?? [])
      details.relate('security-group', { kind: 'ec2.security-group', arn: '', name: group }, from);
    for (const repository of [notebook.DefaultCodeRepository, ...(notebook.AdditionalCodeRepositories ?? [])])
      details.fact('code repository', repository, from);
    if (notebook.NotebookInstanceLifecycleConfigName)
      details.relate(
        'lifecycle-config',
        sagemakerRef(
          'notebook-instance-lifecycle-config',
          notebook.NotebookInstanceLifecycleConfigName,
          undefined,
          look,
        ),
        from,
      );
    return details.done();
  },
  async more(_ref, look, known) {
    const details = new DetailsBuilder(look);
    const script = known.relations.find(({ role }) => role === 'lifecycle-config')?.to.name;
    if (script) await readNotebookScripts(details, script);
    return details.done();
  },
};
export default kind;
