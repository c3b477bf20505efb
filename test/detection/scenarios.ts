/**
 * `node test/detection/scenarios.ts [SCENARIO…]` (after `npm run build`): plays the drills and prints what the rules found in each, with whom
 * it blames. Ends with 1 when a scenario has no finding of level high, or when somebody who does not attack has one above low. The range's
 * attackers come from 198.51.100.0/24, nobody else does.
 */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { firebreak } from '../helpers/firebreak.ts';

const asked = process.argv.slice(2);
let faults = 0;
for (const { id } of scenarios.filter((one) => asked.length === 0 || asked.includes(one.id))) {
  const state = mkdtempSync(join(tmpdir(), 'firebreak-scenario-'));
  await firebreak(['drill', id, '--speed', '60', '--seed', '2', '--json', '--state-dir', state]);
  const [incident] = readdirSync(join(state, 'incidents'));
  const queries = openQueries(join(state, 'incidents', incident!, 'events.db'));
  const { groups } = await queries.ask<'findings'>('all', { type: 'findings' }, new AbortController().signal);
  process.stdout.write(`${id}\n`);
  for (const { severity, rule, events, actor, resource, lastRow } of groups) {
    const event = queries.event(lastRow);
    // Log lines name nobody.
    const isAttack = event?.origin !== 'cloudtrail' || event.sourceIp.startsWith('198.51.100.');
    const isTooLoud = !isAttack && severity !== 'informational' && severity !== 'low';
    if (isTooLoud) faults += 1;
    process.stdout.write(
      `  ${isTooLoud ? 'BENIGN ' : ''}${severity.padEnd(13)} ${rule} (${events}) ${actor} ${resource?.name ?? ''}\n`,
    );
  }
  if (!groups.some(({ severity }) => severity === 'high' || severity === 'critical')) {
    faults += 1;
    process.stdout.write('  NOTHING of level high\n');
  }
  await queries.close();
}
process.stdout.write(faults === 0 ? 'every attack is found, nobody else is blamed\n' : `${faults} faults\n`);
process.exitCode = faults === 0 ? 0 : 1;
