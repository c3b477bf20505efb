import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openIncident } from '../../src/store/incident.ts';
import { hasAwsCli } from '../helpers/aws-cli.ts';
import { eagerEnv, firebreak, start, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';
import { until } from '../helpers/until.ts';

interface ContainmentJson {
  readonly state: string;
  readonly entry: string | null;
  readonly plan: {
    readonly digest: string;
    readonly steps: readonly { readonly kind: string; readonly name?: string }[];
  };
  readonly verdict: { readonly effect: string };
}
const json = (text: string) => JSON.parse(text) as ContainmentJson;

let range: Awaited<ReturnType<typeof startRangeProcess>>;
const state = stateFolder();
const run = (...args: readonly string[]) => firebreak([...args, '--state-dir', state], { env: range.env });

beforeAll(async () => {
  range = await startRangeProcess(['--speed', '100']);
  Object.assign(range.env, eagerEnv());
});
afterAll(() => range.stop());

describe('contain', () => {
  it('lists what can be done about a target', async () => {
    const ended = await run('contain', 'fraud-lab', '--json');
    const ids = (JSON.parse(ended.stdout) as { readonly id: string }[]).map(({ id }) => id);
    expect(ids).toContain('sagemaker.notebook-instance.stop');
    expect(ids).toContain('sagemaker.presigned-entry.close');
    expect(ids.filter((id) => id.includes('endpoint') || id.startsWith('iam.'))).toEqual([]);
  });

  it('plans and sends nothing without --arm', async () => {
    const before = await run('contain', 'sagemaker.endpoint.delete', 'fraud-scorer', '--json');
    expect(before.code).toBe(0);
    expect(json(before.stdout)).toMatchObject({ state: 'planned', entry: null, verdict: { effect: 'unknown' } });
    expect(json(before.stdout).plan.steps.map(({ kind, name }) => name ?? kind)).toEqual([
      'sagemaker:DeleteEndpoint',
      'wait',
    ]);
    expect(json((await run('contain', 'sagemaker.endpoint.delete', 'fraud-scorer', '--json')).stdout).plan.digest).toBe(
      json(before.stdout).plan.digest,
    );
  });

  it.each([
    ['without the name', ['--arm'], 'NotConfirmed'],
    ['with another name', ['--arm', '--confirm', 'fraud'], 'NotConfirmed'],
    ['when it must stay read-only', ['--arm', '--read-only', '--confirm', 'fraud-scorer'], 'ead-only'],
    ['on another account', ['--expect-account', '999999999999'], '999999999999'],
  ])('refuses %s, with exit code 3', async (_what, flags) => {
    const ended = await run('contain', 'sagemaker.endpoint.delete', 'fraud-scorer', ...flags);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/^firebreak: /m);
  });

  it('says what does not exist', async () => {
    expect(await run('contain', 'sagemaker.endpoint.delete', 'no-such-endpoint')).toMatchObject({ code: 4 });
    expect(await run('contain', 'no-such-thing')).toMatchObject({ code: 2 });
    const unknown = await run('contain', 'sagemaker.endpoint.explode', 'fraud-scorer');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('sagemaker.endpoint.delete');
  });

  it('deletes, verifies, undoes; the journal holds and the report says so', async () => {
    const done = await run(
      ...['contain', 'sagemaker.endpoint.delete', 'fraud-scorer', '--arm', '--confirm', 'fraud-scorer'],
      ...['--reason', 'INC-1', '--incident', 'inc-1', '--json'],
    );
    expect(done.stderr).toContain('entry c1');
    expect(done.code).toBe(0);
    expect(json(done.stdout)).toMatchObject({ entry: 'c1', verdict: { effect: 'written' } });
    const undone = await run('undo', 'c1', '--incident', 'inc-1', '--arm', '--confirm', 'fraud-scorer', '--json');
    expect(undone.code, undone.stderr).toBe(0);
    expect(json(undone.stdout)).toMatchObject({ entry: 'c1', state: 'undone' });
    const journal = `${state}/incidents/inc-1/journal.jsonl`;
    expect((await firebreak(['verify', journal])).code).toBe(0);
    const report = (await run('export', '--incident', 'inc-1')).stdout;
    for (const text of ['sagemaker:DeleteEndpoint', 'sagemaker:CreateEndpoint', 'INC-1'])
      expect(report).toContain(text);
  });

  it('undoes a whole incident, the role before what acts as it', async () => {
    const act = ['--arm', '--incident', 'inc-all', '--json'];
    await run('contain', 'iam.role.quarantine', 'ds-exec', ...act);
    await run('contain', 'sagemaker.endpoint.delete', 'fraud-scorer', '--confirm', 'fraud-scorer', ...act);
    const planned = JSON.parse((await run('undo', '--incident', 'inc-all', '--all', '--json')).stdout);
    expect(
      planned.items.map(({ entry, state, after }: { entry: string; state: string; after: string[] }) => [
        entry,
        state,
        after,
      ]),
    ).toEqual([
      ['c1', 'planned', []],
      ['c2', 'planned', ['c1']],
    ]);
    const done = await run('undo', '--incident', 'inc-all', '--all', '--arm', '--json');
    expect(done.code, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout).items.map(({ state }: { state: string }) => state)).toEqual(['undone', 'undone']);
    expect((await run('undo', '--incident', 'inc-all', '--all')).code).toBe(2);
  });

  it('sends exactly the plan of a file, or refuses', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'firebreak-plan-')), 'plan.json');
    await run('contain', 'iam.role.deny-all', 'ci-deployer', '--incident', 'inc-2', '--plan', file);
    const changed = readFileSync(file, 'utf8').replace('"Effect', '"Efect').replace('\\"Deny\\"', '\\"Allow\\"');
    expect(changed).not.toBe(readFileSync(file, 'utf8'));
    const tampered = `${file}.changed`;
    writeFileSync(tampered, changed);
    expect((await run('contain', '--apply', tampered, '--arm', '--incident', 'inc-2')).code).toBe(3);
    const done = await run('contain', '--apply', file, '--arm', '--incident', 'inc-2', '--json');
    expect(done.code, done.stderr).toBe(0);
    expect((await run('undo', 'c1', '--incident', 'inc-2', '--arm')).code).toBe(0);
  });
});

it('undo without --incident looks into every journal, whatever stands in it, and names those that cannot be read', async () => {
  const stateDir = stateFolder();
  const odd = await openIncident({ stateDir, name: 'odd', create: true });
  await odd.journal.append({ type: 'containment-approved', id: 'c7', plan: { steps: [null] } });
  await odd.close();
  writeFileSync(join(odd.folder, 'events.db'), 'no database');
  mkdirSync(join(stateDir, 'incidents', 'torn'), { recursive: true });
  writeFileSync(join(stateDir, 'incidents', 'torn', 'journal.jsonl'), 'no JSON\n'.repeat(2));
  const ended = await firebreak(['undo', 'c1', '--state-dir', stateDir], { env: range.env });
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('no incident has an entry c1');
  expect(ended.stderr).toMatch(/not those of torn\. Next/);
});

/** Hands everything on to the range, but never gives back the answers of one operation: the call happens, and nobody hears of it. */
async function swallowing(
  operation: string,
): Promise<{ readonly endpoint: string; swallowed(): boolean; close(): void }> {
  let swallowed = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const headers = Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length)$/.test(name),
      );
      const answer = await fetch(range.endpoint, {
        method: 'POST',
        headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
        body: Buffer.concat(chunks),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      if (String(request.headers['x-amz-target']).endsWith(`.${operation}`)) {
        swallowed = true;
        return;
      }
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallowed: () => swallowed,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What a program that is to be interrupted has said so far. */
function hear(child: ChildProcess) {
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  // Nothing else ends it where what it was to say did not come.
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    interrupted: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

it('after kill -9 between "step starting" and "step done": "may have happened", asked, and taken up', {
  timeout: 90_000,
}, async () => {
  const proxy = await swallowing('StopNotebookInstance');
  const child = start(
    [
      ...['contain', 'sagemaker.notebook-instance.stop', 'fraud-lab', '--arm', '--reason', 'kill'],
      ...['--incident', 'killed', '--state-dir', state],
    ],
    { ...range.env, AWS_ENDPOINT_URL: proxy.endpoint },
  );
  const journal = `${state}/incidents/killed/journal.jsonl`;
  const types = () =>
    [...readFileSync(journal, 'utf8').matchAll(/"entry":\{"type":"([a-z-]+)"/g)].map(([, type]) => type);
  await until(proxy.swallowed, 'the call that nobody hears of', 15_000);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  proxy.close();
  expect(types().at(-1)).toBe('step-starting');
  const resumed = start(['resume', 'killed', '--state-dir', state], range.env);
  const heard = hear(resumed);
  // What was waited for when the process died has come about, and is known.
  const known = /c1 sagemaker\.notebook-instance\.stop fraud-lab: (written|confirmed)/;
  await until(
    () => known.test(heard.stderr()),
    () => `${known} of ${heard.stderr()}`,
    25_000,
  );
  await heard.interrupted();
  expect(heard.stdout()).toContain('c1 sagemaker.notebook-instance.stop fraud-lab: may have happened; asking AWS');
  expect((await firebreak(['verify', journal])).code).toBe(0);
  expect(types()).toContain('containment-verified');
  const undone = await run('undo', 'c1', '--incident', 'killed', '--arm', '--confirm', 'fraud-lab', '--json');
  expect(undone.code, undone.stderr).toBe(0);
});

if (!hasAwsCli) process.stdout.write('skipped: no AWS CLI on this machine\n');
it.skipIf(!hasAwsCli)(
  'the AWS CLI sees what we did, and we see what it did',
  async () => {
    const cli = (...args: readonly string[]) =>
      execFileSync('aws', args, {
        encoding: 'utf8',
        env: { ...process.env, ...range.env, AWS_DISABLE_HOST_PREFIX_INJECTION: 'true' },
      });
    expect(cli('sagemaker', 'list-endpoints')).toContain('recsys-ranker');
    const watching = hear(start(['watch', '--json', '--since', '5m', '--state-dir', state], range.env));
    cli('sagemaker', 'delete-endpoint', '--endpoint-name', 'churn-canary');
    const seen = () =>
      watching
        .stdout()
        .split('\n')
        .some((line) => line.includes('sagemaker:DeleteEndpoint') && line.includes('churn-canary'));
    await until(seen, () => `the deletion in ${watching.stdout()}${watching.stderr()}`, 60_000);
    await watching.interrupted();
  },
  90_000,
);

describe('contain by a playbook', () => {
  interface PlaybookJson {
    readonly run: string | null;
    readonly order: { readonly first: string };
    readonly steps: readonly { readonly action: string; readonly state: string; readonly reason: string | null }[];
  }
  const playbook = (text: string) => JSON.parse(text) as PlaybookJson;
  const quarantine = 'iam.role.quarantine';
  const stop = 'sagemaker.notebook-instance.stop';

  it('lists the steps in their order, sends nothing, and is resumed where it stopped', async () => {
    const planned = await run('contain', 'notebook-hijack', 'fraud-lab', '--json');
    expect(planned.code, planned.stderr).toBe(0);
    const plan = playbook(planned.stdout);
    const actions = plan.steps.map(({ action }) => action);
    // Nobody uses the role from outside on a calm account: it comes last.
    expect(plan).toMatchObject({ run: null, order: { first: 'entry' } });
    expect(actions.indexOf(stop)).toBeLessThan(actions.indexOf(quarantine));
    expect(plan.steps.every(({ state: one }) => one === 'open')).toBe(true);

    const skips = plan.steps.flatMap(({ action }, index) =>
      action === quarantine ? ['--skip', `${index + 1}=the team trains with it`] : [],
    );
    const sent = await run(
      'contain',
      'notebook-hijack',
      'fraud-lab',
      '--arm',
      '--incident',
      'by-playbook',
      ...skips,
      '--json',
    );
    expect(sent.code, sent.stderr).toBe(0);
    const after = playbook(sent.stdout);
    expect(after.run).toBe('p1');
    expect(after.steps.find(({ action }) => action === quarantine)).toMatchObject({
      state: 'skipped',
      reason: 'the team trains with it',
    });
    expect(after.steps.filter(({ action }) => action !== quarantine).map(({ state: one }) => one)).not.toContain(
      'open',
    );
    const again = await run('contain', 'notebook-hijack', 'fraud-lab', '--arm', '--incident', 'by-playbook', '--json');
    expect(playbook(again.stdout)).toEqual(after);
  }, 60_000);

  it('stops at what wants a name, says which, and takes it the next time', async () => {
    const args = [
      'contain',
      'passrole-miner',
      'churn-train-20261123',
      '--arm',
      '--incident',
      'by-name',
      '--json',
    ] as const;
    const stopped = await run(...args);
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toContain('--confirm churn-train-20261123');
    const done = await run(...args, '--confirm', 'churn-train-20261123');
    expect(done.code, done.stderr).toBe(0);
    expect(playbook(done.stdout).steps.at(-1)).toMatchObject({ action: 'sagemaker.training-job.stop', state: 'done' });
  }, 60_000);

  it.each([
    [['--skip', '3'], 'is no STEP=REASON'],
    [['--skip', '3= '], 'is no STEP=REASON'],
  ])('a reason is wanted: %j', async (flags, message) => {
    const ended = await run('contain', 'notebook-hijack', 'fraud-lab', ...flags);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });

  it('names that the operator’s file keeps from containment are kept from it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'firebreak-config-')), 'config.yaml');
    writeFileSync(file, 'contain: { breakGlass: ["ds-*"] }\n');
    const ended = await firebreak(['contain', quarantine, 'ds-exec', '--state-dir', state], {
      env: { ...range.env, FIREBREAK_CONFIG: file },
    });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('break-glass');
    expect((await run('contain', quarantine, 'ds-exec')).code).toBe(0);
  });

  it('lists the catalogue', async () => {
    const rows = JSON.parse((await run('playbooks', '--json')).stdout) as readonly { readonly id: string }[];
    expect(rows.map(({ id }) => id)).toContain('endpoint-siphon');
    expect((await run('contain', 'fraud-lab')).stdout).toContain('notebook-hijack  Notebook hijack (playbook)');
  });
});
