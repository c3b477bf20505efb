import { answers } from '../fifteen.ts';
import { escapeMarkdown } from '../markdown.ts';
import type { ReportSection } from '../section.ts';

const section: ReportSection = {
  id: 'open-questions',
  title: 'Open questions',
  order: 150,
  *render(facts) {
    const open = answers(facts)
      .map(({ question, isOpen }, index) => ({ question, isOpen, number: index + 1 }))
      .filter(({ isOpen }) => isOpen);
    for (const { question, number } of open) yield `- Question ${number}, ${question}`;
    for (const sentence of facts.view.doors?.unknown ?? []) yield `- Unknown: ${escapeMarkdown(sentence)}`;
    for (const { id, state } of facts.view.containments)
      if (state === 'unverified') yield `- ${escapeMarkdown(id)} may have happened: what does AWS say?`;
  },
};
export default section;
