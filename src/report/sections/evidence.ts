import type { Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, utc } from '../time.ts';

const section: ReportSection = {
  id: 'evidence',
  title: 'Evidence register',
  order: 140,
  *render(facts) {
    const { view, timeline } = facts;
    yield* chainOfCustody(facts);
    if (view.attachments.length > 0) {
      yield '';
      yield* table(
        ['Attachment', 'Was called', 'Bytes', 'SHA-256', 'Added (UTC)', 'By', 'Belongs to', 'Note'],
        view.attachments.map(({ file, name, sizeBytes, sha256, at, by, eventId, note }) => [
          code(file),
          escapeMarkdown(name),
          count(sizeBytes),
          code(sha256),
          utc(at),
          escapeMarkdown(by),
          code(eventId ?? ''),
          escapeMarkdown(note, 2_000),
        ]),
      );
    }
    if (view.snapshots.length > 0) {
      yield '';
      yield 'What AWS answered before each containment:';
      yield '';
      yield* table(
        ['Snapshot', 'Of', 'SHA-256', 'Taken (UTC)'],
        view.snapshots.map(({ file, containment, sha256, at }) => [
          code(file),
          code(containment),
          code(sha256),
          utc(at),
        ]),
      );
    }
    if (view.collections.length > 0) {
      yield '';
      yield 'Collected without changing anything; the manifest holds the hash of every file:';
      yield '';
      yield* table(
        ['Folder', 'About', 'Files', 'Could not be read', 'Collected (UTC)', 'By', 'SHA-256 of its manifest'],
        view.collections.map(({ folder, targets, files, missing, at, by, manifestSha256 }) => [
          code(folder, 2_048),
          targets
            .slice(0, 10)
            .map((one) => escapeMarkdown(one))
            .join(', ') + (targets.length > 10 ? ` and ${count(targets.length - 10)} more` : ''),
          count(files),
          count(missing),
          utc(at),
          escapeMarkdown(by),
          code(manifestSha256),
        ]),
      );
    }
    if (timeline.length === 0) return;
    yield '';
    yield 'The records behind the timeline, as they came; the hash is over their bytes:';
    yield '';
    const seen = view.mode !== 'saved';
    yield* table(
      ['Event id', 'UTC', ...(seen ? ['Seen (UTC)'] : []), 'Came by', 'Marked by', 'SHA-256 of the record'],
      rows(facts, seen),
    );
  },
};
export default section;

function* chainOfCustody({ view }: Facts): Iterable<string> {
  yield 'Records are kept byte for byte in the incident’s folder and hashed when they arrive. What was decided and done stands in a journal in which every line holds the hash of the one before.';
  yield '';
  yield 'What that shows, and what it does not: a line that was changed, removed or put in between breaks the chain, and whoever holds the head that stands above can prove it. Somebody who can write the folder could make a new journal with a new chain, or leave the last lines off: against that only a head helps which was kept elsewhere in time (a ticket, a chat, a signature). A hash says that bytes are the same, not that what they say is true, nor when they were written: times are this machine’s clock and AWS’s own.';
  if (view.redaction !== 'none')
    yield* ['', 'This text is redacted, so its values cannot be compared with the records.'];
}

function* rows({ timeline, view }: Facts, seen: boolean): Iterable<readonly string[]> {
  const marks = new Map(view.marks.map((mark) => [mark.eventId, mark]));
  for (const event of timeline) {
    const mark = marks.get(event.id);
    yield [
      code(event.id),
      utc(event.at),
      ...(seen ? [utc(event.seenAt)] : []),
      event.routes.map((route) => escapeMarkdown(route)).join(', '),
      mark ? `${escapeMarkdown(mark.by)} ${utc(mark.at)}` : '',
      code(event.rawSha256),
    ];
  }
}
