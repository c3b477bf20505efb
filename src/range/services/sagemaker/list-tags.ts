import { tagged, tagList } from '../../account/account.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';

/** All tags at once: fifty is the most a resource can have. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html */
export default {
  service: 'sagemaker',
  name: 'ListTags',
  readOnly: true,
  input: { ResourceArn: { type: 'string', required: true } },
  resources: (input) => [text(input, 'ResourceArn')],
  run(input, { region }) {
    const arn = text(input, 'ResourceArn');
    const resource = [...tagged(region)].find((entry) => entry.arn === arn);
    if (!resource) throw validationFault(`Could not find resource "${arn}".`);
    return { Tags: tagList(resource.tags) };
  },
} satisfies Operation;
