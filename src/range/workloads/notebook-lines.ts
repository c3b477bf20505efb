import { type NotebookInstance, notebookStateChange } from '../account/notebooks.ts';
import { Random } from '../random.ts';
import type { Workload } from './workload.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
export const notebookGroup = '/aws/sagemaker/NotebookInstances';

/** Pause between two lines, ms of the account's time, and the least in real ms. */
const everyMs = [6_000, 20_000] as const;
const leastPauseMs = 50;
const ingestionMs = [150, 900] as const;

const requests = [
  '200 GET /api/contents?content=1&type=directory',
  '200 GET /api/sessions',
  '200 GET /api/kernels',
  '200 PUT /api/contents/fraud-features.ipynb',
  '304 GET /lab/api/settings',
] as const;

/** Lets every running notebook write what Jupyter writes, those started later included. */
export function startNotebookLines(workload: Workload, from: number): void {
  const { account, changes } = workload;
  const region = account.region(account.homeRegion);
  for (const notebook of region.notebookInstances.values())
    if (notebook.status === 'InService') write(workload, notebook, from);
  changes.listen(({ arn, at, detailType, region: where }) => {
    if (detailType !== notebookStateChange || where !== region.name) return;
    const notebook = [...region.notebookInstances.values()].find((entry) => entry.arn === arn);
    if (notebook?.status === 'InService') write(workload, notebook, at);
  });
}

/** From one start to the next stop. */
function write(workload: Workload, notebook: NotebookInstance, since: number): void {
  const { account, logs, schedule, seed } = workload;
  const chance = new Random(`${seed} notebook ${notebook.arn} ${since}`);
  const started = notebook.modifiedAt;
  const next = (at: number) => {
    const due = at + Math.max(leastPauseMs, schedule.scaled(chance.between(...everyMs)));
    schedule.at(due, () => {
      // Stopped, or stopped and started again, which another of us tells of.
      if (notebook.status !== 'InService' || notebook.modifiedAt !== started) return;
      const printedAt = Math.trunc(due - schedule.scaled(chance.between(...ingestionMs)));
      const stamp = new Date(printedAt).toISOString().replace('T', ' ').slice(0, 23);
      const message = `[I ${stamp} ServerApp] ${chance.pick(requests)} (ec2-user@127.0.0.1) ${chance.between(1, 30).toFixed(2)}ms`;
      logs.put(account.homeRegion, notebookGroup, `${notebook.name}/jupyter.log`, [{ timestamp: printedAt, message }]);
      next(due);
    });
  };
  next(since);
}
