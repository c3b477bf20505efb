import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { counted, utc, utcOr } from '../time.ts';

const section: ReportSection = {
  id: 'coverage',
  title: 'Coverage',
  order: 20,
  *render({ view }) {
    if (view.sources.length === 0) {
      yield 'No source was asked: this report knows only what was loaded.';
      return;
    }
    yield* table(
      ['Source', 'Region', 'State', 'Covered to (UTC)', 'Delay that AWS names', 'Gaps'],
      view.sources.map((source) => [
        escapeMarkdown(source.title || source.id),
        code(source.region),
        [source.state, escapeMarkdown(source.why), source.permission && `missing permission ${code(source.permission)}`]
          .filter(Boolean)
          .join(' · '),
        utcOr(source.coveredTo),
        `${Math.round(source.lagMs / 60_000)} min`,
        source.gaps.length === 0 ? 'none known' : counted(source.gaps.length, 'gap'),
      ]),
    );
    const notes = view.sources.flatMap((source) => [
      ...source.gaps.map(
        (gap) =>
          `Gap in ${escapeMarkdown(source.id)} ${code(source.region)} · ${utc(gap.from)} to ${utc(gap.to)}, ${escapeMarkdown(gap.why)}`,
      ),
      ...source.blindSpots.map((spot) => `${escapeMarkdown(source.id)} cannot show ${escapeMarkdown(spot)}`),
    ]);
    if (notes.length > 0) yield '';
    for (const note of new Set(notes)) yield `- ${note}`;
  },
};
export default section;
