import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { notLive } from '../../views/components/source-state.ts';
import { coverageText } from '../../views/coverage/coverage-text.ts';
import { emptyEvents } from '../../views/events/empty-events.ts';
import { eventsView } from '../../views/events/events-view.ts';
import { headerView } from '../../views/header/header-view.ts';
import { figuresText, sparkline } from '../../views/resources/endpoint-metrics.ts';
import { resourcesView } from '../../views/resources/resources-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { everyState, metrics, snapshots } from './catalogue.ts';
import { endpoint, event, NOW, notebook, rowOf, snapshot } from './fixtures.ts';

const mono = createTheme({ ascii: true, theme: 'none' });
const unicode = createTheme({ ascii: false, theme: 'none' });
// biome-ignore lint/suspicious/noControlCharactersInRegex: our own SGR sequences
const plain = (line: string) => line.replaceAll(/\u001b\[[\d;]*m/g, '').trimEnd();
const coverage = (of: Snapshot, width = 120) =>
  coverageText({ snapshot: of, now: NOW, utc: true, theme: mono, width }).lines.map(plain);
const header = (of: Snapshot, width: number) =>
  headerView({ snapshot: of, now: NOW, utc: true }, width, mono).map(plain);

describe('the coverage', () => {
  it('says of every source how it stands, how far and how late it is, and what is recorded nowhere', () => {
    expect(coverage(snapshots['every source state']!)).toMatchInlineSnapshot(`
      [
        " this machine's clock is 1h ahead of AWS's: what is first seen or done here carries wrong times",
        "",
        " v CloudTrail event history (cloudtrail-lookup) eu-west-1 111122223333 ml-prod: live",
        "   loaded   sagemaker 14:02–15:02Z loaded; writes 61 %; reads of other services not loaded",
        "   covered  to 2026-11-23 20:42:15Z, 1m ago",
        "   lag      AWS says about 5m; not measured here yet",
        "   heard    nothing yet",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " > Log groups (cloudwatch-logs) us-east-1 444455556666 profile audit: polling: asks again and again",
        "   watching 25 groups: /aws/sagemaker/Endpoints/e0, /aws/sagemaker/Endpoints/e1, /aws/sagemaker/Endpoints/e2, …",
        "   covered  not once to its end yet",
        "   lag      p50 41s p95 2m10s, 312 seen",
        "   heard    3s ago; 1,000 records since the start, repeats included",
        "   1 gap    2026-11-23 20:43:06Z to 2026-11-23 20:43:14Z: sampled by Live Tail",
        "   filled   1 gap since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " . Metrics of endpoints (endpoint-metrics) eu-west-1 111122223333 ml-prod: idle: reads nothing just now",
        "   watching 2 endpoints: /aws/sagemaker/Endpoints/e0, /aws/sagemaker/Endpoints/e1",
        "   covered  figures of the last 30 min, asked for each minute",
        "   lag      AWS says about 5m; not measured here yet",
        "   heard    3s ago; 2,000 records since the start, repeats included",
        "   filled   2 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " o CloudTrail event history (cloudtrail-lookup) us-east-1 444455556666 profile audit: connecting: nothing heard yet",
        "   loaded   sagemaker 14:02–15:02Z loaded; writes 61 %; reads of other services not loaded",
        "   covered  to 2026-11-23 20:42:15Z, 1m ago",
        "   lag      p50 41s p95 2m10s, 312 seen",
        "   heard    3s ago; 3,000 records since the start, repeats included",
        "   filled   3 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " o Log groups (cloudwatch-logs) eu-west-1 111122223333 ml-prod: ended: reads no more",
        "   covered  not once to its end yet",
        "   lag      AWS says about 5m; not measured here yet",
        "   heard    3s ago; 4,000 records since the start, repeats included",
        "   filled   4 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " ! Metrics of endpoints (endpoint-metrics) us-east-1 444455556666 profile audit: throttled: slower, goes on by itself",
        "   covered  figures of the last 30 min, asked for each minute",
        "   lag      p50 41s p95 2m10s, 312 seen",
        "   heard    3s ago; 5,000 records since the start, repeats included",
        "   1 gap    2026-11-23 20:43:06Z to 2026-11-23 20:43:14Z: sampled by Live Tail",
        "   filled   5 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " x CloudTrail event history (cloudtrail-lookup) eu-west-1 111122223333 ml-prod: unreachable: nothing new arrives",
        "   next     Check network, proxy and endpoint; it is tried again by itself",
        "   loaded   sagemaker 14:02–15:02Z loaded; writes 61 %; reads of other services not loaded",
        "   covered  to 2026-11-23 20:42:15Z, 1m ago",
        "   lag      AWS says about 5m; not measured here yet",
        "   heard    3s ago; 6,000 records since the start, repeats included",
        "   filled   6 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " x Log groups (cloudwatch-logs) us-east-1 444455556666 profile audit: denied: this identity may not read it",
        "   why      not authorized",
        "   needs    IAM action logs:StartLiveTail",
        "   covered  not once to its end yet",
        "   lag      p50 41s p95 2m10s, 312 seen",
        "   heard    3s ago; 7,000 records since the start, repeats included",
        "   filled   7 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " x Metrics of endpoints (endpoint-metrics) eu-west-1 111122223333 ml-prod: credentials expired: nothing new arrives",
        "   next     Renew the credentials (SSO: aws sso login); it is tried again by itself",
        "   covered  figures of the last 30 min, asked for each minute",
        "   lag      AWS says about 5m; not measured here yet",
        "   heard    3s ago; 8,000 records since the start, repeats included",
        "   filled   8 gaps since the start",
        "   blind to data events: InvokeEndpoint, S3 object reads",
        "",
        " Not recorded at all",
        "  - data events: InvokeEndpoint, S3 object reads (cloudtrail-lookup, cloudwatch-logs, endpoint-metrics)",
        "",
        " What looking costs",
        " Live Tail  2 sessions, 31 min billed; free tier 1,800 min a month, then about $0.01/min: check your price",
        " metrics    1,204 requests charged",
      ]
    `);
  });

  it('tells "no source yet" from "nothing to read"', () => {
    expect(coverage(snapshot({ sources: [] }))).toMatchInlineSnapshot(`
      [
        " no source has started yet: nothing was read, so nothing here means that nothing happened",
      ]
    `);
    expect(coverage(snapshot({ sources: [], mode: 'saved' }))).toMatchInlineSnapshot(`
      [
        " saved logs: no source is read; what the files hold is all there is",
      ]
    `);
  });
});

describe('the header', () => {
  it('has the meter of Live Tail, the worst source, the delay, the gaps and the clock, in this order', () => {
    expect(header(snapshots['tails, all well']!, 200)).toMatchInlineSnapshot(`
      [
        " firebreak - 111122223333 ml-prod - eu-west-1 +global - role/OnCall/carol                                                                                             READ-ONLY   creds 52m   20:43:15Z",
        " INC-fraud-lab - 00:12:41 - 1,284 events - 3 late - received 20:41:02 - settled to 20:26 - tail live 31m - v 2 sources - lag p50 41s p95 2m10s",
      ]
    `);
    expect(header(snapshots['every source state']!, 260)).toMatchInlineSnapshot(`
      [
        " firebreak - 111122223333 ml-prod - eu-west-1 +global - 2 accounts - role/OnCall/carol                                                                                                                                            READ-ONLY   creds 52m   20:43:15Z",
        " MFA code wanted - INC-fraud-lab - 00:12:41 - 1,284 events - 3 late - received 20:41:02 - settled to 20:26 - tail live 31m - x endpoint-metrics eu-west-1 expired +3 more (V) - lag p50 41s p95 2m10s - 2 gaps - this machine's clock is 1h ahead of AWS's",
      ]
    `);
    expect(header(snapshots['every source state']!, 80)).toMatchInlineSnapshot(`
      [
        " 111122223333 ml-prod - eu-west-1 - 2 accounts - OnCall   READ-ONLY   20:43:15Z",
        " MFA code wanted - x endpoint-metrics eu-west-1 expired +3 more (V) - clock +1h",
      ]
    `);
    expect(header(snapshots['tails, all well']!, 80)).toMatchInlineSnapshot(`
      [
        " 111122223333 ml-prod - eu-west-1 - OnCall    READ-ONLY   creds 52m   20:43:15Z",
        " 1,284 events - 3 late - received 20:41:02 - settled to 20:26 - tail live 31m",
      ]
    `);
  });

  it('says how log groups are read where no tail is open, and nothing where there are none', () => {
    const [source] = everyState();
    const logs = (state: 'polling' | 'idle') => snapshot({ sources: [{ ...source!, id: 'cloudwatch-logs', state }] });
    expect(header(logs('polling'), 200)[1]).toContain('tail polling');
    expect(header(logs('idle'), 200)[1]).toContain('tail idle');
    expect(header(snapshot(), 200)[1]).not.toContain('tail');
  });

  it.each([80, 120, 200])('never lets stale data look live, at %i columns', (width) => {
    const [first, second] = header(snapshots['not live']!, width);
    expect(second).toMatch(/^ not live since 20:40:10: expired/);
    expect(first).toContain('READ-ONLY');
    expect(first).toContain('111122223333');
    expect(first).toContain('eu-west-1');
    // One Region that is still read: not all is stale.
    const { sources } = snapshots['not live']!;
    expect(
      header(snapshot({ sources: [...sources, { ...sources[0]!, region: 'eu-north-1', state: 'polling' }] }), width)[1],
    ).not.toContain('not live');
  });
});

it('the events say whose they are, which calls were ours, and how often a state was reported', () => {
  const rows = [
    event(1, { account: '444455556666', responder: 'own', principal: { type: 'AssumedRole', arn: '', name: 'carol' } }),
    event(2, { responder: 'claimed', errorCode: 'AccessDenied' }),
    event(3, { action: 'SageMaker Endpoint State Change', repeats: 2 }),
  ].map(rowOf);
  const model = {
    rows,
    selected: 2,
    total: 3,
    newer: 0,
    following: true,
    filter: '',
    crumbs: [],
    leftOut: '',
    marked: new Set<string>(),
    tags: new Map(),
    focused: true,
    utc: true,
    accounts: [
      { account: '111122223333', alias: 'ml-prod', profile: '', arn: '' },
      { account: '444455556666', alias: undefined, profile: 'audit', arn: '' },
    ],
    showAccounts: true,
    loaded: '',
    stopped: false,
    empty: [],
  };
  expect(eventsView(model, 120, 4, mono).map(plain)).toMatchInlineSnapshot(`
    [
      ">Events -- 2026-11-23 - 3 ----------------------------------------------------------------------------------- following",
      "  . 20:03:16 6666       carol        DescribeEndpoint               ep fraud-scorer    10.0.4.17       us",
      "  x 20:03:17 ml-prod    ds-exec/bob  DescribeEndpoint               ep fraud-scorer    10.0.4.17       fb? AccessDenied",
      "> . 20:03:18 ml-prod    ds-exec/bob  SageMaker Endpoint State C… x3 ep fraud-scorer    10.0.4.17",
    ]
  `);
  expect(eventsView({ ...model, stopped: true }, 80, 4, unicode).map(plain)).toMatchInlineSnapshot(`
    [
      ">Events ── 2026-11-23 · 3 ──────────────────────────────────────────── NOT LIVE",
      "  · 20:03:16 6666 carol      DescribeEndpoint        ep fraud-scorer  us",
      "  ✗ 20:03:17 3333 bob        DescribeEndpoint        ep fraud-scorer  fb? Acces…",
      "> · 20:03:18 3333 bob        SageMaker Endpoint … ×3 ep fraud-scorer",
    ]
  `);
  expect(eventsView({ ...model, showAccounts: false }, 120, 4, mono)[1]).not.toContain('6666');
});

describe('the metrics of an endpoint', () => {
  const lane = (points: readonly { at: number; value: number }[], theme = unicode) =>
    sparkline([{ ...metrics[0]!, points }], endpoint, NOW, 10, theme);

  it('are drawn against the highest of 30 minutes, zero apart from little', () => {
    expect(sparkline(metrics, endpoint, NOW, 15, unicode)).toMatchInlineSnapshot(`"▁▁▁▁▂▂▃▄▅▆▇█▅··"`);
    expect(sparkline(metrics, endpoint, NOW, 15, mono)).toMatchInlineSnapshot(`"____,,-=+*%#+.."`);
    expect(lane([{ at: NOW - 1000, value: 1 }])).toBe('·········█');
    expect(lane([{ at: NOW - 31 * 60_000, value: 1 }])).toBe('··········');
    expect(sparkline([], endpoint, NOW, 10, unicode)).toBe(' '.repeat(10));
  });

  it('tell "no metrics yet" from zero, and are nobody else\'s', () => {
    expect(figuresText([], endpoint, NOW)).toBe('no metrics yet');
    expect(figuresText([{ ...metrics[0]!, points: [] }], endpoint, NOW)).toMatchInlineSnapshot(
      `"last 5 min: 0 invocations, no 4xx figure yet, no 5xx figure yet, no latency yet"`,
    );
    expect(figuresText(metrics, { ...endpoint, arn: endpoint.arn.replace('fraud', 'other') }, NOW)).toBe(
      'no metrics yet',
    );
    expect(figuresText(metrics, notebook, NOW)).toBe('');
    const latency = {
      ...metrics[0]!,
      metric: 'ModelLatency' as const,
      unit: 'ms' as const,
      points: [
        { at: NOW - 120_000, value: 10 },
        { at: NOW - 60_000, value: 40 },
      ],
    };
    const calls = {
      ...metrics[0]!,
      points: [
        { at: NOW - 120_000, value: 2 },
        { at: NOW - 60_000, value: 1 },
      ],
    };
    expect(figuresText([calls, latency], endpoint, NOW)).toMatchInlineSnapshot(
      `"last 5 min: 3 invocations, no 4xx figure yet, no 5xx figure yet, mean latency 20 ms"`,
    );
  });

  it('stand beside the names where there is room', () => {
    const heat = { ...endpoint, events: 210, writes: 1, errors: 0, lastAt: NOW, why: [], isNew: false };
    const other = { ...notebook, events: 12, writes: 0, errors: 0, lastAt: NOW, why: [], isNew: false };
    const model = {
      resources: [heat, other],
      selected: 0,
      focused: true,
      contained: new Set<string>(),
      metrics,
      metricsTo: NOW,
    };
    expect(
      [36, 48, 80].flatMap((width) => resourcesView(model, width, 3, unicode).slice(1).map(plain)),
    ).toMatchInlineSnapshot(`
      [
        ">◆ ep     fraud-scorer         210",
        " · nb     fraud-lab             12",
        ">◆ ep       fraud-scorer     ▁▁▁▂▃▅▆█▄·    210",
        " · nb       fraud-lab                       12",
        ">◆ ep         fraud-scorer                              ▁▁▁▁▂▂▃▄▅▆▇█▅··    210",
        " · nb         fraud-lab                                                     12",
      ]
    `);
  });
});

it('an empty list says what is loaded, so that "not loaded" is not "nothing there"', () => {
  const [source] = snapshot().sources;
  const loading = snapshot({
    events: 0,
    sources: [{ ...source!, coveredTo: undefined, progress: 'sagemaker 37 %; everything not loaded' }],
  });
  expect(emptyEvents(loading, false)).toEqual([
    'no events yet · reading cloudtrail-lookup…',
    'sagemaker 37 %; everything not loaded',
  ]);
  expect(emptyEvents({ ...loading, events: 9 }, true)).toContain('sagemaker 37 %; everything not loaded');
  expect(emptyEvents(snapshot({ events: 0 }), false)[0]).toBe(
    'no events recorded in this window · following cloudtrail-lookup',
  );
});

it('a trail that is read keeps the list live while the event history is refused, and the header says what is', () => {
  const [history] = snapshot().sources;
  const denied = { ...history!, state: 'denied' as const, permission: 'cloudtrail:LookupEvents', stoppedAt: NOW };
  const trail = { ...history!, id: 'trail-log-group', title: 'Trail log group', state: 'live' as const };
  const of = (...sources: Snapshot['sources']) => header({ ...snapshot(), sources }, 160).join('\n');
  expect(of(denied)).toContain('not live since 20:43:15: denied');
  const told = of(denied, trail);
  expect(told).not.toContain('not live');
  expect(told).toContain('cloudtrail-lookup eu-west-1 denied: needs cloudtrail:LookupEvents');
  expect(notLive([denied, { ...trail, state: 'denied' }])).toBeDefined();
});

it('says how many Regions are read besides the one of the identity', () => {
  const [source] = snapshot().sources;
  const of = (...regions: readonly string[]) =>
    header({ ...snapshot(), sources: regions.map((region) => ({ ...source!, region })) }, 160)[0];
  expect(of('eu-west-1')).toContain('eu-west-1 +global');
  expect(of('eu-west-1', 'us-east-1')).toContain('eu-west-1 +global');
  expect(of('eu-west-1', 'eu-central-1')).toContain('eu-west-1 +1 Region ');
  expect(of('eu-west-1', 'eu-central-1', 'us-east-1')).toContain('eu-west-1 +2 Regions');
});

it('Esc is said to lead where it does', () => {
  const of = snapshot({ events: 9 });
  expect(emptyEvents(of, true)[1]).toContain('Esc shows all again');
  expect(emptyEvents(of, true, { hasWayBack: true })[1]).toContain('Esc goes back');
});

it('where everything that could bring events is stopped, neither they nor who we are is on the way', () => {
  const [source] = snapshot().sources;
  const denied = { ...source!, state: 'denied' as const, coveredTo: undefined, permission: 'cloudtrail:LookupEvents' };
  const idle = { ...source!, id: 'endpoint-metrics', state: 'idle' as const, coveredTo: undefined };
  const of = snapshot({ events: 0, identity: undefined, sources: [denied, idle] });
  expect(emptyEvents(of, false)[0]).toBe('nothing could be loaded: 1 of 2 sources cannot be read');
  expect(emptyEvents({ ...of, sources: [denied, { ...idle, state: 'connecting' }] }, false)[0]).toContain('reading');
  // What is throttled comes, later.
  const slow = emptyEvents({ ...of, sources: [denied, { ...idle, state: 'throttled' }] }, false);
  expect(slow[0]).toContain('reading');
  expect(slow.at(-1)).toBe(
    `endpoint-metrics in ${idle.region} is throttled: AWS wants fewer calls; it goes on by itself`,
  );
  expect(header(of, 120)[0]).toContain('AWS has not said who we are');
  expect(header({ ...of, sources: [idle] }, 120)[0]).toContain('asking AWS who we are…');
  const others = { ...idle, state: 'connecting' as const };
  expect(header({ ...of, sources: [denied, others] }, 120)[0]).toContain('asking AWS who we are…');
});

it('points at what was rejected only where something was', () => {
  const of = snapshot({ mode: 'saved', events: 0 });
  expect(emptyEvents({ ...of, rejected: 0 }, false)).toEqual(['these files hold no events']);
  expect(emptyEvents({ ...of, rejected: 2 }, false)[1]).toContain('shows what was rejected');
});
