import type { DigestValidation } from '../model/digest-validation.ts';
import type { OpenDoors } from '../model/open-door.ts';
import { postureRecord } from '../model/posture.ts';
import { wholeReport } from '../report/options.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observable } from '../shared/observable.ts';
import type { Incident } from '../store/incident.ts';
import type { SessionEntry } from './decision.ts';
import { incidentFacts } from './incident-view.ts';
import type { PostureWatch } from './posture.ts';
import type { Publisher } from './publisher.ts';
import type { ReportJob } from './report-job.ts';
import { longOnThread, reportOnThread } from './report-thread.ts';
import type { Session } from './session.ts';
import type { SessionOptions } from './session-options.ts';

/** Doors that the journal keeps: those of suspects come first. */
const mostDoorsKept = 200;
/** A report waits so long for the posture that is being read. */
const postureWithinMs = 5_000;

/** Reports and exports of the incident as everything stands now, and what the journal keeps so that a later one can tell it. */
export function reportIntents(parts: {
  readonly incident: Incident;
  readonly options: Pick<SessionOptions, 'mode' | 'regions' | 'inputs'>;
  readonly doors: Observable<OpenDoors>;
  readonly posture: PostureWatch;
  readonly own: { readonly mark: string; readonly arns: ReadonlySet<string> };
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly ending: AbortSignal;
  /** Whether AWS can be asked. */
  readonly isLive: boolean;
  /** Everything that arrived is in the store. */
  flushed(): Promise<void>;
  append(entry: SessionEntry): Promise<void>;
}): Pick<Session, 'report' | 'document' | 'longDocument'> & {
  /** Journals what the sources had shown, which doors were open and how the resources were set up. */
  recordCoverage(): Promise<void>;
  /** Journals what CloudTrail's digest files say of the logs; what does not hold stands among the errors. */
  recordDigests(validation: DigestValidation): Promise<void>;
} {
  const { incident, doors, posture, clock, publisher, append } = parts;
  const { snapshot, change } = publisher;
  let postureKeptAt: number | undefined;
  const recordCoverage = async () => {
    const { sources, receivedTo, settledTo, rejected } = snapshot.get();
    await append({
      type: 'coverage',
      sources,
      ...(receivedTo === undefined ? {} : { receivedTo }),
      ...(settledTo === undefined ? {} : { settledTo }),
      rejected,
    });
    const open = doors.get();
    if (open.at !== undefined)
      await append({ type: 'still-open', doors: { ...open, doors: open.doors.slice(0, mostDoorsKept) } });
    const judged = postureRecord(posture.posture.get());
    if (judged && judged.at !== postureKeptAt) {
      postureKeptAt = judged.at;
      await append({ type: 'posture-judged', posture: judged });
    }
  };
  const reportJob = async (format: string, path?: string): Promise<ReportJob> => {
    await parts.flushed();
    publisher.flush();
    const open = doors.get();
    const facts = incidentFacts({
      snapshot: snapshot.get(),
      lines: incident.journal.lines,
      doors: open.at === undefined ? undefined : open,
      posture: postureRecord(posture.posture.get()),
      options: parts.options,
    });
    return {
      // Nothing need have been journalled of late for somebody to ask how it stands now.
      facts: path === undefined ? { ...facts, asOf: new Date(clock.now()).toISOString() } : facts,
      eventsPath: incident.eventsPath,
      own: parts.own,
      format,
      options: wholeReport,
      redaction: 'none',
      path,
    };
  };
  const until = (signal: AbortSignal) => AbortSignal.any([signal, parts.ending]);
  return {
    recordCoverage,
    async recordDigests(validation) {
      await append({ type: 'digests-checked', validation });
      const notes = validation.problems.map(({ file, problem }) => ({
        at: clock.now(),
        what: `${file}: ${problem}`,
        nextSteps: ['Fetch the file again; keep this one, it is evidence'],
      }));
      if (notes.length > 0) change({ errors: [...snapshot.get().errors, ...notes] });
    },
    async report(signal = parts.ending, progress) {
      // Asked for with the report: what is in within seconds stands in it.
      if (parts.isLive && posture.posture.get().state === 'idle') posture.judge();
      await posture.settled(postureWithinMs);
      await recordCoverage();
      const path = `${incident.folder}/report.md`;
      const { sha256 } = await reportOnThread(await reportJob('md', path), until(signal), progress);
      await append({ type: 'report-saved', path, sha256 });
      return path;
    },
    async document(format, signal) {
      return (await reportOnThread(await reportJob(format), until(signal))).text;
    },
    async longDocument(format, signal, progress) {
      return longOnThread(await reportJob(format), until(signal), progress);
    },
  };
}
