import { type AwsCallError, RefusedError } from '../model/errors.ts';
import { type Clock, steadyClock } from '../shared/clock.ts';
import { canonicalJson, type Json } from '../shared/json.ts';
import { createArming } from './arming.ts';
import { checkRoleArn } from './assume-role.ts';
import type { Arming, Aws, AwsWriter, CallOptions, Identity, WriteCall } from './aws.ts';
import { createAwsTime } from './aws-time.ts';
import type { CallLog } from './call-log.ts';
import { type AssumedRole, type Credentials, createCredentials } from './credentials.ts';
import { type CallFacts, translate } from './errors.ts';
import { isAwsUrl } from './hosts.ts';
import { readUnlessPage } from './html-answer.ts';
import { readIdentity } from './identity.ts';
import type { AskMfaCode } from './mfa.ts';
import { openNetwork } from './network.ts';
import { type OperationName, operations } from './operations.ts';
import { createRateLimiter } from './rate-limit.ts';
import { type Attempts, createSdk, type Exchange } from './sdk.ts';
import { resolveSettings } from './settings.ts';

/** How the door is opened. */
export interface OpenOptions {
  readonly clock: Clock;
  /** Wins over AWS_PROFILE. Doors with different profiles may be open at once. */
  readonly profile?: string;
  readonly region?: string;
  /** Further Regions that will be called: one that does not exist is refused at once. */
  readonly regions?: readonly string[];
  /** Replaces AWS's hosts for every service: the range. */
  readonly endpoint?: string;
  /** Replaces the chain of the SDK: the range. Together with `endpoint`, no AWS variable or file is looked at. */
  readonly credentials?: Credentials;
  /** A role that is taken on over the credentials there are, and again before it ends. */
  readonly assume?: AssumedRole;
  /**
   * Asks a person for the code of an MFA device, once for all calls that wait; a rejection or an empty text is a "no" for 30 s. Without it
   * a profile that needs a code gives `expired`.
   */
  readonly mfaCode?: AskMfaCode;
  /** Arming is refused. */
  readonly readOnly?: boolean;
  /** Name of the incident; CloudTrail shows `firebreak-<incident>` in the user agent of every call. */
  readonly incident?: string;
  /** The endpoint is the range: the header shows SIMULATED. */
  readonly simulated?: boolean;
  /** LookupEvents a second and Region; default 1, half of what AWS allows an account. The range takes more. */
  readonly lookupPerSecond?: number;
  /** Where every call is taken down; several doors may share one. */
  readonly calls?: CallLog;
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The open door: the half that reads, the half that writes, and what stands between them. */
export interface OpenDoor {
  readonly aws: Aws;
  readonly writer: AwsWriter;
  readonly arming: Arming;
  /** The session's Region. */
  readonly region: string;
  /** Known from the settings, before AWS has been asked anything; the host of AWS itself is not. */
  readonly endpoint: Identity['endpoint'];
  /** @throws UsageError no credentials. @throws AwsCallError */
  identity(signal?: AbortSignal): Promise<Identity>;
  /** Ends every call in flight and every connection. */
  close(): void;
}

const requestMs = 30_000;
/** Answers after 35 s have been reported from us-east-1. */
const lookupMs = 60_000;

/** How AWS refuses a request whose time is not its own. */
const clockRefusals: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** What is learned of a call while it is under way. */
interface Call {
  readonly operation: string;
  host: string;
  handedOver: boolean;
  accessKeyId: string | undefined;
  /** Epoch ms; `undefined` while it waits its turn. */
  sentAt: number | undefined;
  waitedMs: number;
}

/** What the SDK says of a call beside its answer. */
interface CallMetadata {
  readonly requestId?: string | undefined;
  readonly attempts?: number | undefined;
}

/**
 * Opens the one door to AWS. Nothing is sent and no SDK package is loaded before the first call.
 *
 * @throws UsageError no Region or none that exists, no such profile, a file that cannot be read, a broken setting, no role's ARN.
 */
export async function openAws(options: OpenOptions): Promise<OpenDoor> {
  const { clock, credentials: given, endpoint, simulated = false } = options;
  const env = options.env ?? process.env;
  const isolated = given !== undefined && endpoint !== undefined;
  const settings = await resolveSettings({
    ownCredentials: given !== undefined,
    env,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.regions === undefined ? {} : { regions: options.regions }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  if (options.assume) checkRoleArn(options.assume.roleArn);
  const network = await openNetwork(isolated ? {} : env, settings.certificates);
  const arming = createArming({ clock, readOnly: options.readOnly ?? false });
  const time = createAwsTime(clock);
  // Intervals: a call must not wait for an hour that somebody has taken back.
  const steady = steadyClock(clock);
  const limiter = createRateLimiter(steady, { 'cloudtrail:LookupEvents': options.lookupPerSecond ?? 1 });
  const incident = (options.incident ?? '').replaceAll(/[^\w.-]+/g, '-');
  const parts = { settings, network, isolated, userAgent: incident && `firebreak-${incident}` };
  const credentials = createCredentials({
    given,
    parts,
    clock: steady,
    now: time.now,
    env,
    incident: options.incident ?? '',
    assume: options.assume,
    askMfaCode: options.mfaCode,
  });
  const sdk = createSdk(parts, credentials);
  const closing = new AbortController();
  let stsHost = '';
  const customHosts = new Set([...settings.endpoints.values()].filter((url) => !isAwsUrl(url)).map(({ host }) => host));

  // The SDK puts this prefix before the host that streams, unless the host cannot have one.
  const logs = settings.endpoints.get('logs');
  const allowedHosts = new Set([...customHosts, ...(logs ? [`stream-${logs.host}`] : [])]);

  /** Every request passes here last: where it goes is checked, and the answer's clock is read. */
  const watch =
    (call: Call) =>
    (next: (args: { request: Exchange['request'] }) => Promise<{ response: Exchange['response'] }>) =>
    async (args: { request: Exchange['request'] }) => {
      const { protocol, hostname, port } = args.request;
      const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}`);
      call.host = url.host;
      if (!isAwsUrl(url) && !allowedHosts.has(url.host)) {
        // The header would call it AWS. Our reading of the configuration differs from the SDK's, which is a bug of ours.
        throw new Error(`The SDK resolved ${url.host}, which no setting that we know of names`);
      }
      call.handedOver = true;
      call.accessKeyId = /Credential=([^/]+)/.exec(args.request.headers.authorization ?? '')?.[1];
      if (call.operation.startsWith('sts:')) stsHost = url.host;
      const askedAt = clock.now();
      const result = await next(args);
      const { headers, statusCode } = result.response;
      time.learn(headers.date, askedAt, clock.now());
      if (headers['content-type']?.startsWith('text/html')) {
        // The query protocol takes any 200 for a success: a proxy's log-in page must not pass for a written policy.
        const body = await readUnlessPage(result.response.body);
        if (!body)
          throw Object.assign(new Error('HTML instead of an answer'), { $metadata: { httpStatusCode: statusCode } });
        result.response.body = body;
      }
      return result;
    };

  function takeDown(
    { operation, sentAt = clock.now(), waitedMs }: Call,
    region: string,
    input: unknown,
    metadata: CallMetadata | undefined,
    error?: unknown,
  ): void {
    const { code, message, requestId } = (error ?? {}) as Partial<AwsCallError>;
    options.calls?.add({
      at: sentAt,
      name: operation,
      access: operations[operation as OperationName],
      region,
      tookMs: Math.max(0, clock.now() - sentAt),
      waitedMs,
      code: error === undefined ? '' : (code ?? 'Error'),
      message: error === undefined ? '' : (message ?? ''),
      requestId: metadata?.requestId ?? requestId ?? '',
      retries: Math.max(0, (metadata?.attempts ?? 1) - 1),
      // What a write sends was confirmed as this text; what reads ask for would fill the memory and tell little.
      ...(operations[operation as OperationName] === 'write' ? { input: input as Json } : {}),
    });
  }

  async function send(operation: string, input: unknown, callOptions: CallOptions, attempts: Attempts) {
    const region = callOptions.region ?? settings.region;
    const signal = callOptions.signal ? AbortSignal.any([callOptions.signal, closing.signal]) : closing.signal;
    const call: Call = {
      operation,
      host: '',
      handedOver: false,
      accessKeyId: undefined,
      sentAt: undefined,
      waitedMs: 0,
    };
    const facts = (): CallFacts => ({
      ...call,
      region,
      aborted: signal.aborted,
      profile: settings.profile,
      renewal: credentials.renewal(),
    });
    const attempt = async () => {
      const { client, command } = await sdk.prepare(operation, input, region, attempts);
      signal.throwIfAborted();
      // What one client learns about a wrong local clock, all must know: a call that is tried once cannot learn by failing.
      if (time.skewMs() !== 0) client.config.systemClockOffset = time.now() - Date.now();
      command.middlewareStack.add(watch(call), { step: 'deserialize', priority: 'low', name: 'firebreakWatch' });
      const requestTimeout = operation === 'cloudtrail:LookupEvents' ? lookupMs : requestMs;
      return client.send(command, { abortSignal: signal, requestTimeout });
    };
    try {
      // Keys may wait for a person, who may take minutes: that ends with the signal, and takes no place in the queue.
      await orAborted(credentials.provider(), signal);
      const askedAt = clock.now();
      await limiter.acquire(operation, region, callOptions.priority ?? 'background', signal);
      call.waitedMs = clock.now() - askedAt;
      call.sentAt = clock.now();
      const skewMs = time.skewMs();
      const answer = await attempt().catch((error: unknown) => {
        // The refusal told AWS's time. A write is not repeated, whatever was said.
        const learned = time.skewMs() !== skewMs && clockRefusals.has((error as Error).name);
        if (!learned || operations[operation as OperationName] === 'write') throw error;
        return attempt();
      });
      takeDown(call, region, input, answer.$metadata);
      return answer;
    } catch (error) {
      const translated = translate(signal.aborted && error === signal.reason ? new Error('Aborted') : error, facts());
      if (call.sentAt !== undefined)
        takeDown(call, region, input, (error as { readonly $metadata?: CallMetadata }).$metadata, translated);
      if ((translated as { reason?: unknown }).reason === 'expired') credentials.renew(call.accessKeyId);
      throw translated;
    }
  }

  const aws: Aws = {
    call(name, input, callOptions = {}) {
      if (!Object.hasOwn(operations, name) || operations[name] !== 'read') {
        return Promise.reject(new Error(`${name} is not among the operations that read`));
      }
      const attempts = name === 'cloudtrail:LookupEvents' ? 'once' : 'standard';
      return send(name, input, callOptions, attempts) as Promise<never>;
    },
    async *stream(name, input, callOptions) {
      if (!Object.hasOwn(operations, name) || operations[name] !== 'stream')
        throw new Error(`${name} is not among the operations that stream`);
      const leaving = new AbortController();
      const signal = AbortSignal.any([callOptions.signal, leaving.signal]);
      try {
        const answer = await send(name, input, { ...callOptions, signal }, 'stream');
        yield* streamOf(answer) as AsyncIterable<never>;
      } catch (error) {
        throw translate(error, {
          operation: name,
          region: callOptions.region ?? settings.region,
          host: 'the stream',
          handedOver: true,
          aborted: signal.aborted,
          profile: settings.profile,
          renewal: credentials.renewal(),
        });
      } finally {
        // Without this the connection stays open, holds a session, and is billed.
        leaving.abort();
      }
    },
    now: time.now,
  };
  const writer: AwsWriter = {
    async send(call, permit, signal) {
      if (!Object.hasOwn(operations, call.name) || operations[call.name] !== 'write') {
        throw new Error(`${call.name} is not among the operations that write`);
      }
      // What is sent is made of the text that was compared: nobody can change it in between.
      const confirmed = JSON.parse(canonicalJson(call)) as WriteCall;
      if (!arming.holds(permit, confirmed)) {
        throw new RefusedError('NotConfirmed', `${call.name} belongs to no confirmed plan: nothing was sent`, [
          'Preview the action again and confirm it',
        ]);
      }
      const { name, input, region } = confirmed;
      const answer = await send(name, input, { signal, ...(region === undefined ? {} : { region }) }, 'once');
      return { requestId: answer.$metadata.requestId };
    },
  };
  const hosts = [...customHosts].join(', ');
  const where: Identity['endpoint'] = simulated
    ? { kind: 'simulated', host: hosts }
    : { kind: customHosts.size > 0 ? 'custom' : 'aws', host: hosts };
  return {
    aws,
    writer,
    arming,
    region: settings.region,
    endpoint: where,
    identity: (signal) =>
      readIdentity({
        aws,
        credentials,
        region: settings.region,
        signal,
        endpoint: () => (where.kind === 'aws' ? { kind: 'aws', host: stsHost } : where),
      }),
    close() {
      closing.abort();
      network.close();
    },
  };
}

/** The promise's end, or the signal's if that comes first: what the SDK does for credentials cannot be cancelled. */
async function orAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The one member of an answer that is a stream. */
function streamOf(answer: object): AsyncIterable<unknown> {
  const stream = Object.values(answer).find(
    (member): member is AsyncIterable<unknown> =>
      typeof member === 'object' && member !== null && Symbol.asyncIterator in member,
  );
  if (!stream) throw new Error('the answer holds no stream');
  return stream;
}
