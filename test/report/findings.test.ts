import { expect, it } from 'vitest';
import { findingKey } from '../../src/model/finding.ts';
import { wholeReport } from '../../src/report/options.ts';
import { redactedView } from '../../src/report/redaction/redacted-view.ts';
import { renderReport } from '../../src/report/report.ts';
import { foldFindings } from '../../src/session/fold-findings.ts';
import type { JournalLine } from '../../src/store/journal.ts';
import { view } from './views.ts';

const story = [...view().events()];

const found = story.find(({ findings }) => findings.length > 0)!;
const rule = found.findings[0]!.rule;
const actor = found.principal!.name;
const resource =
  found.resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? found.resources[0];
const finding = findingKey(rule, actor, resource);
const by = 'carol';
const lines = (...entries: readonly object[]): readonly JournalLine[] =>
  entries.map((entry, index) => ({
    seq: index + 1,
    at: '2026-11-23T20:42:00.000Z',
    entry,
    previous: '',
    hash: '',
  })) as unknown as readonly JournalLine[];
const judged = (verdict: string, reason: string) => ({ type: 'finding-judged', finding, rule, verdict, reason, by });
const mute = (muted: boolean) => ({
  type: 'rule-muted',
  rule: 'root-account-used',
  actor: 'bob',
  muted,
  reason: 'a | b',
  by,
});
const step = { type: 'triage-step', finding, step: 'Ask *alice*', done: true, by };

it('the last word about a finding counts, and what is no longer so is gone', () => {
  expect(foldFindings(lines(judged('dismissed', 'a test'), mute(true), step))).toMatchObject({
    findingDecisions: [
      { rule, principal: actor, verdict: 'dismissed', reason: 'a test', by },
      { rule: 'root-account-used', principal: 'bob', verdict: 'muted', resource: undefined },
    ],
    triage: [{ rule, principal: actor, text: 'Ask *alice*' }],
  });
  const undone = lines(judged('dismissed', 'x'), judged('open', ''), mute(true), mute(false), step, {
    ...step,
    done: false,
  });
  expect(foldFindings(undone)).toEqual({ findingDecisions: [], triage: [] });
  expect(foldFindings(lines({ ...judged('dismissed', 'x'), finding: 'no JSON' })).findingDecisions).toEqual([]);
});

it('the report says what was decided about each finding, why, and what of the triage was done', () => {
  const text = renderReport(
    view(foldFindings(lines(judged('dismissed', 'an announced | test'), mute(true), step))),
    wholeReport,
  );
  const section = text.slice(text.indexOf('## Findings'), text.indexOf('\n## ', text.indexOf('## Findings') + 5));
  expect(section).toContain('dismissed: an announced &#124; test');
  expect(section).toMatch(/muted: .*`root-account-used` \| bob \| whatever it was done to \| a &#124; b/);
  expect(section).toContain('Ask \\*alice\\*');
  const open = renderReport(view(), wholeReport);
  expect(open).toMatch(/## Findings[\s\S]*\| not yet \|/);
});

it('shared without names, the decisions have none either, and still belong to their findings', () => {
  const named = view(foldFindings(lines(judged('dismissed', `it was ${actor} herself`), mute(true))));
  const text = renderReport(redactedView(named, 'share'), wholeReport);
  const section = text.slice(text.indexOf('## Findings'), text.indexOf('\n## ', text.indexOf('## Findings') + 5));
  expect(section).not.toContain(actor);
  expect(section).toContain('| dismissed: it was');
});
