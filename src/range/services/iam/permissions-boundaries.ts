import { noSuchEntity } from '../../fault.ts';
import { enforceLater, type Holder, iamName, policyHolders, refuseServiceLinked } from '../../iam-rules.ts';
import { type Operation, text } from '../../operation.ts';

/** Boundaries of roles and of users. Deleting one that is not there succeeds here. */
function family({ noun, find, resources }: Holder): readonly Operation[] {
  const name = `${noun}Name`;
  const service = 'iam';
  return [
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
      service,
      name: `Put${noun}PermissionsBoundary`,
      readOnly: false,
      input: { [name]: iamName, PermissionsBoundary: { type: 'string', required: true, min: 20, max: 2048 } },
      resources,
      run(input, context) {
        const identity = find(input, context);
        refuseServiceLinked(identity);
        const arn = text(input, 'PermissionsBoundary');
        if (!context.account.managedPolicies.has(arn))
          throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
        identity.boundary = arn;
        enforceLater(identity, context);
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
      service,
      name: `Delete${noun}PermissionsBoundary`,
      readOnly: false,
      input: { [name]: iamName },
      resources,
      run(input, context) {
        const identity = find(input, context);
        refuseServiceLinked(identity);
        identity.boundary = undefined;
        enforceLater(identity, context);
        return undefined;
      },
    },
  ];
}

export default policyHolders.flatMap(family);
