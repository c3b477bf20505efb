import { sagemakerArn, tagMap } from '../../account/account.ts';
import { creation } from '../../account/hosting.ts';
import { validationFault } from '../../fault.ts';
import { type Operation, optionalText, structures, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html */
export default {
  service: 'sagemaker',
  name: 'CreateModel',
  readOnly: false,
  input: {
    ModelName: resourceName,
    PrimaryContainer: { type: 'object' },
    Containers: { type: 'list', max: 15 },
    ExecutionRoleArn: { type: 'string', pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/ },
    Tags: { type: 'list', max: 50 },
  },
  resources: (input, { region }) => [sagemakerArn(region, 'model', text(input, 'ModelName'))],
  alsoNeeds: (input) => {
    const role = optionalText(input, 'ExecutionRoleArn');
    return role === undefined
      ? []
      : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }];
  },
  run(input, { region, now, changed }) {
    const name = text(input, 'ModelName');
    const arn = sagemakerArn(region, 'model', name);
    if (region.models.has(name.toLowerCase())) throw validationFault(`Cannot create already existing model "${arn}".`);
    const { Tags: tags, ...definition } = input;
    const model = { name, arn, definition, tags: tagMap(structures(tags)), createdAt: now };
    region.models.set(name.toLowerCase(), model);
    changed(creation(region, 'Model', model));
    return { ModelArn: arn };
  },
} satisfies Operation;
