import { answers } from '../fifteen.ts';
import { table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';

const section: ReportSection = {
  id: 'questions',
  title: 'The fifteen questions',
  order: 110,
  *render(facts) {
    yield 'Those of the AWS playbook for SageMaker, answered from the calls of those who stand in the timeline. An answer is what was received, never more.';
    yield '';
    yield* table(
      ['No', 'Question', 'Answer'],
      answers(facts).map(({ question, answer }, index) => [`${index + 1}`, question, answer]),
    );
  },
};
export default section;
