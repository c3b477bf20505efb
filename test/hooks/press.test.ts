import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDesk, currentPage, dialogPainted, openDialog, topDialog } from '../../hooks/desk.ts';
import { helpEntries, keyTable } from '../../hooks/help.ts';
import { keymap } from '../../hooks/keymap.ts';
import { pasteText, pressKey, takeInput } from '../../hooks/press.ts';
import { textOf } from '../../hooks/text-field.ts';
import { watchResources } from '../../hooks/watch-resources.ts';
import { type FakeSession, fakeSession } from '../views/fake-session.ts';
import { containment, story } from '../views/fixtures.ts';

const tick = async () => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
};

/** A desk whose time stands still until it is told otherwise. */
function deskOf(session: FakeSession, clock = { now: Date.now() }) {
  let timers: { at: number; run: () => void }[] = [];
  let left = 0;
  const desk = createDesk(session, {
    now: () => clock.now,
    later: (ms, run) => {
      const timer = { at: clock.now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    copy: () => {},
    exit: () => {
      left += 1;
    },
    repaint: () => {},
  });
  watchResources(desk);
  return {
    desk,
    clock,
    left: () => left,
    async pass(ms: number) {
      clock.now += ms;
      const due = timers.filter(({ at }) => at <= clock.now);
      timers = timers.filter(({ at }) => at > clock.now);
      for (const { run } of due) run();
      await tick();
    },
    async press(...names: readonly string[]) {
      for (const name of names) {
        pressKey(desk, { name, text: name === 'Space' ? ' ' : [...name].length === 1 ? name : '' });
        await tick();
      }
    },
    paint() {
      const dialog = topDialog(desk);
      if (dialog) dialogPainted(desk, dialog.id);
    },
  };
}

describe('a containment that does not hold any more', () => {
  it('is left so with a reason, which is asked for, and only once', async () => {
    const session = fakeSession({
      snapshot: { containments: [containment({ state: 'failed', ineffective: 'gone' })] },
    });
    const { desk, press, paint } = deskOf(session);
    openDialog(desk, { type: 'progress', containmentId: 'c1' });
    paint();
    await press('d');
    expect(topDialog(desk)).toMatchObject({ type: 'loss-reason', containmentId: 'c1' });
    paint();
    await press('Enter');
    expect(session.asked).not.toContainEqual(expect.stringContaining('accept'));
    await press('o', 'k', 'Enter');
    expect(session.asked).toContain('accept c1: ok');
    expect(topDialog(desk)?.type).toBe('progress');
    const [one] = session.snapshot.get().containments;
    session.snapshot.set({
      ...session.snapshot.get(),
      containments: [{ ...one!, accepted: { by: 'carol', reason: 'ok', at: 1 } }],
    });
    await press('d');
    expect(topDialog(desk)?.type).toBe('progress');
  });
});

describe('confirming', () => {
  const opened = async (kind: 'key' | 'name') => {
    const session = fakeSession();
    const made = deskOf(session, { now: Date.now() });
    await made.press(...(kind === 'key' ? ['k', 'k'] : []), 'c');
    made.paint();
    await made.press('Enter');
    return { session, ...made };
  };
  const approvals = (session: FakeSession) => session.asked.filter((each) => each.startsWith('approve'));

  it('throws away every key before the dialog was painted', async () => {
    const { session, press, paint, pass, desk } = await opened('key');
    await press('A', 'y', 'Esc');
    expect(session.asked).toEqual([]);
    expect(topDialog(desk)?.type).toBe('plan');
    paint();
    await press('A');
    expect(session.asked).toEqual(['arm']);
    // Arming changes the prompt: it must be painted and settle again.
    await press('y');
    paint();
    await press('y');
    await pass(399);
    await press('y');
    expect(approvals(session)).toEqual([]);
    await pass(1);
    await press('y');
    expect(approvals(session)).toHaveLength(1);
  });

  it('sends once, however often y is pressed', async () => {
    const { session, press, paint, pass, desk } = await opened('key');
    paint();
    await press('A');
    paint();
    await pass(400);
    for (const _ of [1, 2, 3]) pressKey(desk, { name: 'y', text: 'y' });
    await tick();
    expect(approvals(session)).toHaveLength(1);
  });

  it('an undo that is begun from the progress of a containment takes its place', async () => {
    const session = fakeSession({ snapshot: { containments: [containment({ state: 'confirmed' })] } });
    const { press, paint, pass, desk } = deskOf(session, { now: Date.now() });
    const types = () => desk.state.get().dialogs.map(({ type }) => type);
    openDialog(desk, { type: 'progress', containmentId: session.snapshot.get().containments[0]!.id });
    paint();
    await press('z');
    expect(types()).toEqual(['progress', 'undo']);
    paint();
    await press('A');
    paint();
    await pass(400);
    await press('y');
    expect(types()).toEqual(['progress']);
    paint();
    await press('Esc');
    expect(types()).toEqual([]);
  });

  it('takes a pasted name but never a pasted y', async () => {
    const { session, press, paint, pass, desk } = await opened('key');
    paint();
    await press('A');
    paint();
    await pass(500);
    pasteText(desk, 'y');
    await tick();
    expect(approvals(session)).toEqual([]);
    const named = await opened('name');
    named.paint();
    await named.press('A');
    pasteText(named.desk, 'fraud-scorer');
    const dialog = topDialog(named.desk);
    expect(dialog?.type === 'plan' && textOf(dialog.field)).toBe('fraud-scorer');
    await named.press('Enter');
    expect(approvals(named.session)).toHaveLength(1);
  });

  it('does not send when the lease ended while the dialog was open', async () => {
    const { session, press, paint, pass, desk } = await opened('key');
    paint();
    await press('A');
    paint();
    await pass(16 * 60_000);
    await press('y');
    expect(approvals(session)).toEqual([]);
    expect(desk.state.get().message?.text).toContain('read-only');
  });
});

it('asks before it leaves while steps are in flight, and Ctrl-C twice never asks', async () => {
  const { press, paint, left } = deskOf(
    fakeSession({ snapshot: { containments: [containment({ state: 'in-progress' })] } }),
  );
  await press('q');
  expect(left()).toBe(0);
  paint();
  await press('Esc', 'Ctrl-C');
  expect(left()).toBe(0);
  await press('Ctrl-C');
  expect(left()).toBe(1);
});

it('Esc never acts, and closes every dialog', async () => {
  const session = fakeSession({ snapshot: { armedUntil: Date.now() + 900_000, containments: [containment()] } });
  const { desk, press, paint, pass } = deskOf(session);
  for (const key of ['c', 'z', '?', '#', '!', 'i', 'x', 'v']) {
    await press(key);
    paint();
    await pass(500);
    expect(desk.state.get().dialogs, key).toHaveLength(1);
    await press('Esc');
    expect(desk.state.get().dialogs, key).toHaveLength(0);
  }
  expect(session.asked).toEqual([]);
});

it('brings earlier filters back with the arrow keys', async () => {
  const { desk, press } = deskOf(fakeSession());
  await press('/', ...'error', 'Enter', '/', 'Ctrl-U', ...'readonly', 'Enter', '/', 'Up', 'Up');
  const { filterLine } = desk.state.get();
  expect(filterLine && textOf(filterLine.field)).toBe('error');
  await press('Down', 'Enter');
  expect(desk.state.get().filter.text).toBe('readonly');
});

it('has every key once in each pane, and a table of them', () => {
  for (const pane of ['resources', 'events', 'detail'] as const) {
    const keys = keymap.filter(({ panes }) => !panes || panes.includes(pane)).flatMap(({ keys }) => keys);
    expect(keys).toEqual([...new Set(keys)]);
  }
  expect(new Set(keymap.map(({ id }) => id)).size).toBe(keymap.length);
  expect(keymap.find(({ keys }) => keys.includes('Ctrl-D'))?.id).toBe('half-down');
  expect(keyTable().split('\n')).toHaveLength(helpEntries().length + 2);
});

it('whatever is pressed: no crash, and nothing is approved that was not armed, seen and confirmed', async () => {
  const names = [...new Set(keymap.flatMap(({ keys }) => keys))].filter((name) => name !== 'Ctrl-Z');
  // Steps on the way to a confirmation come often, or chance would hardly ever get there.
  const towards = fc.constantFrom<readonly string[]>(
    ['c', '<settle>', 'Enter'],
    ['<settle>', 'A', '<settle>'],
    ['<settle>', 'y'],
    ['<name>', 'Enter'],
    ['z', '<settle>'],
    ['k', 'k', 'c', '<settle>', 'Enter', '<settle>'],
  );
  const single = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...names, 'y', 'y', 'c', 'Enter', 'Enter', 'A', 'r', 'Backspace', 'x') },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        '<paint>',
        '<paint>',
        '<settle>',
        '<settle>',
        '<lease>',
        '<event>',
        '<name>',
        '<small>',
        '<big>',
        '<outdate>',
        '<paste>',
      ),
    },
  );
  const step = fc.oneof({ weight: 2, arbitrary: single.map((action) => [action]) }, { weight: 1, arbitrary: towards });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (actions) => {
      // Half of the times it must be told something first.
      const asks = actions.length % 2 === 0;
      const session = fakeSession({
        snapshot: { containments: [containment()] },
        playbooks: asks,
        ...(asks ? { parameters: async () => [{ name: 'role', title: 'whom', choices: ['a', 'b'] }] } : {}),
      });
      const made = deskOf(session, { now: Date.now() });
      const { desk } = made;
      let key = '';
      const check = (kind: string, needsName: boolean, name: string, typed: string | undefined) => {
        sent += 1;
        const dialog = topDialog(desk);
        expect(dialog?.painted, kind).toBe(true);
        expect((session.snapshot.get().armedUntil ?? 0) > made.clock.now, 'armed').toBe(true);
        if (key === 'y') expect(dialog?.settled).toBe(true);
        else expect([key, typed]).toEqual(['Enter', name]);
        if (needsName) expect(typed).toBe(name);
      };
      const { approve, undo } = session;
      Object.assign(session, {
        approve: ((preview, confirmation, signal) => {
          const { class: kind, target } = preview.plan;
          check('approve', kind === 'destroys' || kind === 'not-reversible', target.name, confirmation.typedName);
          return approve(preview, confirmation, signal);
        }) satisfies typeof approve,
        undo: ((preview, confirmation, signal) => {
          check('undo', preview.needsName, preview.containment.plan.target.name, confirmation.typedName);
          return undo(preview, confirmation, signal);
        }) satisfies typeof undo,
      });
      session.hold = true;
      for (const action of actions.flat()) await act(action);

      async function act(action: string) {
        switch (action) {
          case '<paint>':
            return made.paint();
          case '<settle>':
            made.paint();
            return made.pass(400);
          case '<lease>':
            return made.pass(15 * 60_000);
          case '<event>':
            return session.add({
              ...story()[62]!,
              rowId: 5000 + Math.floor(made.clock.now % 1000),
              at: made.clock.now,
            });
          case '<name>': {
            const dialog = topDialog(desk);
            if (dialog?.type === 'plan') pasteText(desk, dialog.target.name);
            return;
          }
          case '<paste>':
            return pasteText(desk, 'y\ry');
          case '<small>':
            desk.extents.tooSmall = true;
            return;
          case '<big>':
            desk.extents.tooSmall = false;
            return;
          case '<outdate>':
            return session.outdateNext();
          default:
            key = action;
            await made.press(action);
        }
      }
      expect(desk.state.get().crash).toBeUndefined();
    }),
    { numRuns: 300 },
  );
  // The test would pass by never getting anywhere.
  expect(sent).toBeGreaterThan(2);
}, 20_000);

it('takes what a terminal pastes without saying so for a paste: none of it is a key', () => {
  let ticks = 0;
  const desk = createDesk(fakeSession({ snapshot: { armedUntil: Date.now() + 900_000 } }), {
    now: () => Date.now(),
    ticks: () => ticks,
    later: () => () => {},
    copy: () => {},
    exit: () => {
      throw new Error('left');
    },
    repaint: () => {},
  });
  const page = '{"userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/x"}}\r'.repeat(40);
  takeInput(desk, '/', {});
  takeInput(desk, page.slice(0, 900), {});
  // Its pieces follow at once; the last is short, or an Enter by itself.
  takeInput(desk, page.slice(900, 1_000), {});
  takeInput(desk, '', { return: true });
  takeInput(desk, 'q', {});
  // It is put in as one, once no more comes, or before the next key.
  expect(textOf(desk.state.get().filterLine!.field)).toBe('');
  ticks += 1_000;
  takeInput(desk, '', { leftArrow: true });
  const line = desk.state.get().filterLine;
  expect(line && textOf(line.field)).toBe(`${page.slice(0, 1_000).replaceAll('\r', ' ')} q`);
  // Later, and a key that is held down, are keys again; Ctrl-C always is.
  takeInput(desk, page.slice(0, 400), {});
  takeInput(desk, 'c', { ctrl: true });
  expect(desk.state.get().message?.text).toContain('Ctrl-C once more');
  ticks += 1_000;
  pressKey(desk, { name: 'Esc', text: '' });
  const before = currentPage(desk).selected;
  takeInput(desk, 'k'.repeat(300), {});
  expect(currentPage(desk).selected).toBeLessThan(before);
  // Over the panes it is what to start from, and confirms, arms and leaves nothing.
  takeInput(desk, page, {});
  takeInput(desk, 'l', { ctrl: true });
  expect(topDialog(desk)?.type).toBe('focus');
});
