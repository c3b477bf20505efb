// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import cloudtrailLookup from './cloudtrail-lookup.ts';
import cloudwatchLogs from './cloudwatch-logs.ts';
import endpointMetrics from './endpoint-metrics.ts';
import eventbridgeLogGroup from './eventbridge-log-group.ts';
import type { EventSource } from './source.ts';
import trailLogGroup from './trail-log-group.ts';

/** Every source, sorted by file name. */
export const sources: readonly EventSource[] = [
  cloudtrailLookup,
  cloudwatchLogs,
  endpointMetrics,
  eventbridgeLogGroup,
  trailLogGroup,
].flat();
