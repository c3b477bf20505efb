import { tagged, tagList } from '../../account/account.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, structures, text } from '../../operation.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
export default {
  service: 'sagemaker',
  name: 'AddTags',
  readOnly: false,
  input: { ResourceArn: { type: 'string', required: true }, Tags: { type: 'list', required: true, max: 50 } },
  resources: (input) => [text(input, 'ResourceArn')],
  run(input, { region }) {
    const arn = text(input, 'ResourceArn');
    const resource = [...tagged(region)].find((entry) => entry.arn === arn);
    if (!resource) throw validationFault(`Could not find resource "${arn}".`);
    for (const { Key, Value } of structures(input.Tags)) resource.tags.set(String(Key), String(Value ?? ''));
    return { Tags: tagList(resource.tags) };
  },
  recorded: () => null,
} satisfies Operation;
