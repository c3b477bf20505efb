import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it as test } from 'vitest';
import { noPseudoTerminal } from '../../src/dev/pseudo-terminal.ts';
import { firebreak, stateFolder } from '../helpers/firebreak.ts';
import { endProgramsAfterEach, LONG_MS, pressUntil, startProgram, type } from '../helpers/stories.ts';

const it = test.skipIf(noPseudoTerminal !== undefined);
const state = stateFolder();
endProgramsAfterEach();
afterAll(() => rmSync(state, { recursive: true, force: true }));

it('the list of incidents at the start: chosen, opened, the terminal given back; a damaged one is refused in words', async () => {
  const logs = join(state, 'logs.json');
  writeFileSync(
    logs,
    JSON.stringify({
      Records: [
        {
          eventVersion: '1.08',
          eventTime: '2026-11-23T20:31:02Z',
          eventSource: 'sagemaker.amazonaws.com',
          eventName: 'StopNotebookInstance',
          awsRegion: 'us-east-1',
          sourceIPAddress: '198.51.100.7',
          userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/alice', userName: 'alice' },
          requestParameters: { notebookInstanceName: 'fraud-lab' },
          eventID: '11111111-1111-4111-8111-111111111111',
          recipientAccountId: '111122223333',
        },
      ],
    }),
  );
  // Without a terminal it is printed; with nothing in it, it says what begins one.
  expect((await firebreak(['resume', '--state-dir', state])).stdout).toContain('no incidents yet');
  for (const name of ['first', 'second'])
    expect((await firebreak(['open', logs, '--incident', name, '--state-dir', state])).code).toBe(0);
  mkdirSync(join(state, 'incidents', 'empty'));
  const printed = await firebreak(['resume', '--state-dir', state]);
  expect([printed.code, printed.stdout.split('\n').length]).toEqual([0, 4]);

  const on = startProgram(['resume', '--state-dir', state], { columns: 80, rows: 24 });
  await on.see('>Incidents', LONG_MS);
  await on.see(/^> .*second .*saved logs/m);
  await on.press('G');
  await on.see(/^>.*empty/m);
  // It has been read: what is wrong stands below the list.
  await on.see(/^ cannot be opened: /m);
  await on.press('Enter');
  await on.see('empty cannot be opened: ');
  await on.press('/');
  await on.see('filter:');
  await type(on, 'first');
  await on.seeNo('second');
  await on.press('Enter');
  await on.see(/filter: first/);
  await on.press('Enter');
  await on.see('READ-ONLY', LONG_MS);
  await on.see('StopNotebookInstance', LONG_MS);
  expect(on.screen()[1]).toContain('first');
  await pressUntil(on, 'q', 'reopen:   firebreak resume first');
  expect(await on.exited()).toBe(0);
  expect(on.alternate()).toBe(false);
}, 180_000);

it('read aloud, the list is lines and a question', async () => {
  const on = startProgram(['resume', '--state-dir', state], { env: { INK_SCREEN_READER: 'true' } });
  await on.see('Which incident?', LONG_MS);
  await on.see(/1 {2}first .*saved logs/);
  expect(on.alternate()).toBe(false);
  await on.press(...'first', 'Enter');
  await on.see('Firebreak, incident first', LONG_MS);
  await on.press('Ctrl-C', 'Ctrl-C');
  expect(await on.exited()).toBe(0);
}, 180_000);
