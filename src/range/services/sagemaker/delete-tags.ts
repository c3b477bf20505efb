import { tagged } from '../../account/account.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTags.html */
export default {
  service: 'sagemaker',
  name: 'DeleteTags',
  readOnly: false,
  input: {
    ResourceArn: { type: 'string', required: true },
    TagKeys: { type: 'list', required: true, min: 1, max: 50 },
  },
  resources: (input) => [text(input, 'ResourceArn')],
  run(input, { region }) {
    const arn = text(input, 'ResourceArn');
    const resource = [...tagged(region)].find((entry) => entry.arn === arn);
    if (!resource) throw validationFault(`Could not find resource "${arn}".`);
    for (const key of input.TagKeys as readonly unknown[]) resource.tags.delete(String(key));
    return undefined;
  },
} satisfies Operation;
