import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sha256 } from '../shared/digest.ts';

/** A request as far as a signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** As it was sent, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** RFC 3986: all but letters, digits and `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const headerText = (value: string | string[] | undefined): string =>
  [value ?? ''].flat().join(',').trim().replaceAll(/ +/g, ' ');

interface Parts {
  /** `20261123/us-east-1/sagemaker/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
}

/** The parts of a signature, from the header or from a presigned URL. */
function partsOf({ headers, query }: SignedRequest): Parts | undefined {
  const given = headers.authorization;
  const of = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(given ?? '')?.[1] ?? '';
  const credential = given === undefined ? query.get('X-Amz-Credential') : of('Credential');
  if (!credential) return undefined;
  const scope = credential.split('/').slice(-4).join('/');
  return given === undefined
    ? {
        scope,
        signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
        signature: query.get('X-Amz-Signature') ?? '',
        date: query.get('X-Amz-Date') ?? '',
      }
    : {
        scope,
        signedHeaders: of('SignedHeaders'),
        signature: of('Signature'),
        date: headerText(headers['x-amz-date']),
      };
}

/**
 * Whether a request was signed with the secret, version 4. When it was signed is not looked at: the range's clock may be elsewhere.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function isSignedWith(secret: string, request: SignedRequest): boolean {
  const parts = partsOf(request);
  if (!parts) return false;
  const { date, scope, signature, signedHeaders } = parts;
  const [day = '', region = '', service = ''] = scope.split('/');
  if (!date.startsWith(day) || !signedHeaders.split(';').includes('host')) return false;
  const query = [...request.query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encoded(name), encoded(value)])
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
  const { headers, method, path } = request;
  const announced = headerText(headers['x-amz-content-sha256']);
  const isPresigned = headers.authorization === undefined;
  const digest = sha256(request.body);
  // S3 takes bodies of which nobody says the digest; any other service's must have the one that is announced.
  const payload = service === 's3' && (isPresigned || announced === 'UNSIGNED-PAYLOAD') ? 'UNSIGNED-PAYLOAD' : digest;
  if (announced !== '' && announced !== payload) return false;
  const canonical = [
    method,
    // Every service but S3 encodes the path once more.
    service === 's3' ? path : path.split('/').map(encoded).join('/'),
    query,
    ...signedHeaders.split(';').map((name) => `${name}:${headerText(headers[name])}`),
    '',
    signedHeaders,
    payload,
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const wanted = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  return wanted === signature;
}
