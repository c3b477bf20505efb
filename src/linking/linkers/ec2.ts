import { append, type Call, type Found, type Linker, nothing } from '../linker.ts';
import { build, type Name, namedIn, namesOf } from '../named.ts';

const instance: Name = { kind: 'ec2.instance', arn: 'instance/{name}' };

/** EC2's ids say themselves what they are. Images and snapshots have no account in their ARN. */
const ids = namesOf({
  i: instance,
  ami: { kind: 'ec2.image', arn: ':image/{name}' },
  snap: { kind: 'ec2.snapshot', arn: ':snapshot/{name}' },
  vol: { kind: 'ec2.volume', arn: 'volume/{name}' },
  sg: { kind: 'ec2.security-group', arn: 'security-group/{name}' },
  sgr: { kind: 'ec2.security-group-rule', arn: 'security-group-rule/{name}' },
  subnet: { kind: 'ec2.subnet', arn: 'subnet/{name}' },
  vpc: { kind: 'ec2.vpc', arn: 'vpc/{name}' },
  eni: { kind: 'ec2.network-interface', arn: 'network-interface/{name}' },
  fl: { kind: 'ec2.vpc-flow-log', arn: 'vpc-flow-log/{name}' },
  vpce: { kind: 'ec2.vpc-endpoint', arn: 'vpc-endpoint/{name}' },
  rtb: { kind: 'ec2.route-table', arn: 'route-table/{name}' },
  igw: { kind: 'ec2.internet-gateway', arn: 'internet-gateway/{name}' },
  nat: { kind: 'ec2.natgateway', arn: 'natgateway/{name}' },
  acl: { kind: 'ec2.network-acl', arn: 'network-acl/{name}' },
  lt: { kind: 'ec2.launch-template', arn: 'launch-template/{name}' },
  pcx: { kind: 'ec2.vpc-peering-connection', arn: 'vpc-peering-connection/{name}' },
  tgw: { kind: 'ec2.transit-gateway', arn: 'transit-gateway/{name}' },
  eipalloc: { kind: 'ec2.elastic-ip', arn: 'elastic-ip/{name}' },
  fs: { kind: 'elasticfilesystem.file-system', arn: 'file-system/{name}' },
  mi: { kind: 'ssm.managed-instance', arn: 'managed-instance/{name}' },
});
const anId =
  /^(i|ami|snap|vol|sg|sgr|subnet|vpc|eni|fl|vpce|rtb|igw|nat|acl|lt|pcx|tgw|eipalloc|fs|mi)-[0-9a-f]{8,17}$/i;
/** Where the member says it, an id that was anonymised into other letters is one, too. */
const anyInstance = /^(i|mi)-[0-9a-z]{8,17}$/i;

/** What is made with subnets and groups is not about them. */
const places = new Set(['ec2.subnet', 'ec2.security-group', 'ec2.vpc']);
const names = namesOf({ keyname: { kind: 'ec2.key-pair', arn: 'key-pair/{name}' } });

/** The resource whose id the value is, if it is one. */
function byId(call: Call, key: string, value: string, depth: number): Found | undefined {
  const hyphen = value.length <= 30 ? value.indexOf('-') : -1;
  // Nearly no value has one that early: no expression for each of them.
  if (hyphen <= 0 || hyphen > 8) return undefined;
  const id = (key === 'instanceid' ? anyInstance : anId).exec(value);
  const name = id && ids.get((id[1] ?? '').toLowerCase());
  if (!name) return undefined;
  const found = build(call, name, value, depth);
  return call.service !== 'ec2' && places.has(found.kind) ? { ...found, relation: 'uses' } : found;
}

/** EC2's ids wherever they stand (a notebook's subnet, SSM's instances), key pairs by name, and what a change made. */
export default {
  id: 'ec2',
  services: 'any',
  link(call) {
    let found: Found[] | undefined;
    if (call.service === 'ec2') {
      found = [];
      namedIn(call, names, found);
    }
    // A cluster's nodes are instances of an account of AWS: its linker knows them.
    const isForeign = call.service === 'sagemaker';
    for (const { key, value, depth } of call.request) {
      const resource = byId(call, key, value, depth);
      if (resource && !(isForeign && resource.kind === 'ec2.instance')) found = append(found, resource);
    }
    // The answer to a question (`DescribeInstances`) is an inventory; the answer to a change names what was made.
    if (call.event.readOnly === false && (call.service === 'ec2' || call.service === 'ssm'))
      for (const { key, value, depth } of call.response) {
        const resource = byId(call, key, value, depth);
        if (resource) found = append(found, resource);
      }
    return found ?? nothing;
  },
} satisfies Linker as Linker;
