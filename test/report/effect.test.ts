import { describe, expect, it } from 'vitest';
import type { Containment, ContainmentPhase, Effect } from '../../src/containment/containment.ts';
import { effectWords } from '../../src/report/effect.ts';
import { exportFormats } from '../../src/report/exports/catalogue.ts';
import type { IncidentView } from '../../src/report/incident-view.ts';
import { wholeReport } from '../../src/report/options.ts';
import { renderReport } from '../../src/report/report.ts';
import { drawn } from './html.ts';
import { containment, view, withPlaybook } from './views.ts';

const at = Date.parse('2026-11-23T20:50:00Z');
const undo: Containment['undo'] = { steps: [], by: 'dave', reason: 'over', approvedAt: at };
const refused = 'e1c5d1f0-0000-4000-8000-00000000ffff';

function stands(
  state: ContainmentPhase,
  effect: Effect,
  more: Partial<Containment> = {},
  provedBy: string | null = null,
) {
  const base = containment();
  const checks = base.verdict.checks.map((check) => ({ ...check, at: more.undo ? at + 5_000 : check.at }));
  return containment({ state, ...more, verdict: { ...base.verdict, checks, effect, provedBy, provable: true } });
}

const written = (of: IncidentView, id: string) =>
  [...(exportFormats.find((format) => format.id === id)?.write(of, wholeReport) ?? [])].join('');

/** State, effect, what is more; the effect's words, the proof's, whether an event is named. */
const states: readonly (readonly [string, Containment, string, string, boolean])[] = [
  ['refused', stands('refused', 'unknown'), 'no effect: nothing was sent', 'nothing was sent', false],
  [
    'in progress',
    stands('in-progress', 'unknown'),
    'not known yet: it is being sent',
    'no refused attempt seen yet',
    false,
  ],
  ['partial', stands('partial', 'absent'), 'in part: ', 'none', false],
  ['failed', stands('failed', 'unknown', { steps: [] }), 'no effect: it failed', 'no refused', false],
  ['absent', stands('failed', 'absent'), 'absent: AWS does not read back', 'none', false],
  ['unverified', stands('unverified', 'unknown'), 'not known: it may have happened', 'no refused', false],
  ['written', stands('written', 'written'), 'written: AWS reads back', 'no refused attempt seen yet', false],
  ['holding', stands('confirmed', 'holding', { holdingAt: at }), 'holding: ', 'no refused attempt seen yet', false],
  ['proved', stands('confirmed', 'proved', { holdingAt: at }, refused), 'proved: AWS still', 'refused call', true],
  ['proved before 60 s', stands('confirmed', 'proved', {}, refused), 'proved: AWS reads', 'refused call', true],
  [
    'proved once, then absent',
    stands('failed', 'absent', {}, refused),
    'absent: ',
    'none any more; a call was refused while it stood',
    true,
  ],
  ['undoing', stands('undoing', 'unknown', { undo }, refused), 'being undone: ', 'none any more', true],
  [
    'undo in part',
    stands('partial', 'absent', { undo }),
    'undone in part: ',
    'none: no refused attempt was seen while',
    false,
  ],
  ['undo unverified', stands('unverified', 'unknown', { undo }), 'not known: its undo', 'none: no refused', false],
  [
    'undone',
    stands('undone', 'written', { undo }),
    'undone: AWS reads back what was there before',
    'none: no refused',
    false,
  ],
  [
    'undone, proved once',
    stands('undone', 'holding', { undo }, refused),
    'undone: ',
    'none any more; a call was refused before it was undone',
    true,
  ],
];

it('says who left it so, and why', () => {
  const one = stands('failed', 'absent', { ineffective: 'gone' });
  const gone = { ...one, verdict: { ...one.verdict, stoodUntil: 1_000_000 } };
  const accepted = { by: 'carol', reason: 'the role is deleted', at: 2_000_000 };
  expect(effectWords({ ...gone, accepted }).effect).toMatch(
    /does not any more; known to carol, and left so: the role is deleted$/,
  );
  expect(effectWords({ ...gone, accepted }).short).toBe('absent');
  const hostile = { ...accepted, by: 'x|y', reason: '<b>![](http://evil.example/)' };
  const { tags, rows } = drawn(renderReport(view({ containments: [{ ...gone, accepted: hostile }] })));
  expect(rows('Containment').find(([fact]) => fact === 'Effect')).toEqual([
    'Effect',
    expect.stringMatching(/does not any more; known to x\|y, and left so: <b>!\[\]\(http:\/\/evil\.example\/\)$/),
  ]);
  expect(tags).not.toHaveProperty('b');
});

describe('the effect of a containment that is', () => {
  it.each(states)('%s', (_, one, effect, proof, named) => {
    const words = effectWords(one);
    expect(words.effect.startsWith(effect)).toBe(true);
    expect(words.proof.startsWith(proof)).toBe(true);
    expect(words.eventId !== '').toBe(named);
  });

  it.each(states)('%s: said alike in summary, containment, timeline, hand-over and brief', (_, one) => {
    const of = view({ containments: [one] });
    const { effect, short } = effectWords(one);
    const report = renderReport(of);
    const { rows } = drawn(report);
    const facts = new Map(rows('Containment').map(([fact, value]) => [fact, value]));
    expect(facts.get('Effect')).toBe(effect);
    expect(report.slice(report.indexOf('## Summary'), report.indexOf('## Impact'))).toContain(`· ${effect}`);
    expect(rows('Timeline').at(-1)?.[1]).toMatch(
      new RegExp(`${one.undo ? 'undo: iam.role.deny-all' : 'effect'} ${short}$`),
    );
    expect(written(of, 'brief')).toContain(`on ds-exec: ${short}`);
    expect(written(of, 'changes')).toContain(`| ${effect} |`);
  });

  it('undone: nothing says that its effect is written, holding or proved', () => {
    const of = view({ containments: [stands('undone', 'holding', { undo }, refused)] });
    for (const text of [renderReport(of), written(of, 'brief'), written(of, 'changes'), written(of, 'timesketch')])
      expect(text).not.toMatch(/effect (?:written|holding|proved)|proved by|: (?:written|holding|proved)\b|Proof: c1/);
  });
});

it('what others were asked stands among what we did: in the summary, the timeline, the brief, the hand-over, Timesketch', () => {
  const asked = withPlaybook();
  const of = view(asked);
  const report = renderReport(of);
  const row = drawn(report)
    .rows('Timeline')
    .find(([, what]) => what?.includes('asked of'));
  expect(row?.[4]).toBe('h1');
  expect(report.slice(report.indexOf('## Summary'), report.indexOf('## Impact'))).toMatch(
    /`h1` asked of .* not seen in the trail yet/,
  );
  expect(written(of, 'brief')).toMatch(/Done: .*h1 asked of .*: not seen yet/);
  expect(written(of, 'changes')).toContain('## Asked of others: 1 new or moved');
  expect(written(of, 'timesketch')).toContain('"event_id":"h1"');
  const [first] = asked.handOffs;
  const seen = { eventId: refused, action: 'iam:PutRolePolicy', eventAt: at, at };
  const done = view({ ...asked, handOffs: first ? [{ ...first, seen }] : [] });
  expect(renderReport(done)).toContain(`done by them: iam:PutRolePolicy, event ${refused}`);
  expect(written(done, 'brief')).toContain('seen done');
});
