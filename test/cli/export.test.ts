import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firebreak } from '../helpers/firebreak.ts';

it('counts since= from the newest event of saved logs, as the console does', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'firebreak-export-')), 'logs.json');
  const record = (id: number, eventTime: string) => ({
    eventVersion: '1.11',
    eventTime,
    eventSource: 'sagemaker.amazonaws.com',
    eventName: 'StopNotebookInstance',
    eventID: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    requestParameters: { notebookInstanceName: 'fraud-lab' },
  });
  const Records = [
    record(1, '2025-03-02T10:00:00Z'),
    record(2, '2025-03-02T14:30:00Z'),
    record(3, '2025-03-02T16:00:00Z'),
  ];
  writeFileSync(path, JSON.stringify({ Records }));
  const exported = async (filter: string) => {
    const { code, stdout } = await firebreak(['export', path, '--format', 'jsonl', '--filter', filter]);
    expect(code).toBe(0);
    return [...stdout.matchAll(/"time":"([^"]*)"/g)].map(([, time]) => time?.slice(11, 16));
  };
  expect(await exported('since=2h')).toEqual(['14:30', '16:00']);
  expect(await exported('until=12:00')).toEqual(['10:00']);
});
