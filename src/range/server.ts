import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FailedError } from '../model/errors.ts';
import type { Account } from './account/account.ts';
import type { Credential } from './account/identities.ts';
import { denial, noPolicyAllows } from './authorize.ts';
import { answerControl, type RangeControl } from './control.ts';
import type { Door } from './door.ts';
import { Fault } from './fault.ts';
import { type FaultRule, type Faults, happens } from './faults.ts';
import { LiveTailSession } from './live-tail.ts';
import type { Members, Operation, ServiceName } from './operation.ts';
import { eventStreamType } from './protocols/event-stream.ts';
import { readJson, writeJson, writeJsonFault } from './protocols/json.ts';
import { queryFault, readQuery, typedQuery, writeQuery, writeQueryFault } from './protocols/query.ts';
import { readRestJson, writeRestJson, writeRestJsonFault } from './protocols/rest-json.ts';
import { readRest, refuseExpired, restIdAlphabet, writeRest, writeRestFault } from './protocols/rest-xml.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import { isSignedWith } from './signature.ts';

/** No AWS call of these services comes near it; it bounds what a broken client can make us hold. */
const bodyLimitBytes = 10 * 1024 * 1024;

/** Prefixes of `x-amz-target`: the part before the operation's name. */
const targets: { readonly [prefix: string]: ServiceName } = {
  AnyScaleFrontendService: 'application-autoscaling',
  AWSEvents: 'events',
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
  readonly faults: Faults;
  readonly port: number;
  /** Whether requests must be signed with the secret of their key. */
  readonly checkSignatures?: boolean | undefined;
  readonly actorSecret: string;
  /** Ids of the actors' calls and of everybody else's: a responder does not change the story's ids. */
  readonly random: { readonly actors: Random; readonly others: Random };
}

/** The server while it runs. */
export interface RunningServer {
  readonly port: number;
  /** Where the range's own actors call: what befalls the other port is nothing to them. */
  readonly actorPort: number;
  /** How often each operation was asked for, the actors' calls excluded. */
  readonly requests: ReadonlyMap<string, number>;
  /** What answers `/_range/`; until it is set nothing does. */
  control: RangeControl | undefined;
  /** See `RangeControl.refuse`. */
  refuse(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly query: URLSearchParams;
  readonly peer: string;
  readonly actor: boolean;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: { readonly [name: string]: string };
  readonly requestId: string;
  /** Instead of the body. */
  readonly stream?: LiveTailSession;
}

/** No answer: the connection is destroyed. */
type Outcome = Reply | 'reset';

/** Real ms between two attempts to listen again. */
const listenAgainMs = 100;

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** Answers AWS's wire protocols on 127.0.0.1. @throws FailedError `PortInUse`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const receiver = new Receiver(options);
  const handler = (actorsOnly: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    // A client that goes away mid-request is its own affair; the socket is gone with it.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void receiver.receive(request, response, actorsOnly);
  };
  const server = createServer({ keepAliveTimeout: 30_000 }, handler(false));
  const actors = createServer({ keepAliveTimeout: 30_000 }, handler(true));
  await listen(server, options.port);
  await listen(actors, 0);
  const { port } = server.address() as AddressInfo;
  const ended = Promise.withResolvers<void>();
  let refusing: Promise<void> | undefined;
  let refusedUntil = 0;
  let over = false;
  const { schedule } = options;
  const pause = (time: number) =>
    Promise.race([new Promise<void>((resolve) => schedule.at(time, () => resolve())), ended.promise]);
  const refuseUntilThen = async () => {
    await closed(server);
    while (!over && schedule.clock.now() < refusedUntil) await pause(refusedUntil);
    while (!over) {
      // Somebody's outgoing connection may have been given the port for a moment.
      const listening = await listen(server, port).then(
        () => true,
        () => false,
      );
      if (listening) break;
      await pause(schedule.clock.now() + listenAgainMs);
    }
    refusing = undefined;
  };
  return {
    port,
    actorPort: (actors.address() as AddressInfo).port,
    requests: receiver.requests,
    get control() {
      return receiver.control;
    },
    set control(control) {
      receiver.control = control;
    },
    refuse: (ms) => {
      refusedUntil = Math.max(refusedUntil, schedule.clock.now() + ms);
      refusing ??= refuseUntilThen();
      return refusing;
    },
    close: async () => {
      over = true;
      ended.resolve();
      await refusing;
      await Promise.all([closed(server), closed(actors)]);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => {
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
    };
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve();
    });
  });
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

const jsonType = 'application/x-amz-json-1.1';
const expired = new Fault('ExpiredTokenException', 'The security token included in the request is expired');
const wrongSignature = new Fault(
  'InvalidSignatureException',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
);
const page =
  '<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>';

function refuse(fault: Fault, random: Random): Reply {
  return { status: fault.status, type: jsonType, body: writeJsonFault(fault), requestId: random.uuid() };
}

/** What a rule of `--faults` answers. */
function faultOf(rule: FaultRule, caller: Credential, action: string): Fault {
  switch (rule.fault) {
    case 'throttle':
      return new Fault('ThrottlingException', 'Rate exceeded');
    case 'denied':
      return denial(caller, { action, resource: '*' }, noPolicyAllows);
    case 'expired':
      return expired;
    default: {
      const code = rule.code ?? 'InternalFailure';
      const status = /^(Internal|Service)/.test(code) ? 500 : 400;
      return new Fault(code, 'The request processing has failed because of an error, exception or failure.', status);
    }
  }
}

/** Reads requests and writes answers, for both ports. */
class Receiver {
  readonly requests = new Map<string, number>();
  control: RangeControl | undefined;
  readonly #options: ServerOptions;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #restOperations: readonly Operation[];
  readonly #routedOperations: readonly Operation[];

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#restOperations = options.operations.filter(({ rest }) => rest);
    this.#routedOperations = options.operations.filter(({ route }) => route);
    this.#operations = new Map(
      options.operations.map((operation) => [`${operation.service}:${operation.name}`, operation]),
    );
  }

  async receive(request: IncomingMessage, response: ServerResponse, actorsOnly: boolean): Promise<void> {
    const actor = request.headers[actorHeader] === this.#options.actorSecret;
    const random = actor ? this.#options.random.actors : this.#options.random.others;
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return;
    const [path = '', search = ''] = (request.url ?? '').split('?');
    const query = new URLSearchParams(search);
    const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    let outcome: Outcome;
    if (
      !/^(127\.0\.0\.1|([a-z0-9.-]+\.)?localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '') ||
      (actorsOnly && !actor)
    )
      // A web page that made a browser resolve its own name to us must not reach the account.
      outcome = refuse(
        new Fault('AccessDeniedException', 'The range answers only to 127.0.0.1 and localhost', 403),
        random,
      );
    else if (body === 'too-large')
      outcome = refuse(
        new Fault('RequestEntityTooLargeException', 'The request body is larger than 10 MB', 413),
        random,
      );
    else if (path.startsWith('/_range/') && this.control)
      return this.#answerControl(request, response, this.control, path, query);
    else {
      const { headers, method = '' } = request;
      outcome = await this.#answer({ method, path, headers, body, query, peer, actor }, random);
    }
    if (outcome === 'reset') {
      request.socket.destroy();
      return;
    }
    this.#write(outcome, response, body === 'too-large');
  }

  #write(reply: Reply, response: ServerResponse, last: boolean): void {
    const headers = {
      'content-type': reply.type,
      'x-amzn-requestid': reply.requestId,
      // The account's time, whatever the machine's is: clients tell tokens and revocations by it.
      date: new Date(this.#options.schedule.clock.now()).toUTCString(),
    };
    const { stream } = reply;
    if (!stream) {
      response.writeHead(reply.status, {
        ...headers,
        'content-length': Buffer.byteLength(reply.body),
        ...reply.headers,
        ...(last ? { connection: 'close' } : {}),
      });
      response.end(reply.body);
      return;
    }
    if (response.destroyed) {
      stream.close();
      return;
    }
    response.on('close', () => stream.close());
    response.on('drain', () => stream.ready());
    response.writeHead(reply.status, headers);
    stream.attach(
      {
        write: (frame) => response.write(frame),
        end: () => response.end(),
        destroy: () => response.destroy(),
      },
      reply.requestId,
    );
  }

  async #answerControl(
    request: IncomingMessage,
    response: ServerResponse,
    control: RangeControl,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    // Browsers send it with every POST of a page: no page is to cut off a drill.
    const { afterwards, body, status } =
      request.headers.origin === undefined
        ? await answerControl(control, request.method ?? '', path, query)
        : { status: 403, body: { message: 'not for web pages' }, afterwards: undefined };
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text, () => void afterwards?.());
  }

  async #answer(request: Request, random: Random): Promise<Outcome> {
    const scope = scopeOf(request.headers.authorization, request.query);
    const rest = scope?.service === 's3';
    const routed = scope?.service === 'scheduler';
    const requestId = rest ? random.letters(16, restIdAlphabet) : random.uuid();
    const target = request.headers['x-amz-target'];
    const form = rest || routed || typeof target === 'string' ? undefined : formOf(request);
    let service: ServiceName | undefined;
    try {
      let name: string;
      let input: Members;
      if (rest) {
        const host = request.headers.host ?? '';
        const read = readRest({ ...request, host }, this.#restOperations);
        service = 's3';
        name = read.operation.name;
        input = read.input;
        refuseExpired(request.query, this.#options.schedule.clock.now());
      } else if (routed) {
        const read = readRestJson(request, this.#routedOperations);
        service = read.operation.service;
        name = read.operation.name;
        input = read.input;
      } else if (typeof target === 'string') {
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
          request.path === '/' || scope === undefined
            ? 'The request names no operation: it has neither x-amz-target nor Action'
            : `The simulated account does not serve ${scope.service}`,
        );
      const operation = service && this.#operations.get(`${service}:${name}`);
      if (!operation) throw new Fault('UnknownOperationException', unknownOperation(name, form));
      const action = `${service}:${name}`;
      const meets = request.actor ? undefined : await this.#meet(action);
      const { account, checkSignatures, door, schedule } = this.#options;
      const caller = authenticate(scope, request, account);
      if (checkSignatures && !request.actor && !isSignedWith(caller.secretAccessKey, request)) throw wrongSignature;
      const rule = meets?.rule;
      if (rule?.fault === 'html') return { status: 503, type: 'text/html', body: page, requestId };
      if (rule && rule.fault !== 'reset' && rule.fault !== 'lost') throw faultOf(rule, caller, action);
      if (rule && !meets.afterWork) return 'reset';
      const result = door.serve({
        operation,
        input: form ? typedQuery(input, operation.input ?? {}) : input,
        caller,
        region: regionOf(scope?.region, account),
        at: request.actor ? schedule.now : schedule.clock.now(),
        sourceIp: (request.actor && header(request.headers[sourceIpHeader])) || request.peer,
        // S3 puts what clients say of themselves into brackets.
        userAgent: rest
          ? `[${header(request.headers['user-agent']) ?? ''}]`
          : (header(request.headers['user-agent']) ?? ''),
        random,
        requestId,
      });
      const opened = 'output' in result ? result.output?.responseStream : undefined;
      const stream = opened instanceof LiveTailSession ? opened : undefined;
      if (rule) {
        stream?.close();
        return 'reset';
      }
      if ('fault' in result) throw result.fault;
      if (stream) return { status: 200, type: eventStreamType, body: '', requestId, stream };
      if (rest) return { ...writeRest(operation, result.output, requestId), requestId };
      if (routed) return { ...writeRestJson(result.output), requestId };
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
      if (rest) return { ...writeRestFault(fault, request.path, requestId), requestId };
      if (routed) return { ...writeRestJsonFault(fault), requestId };
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

  /** Counts the request, draws what it meets and spends its delay. */
  async #meet(action: string): Promise<{ readonly rule: FaultRule | undefined; readonly afterWork: boolean }> {
    const { faults, schedule } = this.#options;
    this.requests.set(action, (this.requests.get(action) ?? 0) + 1);
    const { delayMs, rule } = faults.meet(action, schedule.clock.now());
    const afterWork = rule?.fault === 'lost' || (rule?.fault === 'reset' && happens(faults.chance.requests, 0.5));
    if (delayMs > 0) await new Promise<void>((resolve) => schedule.at(schedule.clock.now() + delayMs, () => resolve()));
    return { rule, afterWork };
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

/** The credential scope of a version 4 signature; the signature itself is checked only where that was asked for. */
function scopeOf(authorization: string | undefined, query: URLSearchParams): Scope | undefined {
  const credential = /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  if (!credential) return undefined;
  const [accessKeyId = '', , region = '', service = ''] = credential.split('/');
  return { accessKeyId, region, service };
}

/** Global endpoints sign for `aws-global` in some SDKs; whatever is no Region is home. */
const regionOf = (name: string | undefined, account: Account): string =>
  name && /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(name) ? name : account.homeRegion;

function authenticate(scope: Scope | undefined, { headers, query }: Request, account: Account): Credential {
  if (!scope) throw new Fault('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  const credential = account.credentials.get(scope.accessKeyId);
  const token = header(headers['x-amz-security-token']) ?? query.get('X-Amz-Security-Token') ?? undefined;
  if (!credential?.accepted || (credential.sessionToken !== undefined && credential.sessionToken !== token))
    throw new Fault('UnrecognizedClientException', 'The security token included in the request is invalid.');
  return credential;
}
