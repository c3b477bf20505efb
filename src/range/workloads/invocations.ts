import { type Endpoint, endpointStateChange, type Variant } from '../account/hosting.ts';
import { structure } from '../operation.ts';
import { Random } from '../random.ts';
import { askEndpoint, instanceStream, refusalOf } from './application.ts';
import { RoleSession } from './role-session.ts';
import type { Workload } from './workload.ts';

/** Pause between two invocations of an endpoint, ms of the account's time. */
const everyMs = [2_000, 10_000] as const;
/** Real ms: at a high speed an endpoint is not to drown the machine. */
const leastPauseMs = 50;
/** Between what a container prints and its line in the group, ms of the account's time. */
const ingestionMs = [150, 900] as const;
/** Share of the invocations whose data event is recorded: all of them would be the bulk of every story. */
const recordedShare = 0.2;
/** At most one capture file a minute of the account's time, as SageMaker batches them. */
const captureEveryMs = 60_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `23/Nov/2026:20:00:01 +0000`, as access logs have it. */
function accessTime(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

const warning =
  '/opt/ml/code/inference.py:58: UserWarning: X does not have valid feature names, but StandardScaler was fitted with feature names';

/** Starts the applications that ask every endpoint that serves, those made later included, until it is deleted. */
export function startInvocations(workload: Workload, from: number): void {
  const { account, changes } = workload;
  const region = account.region(account.homeRegion);
  const served = new WeakSet<Endpoint>();
  const serve = (endpoint: Endpoint, at: number) => {
    if (served.has(endpoint)) return;
    served.add(endpoint);
    new EndpointTraffic(workload, endpoint).start(at);
  };
  for (const endpoint of region.endpoints.values()) if (endpoint.status === 'InService') serve(endpoint, from);
  changes.listen(({ arn, at, detailType, region: where }) => {
    if (detailType !== endpointStateChange || where !== region.name) return;
    const endpoint = [...region.endpoints.values()].find((entry) => entry.arn === arn);
    if (endpoint?.status === 'InService') serve(endpoint, at);
  });
}

/** What one endpoint is asked, prints, measures and captures. */
class EndpointTraffic {
  readonly #workload: Workload;
  readonly #endpoint: Endpoint;
  readonly #chance: Random;
  readonly #execution: RoleSession;
  #uncaptured = 0;
  #capturedAt = 0;

  constructor(workload: Workload, endpoint: Endpoint) {
    this.#workload = workload;
    this.#endpoint = endpoint;
    // Of this endpoint alone: what becomes of the others changes nothing here.
    this.#chance = new Random(`${workload.seed} invocations ${endpoint.arn} ${endpoint.createdAt}`);
    this.#execution = new RoleSession(workload, this.#chance);
  }

  start(at: number): void {
    const { schedule } = this.#workload;
    const next = at + Math.max(leastPauseMs, schedule.scaled(this.#chance.between(...everyMs)));
    schedule.at(next, () => {
      if (this.#gone()) return;
      this.#invoke(next);
      this.start(next);
    });
  }

  #gone(): boolean {
    const { account } = this.#workload;
    const key = this.#endpoint.name.toLowerCase();
    const known = account.region(account.homeRegion).endpoints.get(key);
    return known !== this.#endpoint || known.status === 'Deleting';
  }

  #invoke(at: number): void {
    const chance = this.#chance;
    const endpoint = this.#endpoint;
    const { metrics } = this.#workload;
    const luck = chance.next();
    const status = luck < 0.006 ? 500 : luck < 0.02 ? 400 : 200;
    const latencyMs = chance.between(8, 40) * (chance.next() < 0.05 ? 6 : 1);
    const recorded = chance.next() < recordedShare;
    const ids = { event: chance.uuid(), request: chance.uuid() };
    const variant = this.#variant();
    const refused = askEndpoint(this.#workload, endpoint, at, recorded ? ids : undefined);
    if (!variant || refused) return;
    const region = this.#workload.account.homeRegion;
    metrics.count({ region, endpoint: endpoint.name, variant: variant.name }, { at, status, latencyMs });
    this.#print(at, variant, status);
    this.#capture(at);
  }

  /** By weight, as SageMaker spreads requests. */
  #variant(): Variant | undefined {
    const { variants } = this.#endpoint;
    const total = variants.reduce((sum, { currentWeight }) => sum + currentWeight, 0);
    let left = this.#chance.next() * total;
    return variants.find(({ currentWeight }) => {
      left -= currentWeight;
      return left < 0;
    });
  }

  #print(at: number, variant: Variant, status: number): void {
    const { account, logs, schedule, seed } = this.#workload;
    const chance = this.#chance;
    const instance = Math.floor(chance.next() * Math.max(1, variant.currentInstances));
    const printedAt = Math.trunc(at - schedule.scaled(chance.between(...ingestionMs)));
    const lines = [
      `10.32.0.${2 + instance} - - [${accessTime(printedAt)}] "POST /invocations HTTP/1.1" ${status} ${status === 200 ? Math.round(chance.between(40, 900)) : 0} "-" "AHC/2.0"`,
    ];
    // Two workers print the same line in the same millisecond: equal lines are no mistake.
    if (chance.next() < 0.04) lines.unshift(...Array.from({ length: chance.next() < 0.5 ? 2 : 1 }, () => warning));
    if (status === 500)
      lines.unshift('ERROR:inference:prediction failed: CUDA out of memory. Tried to allocate 48.00 MiB');
    logs.put(
      account.homeRegion,
      `/aws/sagemaker/Endpoints/${this.#endpoint.name}`,
      instanceStream(seed, this.#endpoint, variant, instance),
      lines.map((message) => ({ timestamp: printedAt, message })),
    );
  }

  /** Data capture writes what was asked to its bucket, with the execution role. */
  #capture(at: number): void {
    const { account, schedule, trail } = this.#workload;
    const region = account.region(account.homeRegion);
    const config = region.endpointConfigs.get(this.#endpoint.config.toLowerCase())?.definition;
    const capture = structure(config?.DataCaptureConfig);
    const destination = /^s3:\/\/([^/]+)\/?(.*)$/.exec(String(capture.DestinationS3Uri));
    if (capture.EnableCapture === false || !destination) return;
    if (this.#chance.next() * 100 < Number(capture.InitialSamplingPercentage)) this.#uncaptured += 1;
    if (this.#uncaptured === 0 || at - this.#capturedAt < schedule.scaled(captureEveryMs)) return;
    this.#uncaptured = 0;
    this.#capturedAt = at;
    // Of the role that the first model runs with.
    const model = region.models.get(this.#endpoint.variants[0]?.model?.toLowerCase() ?? '');
    const caller = this.#execution.at(at, model?.definition.ExecutionRoleArn);
    if (!caller) return;
    const [, bucket = '', prefix = ''] = destination;
    const hour = new Date(at).toISOString().slice(0, 13).replaceAll('-', '/').replace('T', '/');
    const key = `${[prefix, this.#endpoint.name, this.#endpoint.variants[0]?.name, hour].filter(Boolean).join('/')}/${this.#chance.uuid()}.jsonl`;
    const resource = `arn:aws:s3:::${bucket}/${key}`;
    trail.recordData({
      eventId: this.#chance.uuid(),
      source: 's3.amazonaws.com',
      name: 'PutObject',
      readOnly: false,
      host: `${bucket}.s3.${region.name}.amazonaws.com`,
      parameters: { bucketName: bucket, key, Host: `${bucket}.s3.${region.name}.amazonaws.com` },
      resources: [
        { type: 'AWS::S3::Object', ARN: resource },
        { accountId: account.id, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
      ],
      refused: refusalOf(this.#workload, caller, { action: 's3:PutObject', resource }, at, 'sagemaker.amazonaws.com'),
      caller,
      region: region.name,
      at,
      sourceIp: 'sagemaker.amazonaws.com',
      userAgent: 'sagemaker.amazonaws.com',
      requestId: this.#chance.letters(16, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
    });
  }
}
