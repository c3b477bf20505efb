import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/model/event.ts';
import { openBook, otherResponder, otherRow, rowsOf, withOthers } from '../../src/session/journal-rows.ts';
import type { JournalEntry, JournalLine } from '../../src/store/journal.ts';
import { containment, event } from '../views/fixtures.ts';

const line = (seq: number, entry: JournalEntry): JournalLine => ({
  format: 1,
  seq,
  at: new Date(Date.UTC(2026, 10, 23, 20, 0, seq)).toISOString(),
  prev: '',
  hash: '',
  entry,
});

describe('the rows of a journal', () => {
  it('are what was decided, each with what it is about; steps and coverage are none', () => {
    const held = containment({ state: 'confirmed' });
    const rows = rowsOf(
      [
        line(1, { type: 'incident-opened', tool: '0.1.0', mode: 'live' }),
        line(2, { type: 'identity', arn: 'arn:me' }),
        line(3, { type: 'armed', until: '2026-11-23T20:15:00.000Z', by: 'me' }),
        line(4, { type: 'containment-approved', id: held.id, by: 'me', reason: 'INC-7' }),
        line(5, { type: 'step-starting', id: held.id, phase: 'do', step: '1' }),
        line(6, { type: 'step-done', id: held.id, phase: 'do', step: '1' }),
        line(7, { type: 'containment-verified', id: held.id, phase: 'do' }),
        line(8, { type: 'event-marked', eventId: 'e1', marked: true, by: 'me' }),
        line(9, { type: 'note', text: 'who?', by: 'me' }),
        line(10, { type: 'undo-approved', id: held.id, by: 'you', reason: 'over' }),
        line(11, {
          type: 'evidence-collected',
          folder: '/x',
          targets: [{ name: 'fraud-lab' }],
          files: 9,
          missing: 1,
          by: 'me',
        }),
        line(12, { type: 'coverage' }),
        line(13, { type: 'disarmed', by: 'me' }),
        line(14, {
          type: 'hand-off-requested',
          id: 'h1',
          actionId: 'iam.role.quarantine',
          target: { name: 'sso' },
          by: 'me',
        }),
        line(15, { type: 'hand-off-seen', id: 'h1' }),
        line(16, {
          type: 'playbook-step-decided',
          id: 'p1',
          step: '2',
          decision: { type: 'skipped', reason: 'no' },
          by: 'me',
        }),
        line(17, { type: 'of-tomorrow', id: 'x1', text: 'what?' }),
      ],
      [held],
    );
    expect(rows.map(({ type, key }) => `${key} ${type}`)).toEqual([
      '1 opened',
      '3 armed',
      '4 containment',
      '8 mark',
      '9 note',
      '10 undo',
      '11 evidence',
      '13 disarmed',
      '14 request',
      '16 playbook',
      '17 entry',
    ]);
    expect(rows[2]).toMatchObject({ by: 'me', reason: 'INC-7', containment: { id: held.id, state: 'confirmed' } });
    expect(rows[3]).toMatchObject({ eventId: 'e1' });
    expect(rows[6]).toMatchObject({ path: '/x', what: 'evidence of fraud-lab: 9 files, 1 not read' });
    expect(rows[8]).toMatchObject({ what: 'h1 asked others: iam.role.quarantine sso', state: 'seen' });
    expect(rows[9]).toMatchObject({ what: 'p1 step 2 skipped', reason: 'no' });
    expect(rows[10]!.what).toBe('of tomorrow x1 what?');
  });

  it('grow with the journal as if they were made of it whole, and change with the containments', () => {
    const lines = [
      line(1, { type: 'note', text: 'a' }),
      line(2, { type: 'containment-approved', id: 'c1', by: 'me' }),
      line(3, { type: 'hand-off-requested', id: 'h1', actionId: 'x', target: {} }),
      line(4, { type: 'step-done', id: 'c1' }),
      line(5, { type: 'hand-off-seen', id: 'h1' }),
      line(6, { type: 'undo-approved', id: 'c1', by: 'me' }),
    ];
    const states = [[], [containment({ state: 'in-progress' })], [containment({ state: 'confirmed' })]];
    const book = openBook();
    for (let end = 1; end <= lines.length; end += 1)
      for (const containments of states)
        expect(book.rows(lines.slice(0, end), containments)).toEqual(rowsOf(lines.slice(0, end), containments));
    const last = states[2]!;
    expect(book.rows(lines, last)).toBe(book.rows(lines, last));
  });

  it('stand whatever the entries hold', () => {
    const odd = ['containment-approved', 'undo-approved', 'evidence-collected', 'note', 'focus', 'armed', 'x'].map(
      (type, at) =>
        line(at + 1, { type, id: 7, targets: 'no', start: null, text: [], until: 5 } as unknown as JournalEntry),
    );
    expect(rowsOf(odd, [])).toHaveLength(odd.length);
  });
});

describe('other responders', () => {
  const did = (over: Partial<TimelineEvent>) =>
    otherResponder(event(1, { readOnly: false, responder: undefined, ...over }));
  it.each([
    [
      'by user agent',
      { userAgent: 'aws-sdk-js/3 firebreak-inc-9', responder: 'claimed' } as const,
      'user agent says incident inc-9',
    ],
    ['by session name', { userAgent: 'aws-cli/2', responder: 'claimed' } as const, 'its session says Firebreak'],
    [
      'by the policy it wrote',
      { userAgent: 'aws-cli/2', summary: 'bob put inline policy IR-inc-9-Quarantine on role ds-exec' },
      'policy IR-inc-9-Quarantine',
    ],
  ])('are known %s', (_how, over, said) => {
    expect(did(over)).toBe(said);
  });
  it('are neither we nor who only reads nor a policy of another name', () => {
    expect(did({ userAgent: 'firebreak-mine', responder: 'own' })).toBeUndefined();
    expect(did({ userAgent: 'firebreak-inc-9', responder: 'claimed', readOnly: true })).toBeUndefined();
    expect(did({ summary: 'bob put inline policy IR-something on role x', userAgent: 'aws-cli/2' })).toBeUndefined();
  });
  it('stand in order of time between our own rows', () => {
    const ours = rowsOf([line(1, { type: 'note', text: 'a' }), line(9, { type: 'note', text: 'b' })], []);
    const other = otherRow(event(1, { at: Date.UTC(2026, 10, 23, 20, 0, 5) }), 'policy x');
    expect(withOthers(ours, [other]).map(({ key }) => key)).toEqual(['1', other.key, '9']);
  });
});
