import { link } from '../../src/linking/link.ts';
import type { NormalisedEvent } from '../../src/model/event.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { summarise } from '../../src/normalise/summary.ts';
import { records } from './records.ts';

/** Thread time, not the clock's: the machine may be busy with others. */
function spentMicros(work: () => void): number {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return user + system;
}

/**
 * What linking and the sentence cost an event, in microseconds of this thread: each run goes through the same mixed records, the median is
 * taken over the runs.
 */
export function linkingCost(count: number, runs: number): { readonly link: number; readonly summary: number } {
  const prepared = [...records(count)].map((text) => {
    const raw = { format: 'cloudtrail' as const, text };
    const found = normalise(raw);
    if (found.rejected !== undefined) throw new Error(found.rejected);
    return { ...found, raw };
  });
  const links: number[] = [];
  const summaries: number[] = [];
  let sink = 0;
  for (let run = 0; run < runs; run += 1) {
    const resources: NormalisedEvent['resources'][] = [];
    const spent = spentMicros(() => {
      for (const { record, event } of prepared) resources.push(link(record, event));
    });
    links.push(spent / count);
    const linked = prepared.map((from, at) => ({ from, event: { ...from.event, resources: resources[at]! } }));
    summaries.push(
      spentMicros(() => {
        for (const { event, from } of linked) sink += summarise(event, from.record, from.raw).length;
      }) / count,
    );
  }
  if (sink === 0) throw new Error('no sentence was made');
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { link: median(links), summary: median(summaries) };
}
