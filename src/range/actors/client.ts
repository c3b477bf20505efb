import { Agent, request } from 'node:http';
import type { Credential } from '../account/identities.ts';
import type { Members } from '../operation.ts';
import { actorHeader, sourceIpHeader } from '../server.ts';

/** Who calls, from where and with what. */
export interface Actor {
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** What came back. Of outputs in XML only the innermost elements are read, whatever they lie in: actors need keys and names. */
export type Reply =
  | { readonly ok: true; readonly output: Members }
  | { readonly ok: false; readonly code: string; readonly message: string };

const targets: { readonly [service: string]: string } = {
  'application-autoscaling': 'AnyScaleFrontendService',
  cloudtrail: 'CloudTrail_20131101',
  logs: 'Logs_20140328',
  sagemaker: 'SageMaker',
};
/** S3's operations that actors use, as method, path and query; what is put is the input's `Body`. */
const requests: { readonly [operation: string]: (input: Members) => string } = {
  GetBucketPolicy: ({ Bucket }) => `/${Bucket}?policy`,
  GetObject: ({ Bucket, Key }) => `/${Bucket}/${encodeURIComponent(String(Key)).replaceAll('%2F', '/')}`,
  ListBuckets: () => '/',
  PutBucketPolicy: ({ Bucket }) => `/${Bucket}?policy`,
  ListObjectsV2: ({ Bucket, Prefix = '' }) =>
    `/${Bucket}?list-type=2&encoding-type=url&prefix=${encodeURIComponent(String(Prefix))}`,
};
const versions: { readonly [service: string]: string } = { iam: '2010-05-08', sts: '2011-06-15' };

/** What came back of a protocol that writes XML. */
function xmlReply(status: number, text: string): Reply {
  if (status < 300)
    return {
      ok: true,
      output: Object.fromEntries([...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [name, value])),
    };
  const part = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1] ?? '';
  return { ok: false, code: part('Code'), message: part('Message') };
}

/** The actors' own client: they come through the same door as everybody. It does not sign; the range does not check signatures. */
export class ActorClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #port: number;
  readonly #region: string;
  readonly #secret: string;

  constructor(port: number, region: string, secret: string) {
    this.#port = port;
    this.#region = region;
    this.#secret = secret;
  }

  /**
   * @param operation `service:Operation`. @param region Home unless told otherwise.
   * @throws When the connection breaks: the range is closing.
   */
  async call(
    credential: Credential,
    actor: Actor,
    operation: string,
    input: Members,
    region = this.#region,
  ): Promise<Reply> {
    const [service = '', name = ''] = operation.split(':');
    if (service === 's3') return this.#callS3(credential, actor, name, input);
    const version = versions[service];
    const body = version
      ? new URLSearchParams({ Action: name, Version: version, ...(input as Record<string, string>) }).toString()
      : JSON.stringify(input);
    const { status, text } = await this.#send('POST', '/', body, {
      'content-type': version ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.1',
      ...(version ? {} : { 'x-amz-target': `${targets[service]}.${name}` }),
      ...this.#headers(credential, actor, service, region),
    });
    if (version) return xmlReply(status, text);
    const output = (text === '' ? {} : JSON.parse(text)) as Members;
    return status < 300
      ? { ok: true, output }
      : { ok: false, code: String(output.__type), message: String(output.message) };
  }

  async #callS3(credential: Credential, actor: Actor, name: string, input: Members): Promise<Reply> {
    const path = requests[name];
    if (!path) throw new Error(`actors do not know s3:${name}`);
    const { status, text } = await this.#send(
      name.startsWith('Put') ? 'PUT' : 'GET',
      path(input),
      typeof input.Body === 'string' ? input.Body : '',
      this.#headers(credential, actor, 's3', this.#region),
    );
    return xmlReply(status, text);
  }

  #headers(credential: Credential, actor: Actor, service: string, region: string): { readonly [name: string]: string } {
    return {
      authorization: `AWS4-HMAC-SHA256 Credential=${credential.accessKeyId}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
      ...(credential.sessionToken ? { 'x-amz-security-token': credential.sessionToken } : {}),
      'user-agent': actor.userAgent,
      [actorHeader]: this.#secret,
      [sourceIpHeader]: actor.sourceIp,
    };
  }

  #send(
    method: string,
    path: string,
    body: string,
    headers: { readonly [name: string]: string },
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: this.#port, method, path, agent: this.#agent, headers: { ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
