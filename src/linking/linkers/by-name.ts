import type { Relation } from '../../model/resource.ts';
import { resourceOfArn } from '../arn-resource.ts';
import type { Call, Found, Linker } from '../linker.ts';

/** How a service names a resource: its kind, and the ARN where the name is enough to build it (`{name}`, and the call's own place). */
interface Name {
  readonly kind: string;
  /** After the account; a leading `:` leaves the account out, `::` Region and account. */
  readonly arn?: string;
  readonly relation?: Relation;
}

const instance: Name = { kind: 'ec2.instance', arn: 'instance/{name}' };

/** By service, then by the member that names the resource, in lower case. Services that attackers use around SageMaker. */
const names: { readonly [service: string]: { readonly [key: string]: Name } } = {
  s3: { bucketname: { kind: 's3.bucket', arn: '::{name}' } },
  lambda: {
    functionname: { kind: 'lambda.function', arn: 'function:{name}' },
    layername: { kind: 'lambda.layer', arn: 'layer:{name}' },
  },
  secretsmanager: { secretid: { kind: 'secretsmanager.secret' }, name: { kind: 'secretsmanager.secret' } },
  ssm: {
    names: { kind: 'ssm.parameter' },
    documentname: { kind: 'ssm.document', relation: 'uses' },
    target: { ...instance, relation: 'target' },
    sessionid: { kind: 'ssm.session', arn: 'session/{name}' },
    commandid: { kind: 'ssm.command' },
  },
  'ec2-instance-connect': { instanceid: { ...instance, relation: 'target' } },
  ec2: { keyname: { kind: 'ec2.key-pair', arn: 'key-pair/{name}' } },
  kms: { keyid: { kind: 'kms.key' }, aliasname: { kind: 'kms.alias' } },
  cloudtrail: {
    name: { kind: 'cloudtrail.trail', arn: 'trail/{name}' },
    trailname: { kind: 'cloudtrail.trail', arn: 'trail/{name}' },
  },
  rds: {
    dbinstanceidentifier: { kind: 'rds.instance', arn: 'db:{name}' },
    dbclusteridentifier: { kind: 'rds.cluster', arn: 'cluster:{name}' },
    dbsnapshotidentifier: { kind: 'rds.snapshot', arn: 'snapshot:{name}' },
    dbclustersnapshotidentifier: { kind: 'rds.cluster-snapshot', arn: 'cluster-snapshot:{name}' },
  },
  bedrock: {
    modelid: { kind: 'bedrock.foundation-model', arn: ':foundation-model/{name}' },
    guardrailidentifier: { kind: 'bedrock.guardrail', arn: 'guardrail/{name}' },
  },
  route53resolver: {
    resolverquerylogconfigid: {
      kind: 'route53resolver.resolver-query-log-config',
      arn: 'resolver-query-log-config/{name}',
    },
  },
  logs: { loggroupname: { kind: 'logs.log-group', arn: 'log-group:{name}' } },
  events: { rule: { kind: 'events.rule' }, rulename: { kind: 'events.rule' }, name: { kind: 'events.rule' } },
  scheduler: {
    name: { kind: 'scheduler.schedule' },
    groupname: { kind: 'scheduler.schedule-group', arn: 'schedule-group/{name}' },
  },
  dynamodb: { tablename: { kind: 'dynamodb.table', arn: 'table/{name}' } },
  ecr: { repositoryname: { kind: 'ecr.repository', arn: 'repository/{name}' } },
  eks: { name: { kind: 'eks.cluster', arn: 'cluster/{name}' } },
  codebuild: { projectname: { kind: 'codebuild.project', arn: 'project/{name}' } },
  guardduty: { detectorid: { kind: 'guardduty.detector', arn: 'detector/{name}' } },
  'application-autoscaling': { resourceid: { kind: 'application-autoscaling.scalable-target' } },
  cloudformation: { stackname: { kind: 'cloudformation.stack' } },
  cloudwatch: {
    alarmname: { kind: 'cloudwatch.alarm', arn: 'alarm:{name}' },
    alarmnames: { kind: 'cloudwatch.alarm', arn: 'alarm:{name}' },
  },
};

/** EC2's ids say themselves what they are. Images and snapshots have no account in their ARN. */
const ids: { readonly [prefix: string]: Name } = {
  i: instance,
  ami: { kind: 'ec2.image', arn: ':image/{name}' },
  snap: { kind: 'ec2.snapshot', arn: ':snapshot/{name}' },
  vol: { kind: 'ec2.volume', arn: 'volume/{name}' },
  sg: { kind: 'ec2.security-group', arn: 'security-group/{name}' },
  subnet: { kind: 'ec2.subnet', arn: 'subnet/{name}' },
  vpc: { kind: 'ec2.vpc', arn: 'vpc/{name}' },
  eni: { kind: 'ec2.network-interface', arn: 'network-interface/{name}' },
  fl: { kind: 'ec2.vpc-flow-log', arn: 'vpc-flow-log/{name}' },
  vpce: { kind: 'ec2.vpc-endpoint', arn: 'vpc-endpoint/{name}' },
};
const ec2Id = /^(i|ami|snap|vol|sg|subnet|vpc|eni|fl|vpce)-[0-9a-f]{8,17}$/i;
/** Where the member says it, an id that was anonymised into other letters is one, too. */
const anyInstance = /^(i)-[0-9a-z]{8,17}$/i;

/** What is made with subnets and groups is not about them. */
const places = new Set(['ec2.subnet', 'ec2.security-group', 'ec2.vpc']);

/** The other services, by a table: names of their things, and EC2's ids wherever they stand (a notebook's subnet, SSM's instances). */
export default {
  id: 'by-name',
  services: 'any',
  link(call) {
    const found: Found[] = [];
    const table = names[call.service] ?? {};
    for (const { key, value, depth } of call.request) {
      const name = table[key];
      // `name` alone is too common a word to mean the resource deeper down.
      if (name && (depth === 1 || key !== 'name')) found.push(resourceOfArn(value) ?? build(call, name, value));
      const hyphen = value.length <= 30 ? value.indexOf('-') : -1;
      // Nearly no value has one that early: no expression for each of them.
      const id = hyphen > 0 && hyphen < 7 ? (key === 'instanceid' ? anyInstance : ec2Id).exec(value) : null;
      if (id) found.push(byId(call, id[1] ?? '', value));
    }
    if (call.service === 'rolesanywhere') {
      // Only the answer says of what kind the thing is whose `name` was given.
      for (const { value } of call.response) {
        const resource = resourceOfArn(value);
        const given = call.request.find(({ key, depth }) => key === 'name' && depth === 1)?.value;
        if (resource?.kind.startsWith('rolesanywhere.'))
          found.push({
            ...resource,
            name: given ?? resource.name,
            relation: /^Create/.test(call.operation) ? 'created' : 'target',
          });
      }
    }
    if (call.service === 'ec2' || call.service === 'ssm') {
      for (const { key, value } of call.response) {
        // The answer to a question (`DescribeInstances`) is an inventory; the answer to a change names what was made.
        if (call.event.readOnly === false && key === 'instanceid' && ec2Id.test(value))
          found.push(byId(call, 'i', value));
      }
    }
    if (call.service === 'organizations' && call.event.account !== '' && call.operation === 'LeaveOrganization') {
      found.push({ kind: 'organizations.account', arn: '', name: call.event.account, relation: 'target' });
    }
    return found;
  },
} satisfies Linker as Linker;

function byId(call: Call, prefix: string, id: string): Found {
  const name = ids[prefix.toLowerCase()] ?? instance;
  const resource = build(call, name, id);
  return call.service !== 'ec2' && places.has(resource.kind) ? { ...resource, relation: 'uses' } : resource;
}

function build(call: Call, name: Name, value: string): Found {
  const service = name.kind.slice(0, name.kind.indexOf('.'));
  const { account, region } = call.event;
  let arn = '';
  if (name.arn?.startsWith('::')) arn = `arn:${call.partition}:${service}:::${name.arn.slice(2)}`;
  else if (name.arn?.startsWith(':') && region !== '')
    arn = `arn:${call.partition}:${service}:${region}::${name.arn.slice(1)}`;
  else if (name.arn && region !== '' && account !== '')
    arn = `arn:${call.partition}:${service}:${region}:${account}:${name.arn}`;
  // Replaced by a function: `$` in a hostile name must stay what it is.
  return {
    kind: name.kind,
    arn: arn.replace('{name}', () => value),
    name: value,
    ...(name.relation ? { relation: name.relation } : {}),
  };
}
