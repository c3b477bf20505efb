import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startIngest } from '../../src/ingest/ingest.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import { openIncident } from '../../src/store/incident.ts';
import { records } from './records.ts';

/** What the program takes for an export: from its start to its end, and its highest resident size in bytes (Linux). */
async function costOf(program: string, args: readonly string[]) {
  const from = performance.now();
  const child = spawn(process.execPath, [program, 'export', ...args], { stdio: 'ignore' });
  let [peak, cpuMs] = [0, 0];
  const watching = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      cpuMs = (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      // It has just ended.
    }
  }, 10);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watching);
  if (code !== 0) throw new Error(`export ended with ${code}`);
  return { ms: performance.now() - from, cpuMs, peak };
}

/** What a report, and a bundle, of an incident cost in which `count` events are marked. */
export async function reportCost(program: string, folder: string, count: number) {
  const file = join(folder, 'report.ndjson');
  writeFileSync(file, [...records(count)].join('\n'));
  const stateDir = join(folder, 'report-state');
  const incident = await openIncident({ stateDir, name: 'bench', create: true });
  await incident.journal.append({ type: 'note', text: 'of the bench', by: 'bench' });
  const ingest = await startIngest({ path: incident.eventsPath, onProgress: () => undefined });
  await ingest.open([file]);
  const events = openQueries(incident.eventsPath);
  for (const { rowId } of events.all({ type: 'all' })) ingest.mark(rowId, true);
  await ingest.flush();
  await ingest.close();
  await events.close();
  await incident.close();
  const of = ['--incident', 'bench', '--state-dir', stateDir, '--force', '-o'];
  const out = join(folder, 'report.md');
  const runs = [];
  for (let run = 0; run < 3; run += 1) runs.push(await costOf(program, [...of, out]));
  if (!readFileSync(out, 'utf8').includes(`The ${count.toLocaleString('en')} events that were marked`))
    throw new Error('events are missing');
  const bundle = await costOf(program, [...of, join(folder, 'bench.tar.gz'), '--format', 'bundle']);
  return {
    cpuMs: runs.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b)[1] ?? Number.NaN,
    ms: runs.map(({ ms }) => ms).sort((a, b) => a - b)[1] ?? Number.NaN,
    peak: Math.max(...runs.map(({ peak }) => peak)),
    bytes: statSync(out).size,
    bundleMs: bundle.ms,
  };
}
