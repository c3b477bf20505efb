import type { Containment } from '../containment/containment.ts';
import type { TimelineEvent } from '../model/event.ts';
import type { JournalEntry, JournalLine } from '../store/journal.ts';

/** What a row of the journal is about. */
export type JournalRowType =
  | 'containment'
  | 'undo'
  | 'evidence'
  | 'mark'
  | 'note'
  | 'armed'
  | 'disarmed'
  | 'opened'
  | 'focus'
  | 'report'
  | 'playbook'
  /** Others were asked to do something. */
  | 'request'
  | 'attached'
  | 'entry'
  /** What another responder's Firebreak did, by the events: shown, never trusted. */
  | 'other';

/** One thing that we did or decided. Holds attacker-controlled text: pass `display` before a screen. */
export interface JournalRow {
  /** Tells rows apart, whatever is added: `4` (the journal's line), `event <id>`. */
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  readonly type: JournalRowType;
  /** Who; empty where the entry does not say. */
  readonly by: string;
  /** One line. */
  readonly what: string;
  readonly reason: string;
  /** How far it is, where no containment says so: `requested`, `seen`. */
  readonly state?: string;
  /** Its containment, as it stands now. */
  readonly containment?: Containment;
  /** The event it is about. */
  readonly eventId?: string;
  /** The file or folder that it left. */
  readonly path?: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const inner = (value: unknown): { readonly [member: string]: unknown } =>
  typeof value === 'object' && value !== null ? (value as { readonly [member: string]: unknown }) : {};
const short = (kind: string): string => kind.slice(kind.indexOf('.') + 1).replace(/^notebook-instance$/, 'notebook');

/** Who we are, what sources showed and which doors were known is no decision; that a hand-off was seen stands with it. */
const noDecisions: ReadonlySet<string> = new Set(['identity', 'coverage', 'still-open', 'hand-off-seen']);
/** Steps and looks stand with their containment. */
const isDecision = ({ type }: JournalEntry): boolean =>
  !/^(?:step-|containment-(?!approved))/.test(type) && !noDecisions.has(type);

/** The rows of a journal that grows: a line is made into a row once, and again only when what it shows has changed. */
export interface JournalBook {
  /** Brings the rows up to date. @returns The same array as before when nothing changed. */
  rows(lines: readonly JournalLine[], containments: readonly Containment[]): readonly JournalRow[];
}

/** An empty book. */
export function openBook(): JournalBook {
  let rows: readonly JournalRow[] = [];
  let done = 0;
  let shown: readonly Containment[] | undefined;
  const seen = new Set<string>();
  /** Rows that show how far something is, with their lines. */
  const moving: { readonly at: number; readonly line: JournalLine }[] = [];
  return {
    rows(lines, containments) {
      if (lines.length === done && containments === shown) return rows;
      const byId = new Map(containments.map((containment) => [containment.id, containment]));
      const next = [...rows];
      const fresh = lines.slice(done);
      for (const { entry } of fresh) if (entry.type === 'hand-off-seen') seen.add(text(entry.id));
      for (const { at, line } of moving) next[at] = rowOf(line, byId, seen);
      for (const line of fresh) {
        if (!isDecision(line.entry)) continue;
        if (line.entry.id !== undefined) moving.push({ at: next.length, line });
        next.push(rowOf(line, byId, seen));
      }
      done = lines.length;
      shown = containments;
      rows = next;
      return rows;
    },
  };
}

/** The rows of journal lines; the containments are those that the same lines fold to. */
export const rowsOf = (lines: readonly JournalLine[], containments: readonly Containment[]): readonly JournalRow[] =>
  openBook().rows(lines, containments);

function rowOf(
  { seq, at, entry }: JournalLine,
  containments: ReadonlyMap<string, Containment>,
  seen: ReadonlySet<string>,
): JournalRow {
  const head = { key: String(seq), at: Date.parse(at), by: text(entry.by), reason: text(entry.reason) };
  const containment = containments.get(text(entry.id));
  switch (entry.type) {
    case 'containment-approved':
    case 'undo-approved': {
      const isUndo = entry.type === 'undo-approved';
      const target = containment?.plan.target;
      return {
        ...head,
        type: isUndo ? 'undo' : 'containment',
        what: containment
          ? `${containment.id} ${isUndo ? 'undone: ' : ''}${containment.plan.action} ${short(target?.kind ?? '')} ${target?.name ?? ''}`
          : `${text(entry.id)} ${entry.type}`,
        ...(containment ? { containment } : {}),
      };
    }
    case 'evidence-collected': {
      const targets = Array.isArray(entry.targets) ? entry.targets : [];
      const names = targets.map((one) => text((one as { readonly name?: unknown } | null)?.name));
      const missing = Number(entry.missing ?? 0);
      return {
        ...head,
        type: 'evidence',
        what: `evidence of ${names.join(', ')}: ${Number(entry.files ?? 0)} files${missing > 0 ? `, ${missing} not read` : ''}`,
        path: text(entry.folder),
      };
    }
    case 'event-marked':
      return {
        ...head,
        type: 'mark',
        what: entry.marked === false ? 'mark taken off an event' : 'event marked',
        eventId: text(entry.eventId),
      };
    case 'note':
      return {
        ...head,
        type: 'note',
        what: text(entry.text),
        ...(entry.eventId === undefined ? {} : { eventId: text(entry.eventId) }),
      };
    case 'containment-accepted':
      return {
        ...head,
        type: 'note',
        what: `${text(entry.id)} does not hold any more: known, and left so`,
        reason: text(entry.reason),
      };
    case 'finding-judged':
      return {
        ...head,
        type: 'note',
        what: `finding ${text(entry.rule)}: ${text(entry.verdict)}`,
        reason: text(entry.reason),
      };
    case 'rule-muted':
      return {
        ...head,
        type: 'note',
        what: `rule ${text(entry.rule)} ${entry.muted === true ? 'muted' : 'no longer muted'} for ${text(entry.actor)}`,
        reason: text(entry.reason),
      };
    case 'triage-step':
      return { ...head, type: 'note', what: `${entry.done === true ? 'done' : 'not done'}: ${text(entry.step)}` };
    case 'armed':
      return { ...head, type: 'armed', what: `armed until ${text(entry.until).slice(11, 19)}Z` };
    case 'disarmed':
      return { ...head, type: 'disarmed', what: 'disarmed: read-only again' };
    case 'incident-opened':
      return {
        ...head,
        type: 'opened',
        what: `${seq === 1 ? 'opened' : 'opened again'} (${text(entry.mode)}), firebreak ${text(entry.tool)}`,
      };
    case 'focus': {
      const sentences = (entry.start as { readonly sentences?: unknown } | null | undefined)?.sentences;
      return {
        ...head,
        type: 'focus',
        what: `started from ${Array.isArray(sentences) ? sentences.join('; ') : 'what was held'}`,
      };
    }
    case 'report-saved':
      return { ...head, type: 'report', what: 'report saved', path: text(entry.path) };
    case 'playbook-started': {
      const plan = inner(entry.plan);
      const steps = Array.isArray(plan.steps) ? plan.steps.length : 0;
      return {
        ...head,
        type: 'playbook',
        what: `${text(entry.id)} playbook ${text(plan.playbook) || text(plan.id) || text(plan.title)} started, ${steps} steps`,
      };
    }
    case 'playbook-step-decided': {
      const decision = inner(entry.decision);
      return {
        ...head,
        type: 'playbook',
        what: `${text(entry.id)} step ${text(entry.step)} ${text(decision.type)}`,
        reason: text(decision.reason) || text(decision.what) || text(decision.message),
      };
    }
    case 'playbook-ended':
      return { ...head, type: 'playbook', what: `${text(entry.id)} given up` };
    case 'hand-off-requested':
      return {
        ...head,
        type: 'request',
        what: `${text(entry.id)} asked others: ${text(entry.actionId)} ${text(inner(entry.target).name)}`,
        state: seen.has(text(entry.id)) ? 'seen' : 'requested',
      };
    case 'event-tagged':
      return {
        ...head,
        type: 'mark',
        what: `tag ${text(entry.tag)} ${entry.tagged === false ? 'taken off' : 'on'} an event`,
        eventId: text(entry.eventId),
      };
    case 'filter-saved':
      return {
        ...head,
        type: 'mark',
        what:
          text(entry.text) === ''
            ? `filter ${text(entry.name)} no longer saved`
            : `filter ${text(entry.name)}: ${text(entry.text)}`,
      };
    case 'attached':
      return {
        ...head,
        type: 'attached',
        what: `attached ${text(entry.name)}`,
        reason: text(entry.note),
        path: text(entry.file),
        ...(entry.eventId === undefined ? {} : { eventId: text(entry.eventId) }),
      };
    case 'con-taken':
      return { ...head, type: 'entry', what: `${text(entry.who)} leads the response` };
    case 'incident-closed':
      return { ...head, type: 'opened', what: 'closed in order' };
    default:
      // An entry of another part of the program, or of a newer one: what it says of itself.
      return {
        ...head,
        type: 'entry',
        what: [
          entry.type.replaceAll('-', ' '),
          text(entry.id),
          text(entry.title) || text(entry.what) || text(entry.text),
        ]
          .filter(Boolean)
          .join(' '),
        ...(containment ? { containment } : {}),
        ...(entry.eventId === undefined ? {} : { eventId: text(entry.eventId) }),
      };
  }
}

/** Names of policies that Firebreak writes: `IR-<incident>-Quarantine`. */
const ourPolicy = /\bIR-[\w+=,.@-]+-(?:DenyAll|DenyInvoke|DenySageMakerEntry|DenyStudioLaunch|Quarantine)\b/;

/** How an event shows that another Firebreak made it; `undefined` where it does not, or it is our own. Anybody can write all of it. */
export function otherResponder(event: TimelineEvent): string | undefined {
  if (event.responder === 'own' || event.readOnly !== false) return undefined;
  const mark = /firebreak-([\w.-]+)/i.exec(event.userAgent)?.[1];
  if (mark !== undefined) return `user agent says incident ${mark}`;
  if (event.responder === 'claimed') return 'its session says Firebreak';
  const policy = ourPolicy.exec(event.summary)?.[0];
  return policy === undefined ? undefined : `policy ${policy}`;
}

/** An event of another responder as a row. */
export const otherRow = (event: TimelineEvent, how: string): JournalRow => ({
  key: `event ${event.id}`,
  at: event.at,
  type: 'other',
  by: event.principal?.name ?? '',
  what: event.errorCode ? `${event.summary} (${event.errorCode})` : event.summary,
  reason: `another responder, as it seems: ${how}`,
  eventId: event.id,
});

/** Both in order of time; what came first in the journal stays first. */
export const withOthers = (rows: readonly JournalRow[], others: readonly JournalRow[]): readonly JournalRow[] =>
  others.length === 0
    ? rows
    : [...rows, ...others]
        .map((row, index) => ({ row, index }))
        .sort((a, b) => a.row.at - b.row.at || a.index - b.index)
        .map(({ row }) => row);
