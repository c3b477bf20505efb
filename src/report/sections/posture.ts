import { type PostureRecord, type PostureResult, postureTopics } from '../../model/posture.ts';
import { code, codeBlock, escapeMarkdown, table } from '../markdown.ts';
import { postureEvidence, postureSubject } from '../posture.ts';
import type { ReportSection } from '../section.ts';
import { counted, utc } from '../time.ts';

/** Rows of one check: a weakness of forty models is one weakness. */
const mostRows = 12;

const section: ReportSection = {
  id: 'posture',
  title: 'Posture',
  order: 120,
  *render({ view }) {
    const { posture } = view;
    if (!posture) {
      yield 'How the account is set up was not evaluated, which says neither good nor bad of it:';
      yield '';
      for (const topic of postureTopics) yield `- ${topic}: not evaluated`;
      return;
    }
    yield `How the resources of this incident are set up, read from AWS on ${utc(posture.at)}: ${counted(posture.resources, 'resource')}. What could not be read is unknown, not sound.`;
    yield '';
    yield* table(
      ['Topic', 'Weak', 'Unknown', 'Sound', 'Does not apply'],
      posture.counts.map(({ topic, weak, unknown, sound, notApplicable }) =>
        [topic, weak, unknown, sound, notApplicable].map(String),
      ),
    );
    for (const topic of postureTopics) yield* ofTopic(topic, posture);
    if (posture.leftOut.length === 0) return;
    yield '';
    yield 'Left out:';
    yield '';
    for (const what of posture.leftOut) yield `- ${escapeMarkdown(what)}`;
  },
};
export default section;

function* ofTopic(topic: string, { results }: PostureRecord): Iterable<string> {
  const told = results.filter((one) => one.topic === topic);
  if (told.length === 0) return;
  yield '';
  yield `### Posture: ${topic}`;
  const weak = byCheck(told.filter(({ verdict }) => verdict === 'weak'));
  for (const [first, ...others] of weak) {
    yield '';
    yield `**${escapeMarkdown(first.title)}** (${code(first.check)}): ${escapeMarkdown(first.why)}`;
    yield '';
    const all = [first, ...others];
    yield* table(['Resource', 'What AWS says', 'In this incident'], all.slice(0, mostRows).map(row));
    if (all.length > mostRows) yield* ['', `And ${counted(all.length - mostRows, 'more resource')}.`];
    if (first.remedy) {
      yield '';
      yield* codeBlock(first.remedy.kind === 'cli' ? 'sh' : 'hcl', first.remedy.text);
    }
  }
  const unknown = told.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length === 0) return;
  yield '';
  yield 'Unknown:';
  yield '';
  for (const [first, ...others] of byCheck(unknown))
    yield `- ${escapeMarkdown(first.title)} (${[first, ...others]
      .slice(0, mostRows)
      .map(postureSubject)
      .join(
        ', ',
      )}${others.length >= mostRows ? `, ${others.length + 1 - mostRows} more` : ''}): ${escapeMarkdown(first.note || 'AWS does not say')}`;
}

const row = (one: PostureResult): readonly string[] => [
  postureSubject(one),
  [...postureEvidence(one), ...(one.note ? [escapeMarkdown(one.note)] : [])].join(', '),
  one.here.map((why) => escapeMarkdown(why)).join('; '),
];

type Group = readonly [PostureResult, ...PostureResult[]];

/** In their order, those of one check together. */
function byCheck(results: readonly PostureResult[]): readonly Group[] {
  const groups = new Map<string, PostureResult[]>();
  for (const one of results) groups.set(one.check, [...(groups.get(one.check) ?? []), one]);
  return [...groups.values()] as unknown as readonly Group[];
}
