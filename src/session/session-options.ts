import type { Arming, Aws, AwsWriter, Identity } from '../aws/aws.ts';
import type { ContainmentAction } from '../containment/action.ts';
import type { StartingPoint } from '../focus/starting-point.ts';
import type { AwsCalls } from '../model/aws-call.ts';
import type { DigestValidation } from '../model/digest-validation.ts';
import type { Drill } from '../model/drill.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { EventSource, Wanted } from '../sources/source.ts';
import type { TailHub } from '../sources/tail-hub.ts';
import type { Incident } from '../store/incident.ts';
import type { OpeningFlags } from './decision.ts';
import type { ProfilesOf } from './focus.ts';
import type { BroughtFile } from './indicators.ts';
import type { Questions } from './questions.ts';
import type { Session } from './session.ts';

/** The two halves of the door and who stands behind them; absent for saved logs. */
export interface SessionDoor {
  readonly aws: Aws;
  readonly writer: AwsWriter;
  readonly arming: Arming;
  /** The Region it works in by itself. */
  readonly region: string;
  /** Where its calls go, as far as that is known before the first one. */
  readonly endpoint: Identity['endpoint'];
  identity(signal?: AbortSignal): Promise<Identity>;
}

/** Sources behind one set of credentials. */
export interface Feed {
  readonly door: SessionDoor;
  /** Profile, or `ROLE@ACCOUNT` of a member; empty for the session's own. */
  readonly profile: string;
  readonly regions: readonly string[];
  readonly sources: readonly EventSource[];
}

export interface SessionOptions {
  readonly incident: Incident;
  readonly mode: 'live' | 'drill' | 'saved';
  readonly clock: Clock;
  readonly actions: readonly ContainmentAction[];
  readonly door?: SessionDoor;
  readonly sources?: readonly EventSource[];
  /** Working Region first. */
  readonly regions?: readonly string[];
  /** Epoch ms. */
  readonly since?: number;
  /** Files and folders of saved logs. */
  readonly inputs?: readonly string[];
  /** Files and folders of detection rules besides the built-in ones. */
  readonly rules?: readonly string[];
  /** Indicators that the responder brings, by file; lines that were brought before are not brought again. */
  readonly indicators?: readonly BroughtFile[];
  readonly profile?: string;
  /** How it was opened, for `resume`. */
  readonly flags?: OpeningFlags;
  /** Other accounts, or sources that are read with other credentials. */
  readonly feeds?: readonly Feed[];
  /** Makes the Live Tail sessions of one door and Region; absent with `--no-tail`. */
  readonly tails?: (aws: Aws, region: string) => TailHub;
  /** What waits for the operator; shared with the doors. */
  readonly questions?: Questions;
  /** What is read first, before anybody looks at anything. */
  readonly wanted?: Wanted;
  /** What the responder held; without it that of an incident which is opened again. */
  readonly start?: StartingPoint;
  readonly profilesOf?: ProfilesOf;
  readonly drill?: Drill;
  /** How the drill was begun, for the journal: what playing it again needs. */
  readonly drilled?: { readonly seed: number; readonly speed: number };
  /** The calls that the doors have taken down. */
  readonly calls?: Observable<AwsCalls>;
  /** Names of roles and users that the operator's file keeps from containment. */
  readonly breakGlass?: readonly string[];
  /** Tags by which the operator's file keeps roles and users from containment. */
  readonly protectedTags?: readonly string[];
  /** More targets of one action than this want their number typed. */
  readonly mostTargets?: number;
  /** Resolve before the store is open for writing, for a screen that is shown meanwhile; whoever shows it waits for `opened`. */
  readonly early?: boolean;
  /** Divides the pauses between looks at AWS; only the range runs faster than AWS. */
  readonly speed?: number;
}

/** The session with what only the command line asks of it. */
export interface OpenSession extends Session {
  /** Journals what CloudTrail's digest files say of the logs; what does not hold stands among the errors. */
  recordDigests(validation: DigestValidation): Promise<void>;
  /** Resolves once the store is open for writing; already has unless the session was to be there `early`. @throws FailedError when it cannot be. */
  readonly opened: Promise<void>;
  /** Resolves when all of the saved logs is stored, linked and judged: what looks nothing up need not wait for `loaded`. */
  stored(): Promise<void>;
  /** Resolves when saved logs are all in, with the indexes by which things are looked up; at once for a live session. */
  loaded(): Promise<void>;
}
