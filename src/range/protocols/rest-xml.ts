import { Fault } from '../fault.ts';
import type { Members, Operation, RestRoute } from '../operation.ts';
import { extendedId } from '../s3-rules.ts';
import { escaped } from './xml.ts';

/** A request as HTTP brings it. */
export interface RestRequest {
  readonly method: string;
  readonly host: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
}

/** What is written back. */
export interface RestAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer;
}

/** Query parameters and headers that are members of inputs. */
const queryMembers: { readonly [parameter: string]: string } = {
  'continuation-token': 'ContinuationToken',
  delimiter: 'Delimiter',
  'encoding-type': 'EncodingType',
  marker: 'Marker',
  'max-keys': 'MaxKeys',
  prefix: 'Prefix',
  'start-after': 'StartAfter',
};
const headerMembers: { readonly [header: string]: string } = { range: 'Range' };
/** Members of outputs that are headers. */
const outputHeaders: { readonly [member: string]: string } = {
  AcceptRanges: 'accept-ranges',
  BucketRegion: 'x-amz-bucket-region',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  ETag: 'etag',
  LastModified: 'last-modified',
};
/** Parameters that are part of every signed URL, and those that tell nothing of the operation. */
const noSubresource = /^x-(amz-|id$)/i;

/** Bucket and key of a request, path style or by the host's name (`bucket.localhost`). */
function addressed({ host, path }: RestRequest): { readonly bucket: string; readonly key: string } {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).slice(1);
  } catch {
    throw new Fault('InvalidURI', "Couldn't parse the specified URI.");
  }
  const virtual = /^(.+?)(?:\.s3)?\.localhost(?::\d+)?$/i.exec(host)?.[1];
  if (virtual !== undefined && virtual !== 's3') return { bucket: virtual, key: decoded };
  const slash = decoded.indexOf('/');
  return slash < 0 ? { bucket: decoded, key: '' } : { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}

/**
 * Finds the operation of a REST request, and its input. The parameters of the URL stay in `Query`, as CloudTrail keeps them.
 *
 * @throws Fault `NotImplemented` for what the range does not serve.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAPI.html
 */
export function readRest(
  request: RestRequest,
  operations: Iterable<Operation>,
): { readonly operation: Operation; readonly input: Members } {
  const { bucket, key } = addressed(request);
  const on: RestRoute['on'] = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const names = [...request.query.keys()];
  const candidates = [...operations].filter(({ rest }) => rest?.method === request.method && rest.on === on);
  const subresource = names.find((name) => !queryMembers[name] && !noSubresource.test(name));
  const operation = candidates.find(({ rest }) => rest?.subresource === subresource);
  if (!operation)
    throw new Fault('NotImplemented', 'A header you provided implies functionality that is not implemented.', 501);
  const input: Record<string, unknown> = {};
  if (bucket !== '') input.Bucket = bucket;
  if (key !== '') input.Key = key;
  for (const [name, member] of Object.entries(queryMembers)) {
    const value = request.query.get(name);
    if (value !== null) input[member] = operation.input?.[member]?.type === 'number' ? Number(value) : value;
  }
  for (const [name, member] of Object.entries(headerMembers)) {
    const value = request.headers[name];
    if (typeof value === 'string') input[member] = value;
  }
  if (request.body !== '') input.Body = request.body;
  // A signature is as good as a password while it lasts: CloudTrail leaves it out.
  const kept = [...request.query].filter(([name]) => !/^x-(amz-(signature|security-token)|id)$/i.test(name));
  if (kept.length > 0) input.Query = Object.fromEntries(kept);
  return { operation, input };
}

/** @throws Fault `AccessDenied` when the URL was signed for a time that is over. */
export function refuseExpired(query: URLSearchParams, now: number): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  if (year === undefined) return;
  const signedAt = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (now > signedAt + Number(query.get('X-Amz-Expires')) * 1000)
    throw new Fault('AccessDenied', 'Request has expired', 403);
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  // Lists are flat: each entry is an element of the list's name.
  if (Array.isArray(value)) return value.map((entry) => element(name, entry)).join('');
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object')
    return `<${name}>${Object.entries(value)
      .map(([member, content]) => (member === '#text' ? escaped(String(content)) : element(member, content)))
      .join('')}</${name}>`;
  return `<${name}>${escaped(String(value))}</${name}>`;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

const ids = (requestId: string) => ({ 'x-amz-request-id': requestId, 'x-amz-id-2': extendedId(requestId) });

/** The answer of an operation that was done. */
export function writeRest(operation: Operation, output: Members | undefined, requestId: string): RestAnswer {
  const { root } = operation.rest ?? {};
  if (root !== undefined) {
    const namespaced = element(root, output ?? {}).replace(
      `<${root}>`,
      `<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
    );
    return { status: 200, type: 'application/xml', headers: ids(requestId), body: declaration + namespaced };
  }
  const headers: Record<string, string> = ids(requestId);
  for (const [member, name] of Object.entries(outputHeaders)) {
    const value = output?.[member];
    if (value !== undefined) headers[name] = value instanceof Date ? value.toUTCString() : String(value);
  }
  const body = Buffer.isBuffer(output?.Body) ? output.Body : String(output?.Body ?? '');
  const status = output === undefined ? 204 : output.ContentRange === undefined ? 200 : 206;
  return { status, type: headers['content-type'] ?? 'application/xml', headers, body };
}

/** Faults that S3 spells otherwise, and their HTTP status. */
const respelled: { readonly [code: string]: readonly [code: string, status: number] } = {
  AccessDeniedException: ['AccessDenied', 403],
  ExpiredTokenException: ['ExpiredToken', 400],
  InternalFailure: ['InternalError', 500],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  MissingAuthenticationTokenException: ['AccessDenied', 403],
  RequestEntityTooLargeException: ['EntityTooLarge', 400],
  ThrottlingException: ['SlowDown', 503],
  UnrecognizedClientException: ['InvalidAccessKeyId', 403],
  ValidationException: ['InvalidArgument', 400],
};

/** A refusal as S3 writes it. */
export function writeRestFault(fault: Fault, path: string, requestId: string): RestAnswer {
  const [code, status] = respelled[fault.code] ?? [fault.code, fault.status];
  const members = {
    Code: code,
    Message: fault.message,
    Resource: path,
    RequestId: requestId,
    HostId: extendedId(requestId),
  };
  return { status, type: 'application/xml', headers: ids(requestId), body: declaration + element('Error', members) };
}

/** Request ids of S3 are shorter than everybody else's. */
export const restIdAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
