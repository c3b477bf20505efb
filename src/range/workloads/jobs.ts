import type { RegionState } from '../account/account.ts';
import { familyOf, isJob, isRunning, jobStream } from '../account/jobs.ts';
import type { Thing } from '../account/things.ts';
import { roleMay } from '../authorize.ts';
import { optionalText, structure, structures } from '../operation.ts';
import { Random } from '../random.ts';
import { RoleSession } from './role-session.ts';
import { operationOf, type Workload } from './workload.ts';

/** Pause between two lines of a job, ms of the account's time, and the least in real ms. */
const everyMs = [15_000, 45_000] as const;
const leastPauseMs = 60;
const ingestionMs = [150, 900] as const;
/** Of the lines, how many go with a read of the training data. */
const readShare = 0.12;
/** Registries that are not foreign: the account's own and AWS's. */
const awsRegistries: ReadonlySet<string> = new Set(['763104351884', '683313688378', '156813124566']);
const jobIp = '10.0.41.203';
const agent =
  '[Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/linux#6.1.153 lang/python#3.12.11 md/pyimpl#CPython exec-env/AWS_SageMaker_Training]';

/** The image a job runs. */
export const imageOf = ({ members }: Pick<Thing, 'members'>): string =>
  optionalText(structure(members.AlgorithmSpecification), 'TrainingImage') ??
  optionalText(structure(members.AppSpecification), 'ImageUri') ??
  '';

/** Whether a job's image comes from a registry that is neither the account's nor AWS's. */
export function isForeign(job: Pick<Thing, 'members'>, account: string): boolean {
  const registry = /^(\d{12})\.dkr\.ecr\./.exec(imageOf(job))?.[1];
  return registry !== undefined && registry !== account && !awsRegistries.has(registry);
}

/** Lets every job that runs print what its container prints and read its data, those made later included, in every Region. */
export function startJobs(workload: Workload, from: number): void {
  const { account, changes } = workload;
  const home = account.region(account.homeRegion);
  const begun = new WeakSet<Thing>();
  const begin = (job: Thing, region: RegionState, at: number) => {
    if (begun.has(job) || familyOf(job.kind).logGroup === undefined) return;
    begun.add(job);
    new JobOutput(workload, job, region).start(at);
  };
  for (const job of home.things.values()) if (isJob(job) && isRunning(job)) begin(job, home, from);
  changes.listen(({ arn, at, region: where }) => {
    const region = account.region(where);
    const job = [...region.things.values()].find((thing) => thing.arn === arn);
    // What began long ago printed long ago: as much is kept of it as of the others.
    if (job && isJob(job) && isRunning(job)) begin(job, region, Math.max(at, from));
  });
}

/** What one job prints and reads. */
class JobOutput {
  readonly #workload: Workload;
  readonly #job: Thing;
  readonly #region: RegionState;
  readonly #chance: Random;
  readonly #session: RoleSession;
  #lines = 0;

  constructor(workload: Workload, job: Thing, region: RegionState) {
    this.#workload = workload;
    this.#job = job;
    this.#region = region;
    this.#chance = new Random(`${workload.seed} job ${job.arn} ${job.createdAt}`);
    this.#session = new RoleSession(workload, this.#chance);
  }

  start(at: number): void {
    const { schedule } = this.#workload;
    const due = at + Math.max(leastPauseMs, schedule.scaled(this.#chance.between(...everyMs)));
    schedule.at(due, () => {
      const { status } = this.#job;
      // Asked to stop, the container may go on for a while.
      if (status !== 'InProgress' && status !== 'Stopping') return;
      // Nothing is printed before the container runs.
      if (this.#job.startedAt !== undefined && this.#job.startedAt <= due) this.#act(due);
      this.start(due);
    });
  }

  #act(at: number): void {
    const { account, logs, schedule } = this.#workload;
    const role = optionalText(this.#job.members, 'RoleArn');
    const group = familyOf(this.#job.kind).logGroup ?? '';
    // Drawn whether or not it is written, so that a quarantine changes nothing later.
    const message = this.#line();
    const printedAt = Math.trunc(at - schedule.scaled(this.#chance.between(...ingestionMs)));
    const reads = this.#chance.next() < readShare;
    const wanted = {
      action: 'logs:PutLogEvents',
      resource: `arn:aws:logs:${this.#region.name}:${account.id}:log-group:${group}`,
    };
    if (role !== undefined && !roleMay(account, role, wanted, at)) return;
    logs.put(this.#region.name, group, jobStream(this.#job), [{ timestamp: printedAt, message }]);
    if (reads) this.#read(at);
  }

  #line(): string {
    const chance = this.#chance;
    this.#lines += 1;
    if (isForeign(this.#job, this.#workload.account.id)) return minerLine(chance, this.#lines);
    if (this.#job.kind === 'processing-job')
      return `INFO FeatureBuilder: partition ${this.#lines} of 480 written, ${Math.round(chance.between(4000, 9000))} rows`;
    const loss = (0.7 / Math.sqrt(this.#lines + 2) + chance.between(0, 0.02)).toFixed(4);
    return `[train] step=${this.#lines * 50} loss=${loss} lr=3.0e-04 samples/s=${chance.between(800, 1400).toFixed(1)}`;
  }

  /** Of what its input channels name, where that is a bucket of the account. */
  #read(at: number): void {
    const { account, door } = this.#workload;
    const { members } = this.#job;
    const uri =
      structures(members.InputDataConfig)
        .map((channel) => structure(structure(channel.DataSource).S3DataSource).S3Uri)
        .find((value) => typeof value === 'string') ??
      structures(members.ProcessingInputs)
        .map((input) => structure(input.S3Input).S3Uri)
        .find((value) => typeof value === 'string');
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(String(uri ?? '')) ?? [];
    const keys = [...(account.buckets.get(bucket)?.objects.keys() ?? [])].filter((key) => key.startsWith(prefix));
    const caller = this.#session.at(at, members.RoleArn);
    if (!caller || keys.length === 0) return;
    door.serve({
      operation: operationOf(this.#workload, 's3:GetObject'),
      input: { Bucket: bucket, Key: this.#chance.pick(keys) },
      caller,
      region: this.#region.name,
      at: Math.trunc(at),
      sourceIp: jobIp,
      userAgent: agent,
      random: this.#chance,
      requestId: this.#chance.letters(16, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
    });
  }
}

/** What a miner prints. */
function minerLine(chance: Random, line: number): string {
  if (line === 1) return ' * POOL #1      stratum+ssl://pool.hashvault-mirror.example:443 algo kawpow';
  if (line === 2) return ' * CUDA         #0 Tesla V100-SXM2-16GB busId 0000:00:1e.0 - ready';
  const rate = chance.between(28, 31).toFixed(2);
  return chance.next() < 0.3
    ? `[miner] accepted (${line}/0) diff ${Math.round(chance.between(1, 9))}G (${Math.round(chance.between(60, 140))} ms)`
    : `[miner] speed 10s/60s/15m ${rate} ${rate} n/a MH/s max ${chance.between(31, 32).toFixed(2)} MH/s`;
}
