import type { Relation } from '../../model/resource.ts';
import { remembered } from '../../shared/remembered.ts';
import { parentOfArn } from '../arn-resource.ts';
import { kindOfDetailType } from '../detail-type.ts';
import type { Leaf } from '../leaves.ts';
import { append, type Call, type Found, type Linker, nothing } from '../linker.ts';
import { members, operations, resourceTypes } from '../sagemaker-model.ts';

/** What an operation is about, as the model of the API says it. */
interface About {
  /** `sagemaker.endpoint`; empty when the ARN of the request says it. */
  readonly kind: string;
  /** Members that name it by words which every resource shares: `name`, `arn`, `jobname`. */
  readonly by: ReadonlySet<string>;
}

const kindOfMember = new Map(Object.entries(members).map(([member, type]) => [member, `sagemaker.${type}`]));
const abouts = new Map<string, About>(
  Object.entries(operations).map(([operation, text]) => {
    const [type = '', ...by] = text.split(' ');
    return [operation, { kind: type === '*' ? '' : `sagemaker.${type}`, by: new Set(by) }];
  }),
);

/** An ARN's path in parts: fixed text, or the member whose value stands there. */
const paths = new Map(
  Object.entries(resourceTypes).map(([type, path]) => [
    `sagemaker.${type}`,
    path.split('/').map((part) => (part.startsWith('{') ? { member: part.slice(1, -1) } : { text: part })),
  ]),
);
/** Hubs keep the case of their names in ARNs (`hub/SageMakerPublicHub`); everything else is written in lower case. */
const keepsCase = new Set(['sagemaker.hub', 'sagemaker.hub-content']);
/** Members of that name hold a label of another thing here: the model on a device is no model of SageMaker. */
const labels = new Map([
  ['CreateEdgePackagingJob', 'modelname'],
  ['ListDevices', 'modelname'],
]);

/** `MonitoringType` says of which kind the definition is. */
const definitionKind = remembered((monitoringType) =>
  /^(?:Data|Model)[A-Z][a-z]+$/.test(monitoringType)
    ? `sagemaker.${monitoringType.replace(/(?<=[a-z])(?=[A-Z])/, '-').toLowerCase()}-job-definition`
    : '',
);

/**
 * SageMaker: whatever a request or a state change names by name or ARN, and what that lies in. Which members name what, which operation is
 * about what, and how ARNs are built, `sagemaker-model.ts` says. Roles, images, buckets, keys, subnets: the linkers of all services.
 */
export default {
  id: 'sagemaker',
  services: ['sagemaker', 'sagemaker-mlflow'],
  about(call) {
    if (call.event.origin === 'eventbridge') return kindOfDetailType(call.operation) || undefined;
    return abouts.get(call.operation)?.kind || undefined;
  },
  link(call) {
    let found: Found[] | undefined;
    const about = abouts.get(call.operation);
    const label = labels.get(call.operation);
    // A list that names nothing of its own may still be narrowed by something.
    const relation = !about && /^(?:List|Search)/.test(call.operation) ? 'uses' : undefined;
    for (const leaf of call.request) {
      const { key, value, depth, resource } = leaf;
      const isCommon = depth === 1 && about !== undefined && about.by.has(key);
      if (resource) {
        if (isCommon && resource.kind.startsWith('sagemaker.'))
          found = append(found, { ...resource, relation: 'target' });
        found = withParent(resource, found);
        continue;
      }
      if (key === '' || key === label) continue;
      const kind = isCommon ? about.kind : kindOfMember.get(key);
      if (kind !== undefined && kind !== '' && !value.startsWith('arn:')) {
        if (!/^https?:/.test(value)) found = append(found, named(call, kind, leaf, relation));
      } else if (key === 'monitoringjobdefinitionname') {
        const definition = definitionKind(call.request.find((other) => other.key === 'monitoringtype')?.value ?? '');
        if (definition) found = append(found, { ...named(call, definition, leaf), relation: 'uses' });
      } else if (/^(?:node|instance)ids?$/.test(key) && /^i-[0-9a-z]{8,17}$/i.test(value)) {
        const filtered = call.operation.startsWith('List') ? 'uses' : 'target';
        found = append(found, { kind: 'sagemaker.cluster-node', arn: '', name: value, relation: filtered });
      }
    }
    if (about?.kind === 'sagemaker.image-version') found = version(call, found);
    for (const { resource } of call.response) if (resource) found = withParent(resource, found);
    for (const { resource } of call.named) if (resource) found = withParent(resource, found);
    return found ? identified(call, found) : nothing;
  },
} satisfies Linker as Linker;

/** The members of the request itself; state changes and lists spell some with an ending. */
const given = ({ request }: Call, member: string): string =>
  request.find(({ key, depth }) => depth === 1 && (key === member || key === `${member}equals`))?.value ?? '';

function named(call: Call, kind: string, { key, value, depth }: Leaf, relation?: Relation): Found {
  const arn = arnOf(call, kind, key, value);
  return relation ? { kind, arn, name: value, depth, relation } : { kind, arn, name: value, depth };
}

/** An ARN of which the name is the only part that varies within a Region of an account. */
interface Built {
  readonly region: string;
  readonly account: string;
  readonly arn: string;
}

/** By kind, and by name, what was built last: putting it together takes longer than finding it, and so does whatever compares equal texts of two. */
const built = new Map<string, Map<string, Built>>();
for (const [kind, path] of paths) {
  const { member } = path.at(-1)!;
  const isNameOnly = path.slice(0, -1).every((part) => part.member === undefined);
  if (isNameOnly && member !== undefined && member !== '' && member !== 'id') built.set(kind, new Map());
}
const mostBuilt = 5_000;

/** Empty where a part of the ARN is not told, or an id that a name does not tell. */
function arnOf(call: Call, kind: string, key: string, value: string): string {
  const path = paths.get(kind);
  const { region, account } = call;
  if (!path || region === '' || account === '') return '';
  const known = built.get(kind);
  if (!known) return newArn(call, kind, path, key, value);
  const before = known.get(value);
  if (before && before.region === region && before.account === account) return before.arn;
  const arn = newArn(call, kind, path, key, value);
  if (known.size >= mostBuilt) known.clear();
  known.set(value, { region, account, arn });
  return arn;
}

type Path = readonly { readonly member?: string; readonly text?: string }[];

function newArn(call: Call, kind: string, path: Path, key: string, value: string): string {
  let arn = `arn:${call.partition}:sagemaker:${call.region}:${call.account}:`;
  for (let at = 0; at < path.length; at++) {
    const part = path[at]!;
    if (at > 0) arn += '/';
    if (part.member === undefined) {
      arn += part.text;
      continue;
    }
    const isOwn = at === path.length - 1;
    if (isOwn && (part.member === '' || (part.member === 'id' && !/id(?:equals|list)?$/.test(key)))) return '';
    const text = isOwn ? value : partOf(call, part.member);
    if (text === '') return '';
    arn += keepsCase.has(kind) || part.member === 'id' ? text : text.toLowerCase();
  }
  return arn;
}

/** An app lies in a space where it lies in no profile. */
const partOf = (call: Call, member: string): string =>
  given(call, member) || (member === 'userprofilename' ? given(call, 'spacename') : '');

function withParent({ arn }: Found, found: Found[] | undefined): Found[] | undefined {
  const parent = parentOfArn(arn);
  return parent ? append(found, parent) : found;
}

/** A version of an image, by its number or its alias. */
function version(call: Call, found: Found[] | undefined): Found[] | undefined {
  const image = given(call, 'imagename');
  const number = given(call, 'version');
  const which = number || given(call, 'alias');
  if (image === '' || image.startsWith('arn:') || which === '') return found;
  const at = `arn:${call.partition}:sagemaker:${call.region}:${call.account}:`;
  const arn = number && call.region && call.account ? `${at}image-version/${image.toLowerCase()}/${number}` : '';
  return append(found, { kind: 'sagemaker.image-version', arn, name: `${image}/${which}` });
}

/**
 * Joins a name with the ARN beside it where the ARN holds an id that AWS gave (`CreateCluster`: `clusterName` in the request, `clusterArn`
 * in the answer): one resource, known by its name.
 */
function identified(call: Call, found: readonly Found[]): readonly Found[] {
  if (found.every(({ arn }) => arn !== '')) return found;
  return found.map((one) => {
    if (one.arn !== '' || one.relation === 'uses' || (one.depth ?? 1) > 1) return one;
    const path = paths.get(one.kind);
    if (path && path.at(-1)?.member === 'name') return one;
    const isBeside = ({ resource, depth }: Leaf) => depth === 1 && resource?.kind === one.kind;
    const beside = call.response.find(isBeside) ?? call.request.find(isBeside);
    return beside?.resource ? { ...one, arn: beside.resource.arn } : one;
  });
}
