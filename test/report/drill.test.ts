import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportOfLogs } from '../../src/cli/report-of-logs.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { startRange } from '../../src/range/range.ts';
import type { IncidentView } from '../../src/report/incident-view.ts';
import { renderReport } from '../../src/report/report.ts';
import { openReportView } from '../../src/session/report-view.ts';
import { clientsOf } from '../range/clients.ts';
import { ManualClock } from '../range/manual-clock.ts';
import { drawn } from './html.ts';

const golden = new URL('./golden-drill.md', import.meta.url);
const room = mkdtempSync(join(tmpdir(), 'firebreak-golden-'));
const signal = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];
let view: IncidentView;

/** The default drill, played to its end on a clock that is turned by hand, nobody responding: the same records each time. */
async function drillRecords(): Promise<readonly object[]> {
  const clock = new ManualClock();
  const range = await startRange({ scenario: 'presigned-url-hijack' }, clock);
  try {
    const start = clock.now();
    await clock.advance(45 * 60_000);
    const { cloudtrail } = clientsOf(range);
    const window = { StartTime: new Date(start), EndTime: new Date(clock.now()) };
    const found: object[] = [];
    let token: string | undefined;
    do {
      await clock.advance(1_000);
      const page = await cloudtrail.send(
        new LookupEventsCommand({ ...window, ...(token ? { NextToken: token } : {}) }),
      );
      for (const event of page.Events ?? []) found.push(JSON.parse(event.CloudTrailEvent ?? '{}'));
      token = page.NextToken;
    } while (token);
    return found.reverse();
  } finally {
    await range.close();
  }
}

beforeAll(async () => {
  const path = join(room, 'drill.json');
  writeFileSync(path, JSON.stringify({ Records: await drillRecords() }));
  const loaded = await reportOfLogs([path], new Map(), signal);
  const opened = await openReportView({ ...loaded.facts, name: 'the default drill', inputs: [] }, loaded, signal);
  closing.push(opened.close, loaded.close);
  // What rules, doors and chains say is theirs, and changes with them.
  const { events } = opened.view;
  view = {
    ...opened.view,
    doors: undefined,
    chains: [],
    *events(filter) {
      for (const event of events(filter)) yield { ...event, findings: [] };
    },
  };
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
  rmSync(room, { recursive: true });
});

const attack = () => {
  const parsed = parseFilter('ip=198.51.100.7', { now: 0 });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.predicate;
};

it('the report of the default drill is the golden file, byte for byte', () => {
  const report = renderReport(view, { filter: attack() });
  // Delete the file to write it anew, and read the difference.
  if (!existsSync(golden)) writeFileSync(golden, report);
  expect(report).toBe(readFileSync(golden, 'utf8'));
});

it('another renderer draws a row for each event', () => {
  const filter = attack();
  const { rows, tags } = drawn(renderReport(view, { filter }));
  expect(rows('Timeline')).toHaveLength([...view.events(filter)].length);
  expect(tags.a).toBeUndefined();
});

it('tells the attack: the key, the way in, the script, what was read', () => {
  const report = renderReport(view, { filter: attack() });
  for (const part of [
    'alice',
    'CreatePresignedNotebookInstanceUrl',
    'PutRolePolicy',
    'CreateNotebookInstanceLifecycleConfig',
    'StopNotebookInstance',
  ])
    expect(report).toContain(part);
});
