// Written by npm run generate
import cloudtrailLookup from './cloudtrail-lookup.ts';
import type { EventSource } from './source.ts';

/** Every source, sorted by file name. */
export const sources: readonly EventSource[] = [cloudtrailLookup].flat();
