import type { Containment } from '../../containment/containment.ts';
import { askedOfOthers } from '../asked.ts';
import { effectWords } from '../effect.ts';
import { code, codeBlock, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { utc, utcOr } from '../time.ts';

const section: ReportSection = {
  id: 'containment',
  title: 'Containment',
  order: 100,
  *render({ view }) {
    if (view.containments.length === 0) yield 'Nothing was contained with this tool.';
    for (const [index, containment] of view.containments.entries()) {
      if (index > 0) yield '';
      yield* one(containment);
    }
    if (view.handOffs.length === 0) return;
    yield '';
    yield '### Asked of others';
    yield '';
    yield* askedOfOthers(view.handOffs);
  },
};
export default section;

function* one(containment: Containment): Iterable<string> {
  const { id, plan, reason, by, state, steps, undo, undoSteps, verdict, assessment, approvedAt } = containment;
  const claimed = effectWords(containment);
  yield `### ${escapeMarkdown(id)} · ${escapeMarkdown(plan.summary)}`;
  yield '';
  yield* table(
    ['Fact', 'Value'],
    [
      ['Action', code(plan.action)],
      [
        'Target',
        `${code(plan.target.kind)} ${escapeMarkdown(plan.target.name)} ${code(plan.target.arn, 2_048)}`.trim(),
      ],
      ['Account and Region', `${code(plan.account)} ${code(plan.region)}`.trim()],
      ['Approved', `${utc(approvedAt)} by ${escapeMarkdown(by)}`],
      ['Reason', escapeMarkdown(reason, 2_000)],
      ...(undo ? [['Undo approved', `${utc(undo.approvedAt)} by ${escapeMarkdown(undo.by)}`]] : []),
      ...(undo?.reason ? [['Reason of undo', escapeMarkdown(undo.reason, 2_000)]] : []),
      ['State', state],
      ['Effect', claimed.effect],
      ['Proof', [claimed.proof, code(claimed.eventId)].filter(Boolean).join(' ')],
      ...(assessment?.takes ? [['Expected to take', escapeMarkdown(assessment.takes)]] : []),
      ...(assessment?.warnings ?? []).map((warning) => ['Warned before', escapeMarkdown(warning, 2_000)]),
      ...(assessment?.radius?.sentences ?? []).map((sentence) => ['Predicted', escapeMarkdown(sentence, 2_000)]),
      ...(assessment?.invocations ?? []).map((each) => ['In use then', escapeMarkdown(each)]),
      ...(assessment?.assumed ?? []).map((claim) => ['Assumed, not measured on AWS', escapeMarkdown(claim)]),
      ['Plan', code(plan.digest)],
      ...plan.evidenceLost.map((lost) => ['Evidence lost', escapeMarkdown(lost)]),
      ...plan.notRestored.map((lost) => ['Not restored by undo', escapeMarkdown(lost)]),
      ...(plan.undoRisk ? [['Risk of undo', escapeMarkdown(plan.undoRisk)]] : []),
      ...(assessment?.affected ?? []).map((hit) => [
        'Also affected',
        `${code(hit.kind)} ${code(hit.arn, 2_048)} ${escapeMarkdown(hit.why)}`,
      ]),
      ...(assessment?.affectedProblem
        ? [['Also affected', `not all known: ${escapeMarkdown(assessment.affectedProblem)}`]]
        : []),
    ],
  );
  yield '';
  yield* table(
    ['Step', 'Call', 'State', 'Started (UTC)', 'Ended (UTC)', 'Request id', 'Error'],
    [
      ...plan.steps.map((step) => ({ phase: 'do' as const, step })),
      ...(undo?.steps ?? []).map((step) => ({ phase: 'undo' as const, step })),
    ].map(({ phase, step }) => {
      const progress = steps.find((candidate) => candidate.phase === phase && candidate.id === step.id);
      return [
        phase === 'undo' ? `undo ${escapeMarkdown(step.id)}` : escapeMarkdown(step.id),
        step.kind === 'call' ? code(step.call.name) : `wait: ${escapeMarkdown(step.why)}`,
        progress?.state ?? 'pending',
        utcOr(progress?.startedAt),
        utcOr(progress?.endedAt),
        code(progress?.requestId ?? ''),
        escapeMarkdown(progress?.error ?? ''),
      ];
    }),
  );
  yield '';
  yield* inputs('Sent, or to be sent:', plan.steps);
  if (verdict.checks.length > 0) {
    yield '';
    if (undo && verdict.checks.some(({ at }) => at >= undo.approvedAt)) yield* ['Looked at after the undo:', ''];
    yield* table(
      ['Check', 'Holds', 'AWS answered', 'At (UTC)'],
      verdict.checks.map(({ what, holds, why, at }) => [
        escapeMarkdown(what),
        holds ? 'yes' : '**no**',
        escapeMarkdown(why),
        utc(at),
      ]),
    );
  }
  if (undo) {
    yield '';
    yield* inputs('Undo sent, or was to send:', undo.steps);
  }
  yield '';
  if (state === 'undone') yield 'Undone: nothing is left to undo.';
  else if (undoSteps.length === 0) yield 'Undo: nothing was sent that undo could bring back.';
  else yield* inputs('Undo would send:', undoSteps);
}

function* inputs(title: string, steps: Containment['undoSteps']): Iterable<string> {
  const calls = steps.flatMap((step) => (step.kind === 'call' ? [step.call] : []));
  if (calls.length === 0) yield `${title} nothing.`;
  else yield* [title, '', ...codeBlock('json', JSON.stringify(calls, null, 2))];
}
