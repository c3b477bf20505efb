import { describe, expect, it } from 'vitest';
import { createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { dialogHints } from '../../hooks/dialog-hints.ts';
import { offeredValues } from '../../hooks/parameters.ts';
import { pasteText, pressKey } from '../../hooks/press.ts';
import { textOf } from '../../hooks/text-field.ts';
import { watchResources } from '../../hooks/watch-resources.ts';
import type { OfferedParameter } from '../../src/containment/action.ts';
import { RefusedError } from '../../src/model/errors.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW } from '../views/fixtures.ts';
import { inventory, openDoors } from '../views/situation.ts';

const tick = async () => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};

const role: OfferedParameter = { name: 'role', title: 'whom to deny', choices: ['role/a', 'role/b', 'user/c'] };
const why: OfferedParameter = { name: 'why', title: 'in words', choices: undefined };

/** A desk over a session whose actions want to be told something. */
async function made(
  parameters: (signal: AbortSignal) => Promise<readonly OfferedParameter[]> = async () => [role],
  options: Parameters<typeof fakeSession>[0] = {},
) {
  const session = fakeSession({ inventory, openDoors: openDoors.some!, parameters, now: () => NOW, ...options });
  const timers: (() => void)[] = [];
  const desk = createDesk(session, {
    now: () => NOW,
    later: (_ms, run) => {
      timers.push(run);
      return () => {};
    },
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  watchResources(desk);
  const paint = () => {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
  };
  const blind = async (...names: readonly string[]) => {
    for (const name of names) {
      pressKey(desk, { name, text: [...name].length === 1 ? name : '' });
      await tick();
    }
  };
  const press = async (...names: readonly string[]) => {
    for (const name of names) {
      paint();
      await blind(name);
    }
  };
  const settle = async () => {
    paint();
    for (const run of timers.splice(0)) run();
    await tick();
  };
  const types = () => desk.state.get().dialogs.map(({ type }) => type);
  const top = () => {
    const dialog = topDialog(desk);
    if (dialog?.type !== 'parameters') throw new Error(`the dialog on top is ${dialog?.type}`);
    return dialog;
  };
  const plan = () => {
    const dialog = topDialog(desk);
    if (dialog?.type !== 'plan') throw new Error(`the dialog on top is ${dialog?.type}`);
    return dialog;
  };
  const plans = () => session.asked.filter((each) => each.startsWith('plan '));
  return { session, desk, press, blind, paint, settle, types, top, plan, plans };
}

/** Opened on the chooser's first action that has parameters. */
async function opened(...given: Parameters<typeof made>) {
  const all = await made(...given);
  await all.press('k', 'k', 'c', 'Enter');
  return all;
}

it('asks which values fit, takes one, and plans with it', async () => {
  const { press, types, top, plan, plans } = await opened();
  expect(types()).toEqual(['choose', 'parameters']);
  expect(top().stage).toBe('choosing');
  await press('j', 'j', 'j', 'k', 'Enter');
  expect(types()).toEqual(['plan']);
  expect(plans()).toEqual(['plan test.seconds {"role":"role/b"}']);
  expect(plan().params).toEqual({ role: 'role/b' });
});

it('goes back to the chooser with Esc, and asks no more', async () => {
  let signal: AbortSignal | undefined;
  const { press, types, top } = await opened((given) => {
    signal = given;
    return new Promise(() => {});
  });
  expect(top().stage).toBe('asking');
  await press('j', 'Enter', '/', 'e');
  expect(top().stage).toBe('asking');
  await press('Esc');
  expect(types()).toEqual(['choose']);
  expect(signal?.aborted).toBe(true);
});

it('takes no key before the values were on screen', async () => {
  const { blind, paint, types, top, plans } = await opened();
  await blind('j', 'Enter', 'Esc');
  expect(top().selected).toBe(0);
  expect(types()).toEqual(['choose', 'parameters']);
  paint();
  await blind('Enter');
  expect(plans()).toHaveLength(1);
  // Nor does the plan take what was pressed for the values.
  await blind('y', 'Enter', 'e', 'Esc');
  expect(types()).toEqual(['plan']);
});

describe('what letters do', () => {
  it('filters the values with /, moves with arrows, and takes what is selected', async () => {
    const { press, top, desk, plans } = await opened();
    await press('/', ...'ROLE', 'Down');
    expect(offeredValues(top())).toEqual(['role/a', 'role/b']);
    await press('x');
    expect(offeredValues(top())).toEqual([]);
    await press('Enter');
    expect(plans()).toEqual([]);
    expect(desk.state.get().message?.text).toContain('no value');
    await press('Esc');
    expect(offeredValues(top())).toHaveLength(3);
    await press('/', 'b', 'Enter');
    expect(plans()).toEqual(['plan test.seconds {"role":"role/b"}']);
  });

  it('edits a value as text, pasted text included', async () => {
    const { press, top, desk, plans } = await opened();
    pasteText(desk, 'not into a list');
    await press('j', 'Tab');
    expect(textOf(top().field)).toBe('role/b');
    pasteText(desk, ',user/c\n');
    await press('Enter');
    expect(plans()).toEqual(['plan test.seconds {"role":"role/b,user/c"}']);
  });

  it('wants words where any text will do, one parameter after the other, and back again', async () => {
    const { press, types, top, plans } = await opened(async () => [role, why]);
    await press('Enter');
    expect([top().at, top().mode, top().params]).toEqual([1, 'text', { role: 'role/a' }]);
    await press('Enter');
    expect(types()).toEqual(['choose', 'parameters']);
    await press('Esc', 'j', 'Enter', 'e', 'j', 'q', 'Enter');
    expect(plans()).toEqual(['plan test.seconds {"role":"role/b","why":"ejq"}']);
  });
});

it('says when no value fits: nothing can be typed then, and AWS can be asked again', async () => {
  let choices: readonly string[] = [];
  const { press, desk, top, plans, types } = await opened(async () => [{ ...role, choices }]);
  await press('e', 'x', 'Enter', '/', 'Enter');
  expect(top().mode).toBe('list');
  expect(plans()).toEqual([]);
  expect(dialogHints(desk, top()).map(({ key }) => key)).toEqual(['r', 'Esc']);
  choices = ['role/z'];
  await press('r');
  expect(offeredValues(top())).toEqual(['role/z']);
  await press('Esc');
  expect(types()).toEqual(['choose']);
});

it('shows what AWS refused, and asks again with r', async () => {
  let denied = true;
  const { press, top, session } = await opened(async () => {
    if (denied) throw new RefusedError('AccessDenied', 'not allowed', ['Ask for iam:ListRoles']);
    return [role];
  });
  expect(top()).toMatchObject({
    stage: 'failed',
    failure: { code: 'AccessDenied', nextSteps: ['Ask for iam:ListRoles'] },
  });
  await press('Enter', 'e', 'r');
  expect(top().stage).toBe('failed');
  denied = false;
  await press('r');
  expect(top().stage).toBe('choosing');
  expect(session.asked.filter((each) => each.startsWith('parameters'))).toHaveLength(3);
});

it('keeps the values when it is planned again, and when AWS had changed; e chooses others', async () => {
  const { press, settle, session, plan, plans, types, top } = await opened();
  session.failPlans(new RefusedError('Throttled', 'later'));
  await press('Enter');
  expect(plan().stage).toBe('failed');
  session.failPlans(undefined);
  await press('r');
  expect(plan().stage).toBe('ready');
  session.outdateNext();
  await press('A');
  await settle();
  await press('y');
  expect(plan()).toMatchObject({ stage: 'ready', params: { role: 'role/a' } });
  expect(plan().previous).toBeDefined();
  expect(new Set(plans())).toEqual(new Set(['plan test.seconds {"role":"role/a"}']));
  expect(plans()).toHaveLength(3);
  await press('e', 'j', 'Enter');
  expect(types()).toEqual(['plan']);
  expect(plan().params).toEqual({ role: 'role/b' });
  await press('e', 'Esc');
  expect(types()).toEqual([]);
  expect(() => top()).toThrow();
});

it('plans at once where an action wants nothing of this target', async () => {
  const { plans, types } = await opened(async () => []);
  expect(types()).toEqual(['plan']);
  expect(plans()).toEqual(['plan test.seconds {}']);
});

it('asks for what closes a door and contains an item as well, and goes back there', async () => {
  const { press, types } = await made();
  await press(':', ...'open', 'Enter');
  expect(types()).toEqual(['doors']);
  for (let door = 0; door < 12 && types().length === 1; door += 1) await press('c', 'j');
  expect(types()).toEqual(['doors', 'parameters']);
  await press('Esc');
  expect(types()).toEqual(['doors']);
  await press('I');
  for (let item = 0; item < 12 && types().length === 1; item += 1) await press('j', 'c');
  await press('j', 'Enter');
  expect(types()).toEqual(['inventory', 'choose', 'parameters']);
  await press('Esc', 'Esc');
  expect(types()).toEqual(['inventory']);
});
