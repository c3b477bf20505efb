import { createHash } from 'node:crypto';
import { canonicalJson } from '../shared/json.ts';
import { Fault } from './fault.ts';
import type { LogEvent, LogGroup, LogStream } from './logs.ts';
import { type CallContext, type MemberRule, type Members, optionalText, text } from './operation.ts';

/** CloudWatch Logs' word for whatever is wrong with the input. */
export const invalidParameter = (message: string): Fault => new Fault('InvalidParameterException', message);

export const logGroupName: MemberRule = { type: 'string', min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]*$/ };
/** A name or an ARN; never one that ends with `:*`. */
export const logGroupIdentifier: MemberRule = { type: 'string', min: 1, max: 2048, pattern: /^[\w#+=/:,.@-]*$/ };
export const logStreamName: MemberRule = { type: 'string', min: 1, max: 512, pattern: /^[^:*]*$/ };
export const nextToken: MemberRule = { type: 'string', min: 1 };
/** Epoch ms. */
export const logTime: MemberRule = { type: 'number', min: 0 };

/** @throws Fault `ResourceNotFoundException`. */
export function findGroup(nameOrArn: string, { logs, region }: CallContext): LogGroup {
  const group = logs.find(region.name, nameOrArn);
  if (!group) throw new Fault('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** The group that `logGroupName` or `logGroupIdentifier` names. @throws Fault when both or none do, or there is none. */
export function groupOf(input: Members, context: CallContext): LogGroup {
  const name = optionalText(input, 'logGroupName');
  const identifier = optionalText(input, 'logGroupIdentifier');
  if ((name === undefined) === (identifier === undefined))
    throw invalidParameter('You must include one of logGroupName or logGroupIdentifier, but not both.');
  return findGroup(name ?? identifier ?? '', context);
}

/** @throws Fault `ResourceNotFoundException`. */
export function streamOf(group: LogGroup, input: Members): LogStream {
  const stream = group.streams.get(text(input, 'logStreamName'));
  if (!stream) throw new Fault('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/** What policies are evaluated on: AWS spells the ARN of a group with its streams behind it, so `…:log-group:NAME:*` covers it. */
export function groupResource(nameOrArn: string, { account, region }: CallContext): string {
  const arn = nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:logs:${region.name}:${account.id}:log-group:${nameOrArn}`;
  return `${arn}:log-stream:`;
}

/** `groupResource` of the group that the input names. */
export const groupResourceOf = (input: Members, context: CallContext): readonly string[] => [
  groupResource(optionalText(input, 'logGroupIdentifier') ?? text(input, 'logGroupName'), context),
];

/** A token is good only with the parameters it was made for; the size of a page may change. */
export const parametersOf = ({ nextToken: _token, limit: _limit, ...rest }: Members): string =>
  createHash('sha256').update(canonicalJson(rest)).digest('base64url').slice(0, 16);

export const writeToken = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');

/** The content of a token. @throws Fault `InvalidParameterException` when it is none of ours or was made for other parameters. */
export function readToken<Content extends { readonly parameters: string }>(
  token: string,
  parameters: string,
  holds: (content: Partial<Content>) => boolean,
): Content {
  const refuse = () => invalidParameter('The specified nextToken is invalid.');
  let content: Partial<Content> | null;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Content> | null;
  } catch {
    throw refuse();
  }
  if (content === null || typeof content !== 'object' || content.parameters !== parameters || !holds(content))
    throw refuse();
  return content as Content;
}

/** One page of a list. @throws Fault on a token that is none. */
export function pageOf<Item>(
  items: readonly Item[],
  input: Members,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const parameters = parametersOf(input);
  const token = optionalText(input, 'nextToken');
  const from =
    token === undefined
      ? 0
      : readToken<{ readonly parameters: string; readonly from: number }>(token, parameters, (content) =>
          Number.isSafeInteger(content.from),
        ).from;
  const end = from + (typeof input.limit === 'number' ? input.limit : 50);
  return {
    items: items.slice(from, end),
    ...(end < items.length ? { nextToken: writeToken({ parameters, from: end }) } : {}),
  };
}

/** Names in a list; what is no text is dropped. */
export const streamNames = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];

/** A page of log lines holds so many bytes and lines at most. */
export const largestPage = 1024 * 1024;
export const mostPerPage = 10_000;

/** How much of a page a line takes. */
export const sizeOf = ({ message }: LogEvent): number => Buffer.byteLength(message);
