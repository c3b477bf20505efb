import { type NotebookInstance, notebookStateChange } from '../account/notebooks.ts';
import { Random } from '../random.ts';
import { RoleSession } from './role-session.ts';
import { operationOf, type Workload } from './workload.ts';

/** Pause between two reads of a notebook, ms of the account's time, and the least in real ms. */
const everyMs = [35_000, 110_000] as const;
const leastPauseMs = 50;
/** What the people on the notebooks work with: the same data that an attacker wants. */
const prefix = 'fraud/';
const bucketPrefix = 'ml-prod-data-';
/** Of the instance in AWS's network; whoever holds the same role elsewhere comes from another address. */
const instanceIp = '10.0.92.14';
const agent =
  '[Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/linux#6.1.153-175.280.amzn2023.x86_64 lang/python#3.11.13 md/pyimpl#CPython exec-env/SageMaker-Notebook]';

/** Lets every running notebook read its training data from S3, those started later included. */
export function startDataReads(workload: Workload, from: number): void {
  const { account, changes } = workload;
  const region = account.region(account.homeRegion);
  for (const notebook of region.notebookInstances.values())
    if (notebook.status === 'InService') read(workload, notebook, from);
  changes.listen(({ arn, at, detailType, region: where }) => {
    if (detailType !== notebookStateChange || where !== region.name) return;
    const notebook = [...region.notebookInstances.values()].find((entry) => entry.arn === arn);
    if (notebook?.status === 'InService') read(workload, notebook, at);
  });
}

/** From one start to the next stop. */
function read(workload: Workload, notebook: NotebookInstance, since: number): void {
  const { account, door, schedule, seed } = workload;
  const chance = new Random(`${seed} reads ${notebook.arn} ${since}`);
  const session = new RoleSession(workload, chance);
  const started = notebook.modifiedAt;
  const operation = operationOf(workload, 's3:GetObject');
  const next = (at: number) => {
    const due = at + Math.max(leastPauseMs, schedule.scaled(chance.between(...everyMs)));
    schedule.at(due, () => {
      // Stopped, or stopped and started again, which another of us tells of.
      if (notebook.status !== 'InService' || notebook.modifiedAt !== started) return;
      const bucket = [...account.buckets.values()].find(({ name }) => name.startsWith(bucketPrefix));
      const keys = [...(bucket?.objects.keys() ?? [])].filter((key) => key.startsWith(prefix));
      const caller = session.at(due, notebook.roleArn);
      if (bucket && caller && keys.length > 0)
        door.serve({
          operation,
          input: { Bucket: bucket.name, Key: chance.pick(keys) },
          caller,
          region: account.homeRegion,
          at: Math.trunc(due),
          sourceIp: instanceIp,
          userAgent: agent,
          random: chance,
          requestId: chance.letters(16, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
        });
      next(due);
    });
  };
  next(since);
}
