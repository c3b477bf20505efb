/**
 * CloudTrail records of every operation that the installed SageMaker client knows, made from the shapes of its inputs and outputs, and what
 * each should be about. Shares nothing with the linkers: what is expected comes from AWS's Service Authorization Reference (which types of
 * resource an action needs, how their ARNs look), the values from the SDK's schemas.
 */
import * as sdk from '@aws-sdk/client-sagemaker';
import authorization from './sagemaker-authorization.json' with { type: 'json' };

export const account = '111122223333';
export const region = 'eu-west-1';
const prefix = `arn:aws:sagemaker:${region}:${account}:`;

type Schema = readonly unknown[];
type Value = string | number | boolean | readonly Value[] | { readonly [member: string]: Value };
type Request = { readonly [member: string]: Value };

/** Operations that the reference of June 2026 does not list, by the noun of their names. `''`: names nothing. */
const unlisted: { readonly [operation: string]: string } = {
  AttachClusterNodeNetworkInterface: 'cluster',
  BatchRebootClusterNodes: 'cluster',
  BatchReplaceClusterNodes: 'cluster',
  CreateJob: 'job',
  DeleteJob: 'job',
  DescribeJob: 'job',
  StopJob: 'job',
  StartClusterHealthCheck: 'cluster',
  StartSession: 'app',
  UpdatePipelineVersion: 'pipeline',
};

export interface SyntheticCall {
  readonly operation: string;
  readonly record: { readonly [member: string]: unknown };
  /** Types of resource, any of which is right; empty when the operation names none. */
  readonly types: readonly string[];
  /** By type: its ARN (where the request tells it) and its name. */
  readonly expected: readonly { readonly kind: string; readonly arn: string; readonly name: string }[];
  /** Every ARN that was put into the request or answer. */
  readonly arns: readonly string[];
}

const resolved = (schema: unknown): unknown => (typeof schema === 'function' ? (schema as () => unknown)() : schema);
const lowerFirst = (name: string) => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
const word = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const types = authorization.resources as { readonly [type: string]: string };
const typeByWord = new Map(Object.keys(types).map((type) => [word(type), type]));
/** The type that a member such as `TrialComponentArn` or `ModelPackageVersionArn` is of. */
function typeOfMember(member: string): string | undefined {
  const noun = word(member.replace(/(?:Arn|Name|Identifier|Id)s?(?:List|Equals)?$/, ''));
  return (
    typeByWord.get(noun) ??
    typeByWord.get(noun.replace(/version$/, '')) ??
    [...typeByWord].find(([known]) => known.endsWith(noun) && noun.length > 4)?.[1]
  );
}

/** An ARN of a type, made from the reference's format with a value in each gap. */
const arnOfType = (type: string, mark: string): string =>
  prefix +
  (types[type] ?? `${type}/{Name}`).replaceAll(/\{(\w+)\}/g, (_, gap: string) =>
    gap === 'DomainId' ? 'd-0abcdefghijk' : word(`${gap}${mark}`),
  );

/** What a text member holds in a call that somebody really makes. */
function textFor(member: string, operation: string): string {
  if (/Role(?:Arn)?$/.test(member) || /RoleArn$/.test(member))
    return `arn:aws:iam::${account}:role/service-role/${member}`;
  if (/Arn$|Arns$|ArnList$|ResourceIdentifier$|^Arn$/.test(member)) {
    if (/Lambda/.test(member)) return `arn:aws:lambda:${region}:${account}:function:${member}`;
    if (/Topic/.test(member)) return `arn:aws:sns:${region}:${account}:${member}`;
    if (/Kms/i.test(member)) return `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-00000000000a`;
    if (member === 'Arn') return arnOfType(/PartnerApp/.test(operation) ? 'partner-app' : 'mlflow-app', '1');
    if (/^ResourceIdentifier$/.test(member)) return arnOfType('app', '1');
    if (/^(?:ResourceArn|StartArns)$/.test(member)) return arnOfType('endpoint', '1');
    if (/^(?:SourceArn|DestinationArn)$/.test(member)) return arnOfType('artifact', member);
    const type = typeOfMember(member);
    return type ? arnOfType(type, member) : `arn:aws:example:${region}:${account}:${member.toLowerCase()}/x1`;
  }
  if (/KmsKey(?:Id)?$/.test(member)) return '0a1b2c3d-0000-4000-8000-00000000000b';
  if (member === 'DomainId' || member === 'DomainIdEquals') return 'd-0abcdefghijk';
  if (/S3Uri|Uri$|S3\w*Path$|DataUrl$/.test(member)) return `s3://bucket-${member.toLowerCase()}/some/prefix/`;
  if (/Image(?:Uri)?$/.test(member)) return `${account}.dkr.ecr.${region}.amazonaws.com/some/repo:tag`;
  if (/SubnetIds?$|^Subnets$/.test(member)) return 'subnet-0123456789abcdef0';
  if (/SecurityGroup/.test(member)) return 'sg-0123456789abcdef0';
  if (/NodeIds?$/.test(member)) return 'i-0123456789abcdef0';
  if (member === 'ImageId') return 'ami-0123456789abcdef0';
  if (member === 'VolumeId') return 'vol-0123456789abcdef0';
  if (member === 'NetworkInterfaceId') return 'eni-0123456789abcdef0';
  // Names in mixed case: ARNs are in lower case.
  return `My-${member}-7`;
}

/** A value of a shape; the bottom of deep shapes is left out. */
function valueFor(schema: unknown, member: string, operation: string, depth: number): Value | undefined {
  const shape = resolved(schema);
  if (typeof shape === 'number') {
    if (shape === 0) return textFor(member, operation);
    if (shape === 1) return 3;
    if (shape === 2) return true;
    if (shape === 4) return '2026-11-23T20:00:00Z';
    if (shape === 64) return [textFor(member, operation)];
    if (shape === 128) return { key: 'value' };
    return undefined;
  }
  if (!Array.isArray(shape) || depth > 6) return undefined;
  const [kind] = shape as Schema;
  if (kind === 0) return valueFor(shape[4], member, operation, depth);
  if (kind === 1) {
    const element = valueFor(shape[4], member, operation, depth + 1);
    return element === undefined ? [] : [element];
  }
  if (kind === 2) {
    const element = valueFor(shape[5], member, operation, depth + 1);
    return element === undefined ? {} : { some: element };
  }
  if (kind === 3 || kind === 4) return structure(shape, operation, depth + 1, Number.POSITIVE_INFINITY);
  return textFor(member, operation);
}

function structure(schema: unknown, operation: string, depth: number, most: number): { [member: string]: Value } {
  const shape = resolved(schema);
  const made: { [member: string]: Value } = {};
  if (!Array.isArray(shape) || (shape[0] !== 3 && shape[0] !== 4)) return made;
  const names = shape[4] as readonly string[];
  for (const [at, name] of names.entries()) {
    if (at >= most || name === 'Tags') continue;
    const value = valueFor((shape[5] as readonly unknown[])[at], name, operation, depth);
    if (value !== undefined) made[lowerFirst(name)] = value;
  }
  return made;
}

/** The value that stands in a gap of an ARN's format, by the gap's name, or by the words which stand for any name. */
function fill(request: Request, gap: string, isLast: boolean): string | undefined {
  const of = (member: string): string | undefined => {
    const value = request[lowerFirst(member)];
    const text = Array.isArray(value) ? value[0] : value;
    return typeof text === 'string' || typeof text === 'number' ? String(text) : undefined;
  };
  const direct = of(gap) ?? of(gap.replace(/^(?:Mlflow)(?=TrackingServer)/, ''));
  if (direct !== undefined || !isLast) return direct;
  // Gaps are not always called as the member: `AutoMLJobJobName`, `ExportJobName`, `MonitoringScheduleAlertName`.
  const spelled = Object.keys(request).find((member) =>
    [gap, `ModelCard${gap}`, gap.replace('JobJob', 'Job'), gap.replace('ScheduleAlert', 'Alert')].some(
      (other) => word(other) === word(member) || word(other) === word(member.replace(/s$/, '')),
    ),
  );
  if (spelled) return of(spelled);
  if (gap === 'DeviceName')
    return (request.devices as readonly { readonly deviceName?: string }[] | undefined)?.[0]?.deviceName;
  if (/Name$/.test(gap)) return of('Name') ?? of('JobName') ?? of('JobDefinitionName');
  return undefined;
}

/** What the operation should be found to be about, given its request. */
function expectedOf(operation: string, request: Request, type: string): SyntheticCall['expected'][number] | undefined {
  const kind = `sagemaker.${type}`;
  // An ARN in the request says it best.
  for (const [member, value] of Object.entries(request)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (typeof text === 'string' && text.startsWith(prefix)) {
      const isOfType = text.startsWith(
        arnOfType(type, '\0')
          .split('\0')[0]!
          .replace(/[^/]*$/, ''),
      );
      if (isOfType && word(member).includes(word(type).slice(-6)) && !/^(?:Create|Register)/.test(operation))
        return { kind, arn: text, name: '' };
      if ((member === 'arn' || member === 'resourceArn' || member === 'resourceIdentifier') && isOfType)
        return { kind, arn: text, name: '' };
    }
  }
  const format = types[type];
  if (format === undefined) {
    const name = fill(request, 'Name', true);
    return name === undefined ? undefined : { kind, arn: '', name };
  }
  const gaps = [...format.matchAll(/\{(\w+)\}/g)].map(([, gap]) => gap!);
  const values = gaps.map((gap, at) =>
    gap === 'UserProfileName' && type === 'app'
      ? (fill(request, gap, false) ?? fill(request, 'SpaceName', false))
      : fill(request, gap, at === gaps.length - 1),
  );
  const own = values.at(-1) ?? fill(request, gaps.at(-1)!.replace(/Id$/, 'Name'), true);
  if (own === undefined) return undefined;
  if (values.some((value) => value === undefined)) return { kind, arn: '', name: own };
  const path = format.replaceAll(/\{\w+\}/g, () => values.shift()!);
  return { kind, arn: prefix + path, name: own };
}

/** The answer as CloudTrail keeps it: ARNs, of calls that make or change something. */
function answerOf(operation: string, request: Request, output: unknown): Request | null {
  if (!/^(?:Create|Update|Start|Register|Import|Retry)/.test(operation) || /Presigned|StartSession/.test(operation))
    return null;
  const all = structure(output, operation, 5, Number.POSITIVE_INFINITY);
  const arns = Object.entries(all).filter(([member]) => /arn$/i.test(member));
  return Object.fromEntries(
    arns.map(([member, value]) => {
      const type = typeOfMember(member);
      const own = type === undefined ? undefined : expectedOf(operation, request, type);
      return [member, own ? own.arn || arnOfType(type ?? '', 'new').toLowerCase() : value];
    }),
  );
}

function arnsInside(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('arn:') ? [value] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(arnsInside) : [];
}

/** One call of each operation, with every member that its shape has (`all`), or only with those that must be there. */
export function syntheticCalls(members: 'all' | 'required'): readonly SyntheticCall[] {
  return Object.entries(sdk as { readonly [name: string]: unknown })
    .filter((entry): entry is [string, Schema] => Array.isArray(entry[1]) && entry[1][0] === 9)
    .map(([name, schema]) => {
      const operation = name.slice(0, -1);
      const input = resolved(schema[4]) as Schema;
      const most = members === 'all' ? Number.POSITIVE_INFINITY : Number(input[6] ?? 0);
      const request = structure(input, operation, 0, most);
      const listed = (authorization.actions as { readonly [action: string]: string })[operation];
      const wanted = (unlisted[operation] ?? (listed === '*' ? 'endpoint' : (listed ?? ''))).split(' ').filter(Boolean);
      // Of several the one that the operation speaks of: `CreateEndpoint` needs a config, and makes an endpoint.
      const spoken = wanted
        .filter((type) =>
          word(operation).includes(word(type).replace(/^experiment(?=trial)|monitoringschedule(?=alert)/, '')),
        )
        .sort((a, b) => b.length - a.length);
      const chosen = (spoken.length > 0 ? spoken.slice(0, 1) : wanted).map((type) =>
        expectedOf(operation, request, type),
      );
      const expected = chosen.filter((one) => one !== undefined);
      const answer = answerOf(operation, request, schema[5]);
      return {
        operation,
        types: expected.length > 0 ? wanted : [],
        expected,
        arns: arnsInside([request, answer]),
        record: {
          eventVersion: '1.11',
          eventID: `00000000-0000-4000-8000-${operation.slice(0, 12)}`,
          eventTime: '2026-11-23T20:31:02Z',
          eventSource: 'sagemaker.amazonaws.com',
          eventName: operation,
          awsRegion: region,
          recipientAccountId: account,
          readOnly: /^(?:List|Describe|Get|Search|Query|Render)/.test(operation),
          userIdentity: { type: 'IAMUser', userName: 'alice', arn: `arn:aws:iam::${account}:user/alice` },
          requestParameters: request,
          responseElements: answer,
        },
      };
    });
}
