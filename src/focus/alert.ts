import type { JsonObject } from '../normalise/member.ts';
import type { Indicator } from './indicator.ts';

/** What one alert says. Texts are untrusted; empty where it does not say. */
export interface Alert {
  /** `GuardDuty finding`. */
  readonly what: string;
  /** Its type or title. */
  readonly title: string;
  readonly account: string;
  readonly region: string;
  /** Epoch ms. */
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly indicators: readonly Indicator[];
  readonly eventId?: string;
  /** What could not be used and why. */
  readonly unused: readonly string[];
}

/** What carried an alert, the outermost first: EventBridge's envelope, an SNS message. */
export type Envelope = JsonObject;

/** A format of alerts; one file in `alerts/`. */
export interface AlertFormat {
  readonly id: string;
  readonly title: string;
  readonly references: readonly string[];
  /** @returns `undefined` when the object is no alert of this format. Never throws: any member may be missing or of another type. */
  read(value: JsonObject, envelopes: readonly Envelope[]): Alert | undefined;
}

/** A member of the nearest envelope that has it. */
export function fromEnvelope(envelopes: readonly Envelope[], member: string): unknown {
  return envelopes.findLast((envelope) => envelope[member] !== undefined && envelope[member] !== '')?.[member];
}
