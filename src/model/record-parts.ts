import type { TimelineEvent } from './event.ts';

/** An event with the parts of its record that say more than the event does. Attacker-controlled through and through. */
export interface RecordParts {
  readonly event: TimelineEvent;
  /** `requestParameters` as it stands in the record: an object, null, or whatever the service wrote. */
  readonly request: unknown;
  /** `responseElements`. */
  readonly response: unknown;
}
