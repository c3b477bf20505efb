import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { utc } from '../time.ts';

const section: ReportSection = {
  id: 'notes',
  title: 'Notes',
  order: 105,
  *render({ view }) {
    if (view.notes.length === 0) return;
    yield* table(
      ['UTC', 'By', 'Note', 'Event'],
      view.notes
        .toSorted((a, b) => a.at - b.at)
        .map((note) => [
          utc(note.at),
          escapeMarkdown(note.by),
          escapeMarkdown(note.text, 10_000),
          code(note.eventId ?? ''),
        ]),
    );
  },
};
export default section;
