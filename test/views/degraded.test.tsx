import { afterEach, expect, it } from 'vitest';
import type { Snapshot, SourceStatus } from '../../src/session/snapshot.ts';
import { coverageText } from '../../views/coverage/coverage-text.ts';
import { whereLines } from '../../views/dialogs/confirm-footer.ts';
import { headerView } from '../../views/header/header-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { metrics } from './catalogue.ts';
import { fakeSession } from './fake-session.ts';
import { event, NOW, plan, role, snapshot } from './fixtures.ts';
import { type Screen, startScreen } from './screen.tsx';

let screen: Screen | undefined;
afterEach(async () => {
  if (!screen) return;
  await screen.press('Ctrl-C', 'Ctrl-C');
  await screen.ended.catch(() => undefined);
  screen = undefined;
});
const start = (...parameters: Parameters<typeof startScreen>) => {
  screen = startScreen(...parameters);
  return screen;
};

const mono = createTheme({ ascii: true, theme: 'none' });
// biome-ignore lint/suspicious/noControlCharactersInRegex: our own SGR sequences
const plain = (line: string) => line.replaceAll(/\u001b\[[\d;]*m/g, '').trimEnd();
const header = (of: Snapshot, width: number) =>
  headerView({ snapshot: of, now: NOW, utc: true }, width, mono).map(plain);
const made = snapshot();
const source = made.sources[0]!;
const logs = (over: Partial<SourceStatus>): SourceStatus => ({ ...source, id: 'cloudwatch-logs', ...over });

it.each([
  ['eu-west-1', undefined],
  ['ap-southeast-2', undefined],
  ['eu-west-1', NOW + 872_000],
])('keeps account, Region, endpoint and mode at 80 columns: %s', (region, armedUntil) => {
  const identity = { ...made.identity!, region, endpoint: { kind: 'custom', host: 'localstack.example.com' } } as const;
  const [first, second] = header(snapshot({ identity, armedUntil }), 80);
  for (const part of ['CUSTOM ENDPOINT localstack.', '111122223333', region, armedUntil ? 'ARMED 14:32' : 'READ-ONLY'])
    expect(first).toContain(part);
  // As whom something would be done is never what goes: it stands below.
  expect(second).toContain('OnCall');
});

it('says of the tail what is so, and nothing where none was asked for or none is read', () => {
  const tail = (over: Partial<SourceStatus>, tails = { openSessions: 0, minutes: 0 }) =>
    /tail\b[^-]*/.exec(header(snapshot({ sources: [source, logs(over)], tails }), 200)[1] ?? '')?.[0]?.trim();
  expect(tail({ state: 'live' }, { openSessions: 1, minutes: 31 })).toBe('tail live 31m');
  expect(tail({ state: 'polling' })).toBe('tail polling');
  expect(tail({ state: 'polling', why: '--no-tail: asks every 5 s' })).toBeUndefined();
  expect(tail({ state: 'polling', why: 'Live Tail is off' })).toBeUndefined();
  expect(tail({ state: 'idle' }, { openSessions: 0, minutes: 31 })).toBe('tail idle 31m');
  expect(tail({ state: 'denied', permission: 'logs:FilterLogEvents' })).toBeUndefined();
  expect(tail({ state: 'denied' }, { openSessions: 0, minutes: 31 })).toBe('tail 31m');
  const expired = { state: 'expired', why: 'the SSO session has ended', stoppedAt: NOW - 30_000 } as const;
  const [, second] = header(snapshot({ sources: [{ ...source, ...expired }, logs({ state: 'polling' })] }), 200);
  expect(second).toContain('not live since 20:42:45: expired');
  expect(second).not.toContain('tail');
});

it.each([80, 120, 200])('a trail that is stopped stands in the header, once, at %i columns', (width) => {
  const alarm = 'trail main is stopped since 2026-11-23T20:40:00.000Z: it records nothing';
  const stopped = (region: string) => logs({ id: 'trail-log-group', region, state: 'live', alarm });
  const [, second = ''] = header(snapshot({ sources: [source, stopped('eu-west-1'), stopped('us-east-1')] }), width);
  expect(second.match(/trail main is stopped/g)).toHaveLength(1);
  expect(header(snapshot({ sources: [source] }), width)[1]).not.toContain('stopped');
});

it('the coverage says what to do next, in the words of the error where there are any', () => {
  const next = (over: Partial<SourceStatus>, errors: Snapshot['errors'] = []) =>
    coverageText({
      snapshot: snapshot({ sources: [{ ...source, ...over }], errors }),
      now: NOW,
      utc: true,
      theme: mono,
      width: 100,
    })
      .lines.map(plain)
      .filter((line) => /^ {3}next/.test(line))
      .map((line) => line.replace(/^ +next +/, ''));
  const why = 'the SSO session has ended';
  const errors = [{ at: NOW, what: why, nextSteps: ['Run aws sso login --profile prod'] }];
  expect(next({ state: 'expired', why }, errors)).toEqual(['Run aws sso login --profile prod']);
  expect(next({ state: 'expired', why })).toEqual([expect.stringContaining('aws sso login')]);
  expect(next({ state: 'unreachable', why: 'no answer' })).toEqual([expect.stringContaining('network')]);
  // It has recovered since: yesterday's advice would send somebody after nothing.
  expect(next({ state: 'polling', why }, errors)).toEqual([]);
});

it.each([60, 80, 120, 200])('the coverage names what is watched on one line at %i cells', (width) => {
  const watching = Array.from({ length: 300 }, (_, index) => `/aws/sagemaker/Endpoints/e${index}`);
  const lines = coverageText({
    snapshot: snapshot({ sources: [logs({ watching })] }),
    now: NOW,
    utc: true,
    theme: mono,
    width,
  }).lines.map(plain);
  expect(lines.filter((line) => line.includes('/aws/sagemaker/'))).toEqual([
    expect.stringMatching(/^ {3}watching 300 groups: \/aws\/sagemaker\/Endpoints\/e0(, .*)?, …$/),
  ]);
});

it('a plan in another account carries neither the alias nor the identity of ours', () => {
  const accounts = [
    { account: '111122223333', alias: 'ml-prod', profile: '', arn: '' },
    { account: '444455556666', alias: 'ml-lab', profile: 'lab', arn: '' },
  ];
  const where = (account: string) =>
    whereLines(
      { snapshot: snapshot({ accounts }), now: NOW, utc: true, theme: mono, width: 120 },
      plan('seconds', role, { account }),
    )
      .map(plain)
      .join('\n');
  expect(where('111122223333')).toContain('111122223333 ml-prod');
  expect(where('111122223333')).toContain('OnCall/carol');
  expect(where('444455556666')).toContain('444455556666 ml-lab');
  expect(where('444455556666')).toContain('profile lab');
  expect(where('444455556666')).not.toMatch(/ml-prod|OnCall/);
  expect(where('777788889999')).not.toMatch(/ml-prod|ml-lab|OnCall/);
});

it.each([
  [80, 24],
  [120, 40],
])('what is not loaded stands below the events, whatever is on screen, at %i×%i', async (columns, rows) => {
  const progress = 'sagemaker 14:02–15:02Z loaded; writes 61 %; reads of other services not loaded';
  const session = fakeSession({ snapshot: { sources: [{ ...source, progress }] } });
  const on = start(session, { columns, rows });
  await on.see('CreateTrainingJob');
  await on.see('writes 61 %');
  await on.press('g');
  await on.see('frozen');
  expect(on.text()).toContain('writes 61 %');
  await on.press('G');
  await on.see('following');
  // The newest row still stands above it.
  await on.see('20:04:19');
});

it('shows whose event it is as soon as two accounts are on screen, and goes on to', async () => {
  const session = fakeSession({ events: Array.from({ length: 80 }, (_, index) => event(index)) });
  const on = start(session);
  await on.see('DescribeEndpoint');
  expect(on.text()).not.toMatch(/\d\d:\d\d:\d\d 3333/);
  session.add(event(81, { account: '444455556666' }));
  await on.see(/\d\d:\d\d:\d\d 6666/);
  await on.press('g');
  await on.see('20:03:15');
  expect(on.text()).toMatch(/20:03:15 3333/);
});

it('makes room for the metrics where two panes stand side by side, from 100 columns on', async () => {
  const on = start(fakeSession({ snapshot: { metrics } }), { columns: 100, rows: 30 });
  await on.see('fraud-scorer');
  await on.see(/ep +fraud-scorer +[·▁▂▃▄▅▆▇█]{10} +\d/);
});
