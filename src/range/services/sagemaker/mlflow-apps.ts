import type { Thing } from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { text } from '../../operation.ts';
import { describing, listing, requireThing } from '../../thing-operations.ts';

const kind = 'mlflow-app';
/** Its id keeps its capitals, as partner apps' do. */
const named: { readonly [member: string]: MemberRule } = {
  Arn: {
    type: 'string',
    required: true,
    pattern: /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:mlflow-app\/app-[A-Z0-9]{12}$/,
  },
};
const idOf = (input: Members) => text(input, 'Arn').replace(/^.*\//, '');
const missing = (id: string) => ['ResourceNotFound', `MlflowApp ${id} not found.`] as const;
const open: ReadonlySet<string> = new Set(['Created', 'Updated', 'UpdateFailed']);

const row = (app: Thing): Members => ({
  Arn: app.arn,
  Name: app.name,
  Status: app.status,
  MlflowVersion: app.members.MlflowVersion,
  CreationTime: new Date(app.createdAt),
  LastModifiedTime: new Date(app.modifiedAt),
});

/**
 * MLflow apps, to look at and to enter: the range makes none, and AWS has no call that stops one.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedMlflowAppUrl.html
 */
export default [
  describing('DescribeMlflowApp', kind, named, idOf, missing, (app) => ({ ...row(app), ...app.members })),
  listing('ListMlflowApps', kind, 'Summaries', row, {
    wanted: (app, { Status, MlflowVersion }) =>
      (Status === undefined || Status === app.status) &&
      (MlflowVersion === undefined || MlflowVersion === app.members.MlflowVersion),
  }),
  {
    service: 'sagemaker',
    name: 'CreatePresignedMlflowAppUrl',
    readOnly: false,
    input: {
      ...named,
      ExpiresInSeconds: { type: 'number', min: 5, max: 300 },
      SessionExpirationDurationInSeconds: { type: 'number', min: 1800, max: 43_200 },
    },
    resources: (input) => [text(input, 'Arn')],
    run(input, context) {
      const app = requireThing(context, kind, idOf(input), missing);
      if (!open.has(app.status)) throw validationFault(`MlflowApp ${app.arn} is in status ${app.status}.`);
      return {
        AuthorizedUrl: `https://${app.id}.experiments.sagemaker.${context.region.name}.app.aws/auth?authToken=${context.random.letters(64)}`,
      };
    },
    recorded: () => ({ AuthorizedUrl: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
  },
] satisfies readonly Operation[];
