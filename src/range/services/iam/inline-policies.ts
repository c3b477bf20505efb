import { noSuchEntity } from '../../fault.ts';
import {
  checkDocument,
  encoded,
  enforceLater,
  type Holder,
  iamName,
  iamPage,
  limitExceeded,
  pageRules,
  policyHolders,
  refuseServiceLinked,
} from '../../iam-rules.ts';
import { type Members, type Operation, text } from '../../operation.ts';

/** Quotas of all inline policies together, without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const quotas = { role: 10_240, user: 2048 } as const;

/** Inline policies of roles and of users: the calls differ only in the noun. */
function family({ noun, find, resources }: Holder): readonly Operation[] {
  const name = `${noun}Name`;
  const service = 'iam';
  const one = { [name]: iamName, PolicyName: iamName };
  const missing = (input: Members) =>
    noSuchEntity(`The ${noun.toLowerCase()} policy with name ${text(input, 'PolicyName')} cannot be found.`);
  return [
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
      service,
      name: `Put${noun}Policy`,
      readOnly: false,
      input: { ...one, PolicyDocument: { type: 'string', required: true, min: 1, max: 131_072 } },
      resources,
      run(input, context) {
        const identity = find(input, context);
        refuseServiceLinked(identity);
        const document = text(input, 'PolicyDocument');
        checkDocument(document, 'identity', context.account);
        const others = [...identity.inline]
          .filter(([key]) => key !== text(input, 'PolicyName'))
          .map(([, value]) => value);
        const size = [...others, document].join('').replace(/\s/g, '').length;
        const quota = quotas[identity.type];
        if (size > quota)
          throw limitExceeded(`Maximum policy size of ${quota} bytes exceeded for ${identity.type} ${identity.name}`);
        identity.inline.set(text(input, 'PolicyName'), document);
        enforceLater(identity, context);
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
      service,
      name: `Get${noun}Policy`,
      readOnly: true,
      input: one,
      resources,
      run(input, context) {
        const identity = find(input, context);
        const policy = text(input, 'PolicyName');
        const document = identity.inline.get(policy);
        if (document === undefined) throw missing(input);
        return { [name]: identity.name, PolicyName: policy, PolicyDocument: encoded(document) };
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
      service,
      name: `Delete${noun}Policy`,
      readOnly: false,
      input: one,
      resources,
      run(input, context) {
        const identity = find(input, context);
        refuseServiceLinked(identity);
        if (!identity.inline.delete(text(input, 'PolicyName'))) throw missing(input);
        enforceLater(identity, context);
        return undefined;
      },
    },
    {
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
      service,
      name: `List${noun}Policies`,
      readOnly: true,
      input: { [name]: iamName, ...pageRules },
      resources,
      run: (input, context) => iamPage([...find(input, context).inline.keys()].sort(), input, 'PolicyNames'),
    },
  ];
}

export default policyHolders.flatMap(family);
