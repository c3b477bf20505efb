// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import passroleMiner from './passrole-miner.ts';
import presignedUrlHijack from './presigned-url-hijack.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, sorted by file name. */
export const scenarios: readonly Scenario[] = [passroleMiner, presignedUrlHijack].flat();
