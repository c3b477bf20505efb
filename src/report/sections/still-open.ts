import { code, escapeMarkdown, table } from '../markdown.ts';
import { openOnes, type StillOpenLine } from '../open.ts';
import type { ReportSection } from '../section.ts';
import { counted, utc } from '../time.ts';

const OTHERS = 50;

const section: ReportSection = {
  id: 'still-open',
  title: 'Still open',
  order: 40,
  *render(facts) {
    const { view } = facts;
    const all = openOnes(facts);
    const suspect = all.filter((one) => one.suspect);
    if (suspect.length === 0)
      yield 'Nothing of the suspects is recorded as open. That is what this data shows, not proof that nothing is open.';
    else {
      yield `As of ${escapeMarkdown(view.asOf)}: of suspects, or left by what was done about them.`;
      yield '';
      yield* rows(suspect);
    }
    const others = all.filter((one) => !one.suspect);
    if (others.length > 0) {
      yield '';
      yield 'Of everybody else, listed because no record says who held it:';
      yield '';
      yield* rows(others.slice(0, OTHERS));
      if (others.length > OTHERS) yield* ['', `${counted(others.length - OTHERS, 'other door')} left out.`];
    }
    const unknown = view.doors
      ? view.doors.unknown
      : ['doors were not computed: only presigned URLs of the timeline stand above'];
    if (unknown.length === 0) return;
    yield '';
    yield 'Not known, so that there may be more:';
    yield '';
    for (const sentence of unknown) yield `- ${escapeMarkdown(sentence)}`;
  },
};
export default section;

const rows = (lines: readonly StillOpenLine[]): Iterable<string> =>
  table(
    ['What', 'Until (UTC)', 'Close with', 'Known from', 'How sure'],
    lines.map(({ what, until, atTheLatest, closeWith, proof, certainty }) => [
      escapeMarkdown(what),
      until === undefined ? 'somebody closes it' : `${utc(until)}${atTheLatest ? ' at the latest' : ''}`,
      closeWith === '' ? 'nothing here can' : code(closeWith),
      code(proof),
      certainty,
    ]),
  );
