import type { SourceStatus } from '../../session/snapshot.ts';
import type { IncidentView } from '../incident-view.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc, utcOr } from '../time.ts';

const duration = (ms: number): string =>
  ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;

/** Measured here, else what AWS says; journals of before the measuring have none. */
const delay = ({ lag, lagMs }: Pick<SourceStatus, 'lag' | 'lagMs'>): string =>
  lag
    ? `measured: half within ${duration(lag.p50Ms)}, 99 % within ${duration(lag.p99Ms)} (${lag.samples} events)`
    : `${duration(lagMs)}, says AWS`;

const section: ReportSection = {
  id: 'coverage',
  title: 'Coverage',
  order: 130,
  *render({ view }) {
    yield* digests(view);
    if (view.sources.length === 0) {
      yield 'No source was asked: this report knows only what was loaded.';
      return;
    }
    yield* table(
      ['Source', 'Region', 'State', 'Covered to (UTC)', 'Delay', 'Loaded', 'Gaps'],
      view.sources.map((source) => [
        escapeMarkdown(source.title || source.id),
        [code(source.region), source.profile ? `profile ${code(source.profile)}` : ''].filter(Boolean).join(' · '),
        [source.state, escapeMarkdown(source.why), source.permission && `missing permission ${code(source.permission)}`]
          .filter(Boolean)
          .join(' · '),
        utcOr(source.coveredTo),
        delay(source),
        escapeMarkdown(source.progress ?? ''),
        [
          source.gaps.length === 0 ? 'none known' : counted(source.gaps.length, 'gap'),
          source.gapsFilled ? `${source.gapsFilled} read again` : '',
        ]
          .filter(Boolean)
          .join(' · '),
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

/** What CloudTrail's digest files prove. */
function* digests({ digests: found }: IncidentView): Iterable<string> {
  if (!found) return;
  yield `${counted(found.digests, 'CloudTrail digest file')}: ${count(found.signed)} with a signature that holds, ${count(found.unsigned)} whose signature could not be checked. ${counted(found.logFiles, 'log file')} hold byte for byte, ${count(found.missing)} that digests name were not given, ${count(found.unlisted)} were given that no digest names.`;
  yield '';
  if (found.proved.length > 0) {
    yield* table(
      ['Account', 'Region', 'Complete from (UTC)', 'to (UTC)', 'Signature'],
      found.proved.map(({ account, region, from, to, signed }) => [
        code(account),
        code(region),
        utc(from),
        utc(to),
        signed ? 'holds' : 'not checked: whoever could write the files could have made the chain',
      ]),
    );
    yield '';
  }
  for (const { file, problem } of found.problems) yield `- **${code(file, 2_048)}** ${escapeMarkdown(problem)}`;
  if (found.problemsTotal > found.problems.length)
    yield `- and ${count(found.problemsTotal - found.problems.length)} more`;
  if (found.problems.length > 0) yield '';
}
