import { describe, expect, it } from 'vitest';
import { change, createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pasteText, pressKey } from '../../hooks/press.ts';
import { waitingQuestion, watchQuestion } from '../../hooks/question.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { Question, Snapshot } from '../../src/session/snapshot.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW } from '../views/fixtures.ts';

const question: Question = { id: 7, kind: 'mfa', device: 'arn:aws:iam::111122223333:mfa/carol', profile: 'prod' };

const tick = async () => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
};

function asked(snapshot: Partial<Snapshot> = { question }) {
  const session = fakeSession({ snapshot, now: () => NOW });
  let timers: (() => void)[] = [];
  let left = 0;
  const desk = createDesk(session, {
    now: () => NOW,
    later: (_ms, run) => {
      timers.push(run);
      return () => {
        timers = timers.filter((each) => each !== run);
      };
    },
    copy: () => {},
    exit: () => {
      left += 1;
    },
    repaint: () => {},
  });
  const end = watchQuestion(desk);
  return {
    session,
    desk,
    end,
    left: () => left,
    top: () => topDialog(desk)?.type,
    code: () => {
      const dialog = topDialog(desk);
      return dialog?.type === 'question' ? textOf(dialog.field) : undefined;
    },
    paint() {
      const dialog = topDialog(desk);
      if (dialog) dialogPainted(desk, dialog.id);
    },
    /** All that waits for time to pass. */
    settle() {
      const due = timers;
      timers = [];
      for (const run of due) run();
    },
    async press(...names: readonly string[]) {
      for (const name of names) {
        pressKey(desk, { name, text: name.length === 1 ? name : '' });
        await tick();
      }
    },
    answers: () => session.asked.filter((each) => each.startsWith('answer')),
    set: (next: Partial<Snapshot>) => session.snapshot.set({ ...session.snapshot.get(), ...next }),
  };
}

it('asks as soon as the session does, takes six digits, and answers once', async () => {
  const on = asked({});
  expect(on.top()).toBeUndefined();
  on.set({ question });
  expect(on.top()).toBe('question');
  on.paint();
  on.settle();
  await on.press('1', 'x', ' ', '2', '3', 'Enter');
  expect(on.answers()).toEqual([]);
  expect(on.desk.state.get().message?.text).toContain('6 digits');
  await on.press('4', '5', '6', '7', 'Backspace', '9', 'Enter', 'Enter');
  expect(on.answers()).toEqual(['answer 7 123459']);
  expect(on.top()).toBeUndefined();
});

it('takes no key from before it was painted, and neither Enter nor Esc before it has settled', async () => {
  const on = asked();
  await on.press('1', '2', '3', '4', '5', '6', 'Enter', 'Esc', 'q');
  pasteText(on.desk, '654321');
  expect(on.code()).toBe('');
  on.paint();
  await on.press('Esc', 'q', ...'123456', 'Enter');
  expect([on.answers(), on.code(), on.left()]).toEqual([[], '123456', 0]);
  on.settle();
  await on.press('Enter');
  expect(on.answers()).toEqual(['answer 7 123456']);
});

it('takes the digits of what is pasted', async () => {
  const on = asked();
  on.paint();
  pasteText(on.desk, ' 123 456\r\ny');
  expect(on.code()).toBe('123456');
});

it.each(['Esc', 'q'])('declines with %s, and does not ask the same again', async (key) => {
  const on = asked();
  // A session that takes its time.
  Object.assign(on.session, { answer: (id: number, text: unknown) => on.session.asked.push(`answer ${id} ${text}`) });
  on.paint();
  on.settle();
  await on.press(key);
  expect(on.answers()).toEqual(['answer 7 undefined']);
  on.set({ events: 1 });
  expect(on.top()).toBeUndefined();
  expect(waitingQuestion(on.desk)).toBeUndefined();
  on.set({ question: { ...question, id: 8 } });
  expect(on.top()).toBe('question');
});

it('leaves Ctrl-C alone', async () => {
  const on = asked();
  on.paint();
  await on.press('Ctrl-C', 'Ctrl-C');
  expect(on.left()).toBe(1);
});

it('closes when the question is taken back, and gives way to the next with an empty field', async () => {
  const on = asked();
  on.paint();
  await on.press('1', '2');
  on.set({ question: { ...question, id: 8 } });
  expect(on.code()).toBe('');
  on.set({ question: undefined });
  expect(on.top()).toBeUndefined();
});

describe('waits', () => {
  it.each(['plan', 'undo', 'choose', 'note', 'leave'] as const)('until the %s dialog is closed', async (type) => {
    const on = asked({});
    change(on.desk, {
      dialogs: [{ type, id: 1, painted: true, settled: true, scroll: 0 } as never],
    });
    on.set({ question });
    expect(on.top()).toBe(type);
    expect(waitingQuestion(on.desk)).toEqual(question);
    change(on.desk, { dialogs: [] });
    expect(on.top()).toBe('question');
    expect(waitingQuestion(on.desk)).toBeUndefined();
  });

  it('until the filter has been typed', async () => {
    const on = asked({});
    await on.press('/');
    on.set({ question });
    await on.press('1', '2');
    expect(on.top()).toBeUndefined();
    expect(textOf(on.desk.state.get().filterLine!.field)).toBe('12');
    await on.press('Enter');
    expect(on.top()).toBe('question');
  });

  it('until what takes digits of its own has been closed; a screen without any is no hindrance', async () => {
    const on = asked({});
    await on.press('F');
    on.paint();
    on.set({ question });
    expect(on.top()).toBe('findings');
    await on.press('Esc');
    expect(on.top()).toBe('question');
    const other = asked({});
    await other.press('x');
    other.paint();
    other.set({ question });
    expect(other.top()).toBe('question');
  });

  it('not for what is only read: it opens above and gives it back', async () => {
    const on = asked({});
    await on.press('V');
    on.paint();
    on.set({ question });
    expect(on.top()).toBe('question');
    on.paint();
    on.settle();
    await on.press('Esc');
    expect(on.top()).toBe('coverage');
  });
});

it('ends without leaving anything behind', () => {
  const on = asked({});
  on.end();
  on.set({ question });
  expect(on.top()).toBeUndefined();
});
