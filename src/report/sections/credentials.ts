import type { CredentialChain } from '../../model/chain.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, utc, utcOr } from '../time.ts';

const section: ReportSection = {
  id: 'credentials',
  title: 'Credentials',
  order: 75,
  *render({ view }) {
    for (const [index, { eventId, chain }] of view.chains.entries()) {
      if (index > 0) yield '';
      yield `Whose credentials made ${code(eventId)}, where they came from, and what they led to. What is inferred fits by role, resource and time; what is recorded stands in a record.`;
      yield '';
      yield* links(chain);
    }
  },
};
export default section;

function* links({ links: all, searched, more }: CredentialChain): Iterable<string> {
  yield* table(
    ['No', 'From', 'Acts as', 'How', 'How sure', 'Events', 'Until (UTC)', 'Known from'],
    all.map((link, index) => [
      `${index + 1}`,
      link.parent === undefined ? '' : `${link.parent + 1}`,
      [escapeMarkdown(link.name), code(link.accessKeyId)].filter(Boolean).join(' '),
      escapeMarkdown(link.why),
      link.certainty,
      `${count(link.events)}${link.errors > 0 ? ` (${count(link.errors)} failed)` : ''}`,
      utcOr(link.until),
      link.by ? `${utc(link.by.at)} ${code(link.by.action)} ${code(link.by.id)}` : '',
    ]),
  );
  const left = more.reduce((sum, { links: number }) => sum + number, 0);
  const notes = [
    ...searched.map(({ what }) => escapeMarkdown(what)),
    ...(left > 0 ? [`${count(left)} more that tell less left out`] : []),
  ];
  if (notes.length > 0) yield '';
  for (const note of notes) yield `- ${note}`;
}
