// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { Playbook } from '../playbook.ts';
import crossAccountShare from './cross-account-share.ts';
import endpointSiphon from './endpoint-siphon.ts';
import lifecycleBackdoor from './lifecycle-backdoor.ts';
import logTampering from './log-tampering.ts';
import notebookHijack from './notebook-hijack.ts';
import passroleMiner from './passrole-miner.ts';
import registryPoisoning from './registry-poisoning.ts';
import stolenAccessKey from './stolen-access-key.ts';
import stolenRoleCredentials from './stolen-role-credentials.ts';
import studioHijack from './studio-hijack.ts';

/** Every playbook, in order of their ids. */
export const playbooks: readonly Playbook[] = [
  crossAccountShare,
  endpointSiphon,
  lifecycleBackdoor,
  logTampering,
  notebookHijack,
  passroleMiner,
  registryPoisoning,
  stolenAccessKey,
  stolenRoleCredentials,
  studioHijack,
].flat();
