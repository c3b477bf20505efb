import type { Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc } from '../time.ts';

/** A question that every incident on SageMaker raises, and what the events can say to it. */
interface Question {
  readonly text: string;
  /** Calls that answer it. */
  readonly calls?: RegExp;
  /** Said when no such call was received. Never more than that: it may not be logged. */
  readonly otherwise: string;
}

const KINDS_A_ROW = 8;
const notReceived = 'No such call received in this window; it may lie outside it or not be logged.';
const dataEvents =
  'Not answered: no such data event received. Event history has none; a trail logs them only where it was told to.';

/** The questions of the AWS playbook for SageMaker, in its order. */
const questions: readonly Question[] = [
  {
    text: 'How did they get in?',
    calls: /Presigned|ConsoleLogin|:AssumeRole|:StartSession|GetFederationToken|GetSessionToken/,
    otherwise: notReceived,
  },
  {
    text: 'Was data or a model taken or tampered with?',
    calls: /^s3:(?:Get|Put|Delete|Copy)Object|:InvokeEndpoint|CreateHubContentPresigned/,
    otherwise: dataEvents,
  },
  {
    text: 'Was a model or its data poisoned?',
    calls: /ModelPackage|:PutRecord|BatchPutMetrics/,
    otherwise: notReceived,
  },
  {
    text: 'What is new or changed?',
    calls:
      /^(?:sagemaker|s3|lambda|ec2|ecr|events|scheduler):(?:Create(?!Presigned|Partner)|Update|Put|Delete|Stop|Start)/,
    otherwise: notReceived,
  },
  {
    text: 'Were logs altered?',
    calls: /StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|DeleteLog|PutRetentionPolicy|sagemaker:Delete\w*Job$/,
    otherwise: notReceived,
  },
  {
    text: 'Were roles or policies changed or misused?',
    calls: /^iam:(?:Create|Update|Put|Delete|Attach|Detach|Add|Remove|Set|Upload)|PassRole/,
    otherwise: notReceived,
  },
  {
    text: 'Was the network changed?',
    calls: /:Authorize\w+|:Revoke\w*(?:Ingress|Egress)|ModifyNetworkInterface|VpcEndpoint|:UpdateDomain$/,
    otherwise: notReceived,
  },
  {
    text: 'Were others attacked from here?',
    otherwise: 'Not answered by these events: look for the roles’ sessions in other accounts.',
  },
  {
    text: 'What is the impact on confidentiality, integrity, availability?',
    otherwise: 'Not answered: for people to say.',
  },
  { text: 'Which practice failed?', otherwise: 'Not answered: this report holds no posture checks.' },
];

const section: ReportSection = {
  id: 'questions',
  title: 'Open questions',
  order: 120,
  *render(facts) {
    yield* table(
      ['Question', 'What the events received show'],
      questions.map((question) => [question.text, answer(question, facts)]),
    );
    yield '';
    yield* leftOut(facts);
  },
};
export default section;

function answer({ calls, otherwise }: Question, { actions }: Facts): string {
  const seen = calls ? actions.filter(({ thing }) => calls.test(thing)) : [];
  if (seen.length === 0) return otherwise;
  const shown = seen
    .slice(0, KINDS_A_ROW)
    .map(
      ({ thing, events, failed, firstAt, firstId }) =>
        `${code(thing)} ${count(events)}×${failed > 0 ? ` (${count(failed)} failed)` : ''}, first ${utc(firstAt)} ${code(firstId)}`,
    );
  const more = seen.length - KINDS_A_ROW;
  return shown.join('; ') + (more > 0 ? `; and ${counted(more, 'other kind')} of call` : '');
}

function* leftOut({ view, timeline, total }: Facts): Iterable<string> {
  const lines = [
    view.leftOut && escapeMarkdown(view.leftOut),
    total > timeline.length && `${counted(total - timeline.length, 'event')} of ${count(total)} not in the timeline.`,
    view.totalEvents > total &&
      `${counted(view.totalEvents - total, 'stored event')} of ${count(view.totalEvents)} not part of this report.`,
    view.rejected > 0 && `${counted(view.rejected, 'record')} could not be read.`,
    'Texts longer than 500 characters are cut, with their length; what looks like a secret is masked. The stored records are whole.',
  ].filter((line) => typeof line === 'string' && line !== '');
  yield 'Left out:';
  yield '';
  for (const line of lines) yield `- ${line}`;
}
