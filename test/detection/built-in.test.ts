import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../src/detection/built-in.ts';
import { DetectionEngine } from '../../src/detection/engine.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import type { RawRecord } from '../../src/model/event.ts';
import { normalise } from '../../src/normalise/normalise.ts';

const folder = new URL('../../src/detection/rules/', import.meta.url).pathname;

type Members = { readonly [name: string]: unknown };

/**
 * What stands beside a rule in `<id>.examples.json`: records on which it fires or does not. Members of a record that every record has may be
 * left out; `at` is seconds after the first. `known`: what the same identity did in the hour before.
 */
interface Example {
  readonly fires: boolean;
  readonly known?: Members;
  readonly records: readonly Members[];
}

const start = Date.parse('2026-11-23T20:00:00Z');
const alice = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLEALICE00001',
  arn: 'arn:aws:iam::111122223333:user/alice',
  accountId: '111122223333',
  accessKeyId: 'AKIAEXAMPLEALICE0001',
  userName: 'alice',
};
let number = 0;

function rawOf({ at = 0, ...members }: Members, base: number): RawRecord {
  number += 1;
  const time = base + Number(at) * 1000;
  if ('message' in members)
    return {
      format: 'cloudwatch-logs',
      id: `line-${number}`,
      text: String(members.message),
      at: time,
      group: String(members.logGroup),
      stream: String(members.logStream),
      region: 'us-east-1',
    };
  const record = {
    eventVersion: '1.09',
    userIdentity: alice,
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.10',
    userAgent: 'aws-cli/2.31.4',
    recipientAccountId: '111122223333',
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
    managementEvent: true,
    readOnly: /^(?:Get|List|Describe)/.test(String(members.eventName)),
    ...members,
    eventID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    eventTime: new Date(time).toISOString(),
  };
  return { format: 'cloudtrail', text: JSON.stringify(record) };
}

/** Runs all built-in rules over records. @returns Rules that found something at the end, in the records that come after what is known. */
function run({ known, records }: Example): ReadonlySet<string> {
  const engine = new DetectionEngine(set);
  const before = known
    ? Array.from({ length: 8 }, (_, index) => rawOf({ ...known, at: index * 60 }, start - 3_600_000))
    : [];
  const all = [...before, ...records.map((record) => rawOf(record, start))];
  const found = new Map<string, Set<number>>();
  const of = (rule: string) => {
    const rows = found.get(rule) ?? new Set<number>();
    found.set(rule, rows);
    return rows;
  };
  for (const [row, raw] of all.entries()) {
    const normalised = normalise(raw);
    if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
    const { findings, hits } = engine.judge(normalised.event, normalised.record, raw.text);
    for (const { rule } of findings) of(rule).add(row);
    for (const { rule, row: later, isLost } of [...(hits ? engine.stored(hits, row) : []), ...engine.settle()])
      if (isLost) of(rule).delete(later);
      else of(rule).add(later);
  }
  return new Set([...found].filter(([, rows]) => [...rows].some((row) => row >= before.length)).map(([rule]) => rule));
}

const set = ruleSet([builtInRules()]);
const rules = [...set.events, ...set.correlations].filter(({ info }) => !info.silent);
const examplesOf = (id: string): readonly Example[] =>
  JSON.parse(readFileSync(`${folder}${id}.examples.json`, 'utf8')) as readonly Example[];

it('all load, each in a file of its name, with examples', () => {
  expect(set.problems).toEqual([]);
  const files = readdirSync(folder);
  expect(files.filter((file) => file.endsWith('.yml')).sort()).toEqual(
    rules.map(({ info }) => `${info.id}.yml`).sort(),
  );
  expect(files.filter((file) => file.endsWith('.json')).sort()).toEqual(
    rules.map(({ info }) => `${info.id}.examples.json`).sort(),
  );
});

/** The ids of the playbooks that rules may name. */
const playbooks = [
  'notebook-hijack',
  'studio-hijack',
  'lifecycle-backdoor',
  'passrole-miner',
  'endpoint-siphon',
  'registry-poisoning',
  'cross-account-share',
  'stolen-role-credentials',
  'stolen-access-key',
  'log-tampering',
];

describe.each(rules.map(({ info }) => [info.id, info] as const))('%s', (id, info) => {
  it('says what a responder needs', () => {
    expect(info.description.length).toBeGreaterThan(20);
    expect(info.tags.some((tag) => /^attack\.t\d{4}(?:\.\d{3})?$/.test(tag))).toBe(true);
    expect(info.tags.every((tag) => /^(?:attack|atlas)\.[a-z0-9.-]+$/.test(tag))).toBe(true);
    expect(info.falsePositives.length).toBeGreaterThan(0);
    expect(info.triage.length).toBeGreaterThan(0);
    expect(info.references.every((one) => one.startsWith('https://'))).toBe(true);
    expect(info.references.length).toBeGreaterThan(0);
    expect(playbooks).toContain(info.playbook);
  });

  it('fires on its examples, and not on the others', () => {
    const examples = examplesOf(id);
    expect(new Set(examples.map(({ fires }) => fires))).toEqual(new Set([true, false]));
    for (const [index, example] of examples.entries())
      expect([index, run(example).has(id)]).toEqual([index, example.fires]);
  });
});

/** Facts, part 4: each technique, and the rules that speak of it. */
const techniques: { readonly [technique: number]: readonly string[] } = {
  1: ['sagemaker-notebook-created-and-opened', 'sagemaker-role-credentials-two-addresses'],
  2: ['sagemaker-notebook-url-from-new-address', 'sagemaker-notebook-url-minted'],
  3: ['sagemaker-studio-url-for-another-profile', 'sagemaker-studio-url-from-new-address'],
  4: [
    'sagemaker-notebook-script-swapped',
    'sagemaker-lifecycle-script-changed',
    'sagemaker-lifecycle-script-suspicious',
  ],
  5: ['sagemaker-studio-script-planted', 'sagemaker-studio-script-attached'],
  6: ['sagemaker-foreign-image', 'sagemaker-job-runs-shell'],
  7: ['sagemaker-studio-role-swap', 'sagemaker-execution-role-changed'],
  8: ['sagemaker-app-opened-for-another-profile'],
  9: ['sagemaker-mlflow-url-from-new-address', 'sagemaker-mlflow-url-minted'],
  10: ['sagemaker-endpoint-siphon', 'sagemaker-capture-to-unknown-bucket'],
  11: ['sagemaker-async-output-to-unknown-bucket'],
  12: ['sagemaker-model-package-of-foreign-origin', 'sagemaker-model-package-approved-by-newcomer'],
  13: ['sagemaker-model-group-shared-outside'],
  14: ['sagemaker-canvas-cross-account-role'],
  15: ['sagemaker-feature-written-by-newcomer'],
  16: ['sagemaker-metrics-forged'],
  17: ['s3-model-read-from-new-address', 'sagemaker-hub-content-urls', 'sagemaker-endpoint-called-by-newcomer'],
  18: ['sagemaker-notebook-burst', 'sagemaker-gpu-job-burst'],
  19: ['sagemaker-recon-from-new-address', 'sagemaker-recon-sweep'],
  20: ['sagemaker-remote-access-opened-and-used', 'sagemaker-remote-session-from-new-address'],
  21: ['sagemaker-job-record-deleted', 'cloudtrail-logging-stopped', 'logs-deleted', 'logs-retention-shortened'],
  22: ['datazone-profile-for-iam-user'],
  23: ['sagemaker-hyperpod-nodes-wiped', 's3-lifecycle-script-overwritten'],
  24: ['sagemaker-remote-debug-shell', 'sagemaker-remote-debug-enabled'],
};

it('every technique of the facts has its rules', () => {
  const ids = rules.map(({ info }) => info.id);
  expect(Object.keys(techniques).length).toBe(24);
  expect(
    Object.values(techniques)
      .flat()
      .filter((id) => !ids.includes(id)),
  ).toEqual([]);
});

it('rules about data events need them, and say so', () => {
  const ofData = rules.filter(({ info }) => info.evidence.some((one) => one.startsWith('data:')));
  expect(ofData.length).toBeGreaterThanOrEqual(5);
  for (const { info } of ofData) expect(info.description).toContain('data events');
});

describe('what was not loaded, or not logged', () => {
  /** The rows of the facts that only data events show. */
  const blind: { readonly [rule: string]: RegExp } = {
    'sagemaker-feature-written-by-newcomer': /invocations and feature store records/,
    'sagemaker-metrics-forged': /SageMaker metrics/,
    's3-model-read-from-new-address': /S3 object reads/,
    's3-bulk-read-from-new-address': /S3 object reads/,
    's3-read-from-another-account': /S3 object reads/,
    's3-lifecycle-script-overwritten': /S3 object reads/,
    'sagemaker-endpoint-called-by-newcomer': /invocations/,
  };
  const after = (...records: readonly Members[]) => {
    const engine = new DetectionEngine(set);
    for (const raw of records.map((record) => rawOf(record, start))) {
      const normalised = normalise(raw);
      if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
      engine.judge(normalised.event, normalised.record, raw.text);
    }
    return new Map(engine.states().map((state) => [state.id, state]));
  };
  const management = { eventSource: 's3.amazonaws.com', eventName: 'GetBucketPolicy' };
  const object = {
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    eventCategory: 'Data',
    managementEvent: false,
  };

  it('management events alone: what needs data events is not evaluated, and says which', () => {
    const states = after(management);
    expect(
      Object.entries(blind).filter(([rule, words]) => {
        const state = states.get(rule);
        return state?.evaluated !== 0 || !words.test(state.needs);
      }),
    ).toEqual([]);
    expect(states.get('sagemaker-notebook-url-minted')).toMatchObject({ evaluated: 1, needs: '' });
    expect(states.get('logs-miner-output')).toMatchObject({ evaluated: 0, needs: expect.stringContaining('log') });
  });

  it('one S3 data event: objects are looked at, feature records and metrics still are not', () => {
    const states = after(management, object);
    const evaluated = Object.keys(blind).filter((rule) => (states.get(rule)?.evaluated ?? 0) > 0);
    expect(evaluated.sort()).toEqual([
      's3-bulk-read-from-new-address',
      's3-lifecycle-script-overwritten',
      's3-model-read-from-new-address',
      's3-read-from-another-account',
    ]);
  });
});
