import { StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeEndpointCommand,
  ListEndpointsCommand,
  ListMlflowTrackingServersCommand,
  StopNotebookInstanceCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type Range,
  type RangeControl,
  type RangeOptions,
  startRange,
  startRangeWorker,
} from '../../src/range/range.ts';
import { clientsOf, refusal } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

const open: Range[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((range) => range.close()));
});
async function kept(starting: Promise<Range>): Promise<Range> {
  const range = await starting;
  open.push(range);
  return range;
}
const fraudScorer = 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/sagemaker/Endpoints/fraud-scorer';

/** The control of another process. */
function overHttp({ endpoint }: Range): RangeControl {
  const ask = async <Value>(method: string, path: string): Promise<Value> => {
    const response = await fetch(`${endpoint}/_range/${path}`, { method });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    return (await response.json()) as Value;
  };
  return {
    openTails: async () => (await ask<{ readonly openTails: number }>('GET', 'tails')).openTails,
    refuse: async (ms) => {
      await ask('POST', `refuse?ms=${ms}`);
      // Over the wire nobody is told when it is over.
      await vi.waitFor(() => ask('GET', 'tails'), { timeout: 10_000 });
    },
    expireCredentials: () => ask('POST', 'expire'),
    renewCredentials: () => ask('POST', 'renew'),
    requests: () => ask('GET', 'requests'),
    fault: async (rules) => void (await ask('POST', `fault?rules=${encodeURIComponent(JSON.stringify(rules))}`)),
    place: async ({ arn, status, next }) => {
      const after = next ? `&next=${next.status}&afterMs=${next.afterMs}` : '';
      const answer = await fetch(`${endpoint}/_range/place?arn=${encodeURIComponent(arn)}&status=${status}${after}`, {
        method: 'POST',
      });
      return answer.status === 200;
    },
  };
}

const inThread = (options: RangeOptions) => kept(startRange(options));
const inWorker = (options: RangeOptions) => kept(startRangeWorker(options));

describe.each([
  ['in process', inThread, ({ control }: Range) => control],
  ['across the thread', inWorker, ({ control }: Range) => control],
  ['over HTTP', inWorker, overHttp],
] as const)('%s', (_where, begin, controlOf) => {
  test('tails and requests are counted', async () => {
    const range = await begin({ scenario: 'presigned-url-hijack', speed: 100 });
    const control = controlOf(range);
    const clients = clientsOf(range);
    expect(await control.requests()).toEqual({});
    await clients.sagemaker.send(new ListEndpointsCommand({}));
    await clients.sagemaker.send(new ListEndpointsCommand({}));
    const abort = new AbortController();
    const { responseStream } = await clients.logs.send(
      new StartLiveTailCommand({ logGroupIdentifiers: [fraudScorer] }),
      { abortSignal: abort.signal },
    );
    expect(responseStream).toBeDefined();
    expect(await control.openTails()).toBe(1);
    // The actors' calls are none of them.
    expect(await control.requests()).toEqual({ 'logs:StartLiveTail': 1, 'sagemaker:ListEndpoints': 2 });
    abort.abort();
    await vi.waitFor(async () => expect(await control.openTails()).toBe(0));
  });

  test('resources are placed into a status, and go on from there', async () => {
    const range = await begin({ speed: 1000 });
    const control = controlOf(range);
    const { sagemaker } = clientsOf(range);
    const arn = `arn:aws:sagemaker:us-east-1:${range.account}`;
    const status = async () =>
      (await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'fraud-scorer' }))).EndpointStatus;
    expect(await control.place({ arn: `${arn}:endpoint/fraud-scorer`, status: 'OutOfService' })).toBe(true);
    expect(await status()).toBe('OutOfService');
    const next = { status: 'InService', afterMs: 60_000 };
    await control.place({ arn: `${arn}:endpoint/fraud-scorer`, status: 'SystemUpdating', next });
    await vi.waitFor(async () => expect(await status()).toBe('InService'));
    expect(await control.place({ arn: `${arn}:mlflow-tracking-server/ds-mlflow`, status: 'gone' })).toBe(true);
    const { TrackingServerSummaries } = await sagemaker.send(new ListMlflowTrackingServersCommand({}));
    expect(TrackingServerSummaries).toEqual([]);
    expect(await control.place({ arn: `${arn}:endpoint/nothing`, status: 'Failed' })).toBe(false);
  });

  test('a fault is set for the second request alone: the work was done, the answer is lost', async () => {
    const range = await begin({});
    const control = controlOf(range);
    const { sagemaker } = clientsOf(range);
    await control.fault([{ operation: 'sagemaker:StopNotebookInstance', fault: 'lost', skip: 1, times: 1 }]);
    const stop = (NotebookInstanceName: string) =>
      sagemaker.send(new StopNotebookInstanceCommand({ NotebookInstanceName }));
    expect((await refusal(stop('no'))).message).toBe('RecordNotFound');
    await expect(stop('fraud-lab')).rejects.toThrow(/hang up|ECONNRESET|aborted/);
    expect((await refusal(stop('fraud-lab'))).message).toContain('Stopping');
  });

  test('credentials expire and are renewed, with the same texts', async () => {
    const range = await begin({});
    const control = controlOf(range);
    const { sagemaker } = clientsOf(range);
    const list = () => sagemaker.send(new ListEndpointsCommand({}));
    await control.expireCredentials();
    expect(await refusal(list())).toEqual({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
    await control.renewCredentials();
    expect((await list()).Endpoints).toHaveLength(4);
  });

  test('connections are refused for a while, then the same port answers', async () => {
    const range = await begin({});
    const control = controlOf(range);
    const { sagemaker } = clientsOf(range);
    const list = () => sagemaker.send(new ListEndpointsCommand({}));
    await list();
    const back = control.refuse(300);
    await vi.waitFor(
      async () => expect(await refusal(list())).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') }),
      {
        interval: 5,
      },
    );
    await back;
    expect((await list()).Endpoints).toHaveLength(4);
  });
});

describe('refusing', () => {
  test('cuts what is open, and the story goes on', async () => {
    const clock = new ManualClock();
    const range = await kept(startRange({ scenario: 'presigned-url-hijack', speed: 10 }, clock));
    const { logs } = clientsOf(range);
    const { responseStream } = await logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [fraudScorer] }));
    const items = (responseStream as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await items.next();
    const broken = items.next().catch((error: Error) => error);
    const back = range.control.refuse(3_600_000);
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(async () => expect(await range.control.openTails()).toBe(0));
    for (let minute = 0; minute < 59 && range.story.get().state === 'running'; minute += 1) await clock.advance(60_000);
    expect(range.story.get().state).toBe('attacker-reached-goal');
    await clock.advance(3_600_000);
    await back;
    const listed = await clientsOf(range).sagemaker.send(new ListEndpointsCommand({}));
    expect(listed.Endpoints?.length).toBeGreaterThan(0);
  });

  test('again while it lasts makes it longer; closing ends it', async () => {
    const clock = new ManualClock();
    const range = await kept(startRange({}, clock));
    const done: string[] = [];
    void range.control.refuse(1000).then(() => done.push('first'));
    void range.control.refuse(5000).then(() => done.push('second'));
    await clock.advance(4999);
    await expect(fetch(range.endpoint)).rejects.toThrow('fetch failed');
    expect(done).toEqual([]);
    await range.close();
    expect(done).toEqual(['first', 'second']);
  });

  test('a closed worker answers nothing', async () => {
    const range = await inWorker({});
    const pending = range.control.refuse(60_000).catch((error: { readonly code: string }) => error.code);
    await range.close();
    expect([undefined, 'RangeClosed']).toContain(await pending);
    await expect(range.control.openTails()).rejects.toMatchObject({ code: 'RangeClosed' });
  });
});

describe('over HTTP', () => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const range = await inThread({});
    const response = await fetch(`${range.endpoint}/_range/${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  test.each([
    ['refuse', 'POST'],
    ['refuse?ms=', 'POST'],
    ['refuse?ms=0', 'POST'],
    ['refuse?ms=x', 'POST'],
    ['refuse?ms=3600001', 'POST'],
  ])('%s is not a time', async (path, method) => {
    expect(await ask(path, { method })).toEqual({
      status: 400,
      body: { message: 'ms is not a number above 0, up to 3600000' },
    });
  });

  test.each([
    ['expire', 'GET'],
    ['tails', 'POST'],
    ['nothing', 'GET'],
  ])('there is no %s by %s', async (path, method) => {
    expect(await ask(path, { method })).toEqual({
      status: 404,
      body: { message: `there is no ${method} /_range/${path}` },
    });
  });

  test('a web page is refused', async () => {
    expect(await ask('expire', { method: 'POST', headers: { origin: 'https://evil.example' } })).toMatchObject({
      status: 403,
    });
  });
});
