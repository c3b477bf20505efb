import type { NormalisedEvent } from '../model/event.ts';
import { type JsonObject, objectOf, textOf } from './member.ts';

/** What a detail is read from. */
export interface Told {
  readonly event: NormalisedEvent;
  readonly record: JsonObject;
  readonly request: JsonObject;
}

const longestValue = 80;

/** The text of a member by its path (`userSettings.executionRole`); empty where the record does not say it. */
export function memberText(request: JsonObject, path: string): string {
  let value: unknown = request;
  for (const name of path.split('.')) {
    const object = objectOf(value);
    value = object && Object.hasOwn(object, name) ? object[name] : undefined;
  }
  const text = textOf(value);
  // A role is called by its name, wherever it stands.
  const role = /^arn:[^:]*:iam::\d*:role\/(?:.*\/)?([^/]+)$/.exec(text)?.[1];
  const shown = role ?? text;
  return shown.length > longestValue ? `${shown.slice(0, longestValue).toWellFormed()}…` : shown;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** EC2 wraps its lists. */
const itemsOf = (value: unknown): readonly unknown[] => listOf(objectOf(value)?.items ?? value);
const some = (parts: readonly (string | false | undefined)[], joint = ', '): string =>
  parts.filter((part) => part !== '' && part !== false && part !== undefined).join(joint);
/** The first few, and how many more. */
const few = (texts: readonly string[]): string =>
  texts.length <= 3 ? texts.join(', ') : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;

function duration(seconds: string): string {
  const value = Number(seconds);
  if (seconds === '' || !Number.isFinite(value)) return '';
  if (value % 3600 === 0) return `${value / 3600} h`;
  return value % 60 === 0 ? `${value / 60} min` : `${value} s`;
}

const labelled = (label: string, value: string): string => (value === '' ? '' : `${label} ${value}`);

const longestPolicy = 100_000;

/** The policy of a request, which stands there as JSON text or as an object. */
function policyOf(request: JsonObject): JsonObject | undefined {
  for (const name of [
    'resourcePolicy',
    'policyDocument',
    'assumeRolePolicyDocument',
    'bucketPolicy',
    'policy',
    'policyText',
  ]) {
    const value = request[name];
    if (typeof value !== 'string') {
      if (objectOf(value)) return objectOf(value);
    } else if (value.startsWith('{') && value.length <= longestPolicy) {
      try {
        return objectOf(JSON.parse(value));
      } catch {
        // A policy that is none allows nobody.
        return undefined;
      }
    }
  }
  return undefined;
}

/** Accounts that a policy lets in and that are not the event's own; `everyone` where it lets in anybody (conditions are not looked at). */
function outsiders({ event, request }: Told): string {
  const statement = policyOf(request)?.Statement;
  const accounts = new Set<string>();
  let everyone = false;
  for (const one of Array.isArray(statement) ? statement.slice(0, 200) : [statement]) {
    const of = objectOf(one);
    if (of?.Effect !== 'Allow') continue;
    const principal = objectOf(of.Principal)?.AWS ?? of.Principal;
    for (const who of Array.isArray(principal) ? principal.slice(0, 200) : [principal]) {
      const text = textOf(who);
      if (text === '*') everyone = true;
      const account = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(text)?.[1];
      if (account && account !== event.account) accounts.add(account);
    }
  }
  return some([
    everyone && 'everyone',
    accounts.size > 0 && `account${accounts.size > 1 ? 's' : ''} ${few([...accounts])}`,
  ]).replace(/^(?=.)/, 'names ');
}

/** Where data go: captured, asynchronous, produced. */
function sinks({ request }: Told): string {
  const at = (path: string) => memberText(request, path);
  const outputs = listOf(objectOf(request.processingOutputConfig)?.outputs).map((output) =>
    memberText(objectOf(objectOf(output)?.s3Output) ?? {}, 's3Uri'),
  );
  return some([
    labelled('capturing data to', at('dataCaptureConfig.destinationS3Uri')),
    labelled('asynchronous output to', at('asyncInferenceConfig.outputConfig.s3OutputPath')),
    labelled(
      'output to',
      at('outputDataConfig.s3OutputPath') || at('transformOutput.s3OutputPath') || few(outputs.filter(Boolean)),
    ),
  ]);
}

/** Whose code runs: an image of another account, or from outside AWS; remote debugging. */
function code({ event, request }: Told): string {
  const image = event.resources.find(({ kind, arn }) => kind === 'ecr.repository' && arn !== '');
  const account = image?.arn.split(':')[4] ?? '';
  const isOutside = image && account !== '' && event.account !== '' && account !== event.account;
  const isPublic = event.resources.find(({ kind }) => kind === 'ecr-public.image');
  return some([
    isOutside && `image ${image.name} of account ${account}`,
    isPublic && `public image ${isPublic.name}`,
    memberText(request, 'remoteDebugConfig.enableRemoteDebug') === 'true' && 'remote debugging on',
    labelled('with command', commandOf(request)),
  ]);
}

function commandOf(request: JsonObject): string {
  const words = listOf(objectOf(request.appSpecification)?.containerEntrypoint).map(textOf);
  const text = words.filter((word) => word !== '').join(' ');
  return text.length > longestValue ? `${text.slice(0, longestValue).toWellFormed()}…` : text;
}

const details: { readonly [name: string]: (told: Told) => string } = {
  /** What the event is about, whatever its kind. */
  first({ event }) {
    const main = event.resources.find(({ relation }) => relation === 'target' || relation === 'created');
    return main?.name ?? '';
  },
  validity: ({ request }) =>
    some([
      labelled('URL', duration(memberText(request, 'expiresInSeconds'))),
      labelled('session', duration(memberText(request, 'sessionExpirationDurationInSeconds'))),
    ]),
  notebook: ({ event, request }) =>
    some([
      labelled('lifecycle script', memberText(request, 'lifecycleConfigName')),
      memberText(request, 'disassociateLifecycleConfig') === 'true' && 'lifecycle script removed',
      // The sentence of a new notebook names its role already.
      event.action !== 'sagemaker:CreateNotebookInstance' && labelled('role', memberText(request, 'roleArn')),
      labelled('root access', memberText(request, 'rootAccess')),
      labelled('internet access', memberText(request, 'directInternetAccess')),
      labelled('type', memberText(request, 'instanceType')),
    ]),
  hooks: ({ request }) =>
    some(
      [listOf(request.onCreate).length > 0 && 'at creation', listOf(request.onStart).length > 0 && 'at every start'],
      ' and ',
    ),
  settings: ({ request }) =>
    some([
      labelled(
        'role',
        memberText(request, 'userSettings.executionRole') || memberText(request, 'defaultUserSettings.executionRole'),
      ),
      labelled('spaces’ role', memberText(request, 'defaultSpaceSettings.executionRole')),
      labelled(
        'registers models as role',
        ['userSettings', 'defaultUserSettings']
          .map((at) =>
            memberText(request, `${at}.canvasAppSettings.modelRegisterSettings.crossAccountModelRegisterRoleArn`),
          )
          .find(Boolean) ?? '',
      ),
      labelled('remote access', memberText(request, 'spaceSettings.remoteAccess')),
      labelled(
        'remote debugging',
        { true: 'on', false: 'off' }[memberText(request, 'remoteDebugConfig.enableRemoteDebug')] ?? '',
      ),
      labelled('network', memberText(request, 'appNetworkAccessType')),
    ]),
  weights: ({ request }) =>
    few(
      listOf(request.desiredWeightsAndCapacities).flatMap((variant) => {
        const of = objectOf(variant);
        const text =
          of &&
          some([
            labelled('weight', memberText(of, 'desiredWeight')),
            labelled('instances', memberText(of, 'desiredInstanceCount')),
          ]);
        return of && text ? [`${memberText(of, 'variantName')} ${text}`] : [];
      }),
    ),
  machines({ request }) {
    const at = objectOf(request.resourceConfig) ?? objectOf(objectOf(request.processingResources)?.clusterConfig) ?? {};
    const type = memberText(at, 'instanceType');
    return type === '' ? '' : `${memberText(at, 'instanceCount') || '1'} × ${type}`;
  },
  package({ event }) {
    const version = event.resources.find(({ kind }) => kind === 'sagemaker.model-package');
    const group = event.resources.find(({ kind }) => kind === 'sagemaker.model-package-group');
    return version?.name ?? (group ? `of group ${group.name}` : '');
  },
  nodes: ({ event }) =>
    few(event.resources.filter(({ kind }) => kind === 'sagemaker.cluster-node').map(({ name }) => name)),
  instances: ({ event, request }) =>
    few(event.resources.filter(({ kind }) => kind === 'ec2.instance').map(({ name }) => name)) ||
    (listOf(request.targets).length > 0 ? 'instances chosen by tag' : ''),
  principals: ({ request }) => few(listOf(request.principals).map(textOf).filter(Boolean)),
  target: ({ request }) => memberText(request, 'target.arn').replace(/^arn:aws:scheduler:::aws-sdk:/, ''),
  otherBucket: ({ event }) =>
    event.resources.find(({ kind, relation }) => kind === 's3.bucket' && relation === 'uses')?.name ?? '',
  mfa({ record }) {
    const used = textOf(objectOf(record.additionalEventData)?.MFAUsed);
    return used === '' ? '' : used === 'Yes' ? 'with MFA' : 'without MFA';
  },
  ports({ request }) {
    const rules = itemsOf(request.ipPermissions).flatMap((rule) => {
      const of = objectOf(rule) ?? {};
      const [from, to] = [memberText(of, 'fromPort'), memberText(of, 'toPort')];
      const port = from === '' || from === '-1' ? 'every port' : from === to ? `port ${from}` : `ports ${from}–${to}`;
      const ranges = [...itemsOf(of.ipRanges), ...itemsOf(of.ipv6Ranges)].map((range) => {
        const cidr = objectOf(range) ?? {};
        return memberText(cidr, 'cidrIp') || memberText(cidr, 'cidrIpv6');
      });
      const addresses = ranges.filter(Boolean);
      return addresses.length > 0 ? [`${few(addresses)} on ${port}`] : [];
    });
    const cidr = memberText(request, 'cidrIp');
    return rules.length > 0 || cidr === '' ? few(rules) : `${cidr} on port ${memberText(request, 'fromPort')}`;
  },
  outsiders,
  sinks,
  code,
};

/** A detail by its name; empty where the record does not say it. */
export const detailOf = (name: string, told: Told): string =>
  Object.hasOwn(details, name) ? (details[name]?.(told) ?? '') : '';

/** Names of all details, for the test that phrases ask for none that is not there. */
export const detailNames: readonly string[] = Object.keys(details);
