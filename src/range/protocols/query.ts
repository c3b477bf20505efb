import { Fault } from '../fault.ts';
import type { MemberRule, Members } from '../operation.ts';
import { escaped } from './xml.ts';

const namespaces: { readonly [service: string]: string } = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** Faults that the query protocol spells otherwise, and their HTTP status. */
const respelled: { readonly [code: string]: readonly [code: string, status: number] } = {
  AccessDeniedException: ['AccessDenied', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  SerializationException: ['MalformedInput', 400],
  ThrottlingException: ['Throttling', 400],
  UnknownOperationException: ['InvalidAction', 400],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  ValidationException: ['ValidationError', 400],
};

/** The fault as query services word it. */
export function queryFault(fault: Fault): Fault {
  const [code, status] = respelled[fault.code] ?? [fault.code, fault.status];
  return code === fault.code && status === fault.status ? fault : new Fault(code, fault.message, status);
}

interface Tree {
  [name: string]: string | Tree;
}

/** Objects whose keys count from 1 under `member` are lists. */
function plain(value: string | Tree): unknown {
  if (typeof value === 'string') return value;
  if (value.member !== undefined && typeof value.member === 'object')
    return Object.entries(value.member)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, entry]) => plain(entry));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** Reads a form body: `ActionNames.member.1=…` is the list `ActionNames`. `Action` and `Version` are not part of the input. */
export function readQuery(form: URLSearchParams): Members {
  const root: Tree = Object.create(null) as Tree;
  for (const [path, value] of form) {
    if (path === 'Action' || path === 'Version') continue;
    const names = path.split('.');
    let node = root;
    for (const name of names.slice(0, -1)) {
      const next = node[name];
      if (typeof next === 'object') node = next;
      else {
        const made: Tree = Object.create(null) as Tree;
        node[name] = made;
        node = made;
      }
    }
    node[names.at(-1) ?? ''] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, member]) => [name, plain(member)]));
}

/** Forms know only text: numbers, booleans and empty lists are what the operation's rules say they are. */
export function typedQuery(input: Members, rules: { readonly [member: string]: MemberRule }): Members {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const type = rules[name]?.type;
      if (type === 'number' && typeof value === 'string' && /^-?\d+$/.test(value)) return [name, Number(value)];
      if (type === 'boolean' && (value === 'true' || value === 'false')) return [name, value === 'true'];
      if (type === 'list' && value === '') return [name, []];
      return [name, value];
    }),
  );
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value))
    return value.length === 0
      ? `<${name}/>`
      : `<${name}>${value.map((entry) => element('member', entry)).join('')}</${name}>`;
  if (value instanceof Date) return `<${name}>${value.toISOString().slice(0, 19)}Z</${name}>`;
  if (typeof value === 'object')
    return `<${name}>${Object.entries(value)
      .map(([member, content]) => element(member, content))
      .join('')}</${name}>`;
  return `<${name}>${escaped(String(value))}</${name}>`;
}

/** The body of a successful query answer. */
export function writeQuery(service: string, operation: string, output: Members | undefined, requestId: string): string {
  const result = output ? element(`${operation}Result`, output) : '';
  return `<${operation}Response xmlns="${namespaces[service]}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
}

/** The body of a refused query call; the fault already worded by `queryFault`. */
export const writeQueryFault = (service: string, fault: Fault, requestId: string): string =>
  `<ErrorResponse xmlns="${namespaces[service] ?? namespaces.iam}"><Error><Type>${fault.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${fault.code}</Code><Message>${escaped(fault.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
