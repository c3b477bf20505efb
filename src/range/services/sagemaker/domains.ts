import { tagMap } from '../../account/account.ts';
import {
  appsOfDomain,
  domainId,
  isLive,
  merged,
  reportStudio,
  rolesOfSettings,
  spacesOfDomain,
  studioArn,
  studioDurations,
} from '../../account/studio.ts';
import { addThing, makeThing, moveThing, resourceInUse, type Thing, thingsOf } from '../../account/things.ts';
import { validationFault } from '../../fault.ts';
import type { MemberRule, Members, Operation } from '../../operation.ts';
import { structure, structures, text } from '../../operation.ts';
import { describing, listing, passes, requireAssumable, requireThing, without } from '../../thing-operations.ts';

const kind = 'domain';
const named: { readonly [member: string]: MemberRule } = { DomainId: domainId };
const idOf = (input: Members) => text(input, 'DomainId');
const missing = (id: string) => ['ResourceNotFound', `Domain [${id}] does not exist.`] as const;
const arnOf: Operation['resources'] = (input, { region }) => [studioArn(region, kind, idOf(input))];
const rolesOf = (input: Members) => rolesOfSettings(input.DefaultUserSettings, input.DefaultSpaceSettings);
const url = (domain: Thing) => `https://${domain.id}.studio.${domain.arn.split(':')[3]}.sagemaker.aws`;

const described = (domain: Thing): Members => ({
  DomainArn: domain.arn,
  DomainId: domain.id,
  DomainName: domain.name,
  Status: domain.status,
  ...domain.members,
  Url: url(domain),
  CreationTime: new Date(domain.createdAt),
  LastModifiedTime: new Date(domain.modifiedAt),
});

const create: Operation = {
  service: 'sagemaker',
  name: 'CreateDomain',
  readOnly: false,
  input: {
    DomainName: { type: 'string', required: true, pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/ },
    AuthMode: { type: 'string', required: true, values: ['SSO', 'IAM'] },
    DefaultUserSettings: { type: 'object', required: true },
    Tags: { type: 'list', max: 50 },
  },
  alsoNeeds: (input) => passes(rolesOf(input)),
  run(input, context) {
    const { now, random, region } = context;
    requireAssumable(rolesOf(input), context);
    const id = `d-${random.letters(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}`;
    const domain = makeThing({
      kind,
      id,
      name: text(input, 'DomainName'),
      arn: studioArn(region, kind, id),
      status: 'Pending',
      members: {
        AppNetworkAccessType: 'PublicInternetOnly',
        HomeEfsFileSystemId: `fs-${random.letters(17)}`,
        ...without(input, 'DomainName'),
      },
      tags: tagMap(structures(input.Tags)),
      createdAt: now,
    });
    addThing(region, domain);
    moveThing(domain, context, 'Pending', reportStudio, { ms: studioDurations.domain, status: 'InService' });
    return { DomainArn: domain.arn, DomainId: id, Url: url(domain) };
  },
};

const update: Operation = {
  service: 'sagemaker',
  name: 'UpdateDomain',
  readOnly: false,
  input: { ...named, DefaultUserSettings: { type: 'object' }, DefaultSpaceSettings: { type: 'object' } },
  resources: arnOf,
  alsoNeeds: (input) => passes(rolesOf(input)),
  run(input, context) {
    const domain = requireThing(context, kind, idOf(input), missing);
    if (domain.status !== 'InService')
      throw resourceInUse(`Unable to update Domain [${domain.arn}] in status [${domain.status}].`);
    requireAssumable(rolesOf(input), context);
    const changesRole = (['DefaultUserSettings', 'DefaultSpaceSettings'] as const).some((member) => {
      const role = structure(input[member]).ExecutionRole;
      return role !== undefined && role !== structure(domain.members[member]).ExecutionRole;
    });
    if (changesRole && appsOfDomain(context, domain.id).some(isLive))
      throw validationFault(
        `Unable to update Domain [${domain.arn}] with InService App. Delete all InService apps for the Domain, including shared apps, and try again.`,
      );
    const { DefaultSpaceSettings, DefaultUserSettings, DomainSettingsForUpdate, ...rest } = without(input, 'DomainId');
    Object.assign(domain.members, rest, {
      DefaultUserSettings: merged(domain.members.DefaultUserSettings, DefaultUserSettings),
      DefaultSpaceSettings: merged(domain.members.DefaultSpaceSettings, DefaultSpaceSettings),
      DomainSettings: merged(domain.members.DomainSettings, DomainSettingsForUpdate),
    });
    moveThing(domain, context, 'Updating', reportStudio, { ms: studioDurations.profile, status: 'InService' });
    return { DomainArn: domain.arn };
  },
};

const remove: Operation = {
  service: 'sagemaker',
  name: 'DeleteDomain',
  readOnly: false,
  input: named,
  resources: arnOf,
  run(input, context) {
    const domain = requireThing(context, kind, idOf(input), missing);
    const profiles = thingsOf(context.region, 'user-profile').filter(({ id }) => id.startsWith(`${domain.id}/`));
    if (profiles.length > 0 || spacesOfDomain(context, domain.id).length > 0)
      throw resourceInUse(
        `Unable to delete Domain [${domain.arn}] because it has UserProfile(s) or Space(s) associated.`,
      );
    moveThing(domain, context, 'Deleting', reportStudio, { ms: studioDurations.domain, status: 'gone' });
    return undefined;
  },
};

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDomain.html and its sisters. */
export default [
  create,
  update,
  remove,
  describing('DescribeDomain', kind, named, idOf, missing, described),
  listing('ListDomains', kind, 'Domains', (domain) => ({
    DomainArn: domain.arn,
    DomainId: domain.id,
    DomainName: domain.name,
    Status: domain.status,
    CreationTime: new Date(domain.createdAt),
    LastModifiedTime: new Date(domain.modifiedAt),
    Url: url(domain),
  })),
] satisfies readonly Operation[];
