import type { NormalisedEvent } from '../model/event.ts';
import type { JsonObject } from './member.ts';

/**
 * What a raw record means, or why it cannot become an event (`has no eventID`). `record` is what linkers read: the CloudTrail record,
 * the EventBridge envelope, or `{logGroup, logStream}` of a plain log line. `resources` and `summary` are still empty.
 */
export type Normalised =
  | { readonly event: NormalisedEvent; readonly record: JsonObject; readonly rejected?: undefined }
  | { readonly rejected: string };
