import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FailedError } from '../model/errors.ts';
import type { Account } from './account/account.ts';
import type { Credential } from './account/identities.ts';
import type { Door } from './door.ts';
import { Fault } from './fault.ts';
import type { Members, Operation, ServiceName } from './operation.ts';
import { readJson, writeJson, writeJsonFault } from './protocols/json.ts';
import { queryFault, readQuery, typedQuery, writeQuery, writeQueryFault } from './protocols/query.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** No AWS call of these services comes near it; it bounds what a broken client can make us hold. */
const bodyLimitBytes = 10 * 1024 * 1024;

/** Prefixes of `x-amz-target`: the part before the operation's name. */
const targets: { readonly [prefix: string]: ServiceName } = {
  AnyScaleFrontendService: 'application-autoscaling',
  CloudTrail_20131101: 'cloudtrail',
  GraniteServiceVersion20100801: 'cloudwatch',
  Logs_20140328: 'logs',
  SageMaker: 'sagemaker',
};

/** Query services by their `Version`. */
const versions: { readonly [version: string]: ServiceName } = { '2010-05-08': 'iam', '2011-06-15': 'sts' };

/** Marks a call of one of the range's own actors; its value is a secret of this process. */
export const actorHeader = 'x-range-actor';
/** Where an actor pretends to be; honoured only with the right `actorHeader`. */
export const sourceIpHeader = 'x-range-source-ip';

export interface ServerOptions {
  readonly door: Door;
  readonly account: Account;
  readonly operations: readonly Operation[];
  readonly schedule: Schedule;
  readonly port: number;
  readonly actorSecret: string;
  /** Ids of the actors' calls and of everybody else's: a responder does not change the story's ids. */
  readonly random: { readonly actors: Random; readonly others: Random };
}

interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly query: URLSearchParams;
  readonly peer: string;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly requestId: string;
}

/** Answers AWS's wire protocols on 127.0.0.1. @throws FailedError `PortInUse`. */
export async function startServer(options: ServerOptions): Promise<{ readonly port: number; close(): Promise<void> }> {
  const operations = new Map(
    options.operations.map((operation) => [`${operation.service}:${operation.name}`, operation]),
  );
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    // A client that goes away mid-request is its own affair; the socket is gone with it.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void receive(request, response, options, operations);
  });
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new FailedError(
              'PortInUse',
              `port ${port} is in use`,
              ['Choose another with --port, or 0 for any free one'],
              cause,
            )
          : new FailedError('PortNotUsable', `port ${port} cannot be used: ${cause.code ?? cause.message}`, [
              'Choose another with --port, or 0 for any free one',
            ]),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  operations: ReadonlyMap<string, Operation>,
): Promise<void> {
  const random = isActor(request.headers, options) ? options.random.actors : options.random.others;
  let reply: Reply;
  const body = await readBody(request).catch(() => undefined);
  if (body === undefined) return;
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? ''))
    // A web page that made a browser resolve its own name to us must not reach the account.
    reply = refuse(
      new Fault('AccessDeniedException', 'The range answers only to 127.0.0.1 and localhost', 403),
      random,
    );
  else if (body === 'too-large')
    reply = refuse(new Fault('RequestEntityTooLargeException', 'The request body is larger than 10 MB', 413), random);
  else reply = answer({ headers: request.headers, body, query, peer }, options, operations, random);
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'x-amzn-requestid': reply.requestId,
    'content-length': Buffer.byteLength(reply.body),
    ...(body === 'too-large' ? { connection: 'close' } : {}),
  });
  response.end(reply.body);
}

/** @returns The text, `too-large` once the limit is passed, `undefined` when the client went away. */
async function readBody(request: IncomingMessage): Promise<string | 'too-large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  let tooLarge = false;
  // What is over the limit is read and dropped for a while: a client that is still sending would not see an earlier answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    tooLarge ||= size > bodyLimitBytes;
    if (size > 8 * bodyLimitBytes) break;
    if (tooLarge) chunks.length = 0;
    else chunks.push(chunk);
  }
  return tooLarge ? 'too-large' : Buffer.concat(chunks).toString('utf8');
}

const isActor = (headers: IncomingMessage['headers'], options: ServerOptions): boolean =>
  headers[actorHeader] === options.actorSecret;

const jsonType = 'application/x-amz-json-1.1';

function refuse(fault: Fault, random: Random): Reply {
  return { status: fault.status, type: jsonType, body: writeJsonFault(fault), requestId: random.uuid() };
}

function answer(
  request: Request,
  options: ServerOptions,
  operations: ReadonlyMap<string, Operation>,
  random: Random,
): Reply {
  const requestId = random.uuid();
  const target = request.headers['x-amz-target'];
  const form = typeof target === 'string' ? undefined : formOf(request);
  let service: ServiceName | undefined;
  try {
    const scope = scopeOf(request.headers.authorization, request.query);
    let name: string;
    let input: Members;
    if (typeof target === 'string') {
      const parts = target.split('.');
      name = parts.at(-1) ?? '';
      service = targets[parts.at(-2) ?? ''];
      input = readJson(request.body);
    } else if (form?.has('Action')) {
      name = form.get('Action') ?? '';
      service = versions[form.get('Version') ?? ''] ?? queryService(scope?.service);
      input = readQuery(form);
    } else
      throw new Fault(
        'UnknownOperationException',
        'The request names no operation: it has neither x-amz-target nor Action',
      );
    const operation = service && operations.get(`${service}:${name}`);
    if (!operation) throw new Fault('UnknownOperationException', unknownOperation(name, form));
    const caller = authenticate(scope, request.headers, options.account);
    const actor = isActor(request.headers, options);
    const result = options.door.serve({
      operation,
      input: form ? typedQuery(input, operation.input ?? {}) : input,
      caller,
      region: regionOf(scope?.region, options.account),
      at: actor ? options.schedule.now : options.schedule.clock.now(),
      sourceIp: (actor && header(request.headers[sourceIpHeader])) || request.peer,
      userAgent: header(request.headers['user-agent']) ?? '',
      random,
      requestId,
    });
    if ('fault' in result) throw result.fault;
    return form
      ? {
          status: 200,
          type: 'text/xml',
          body: writeQuery(operation.service, name, result.output, requestId),
          requestId,
        }
      : { status: 200, type: jsonType, body: writeJson(result.output), requestId };
  } catch (error) {
    // A bug of ours must not look like an HTML page or a hung client: AWS's own word for it.
    const fault =
      error instanceof Fault ? error : new Fault('InternalFailure', `range bug: ${(error as Error).stack}`, 500);
    if (form?.has('Action')) {
      const spelled = queryFault(fault);
      return {
        status: spelled.status,
        type: 'text/xml',
        body: writeQueryFault(service ?? 'iam', spelled, requestId),
        requestId,
      };
    }
    return { status: fault.status, type: jsonType, body: writeJsonFault(fault), requestId };
  }
}

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

function formOf(request: Request): URLSearchParams | undefined {
  const form = new URLSearchParams(request.body);
  if (form.has('Action')) return form;
  return request.query.has('Action') ? request.query : undefined;
}

const queryService = (name: string | undefined): ServiceName | undefined =>
  name === 'iam' || name === 'sts' ? name : undefined;

const unknownOperation = (name: string, form: URLSearchParams | undefined): string =>
  form
    ? `Could not find operation ${name} for version ${form.get('Version') ?? 'NO_VERSION_SPECIFIED'}`
    : `The operation ${name} is not known`;

interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** The credential scope of a version 4 signature; signatures themselves are not checked. */
function scopeOf(authorization: string | undefined, query: URLSearchParams): Scope | undefined {
  const credential = /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  if (!credential) return undefined;
  const [accessKeyId = '', , region = '', service = ''] = credential.split('/');
  return { accessKeyId, region, service };
}

/** Global endpoints sign for `aws-global` in some SDKs; whatever is no Region is home. */
const regionOf = (name: string | undefined, account: Account): string =>
  name && /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(name) ? name : account.homeRegion;

function authenticate(scope: Scope | undefined, headers: IncomingMessage['headers'], account: Account): Credential {
  if (!scope) throw new Fault('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  const credential = account.credentials.get(scope.accessKeyId);
  const token = header(headers['x-amz-security-token']);
  if (!credential?.active || (credential.sessionToken !== undefined && credential.sessionToken !== token))
    throw new Fault('UnrecognizedClientException', 'The security token included in the request is invalid.');
  return credential;
}
