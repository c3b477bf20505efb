import type { ReportSection } from '../section.ts';

/** The topics of the SageMaker security chapter. https://docs.aws.amazon.com/sagemaker/latest/dg/security.html */
const topics = [
  'data protection',
  'identity and access',
  'logging and monitoring',
  'compliance',
  'resilience',
  'infrastructure',
] as const;

const section: ReportSection = {
  id: 'posture',
  title: 'Posture',
  order: 120,
  *render() {
    yield 'How the account is set up was not evaluated, which says neither good nor bad of it:';
    yield '';
    for (const topic of topics) yield `- ${topic}: not evaluated`;
  },
};
export default section;
