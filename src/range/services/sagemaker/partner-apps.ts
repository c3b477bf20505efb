import type { Thing } from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { text } from '../../operation.ts';
import { describing, listing, requireThing } from '../../thing-operations.ts';

const kind = 'partner-app';
/** The id keeps its capitals, unlike names. */
const named: { readonly [member: string]: MemberRule } = {
  Arn: {
    type: 'string',
    required: true,
    pattern: /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:partner-app\/app-[A-Z0-9]{12}$/,
  },
};
const idOf = (input: Members) => text(input, 'Arn').replace(/^.*\//, '');
const missing = (id: string) => ['ResourceNotFound', `PartnerApp ${id} not found.`] as const;

const row = (app: Thing): Members => ({
  Arn: app.arn,
  Name: app.name,
  Type: app.members.Type,
  Status: app.status,
  CreationTime: new Date(app.createdAt),
});

const described = (app: Thing): Members => ({
  ...row(app),
  ...app.members,
  BaseUrl: `https://${app.id}.partner-app.${app.arn.split(':')[3]}.sagemaker.aws`,
  LastModifiedTime: new Date(app.modifiedAt),
});

/** Partner AI apps, to look at and to enter: the range makes none. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePartnerAppPresignedUrl.html */
export default [
  describing('DescribePartnerApp', kind, named, idOf, missing, described),
  listing('ListPartnerApps', kind, 'Summaries', row),
  {
    service: 'sagemaker',
    name: 'CreatePartnerAppPresignedUrl',
    readOnly: false,
    input: {
      ...named,
      ExpiresInSeconds: { type: 'number', min: 5, max: 300 },
      SessionExpirationDurationInSeconds: { type: 'number', min: 1800, max: 43_200 },
    },
    resources: (input) => [text(input, 'Arn')],
    run(input, context) {
      const app = requireThing(context, kind, idOf(input), missing);
      if (app.status !== 'Available') throw validationFault(`PartnerApp ${app.arn} is in status ${app.status}.`);
      return { Url: `${String(described(app).BaseUrl)}/auth?authToken=${context.random.letters(64)}` };
    },
    recorded: () => ({ Url: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
  },
] satisfies readonly Operation[];
