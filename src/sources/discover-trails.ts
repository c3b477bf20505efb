import type { Aws } from '../aws/aws.ts';
import type { OutputOf } from '../aws/operations.ts';
import { parseArn } from '../model/arn.ts';
import { AwsCallError } from '../model/errors.ts';
import { type ListedGroup, listLogGroups } from './list-log-groups.ts';
import { bareArn, groupName } from './log-line.ts';

/** A log group that receives CloudTrail records. */
export interface TrailGroup {
  /** Without `:*`. */
  readonly arn: string;
  readonly name: string;
  /** Where the group lies: the home Region of its trail. */
  readonly region: string;
}

/** A time in which a trail recorded nothing, epoch ms. */
export interface TrailPause {
  readonly name: string;
  /** Where its records would be; empty where it writes to no log group. */
  readonly group: string;
  readonly from: number;
  /** `undefined` while it is stopped. */
  readonly to: number | undefined;
}

/** What was found out about how the account is recorded. */
export interface TrailsFound {
  /** The groups, of all Regions. */
  readonly groups: readonly TrailGroup[];
  /** What is not recorded, not delivered or not known; a sentence each. */
  readonly findings: readonly string[];
  /** Those of `findings` that say that a trail is stopped now. */
  readonly stopped: readonly string[];
  /** When trails were stopped last, as far as AWS tells: of each the last time only. */
  readonly pauses: readonly TrailPause[];
}

/** What a trail takes down of calls that read, calls that write and data events. */
interface Recorded {
  readonly writes: boolean;
  readonly reads: boolean;
  /** Resource types of its data events: `AWS::S3::Object`, `AWS::SageMaker::Endpoint`. */
  readonly data: ReadonlySet<string>;
  /** Services whose calls are left out. */
  readonly without: readonly string[];
}

type Trail = NonNullable<OutputOf<'cloudtrail:DescribeTrails'>['trailList']>[number];
type Selectors = OutputOf<'cloudtrail:GetEventSelectors'>;

/**
 * Where CloudTrail records arrive without a trail: a telemetry enablement rule makes these groups.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/telemetry-config-cloudwatch.html
 */
const telemetryPrefix = 'aws/cloudtrail/';
const telemetryGroups: readonly string[] = ['aws/cloudtrail/managementevents', 'aws/cloudtrail/dataevents'];
const dataTypes = { endpoints: 'AWS::SageMaker::Endpoint', objects: 'AWS::S3::Object' } as const;

const list = <Item>(items: readonly Item[] | undefined): readonly NonNullable<Item>[] =>
  (Array.isArray(items) ? items : []).filter((item): item is NonNullable<Item> => item !== undefined && item !== null);

/** Classic selectors and advanced ones say the same in two languages. */
function recordedBy({ EventSelectors, AdvancedEventSelectors }: Selectors): Recorded {
  let writes = false;
  let reads = false;
  const data = new Set<string>();
  const without = new Set<string>();
  for (const selector of list(EventSelectors)) {
    if (selector.IncludeManagementEvents !== false) {
      writes ||= selector.ReadWriteType !== 'ReadOnly';
      reads ||= selector.ReadWriteType !== 'WriteOnly';
      for (const source of list(selector.ExcludeManagementEventSources)) without.add(source);
    }
    for (const { Type, Values } of list(selector.DataResources)) if (Type && list(Values).length > 0) data.add(Type);
  }
  for (const { FieldSelectors } of list(AdvancedEventSelectors)) {
    const fields = list(FieldSelectors);
    const field = (name: string) => fields.find(({ Field }) => Field === name);
    const categories = list(field('eventCategory')?.Equals);
    const readOnly = field('readOnly')?.Equals?.[0];
    if (categories.includes('Management')) {
      writes ||= readOnly !== 'true';
      reads ||= readOnly !== 'false';
      for (const source of list(field('eventSource')?.NotEquals)) without.add(source);
    }
    if (categories.includes('Data')) for (const type of list(field('resources.type')?.Equals)) data.add(type);
  }
  return { writes, reads, data, without: [...without] };
}

/** What becomes of a question that is not allowed: a finding, once. */
function createAsker(findings: Set<string>) {
  return async <Answer>(about: string, ask: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AwsCallError) || error.reason === 'aborted' || error.reason === 'expired') throw error;
      findings.add(
        error.reason === 'denied'
          ? `${about} is not known: ${error.operation} is not allowed`
          : `${about} is not known: ${error.operation} failed with ${error.code}`,
      );
      return undefined;
    }
  };
}

/** The same trail may be listed more than once: as itself and as its shadow. */
const distinct = (trails: readonly Trail[]): readonly Trail[] => [
  ...new Map(trails.map((trail) => [trail.TrailARN ?? trail.Name ?? '', trail])).values(),
];

/** What a trail leaves out, and whether it records this Region at all. */
function findingsOf(
  trail: Trail,
  facts: { readonly name: string; readonly recorded: Recorded | undefined },
): readonly string[] {
  const { name, recorded } = facts;
  const sentences: string[] = [];
  if (!trail.CloudWatchLogsLogGroupArn)
    sentences.push(`trail ${name} writes to no log group: its records cannot be tailed`);
  if (trail.IncludeGlobalServiceEvents === false) sentences.push(`trail ${name} leaves out IAM and STS`);
  if (!recorded) return sentences;
  if (!recorded.writes && !recorded.reads) sentences.push(`trail ${name} records no management events`);
  else if (!recorded.reads) sentences.push(`trail ${name} records no calls that only read`);
  else if (!recorded.writes) sentences.push(`trail ${name} records no calls that change something`);
  if (recorded.without.length > 0) sentences.push(`trail ${name} leaves out ${recorded.without.join(', ')}`);
  return sentences;
}

function dataFindings(data: ReadonlySet<string>): readonly string[] {
  const endpoints = data.has(dataTypes.endpoints);
  const objects = data.has(dataTypes.objects);
  if (!endpoints && !objects)
    return ['no trail records data events: InvokeEndpoint and S3 object reads leave no trace'];
  if (!endpoints) return ['no trail records data events of SageMaker endpoints: InvokeEndpoint leaves no trace'];
  return objects ? [] : ['no trail records data events of S3: object reads leave no trace'];
}

/**
 * Finds the trails of this account that see this Region, the log groups they write to, and what they leave out.
 *
 * @throws AwsCallError when not even trails or groups can be asked for.
 */
export async function discoverTrails(aws: Aws, region: string, signal: AbortSignal): Promise<TrailsFound> {
  const findings = new Set<string>();
  const ask = createAsker(findings);
  let refusal: unknown;
  const trails = await ask('which trails there are', async () => {
    try {
      const { trailList } = await aws.call('cloudtrail:DescribeTrails', {}, { region, signal });
      return distinct(list(trailList));
    } catch (error) {
      refusal = error;
      throw error;
    }
  });
  const groups = new Map<string, TrailGroup>();
  const telemetry = await ask('whether CloudTrail writes to log groups without a trail', () =>
    listLogGroups(aws, region, telemetryPrefix, signal),
  );
  const listed: ListedGroup[] = [];
  for (const group of telemetry?.groups ?? []) {
    if (!telemetryGroups.includes(group.name)) continue;
    listed.push(group);
    groups.set(group.arn, { arn: group.arn, name: group.name, region });
  }
  if (!trails && groups.size === 0) throw refusal;

  const stopped: string[] = [];
  const pauses: TrailPause[] = [];
  const data = new Set<string>();
  let selectorsKnown = trails !== undefined;
  let seesRegion = false;
  if (listed.some(({ name }) => name === 'aws/cloudtrail/dataevents')) {
    data.add(dataTypes.endpoints);
    data.add(dataTypes.objects);
  }
  for (const trail of trails ?? []) {
    const id = trail.TrailARN ?? trail.Name ?? '';
    const name = trail.Name ?? id;
    const home = trail.HomeRegion ?? region;
    const at = { region: home, signal };
    const status = await ask(`whether trail ${name} records`, () =>
      aws.call('cloudtrail:GetTrailStatus', { Name: id }, at),
    );
    const selectors = await ask(`what trail ${name} records`, () =>
      aws.call('cloudtrail:GetEventSelectors', { TrailName: id }, at),
    );
    const isStopped = status?.IsLogging === false;
    const recorded = selectors && recordedBy(selectors);
    selectorsKnown &&= recorded !== undefined;
    const stoppedAt = status?.StopLoggingTime?.getTime();
    const startedAt = status?.StartLoggingTime?.getTime();
    const arn = bareArn(trail.CloudWatchLogsLogGroupArn ?? '');
    // One that was never started has no time of stopping.
    if (isStopped) pauses.push({ name, group: arn, from: stoppedAt ?? 0, to: undefined });
    else if (stoppedAt !== undefined && startedAt !== undefined && startedAt > stoppedAt)
      pauses.push({ name, group: arn, from: stoppedAt, to: startedAt });
    if (isStopped) {
      const since = stoppedAt === undefined ? '' : ` since ${new Date(stoppedAt).toISOString()}`;
      const sentence = `trail ${name} is stopped${since}: it records nothing`;
      stopped.push(sentence);
      findings.add(sentence);
    } else {
      seesRegion ||= trail.IsMultiRegionTrail === true || home === region;
      for (const type of recorded?.data ?? []) data.add(type);
    }
    const undelivered = status?.LatestCloudWatchLogsDeliveryError;
    if (undelivered) findings.add(`trail ${name} cannot write to its log group: ${undelivered}`);
    for (const sentence of findingsOf(trail, { name, recorded })) findings.add(sentence);
    const lies = parseArn(arn)?.region;
    if (!lies) continue;
    const group = { arn, name: groupName(arn), region: lies };
    groups.set(arn, group);
    const named = await ask(`how long log group ${group.name} keeps its lines`, () =>
      listLogGroups(aws, lies, group.name, signal),
    );
    listed.push(...(named?.groups ?? []).filter((one) => one.name === group.name));
  }
  for (const { name, retentionDays } of listed) {
    if (retentionDays !== undefined)
      findings.add(`log group ${name} keeps its lines for ${retentionDays} ${retentionDays === 1 ? 'day' : 'days'}`);
  }
  if (trails?.length === 0 && groups.size === 0)
    findings.add('no trail records this account: only the event history of the last 90 days is there');
  else if (trails && !seesRegion && groups.size === 0)
    findings.add(`no multi-Region trail: Region ${region} is not recorded`);
  else if (trails && trails.length > 0 && !seesRegion) findings.add(`no trail that is on records Region ${region}`);
  if (selectorsKnown) for (const sentence of dataFindings(data)) findings.add(sentence);
  return { groups: [...groups.values()], findings: [...findings], stopped, pauses };
}
