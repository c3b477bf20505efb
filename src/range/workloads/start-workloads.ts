import { familyOf, isJob } from '../account/jobs.ts';
import { startDataReads } from './data-reads.ts';
import { startInvocations } from './invocations.ts';
import { startJobs } from './jobs.ts';
import { startLoad } from './load.ts';
import { notebookGroup, startNotebookLines } from './notebook-lines.ts';
import { startParents } from './parents.ts';
import { startSecondRegion } from './second-region.ts';
import type { Workload } from './workload.ts';

const minuteMs = 60_000;
/** How long before the start what runs has been writing, ms of the account's time: enough for a first look. */
const pastMs = 10 * minuteMs;

/**
 * Starts what runs in the account whether or not somebody attacks it: the applications' invocations with their log lines, metrics and data
 * events, what notebooks write and read, the pipeline's glances into the second Region, and the load that was asked for.
 *
 * @param options `traffic: false`: nothing but the load. `rate`: extra things a second of real time.
 */
export function startWorkloads(
  workload: Workload,
  options: { readonly traffic?: boolean; readonly rate?: number },
): void {
  const { account, logs, schedule } = workload;
  const startedAt = schedule.now;
  const from = startedAt - schedule.scaled(pastMs);
  const region = account.region(account.homeRegion);
  // The groups are as old as what writes to them.
  for (const { createdAt, name } of region.endpoints.values())
    schedule.at(createdAt, () => void logs.create(region.name, `/aws/sagemaker/Endpoints/${name}`));
  for (const { createdAt } of region.notebookInstances.values())
    schedule.at(createdAt, () => void logs.create(region.name, notebookGroup));
  for (const job of region.things.values()) {
    const group = isJob(job) ? familyOf(job.kind).logGroup : undefined;
    if (group !== undefined) schedule.at(job.createdAt, () => void logs.create(region.name, group));
  }
  if (options.traffic !== false) {
    startInvocations(workload, from);
    startNotebookLines(workload, from);
    startDataReads(workload, from);
    startJobs(workload, from);
    startParents(workload);
    startSecondRegion(workload, from);
  }
  startLoad(workload, options.rate ?? 0, startedAt);
}
