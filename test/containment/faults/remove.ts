import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import type { Stage } from './stage.ts';

/** Deletes the target as somebody else would. @returns Whether that can be done here. */
export async function remove(s: Stage): Promise<boolean> {
  const { clients, range } = s.g;
  const { arn, kind, name } = s.target;
  switch (kind) {
    case 'iam.role': {
      const { PolicyNames = [] } = await clients.iam.send(new iam.ListRolePoliciesCommand({ RoleName: name }));
      for (const PolicyName of PolicyNames)
        await clients.iam.send(new iam.DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
      const { AttachedPolicies = [] } = await clients.iam.send(
        new iam.ListAttachedRolePoliciesCommand({ RoleName: name }),
      );
      for (const { PolicyArn } of AttachedPolicies)
        await clients.iam.send(new iam.DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
      await clients.iam.send(new iam.DeleteRoleCommand({ RoleName: name }));
      return true;
    }
    case 'iam.user': {
      await clients.iam.send(new iam.DeleteLoginProfileCommand({ UserName: name })).catch(() => undefined);
      const { PolicyNames = [] } = await clients.iam.send(new iam.ListUserPoliciesCommand({ UserName: name }));
      for (const PolicyName of PolicyNames)
        await clients.iam.send(new iam.DeleteUserPolicyCommand({ UserName: name, PolicyName }));
      const { AttachedPolicies = [] } = await clients.iam.send(
        new iam.ListAttachedUserPoliciesCommand({ UserName: name }),
      );
      for (const { PolicyArn } of AttachedPolicies)
        await clients.iam.send(new iam.DetachUserPolicyCommand({ UserName: name, PolicyArn }));
      await clients.iam.send(new iam.DeleteUserCommand({ UserName: name }));
      return true;
    }
    case 'iam.access-key':
      await clients.iam.send(new iam.DeleteAccessKeyCommand({ UserName: 'state-user', AccessKeyId: name }));
      return true;
    case 'logs.log-group':
      await clients.logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
      return true;
    case 'sagemaker.notebook-instance-lifecycle-config':
      await clients.sagemaker.send(
        new sm.UpdateNotebookInstanceLifecycleConfigCommand({ NotebookInstanceLifecycleConfigName: name }),
      );
      return false;
    default:
      return range.control.place({ arn, status: 'gone' });
  }
}
