import { expect, test } from 'vitest';
import { chosen } from '../../src/cli/choose-line.ts';
import { drilledOf, replay } from '../../src/cli/replay.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import type { JournalEntry, JournalLine } from '../../src/store/journal.ts';

const startedAt = Date.UTC(2026, 10, 23, 20);
const line = (afterMs: number, entry: JournalEntry): JournalLine => ({
  format: 1,
  seq: 1,
  at: new Date(startedAt + afterMs).toISOString(),
  prev: '',
  entry,
  hash: '',
});
const opened = line(0, {
  type: 'incident-opened',
  mode: 'drill',
  scenario: 'log-tampering',
  drilled: { seed: 3, speed: 20, startedAt },
});
const call = (id: string, name: string, input: { readonly [member: string]: string }) => [
  {
    type: 'containment-approved',
    id,
    plan: { region: 'us-east-1', steps: [{ id: '1', kind: 'call', call: { name, input } }] },
  },
  { type: 'step-starting', id, phase: 'do', step: '1', name },
];
const journal = (
  ...calls: readonly (readonly [afterMs: number, ...Parameters<typeof call>])[]
): readonly JournalLine[] => [
  opened,
  ...calls.flatMap(([afterMs, ...one]) => call(...one).map((entry) => line(afterMs, entry))),
  line(60_000, { type: 'coverage' }),
];

const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
const deny = ['c1', 'iam:PutUserPolicy', { UserName: 'ops-bot', PolicyName: 'IR', PolicyDocument: document }] as const;
const revoke = [
  'c2',
  'iam:PutRolePolicy',
  { RoleName: 'logs-maintenance', PolicyName: 'IR-DenyAll', PolicyDocument: document },
] as const;
const on = ['c3', 'cloudtrail:StartLogging', { Name: 'main-trail' }] as const;

test('a drill is played again with what was sent in it, each call when it was sent', async () => {
  const told: string[] = [];
  const lines = journal([12_000, ...deny], [13_000, ...revoke], [14_000, ...on]);
  const score = await replay(lines, (text) => told.push(text));
  expect(told).toEqual(['+12 s  iam:PutUserPolicy', '+13 s  iam:PutRolePolicy', '+14 s  cloudtrail:StartLogging']);
  expect(score).toMatchObject({
    scenario: 'log-tampering',
    seed: 3,
    speed: 20,
    outcome: 'contained',
    firstActionMs: 12_000,
  });
  expect(await replay(lines, () => undefined)).toEqual(score);
  // Nothing was sent: nothing stops him.
  expect(await replay([opened, line(60_000, { type: 'coverage' })], () => undefined)).toMatchObject({
    outcome: 'goal-reached',
    firstActionMs: null,
  });
});

test('what is no drill is said', () => {
  expect(() => drilledOf([line(0, { type: 'incident-opened', mode: 'live', scenario: '' })])).toThrow(/no drill/);
});

test('the list is answered by number, by name, by the beginning of one, or by Enter', () => {
  expect(chosen(scenarios, '')).toBe(scenarios[0]?.id);
  expect(chosen(scenarios, ' 2 ')).toBe(scenarios[1]?.id);
  expect(chosen(scenarios, 'Regis')).toBe('registry-poisoning');
  for (const wrong of ['0', '9', 'p', 'nothing', '-1', '1.5']) expect(chosen(scenarios, wrong)).toBeUndefined();
});
