import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { UsageError } from '../model/errors.ts';

/** Nothing that an operator waits for should take longer to fail. */
const connectionTimeoutMs = 5_000;

/** Live Tail's heartbeat is a second; a pause this long means that the connection is dead. */
const streamIdleMs = 15_000;

/** What every SDK client is given as `requestHandler`: plain options of its own Node handler. */
export interface Transport {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly connectionTimeout: number;
  readonly throwOnRequestTimeout: true;
}

/** The connections that all clients share. */
export interface Network {
  /** Connections stay open between calls. */
  readonly kept: Transport;
  /**
   * A new connection for each call. A call that is tried only once must not meet a connection that the other side has just closed: it
   * would count as "may have happened".
   */
  readonly fresh: Transport;
  /** A connection for each stream; 15 s without a byte end it: Live Tail sends one every second. */
  readonly streaming: Transport & { readonly socketTimeout: number };
  close(): void;
}

/** A file of certificates, and the setting that names it. */
export interface CertificateBundle {
  readonly path: string;
  readonly setBy: string;
}

function proxyEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv | undefined {
  const http = env.http_proxy || env.HTTP_PROXY;
  const https = env.https_proxy || env.HTTPS_PROXY;
  if (!http && !https) return undefined;
  // Loopback is the range or a tunnel's end: a proxy elsewhere cannot reach it.
  const direct = [env.no_proxy || env.NO_PROXY, 'localhost', '.localhost', '127.0.0.1-127.255.255.255', '::1', '[::1]'];
  return {
    ...(http ? { http_proxy: http } : {}),
    ...(https ? { https_proxy: https } : {}),
    no_proxy: direct.filter(Boolean).join(','),
  };
}

/**
 * Opens the connections: HTTP(S)_PROXY and NO_PROXY are obeyed (the SDK by itself does not), and so is a bundle of certificates, which
 * then replaces the built-in ones as in the AWS CLI. https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html
 *
 * @throws UsageError the bundle cannot be read, or a proxy variable is no URL.
 */
export async function openNetwork(env: NodeJS.ProcessEnv, bundle?: CertificateBundle): Promise<Network> {
  let ca: string | undefined;
  if (bundle) {
    try {
      ca = await readFile(bundle.path, 'utf8');
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new UsageError(`${bundle.setBy}: cannot read ${bundle.path} (${code})`, { cause });
    }
  }
  const proxy = proxyEnv(env);
  const transport = (keepAlive: boolean): Transport => {
    const common = { keepAlive, ...(proxy ? { proxyEnv: proxy } : {}) };
    return {
      httpAgent: new HttpAgent(common),
      httpsAgent: new HttpsAgent({ ...common, ...(ca === undefined ? {} : { ca }) }),
      connectionTimeout: connectionTimeoutMs,
      throwOnRequestTimeout: true,
    };
  };
  let kept: Transport;
  let fresh: Transport;
  try {
    kept = transport(true);
    fresh = transport(false);
  } catch (cause) {
    // The only thing here that can fail is the proxy's URL.
    throw new UsageError('HTTP_PROXY or HTTPS_PROXY is no proxy URL', { cause });
  }
  const streaming = { ...transport(false), socketTimeout: streamIdleMs };
  return {
    kept,
    fresh,
    streaming,
    close() {
      for (const { httpAgent, httpsAgent } of [kept, fresh, streaming]) {
        httpAgent.destroy();
        httpsAgent.destroy();
      }
    },
  };
}
