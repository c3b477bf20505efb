// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import crossAccountShare from './cross-account-share.ts';
import endpointSiphon from './endpoint-siphon.ts';
import lifecycleBackdoor from './lifecycle-backdoor.ts';
import logTampering from './log-tampering.ts';
import passroleMiner from './passrole-miner.ts';
import presignedUrlHijack from './presigned-url-hijack.ts';
import registryPoisoning from './registry-poisoning.ts';
import type { Scenario } from './scenario.ts';
import studioRoleSwap from './studio-role-swap.ts';

/** Every scenario, sorted by file name. */
export const scenarios: readonly Scenario[] = [
  crossAccountShare,
  endpointSiphon,
  lifecycleBackdoor,
  logTampering,
  passroleMiner,
  presignedUrlHijack,
  registryPoisoning,
  studioRoleSwap,
].flat();
