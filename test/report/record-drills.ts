/* Records the drills that the golden reports are made of: `node test/report/record-drills.ts`, then delete the golden reports and read the difference. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { startRange } from '../../src/range/range.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { clientsOf } from '../range/clients.ts';
import { ManualClock } from '../range/manual-clock.ts';

/** What is played of each, ms: every attack is over by then. */
const played = 45 * 60_000;

/** A drill played on a clock that is turned by hand, nobody responding, as its event history tells it: the same records each time. */
async function recordsOf(scenario: string): Promise<readonly object[]> {
  const clock = new ManualClock();
  const range = await startRange({ scenario }, clock);
  try {
    const start = clock.now();
    await clock.advance(played);
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

for (const { id } of scenarios) {
  const records = await recordsOf(id);
  const lines = records.map((record) => JSON.stringify(record)).join('\n');
  writeFileSync(new URL(`./drills/${id}.ndjson.gz`, import.meta.url), gzipSync(lines, { level: 9 }));
  process.stdout.write(`${id}: ${records.length} records\n`);
}
