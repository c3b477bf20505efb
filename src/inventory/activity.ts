import type { InventoryItem } from './inventory.ts';

/** States in which nothing runs and nothing is about to, in lower case, of all kinds. */
const ended = new Set([
  'stopped',
  'completed',
  'failed',
  'deleted',
  'succeeded',
  'outofservice',
  'delete_failed',
  'deletefailed',
  'create_failed',
  'createfailed',
  'off',
  'disabled',
  'maintenancefailed',
  'startfailed',
  'stopfailed',
]);
const running = new Set([
  'inservice',
  'inprogress',
  'in_progress',
  'executing',
  'scheduled',
  'started',
  'created',
  'running',
  'available',
  'starting',
  'enabled',
  'enabled_with_all_cloudtrail_management_events',
]);

/**
 * What a state of AWS means. A word that nobody knows yet counts as changing: something that may run is never shown as idle.
 * No state at all (lifecycle configs) is idle.
 */
export function activityOf(state: string): InventoryItem['activity'] {
  const word = state.toLowerCase();
  if (word === '' || ended.has(word)) return 'idle';
  return running.has(word) ? 'running' : 'changing';
}
