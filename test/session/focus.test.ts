import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { printFilter } from '../../src/filter/print.ts';
import { openSession } from '../../src/session/open-session.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openIncident } from '../../src/store/incident.ts';
import { until } from '../helpers/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-focus-'));
const { signal } = new AbortController();

const record = (id: number, key: string, sourceIPAddress: string) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', userName: 'alice', accessKeyId: key, accountId: '111122223333' },
  eventTime: `2026-11-23T20:3${id}:02Z`,
  eventSource: 'sagemaker.amazonaws.com',
  eventName: 'ListEndpoints',
  awsRegion: 'us-east-1',
  sourceIPAddress,
  eventID: `d62d890b-4886-4969-a50e-aa44d6d3d3f${id}`,
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
});

async function opened(name: string, create: boolean) {
  const incident = await openIncident({ stateDir: folder, name, create });
  const logs = join(folder, 'trail.json');
  writeFileSync(
    logs,
    JSON.stringify({
      Records: [
        record(1, 'AKIAFP2DUF32SIL62RFN', '203.0.113.10'),
        record(2, 'AKIAFP2DUF32SIL62RFN', '198.51.100.7'),
        record(3, 'AKIAAAAAAAAAAAAAAAAA', '192.0.2.1'),
      ],
    }),
  );
  const session = await openSession({
    incident,
    mode: 'saved',
    clock: systemClock,
    actions: [],
    ...(create ? { inputs: [logs] } : {}),
  });
  await session.loaded();
  return session;
}

it('begins anew from a paste, lands, and begins there again when it is opened again', async () => {
  const session = await opened('pasted', true);
  const landed = (id: string) => () => {
    const { landing } = session.snapshot.get();
    return landing !== undefined && session.events.event(landing.rowId)?.id.endsWith(id) === true;
  };
  try {
    const bare = await session.focus(' AKIAFP2DUF32SIL62RFN\n', signal);
    expect(printFilter(bare.filter)).toBe('key=AKIAFP2DUF32SIL62RFN');
    expect(session.snapshot.get().start).toEqual(bare);
    // The owner's own use is not what one lands on.
    await until(
      landed('f2'),
      () => `f2: ${JSON.stringify(session.snapshot.get().landing)} ${session.snapshot.get().events}`,
      15_000,
    );

    const text = await session.focus('calls from 192[.]0[.]2[.]1 since this morning', signal);
    expect(printFilter(text.filter)).toBe('ip=192.0.2.1');
    expect(
      session.snapshot
        .get()
        .errors.map(({ what }) => what)
        .join(),
    ).toContain('cannot be asked for an address');
    await until(landed('f3'), () => `f3: ${JSON.stringify(session.snapshot.get().landing)}`, 15_000);

    await expect(session.focus('nothing to see here', signal)).rejects.toThrow('names anything');
    expect(session.snapshot.get().start).toEqual(text);
  } finally {
    await session.close();
  }
  const again = await opened('pasted', false);
  try {
    expect(printFilter(again.snapshot.get().start!.filter)).toBe('ip=192.0.2.1');
  } finally {
    await again.close();
  }
}, 60_000);
