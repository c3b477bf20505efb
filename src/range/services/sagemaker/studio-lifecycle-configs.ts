import { sagemakerArn, tagMap } from '../../account/account.ts';
import { isLive } from '../../account/studio.ts';
import { addThing, makeThing, removeThing, resourceInUse, type Thing, thingOf } from '../../account/things.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { structures, text } from '../../operation.ts';
import { describing, listing, requireThing, without } from '../../thing-operations.ts';
import { resourceName } from '../../validate.ts';

const kind = 'studio-lifecycle-config';
const named: { readonly [member: string]: MemberRule } = { StudioLifecycleConfigName: resourceName };
const idOf = (input: Members) => text(input, 'StudioLifecycleConfigName');
const missing = (id: string) => ['ResourceNotFound', `StudioLifecycleConfig [${id}] does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [sagemakerArn(region, kind, idOf(input))];

const described = (config: Thing): Members => ({
  StudioLifecycleConfigArn: config.arn,
  StudioLifecycleConfigName: config.name,
  ...config.members,
  CreationTime: new Date(config.createdAt),
  LastModifiedTime: new Date(config.modifiedAt),
});

/** Its content cannot be changed, only made anew. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateStudioLifecycleConfig.html and its sisters. */
export default [
  {
    service: 'sagemaker',
    name: 'CreateStudioLifecycleConfig',
    readOnly: false,
    input: {
      ...named,
      StudioLifecycleConfigContent: { type: 'string', required: true, min: 1, max: 16_384 },
      StudioLifecycleConfigAppType: {
        type: 'string',
        required: true,
        values: ['JupyterServer', 'KernelGateway', 'CodeEditor', 'JupyterLab'],
      },
      Tags: { type: 'list', max: 50 },
    },
    resources: arnOf,
    run(input, { now, region }) {
      const name = idOf(input);
      const arn = sagemakerArn(region, kind, name);
      if (thingOf(region, kind, name)) throw resourceInUse(`StudioLifecycleConfig [${arn}] already exists.`);
      addThing(
        region,
        makeThing({
          kind,
          id: name,
          name,
          arn,
          status: 'InService',
          members: without(input, 'StudioLifecycleConfigName'),
          tags: tagMap(structures(input.Tags)),
          createdAt: now,
        }),
      );
      return { StudioLifecycleConfigArn: arn };
    },
  },
  {
    service: 'sagemaker',
    name: 'DeleteStudioLifecycleConfig',
    readOnly: false,
    input: named,
    resources: arnOf,
    run(input, context) {
      const config = requireThing(context, kind, idOf(input), missing);
      // Wherever in the settings of a domain, profile, space or running app its ARN stands.
      const user = [...context.region.things.values()].find(
        (thing) =>
          (thing.kind === 'domain' ||
            thing.kind === 'user-profile' ||
            thing.kind === 'space' ||
            (thing.kind === 'app' && isLive(thing))) &&
          JSON.stringify(thing.members).includes(`"${config.arn}"`),
      );
      if (user) throw resourceInUse(`StudioLifecycleConfig [${config.arn}] is in use by [${user.arn}].`);
      removeThing(context.region, config);
      return undefined;
    },
  },
  describing('DescribeStudioLifecycleConfig', kind, named, idOf, missing, described),
  listing(
    'ListStudioLifecycleConfigs',
    kind,
    'StudioLifecycleConfigs',
    (config) => {
      const { StudioLifecycleConfigContent: _content, ...row } = described(config);
      return row;
    },
    {
      wanted: ({ members }, { AppTypeEquals }) =>
        AppTypeEquals === undefined || AppTypeEquals === members.StudioLifecycleConfigAppType,
    },
  ),
] satisfies readonly Operation[];
