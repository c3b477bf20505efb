import { basename } from 'node:path';
import type { Ingest } from '../ingest/ingest.ts';
import { RefusedError } from '../model/errors.ts';
import { indicatorKey } from '../model/indicator.ts';
import type { Clock } from '../shared/clock.ts';
import type { Journal } from '../store/journal.ts';
import type { EventQueries } from '../store/queries.ts';
import { attachFile } from './attach.ts';
import type { SessionEntry } from './decision.ts';
import { type BroughtFile, collectedFrom, collectIndicators, importEntries, readIndicatorFile } from './indicators.ts';
import type { Publisher } from './publisher.ts';
import type { Session } from './session.ts';

type Decisions = Pick<
  Session,
  | 'acceptLoss'
  | 'judgeFinding'
  | 'collectIndicators'
  | 'judgeIndicator'
  | 'importIndicators'
  | 'muteRule'
  | 'triageStep'
  | 'mark'
  | 'note'
  | 'tag'
  | 'saveFilter'
  | 'attach'
  | 'takeCon'
>;

/** What somebody decides, notes or brings: each a line of the journal, before it is on the screen. Nothing of it asks AWS. */
export function decisionIntents(parts: {
  readonly events: EventQueries;
  readonly ingest: Pick<Ingest, 'mark' | 'flush' | 'lookFor'>;
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** Of the incident. */
  readonly folder: string;
  readonly journal: Pick<Journal, 'lines'>;
  append(entry: SessionEntry): Promise<void>;
  acceptedLoss(id: string, reason: string): Promise<void>;
  by(): string;
}): Decisions & {
  /** Indicators that are there already are not brought again. */
  bring(files: readonly BroughtFile[]): Promise<void>;
} {
  const { events, ingest, clock, append, by } = parts;
  const snapshot = () => parts.publisher.snapshot.get();
  const mark = async (eventId: string, marked: boolean) => {
    await append({ type: 'event-marked', eventId, marked, by: by() });
    ingest.mark(eventId, marked);
  };
  return {
    async acceptLoss(id, reason) {
      if (reason.trim() === '') throw new RefusedError('NoReason', 'a few words why, for the journal and the report');
      if (!snapshot().containments.find((one) => one.id === id)?.ineffective)
        throw new RefusedError('NothingToAccept', `${id} works, as far as is known`);
      await parts.acceptedLoss(id, reason.trim());
    },
    async judgeFinding(group, verdict, reason) {
      await append({ type: 'finding-judged', finding: group.key, rule: group.rule, verdict, reason, by: by() });
      if (verdict !== 'evidence') return;
      const { marked } = snapshot();
      for (const eventId of group.eventIds) if (!marked.has(eventId)) await mark(eventId, true);
    },
    async collectIndicators(signal) {
      await ingest.flush();
      events.refresh();
      const { imported } = snapshot().indicators;
      return collectIndicators(events.all(collectedFrom), ({ rowId }) => events.raw(rowId), clock, signal, imported);
    },
    async judgeIndicator(indicator, verdict, reason) {
      await append({ type: 'indicator-judged', indicator, verdict, reason, by: by() });
    },
    async bring(files) {
      const known = new Set(snapshot().indicators.imported.map(indicatorKey));
      for (const { file, indicators } of files) {
        const fresh = indicators.filter((one) => !known.has(indicatorKey(one)));
        for (const entry of importEntries(file, fresh, by())) await append(entry);
      }
    },
    async importIndicators(path) {
      const { indicators, problems } = await readIndicatorFile(path);
      for (const entry of importEntries(basename(path), indicators, by())) await append(entry);
      const brought = snapshot().indicators.imported.map(({ kind, value }) => ({ kind, value }));
      ingest.lookFor(brought).catch(() => undefined); // The thread is gone: whoever asks it next says so.
      return { added: indicators.length, problems };
    },
    async muteRule(rule, actor, muted, reason) {
      await append({ type: 'rule-muted', rule, actor, muted, reason, by: by() });
    },
    async triageStep(finding, step, done) {
      await append({ type: 'triage-step', finding, step, done, by: by() });
    },
    mark,
    async note(text, eventId) {
      await append({ type: 'note', text, ...(eventId === undefined ? {} : { eventId }), by: by() });
    },
    async tag(eventId, tag, tagged) {
      await append({ type: 'event-tagged', eventId, tag, tagged, by: by() });
    },
    async saveFilter(name, text = '') {
      await append({ type: 'filter-saved', name, text, by: by() });
    },
    async attach(path, about) {
      return attachFile({ path, about, by: by(), folder: parts.folder, lines: parts.journal.lines, append });
    },
    async takeCon(who = by()) {
      await append({ type: 'con-taken', who, by: by() });
      return who;
    },
  };
}
