import type { Principal } from './principal.ts';
import type { ResourceLink } from './resource.ts';

/** Which kind of record an event was made of; `responder` is what Firebreak itself did. */
export type EventOrigin = 'cloudtrail' | 'cloudwatch-logs' | 'eventbridge' | 'responder';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'informational';

/** A detection rule that fired on an event. */
export interface EventFinding {
  readonly rule: string;
  readonly severity: Severity;
}

/**
 * Raw material: one record as text, byte for byte as it came. Sources and file readers yield it, the ingest worker turns it into an event.
 */
export interface RawRecord {
  readonly format: 'cloudtrail' | 'cloudwatch-logs' | 'eventbridge';
  /** The source's own id (CloudWatch `eventId`); CloudTrail and EventBridge records carry theirs inside. */
  readonly id?: string;
  readonly text: string;
  readonly region?: string;
  /** CloudWatch Logs group and stream. */
  readonly group?: string;
  readonly stream?: string;
  /** Epoch ms, where the record itself does not say. */
  readonly at?: number;
  /** It appeared in a stretch of time that had been read to its end before. */
  readonly late?: boolean;
}

/** What a record means, as the pure functions of `normalise` and `linking` read it. */
export interface NormalisedEvent {
  /** CloudTrail `eventID`, or the source's own id. */
  readonly id: string;
  /** Epoch ms; CloudTrail's resolution is one second. */
  readonly at: number;
  readonly origin: EventOrigin;
  /** `service:Operation` as IAM writes it; for EventBridge its detail type, for log lines `logs:<group>`. */
  readonly action: string;
  /** `undefined` where the record does not say. */
  readonly readOnly: boolean | undefined;
  readonly account: string;
  readonly region: string;
  /** One sentence. Contains attacker-controlled text: pass `display` before a screen. */
  readonly summary: string;
  readonly principal: Principal | undefined;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** CloudTrail `requestID`; one request may be in several records. Absent where the record has none. */
  readonly requestId?: string;
  readonly resources: readonly ResourceLink[];
}

/**
 * Calls of responders. `own`: our user agent from our identity. `claimed`: the session or user agent says Firebreak, which anybody can
 * write: shown, never trusted.
 */
export type Responder = 'own' | 'claimed';

/**
 * Whether an event changed something. Invoking an endpoint is no read for CloudTrail, but it changes nothing, and a model in use is
 * invoked all day.
 */
export const changesSomething = ({ action, readOnly }: Pick<NormalisedEvent, 'action' | 'readOnly'>): boolean =>
  readOnly === false && !/^sagemaker:Invoke/.test(action);

/** An event as the store gives it back. */
export interface TimelineEvent extends NormalisedEvent {
  /** Row in the store; grows in order of arrival, never reused. */
  readonly rowId: number;
  /** Epoch ms at which we first saw it. */
  readonly seenAt: number;
  /** Ids of the sources that brought it, first one first. */
  readonly routes: readonly string[];
  readonly findings: readonly EventFinding[];
  readonly late: boolean;
  readonly marked: boolean;
  readonly responder: Responder | undefined;
  /** How often AWS reported the same state again (EventBridge); 0 for nearly all. */
  readonly repeats: number;
  /** SHA-256 of the record's bytes as they came, hexadecimal. */
  readonly rawSha256: string;
}

/** What one row of a list needs, cheap to read by the thousand. */
export interface EventRow {
  readonly rowId: number;
  readonly at: number;
  readonly seenAt: number;
  readonly id: string;
  readonly origin: EventOrigin;
  readonly action: string;
  readonly readOnly: boolean | undefined;
  readonly principalName: string;
  /** First target or created resource, else the first of any relation; empty kind and name when there is none. */
  readonly resourceKind: string;
  readonly resourceName: string;
  readonly sourceIp: string;
  readonly errorCode: string;
  readonly late: boolean;
  readonly marked: boolean;
  readonly severity: Severity | undefined;
  /** The event's account; empty where the record does not say. */
  readonly account: string;
  readonly responder: Responder | undefined;
  /** How often AWS reported the same state again (EventBridge); 0 for nearly all. */
  readonly repeats: number;
}

/** A place in the timeline that stays the same place when older events arrive late. */
export interface Position {
  readonly at: number;
  readonly rowId: number;
}

/** One event as `watch --json` and `export --format jsonl` print it: a stable public shape (product.md, part 2). */
export function eventJson(event: TimelineEvent): object {
  return {
    id: event.id,
    time: new Date(event.at).toISOString(),
    seenAt: new Date(event.seenAt).toISOString(),
    source: event.origin,
    routes: event.routes,
    action: event.action,
    readOnly: event.readOnly ?? null,
    account: event.account || null,
    region: event.region || null,
    summary: event.summary,
    principal: event.principal
      ? {
          type: event.principal.type,
          arn: event.principal.arn || null,
          name: event.principal.name,
          issuerArn: event.principal.issuerArn ?? null,
          accessKeyId: event.principal.accessKeyId ?? null,
          person: event.principal.person ?? null,
          sourceIdentity: event.principal.sourceIdentity ?? null,
          invokedBy: event.principal.invokedBy ?? null,
          issuedAt: event.principal.issuedAt === undefined ? null : new Date(event.principal.issuedAt).toISOString(),
        }
      : null,
    sourceIp: event.sourceIp || null,
    userAgent: event.userAgent || null,
    errorCode: event.errorCode || null,
    requestId: event.requestId ?? null,
    resources: event.resources.map(({ kind, arn, name, relation }) => ({ kind, arn: arn || null, name, relation })),
    findings: event.findings,
    late: event.late,
    marked: event.marked,
    responder: event.responder ?? null,
    repeats: event.repeats,
    rawSha256: event.rawSha256,
  };
}
