import { Fault } from './fault.ts';
import type { Members, TrailState } from './operation.ts';

/** Whether a name or ARN means this trail: a name does so only at home. */
export const ownTrail = (state: TrailState, nameOrArn: string, region: string): boolean =>
  nameOrArn === state.arn || (nameOrArn === state.definition.name && region === state.homeRegion);

/** @throws Fault `TrailNotFoundException`. */
export function findTrail(
  state: TrailState | undefined,
  nameOrArn: string,
  region: string,
  account: string,
): TrailState {
  if (state && ownTrail(state, nameOrArn, region)) return state;
  const arn = nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:cloudtrail:${region}:${account}:trail/${nameOrArn}`;
  throw new Fault('TrailNotFoundException', `Unknown trail: ${arn} for the user: ${account}`);
}

/** A trail as DescribeTrails lists it. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html */
export const trailMembers = ({ arn, definition, homeRegion, logGroupArn }: TrailState): Members => ({
  Name: definition.name,
  S3BucketName: definition.bucket,
  IncludeGlobalServiceEvents: true,
  IsMultiRegionTrail: true,
  HomeRegion: homeRegion,
  TrailARN: arn,
  LogFileValidationEnabled: true,
  CloudWatchLogsLogGroupArn: logGroupArn,
  CloudWatchLogsRoleArn: `arn:aws:iam::${arn.split(':')[4]}:role/service-role/CloudTrail-CloudWatchLogs`,
  HasCustomEventSelectors: true,
  HasInsightSelectors: false,
  IsOrganizationTrail: false,
});
