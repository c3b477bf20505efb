import { describe, expect, it } from 'vitest';
import { createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { dialogHints } from '../../hooks/dialog-hints.ts';
import { commandLines } from '../../hooks/hand-off.ts';
import { pressKey } from '../../hooks/press.ts';
import { watchResources } from '../../hooks/watch-resources.ts';
import { HandOffError, identityCenterHandOff } from '../../src/containment/hand-off.ts';
import type { InventoryItem } from '../../src/inventory/inventory.ts';
import { RefusedError } from '../../src/model/errors.ts';
import { fakeSession } from '../views/fake-session.ts';
import { NOW, notebook } from '../views/fixtures.ts';
import { inventory } from '../views/situation.ts';

const tick = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A desk that paints every dialog at once; `settle` lets `y` count. */
async function made(options: Parameters<typeof fakeSession>[0] = {}) {
  const session = fakeSession({ now: () => NOW, playbooks: true, ...options });
  const timers: (() => void)[] = [];
  const copied: string[] = [];
  const desk = createDesk(session, {
    now: () => NOW,
    later: (_ms, run) => {
      timers.push(run);
      return () => {};
    },
    copy: (text) => {
      copied.push(text);
    },
    exit: () => {},
    repaint: () => {},
  });
  watchResources(desk);
  await tick();
  const paint = () => {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
  };
  const settle = async () => {
    paint();
    for (const run of timers.splice(0)) run();
    await tick();
  };
  const press = async (...names: readonly string[]) => {
    for (const name of names) {
      paint();
      pressKey(desk, { name, text: name === 'Space' ? ' ' : [...name].length === 1 ? name : '' });
      await tick();
    }
  };
  const types = () => desk.state.get().dialogs.map(({ type }) => type);
  const say = () => desk.state.get().message?.text ?? '';
  const run = () => session.snapshot.get().playbooks[0]!;
  /** From the notebook's row to the sheet of its playbook. */
  const openPlaybook = async () => {
    const { containResource } = await import('../../hooks/chooser.ts');
    containResource(desk, notebook);
    await press('G', 'Enter');
  };
  const states = () => run().steps.map(({ state }) => state);
  return { session, desk, press, settle, types, say, run, states, openPlaybook, copied };
}

describe('a playbook in the console', () => {
  it('is one entry below the actions; it is planned, started, and each step goes through the plan dialog', async () => {
    const { session, press, settle, types, run, states, openPlaybook, desk } = await made();
    await openPlaybook();
    expect(types()).toEqual(['playbook']);
    expect(session.asked.filter((each) => /playbook|start/.test(each))).toEqual([
      'plan playbook test-playbook fraud-lab',
    ]);
    expect(session.snapshot.get().playbooks).toEqual([]);
    await press('Enter');
    // Started and its first step planned, nothing sent: the plan dialog above the playbook.
    expect(types()).toEqual(['playbook', 'plan']);
    expect(states()).toEqual(['open', 'open', 'open']);
    await press('A');
    await settle();
    await press('y');
    expect(types()).toEqual(['playbook', 'progress']);
    expect(states()).toEqual(['running', 'open', 'open']);
    await press('Enter');
    // The role comes before compute: the next step waits until it is written.
    await press('Enter');
    expect(desk.state.get().message?.text).toContain('step 1 (c1) is still under way');
    session.finish('c1');
    expect(states()).toEqual(['done', 'open', 'open']);
    expect(run().next).toBe('2');
    await press('Enter');
    expect(types()).toEqual(['playbook', 'plan']);
    expect(session.asked.filter((each) => each.startsWith('approve'))).toHaveLength(1);
  });

  it('a step is skipped with a reason and not without one; the next one’s turn comes', async () => {
    const { press, types, run, states, openPlaybook, say } = await made();
    await openPlaybook();
    await press('s');
    expect(say()).toContain('not started yet');
    await press('Enter', 'Esc', 's');
    expect(types()).toEqual(['playbook', 'reason']);
    await press('Enter');
    expect(types()).toEqual(['playbook', 'reason']);
    await press(...'team', 'Space', ...'needs', 'Enter');
    expect(types()).toEqual(['playbook']);
    expect(run().steps[0]).toMatchObject({ state: 'skipped', reason: 'team needs', by: 'carol' });
    expect(states()).toEqual(['skipped', 'open', 'open']);
    expect(run().next).toBe('2');
  });

  it('a later purpose is not begun before the earlier one is decided', async () => {
    const { press, say, openPlaybook, types } = await made();
    await openPlaybook();
    await press('Enter', 'Esc', 'j', 'j', 'Enter');
    expect(say()).toContain('step 1');
    expect(say()).toContain('comes first');
    expect(types()).toEqual(['playbook']);
  });

  it('a refusal keeps its reason and its next steps with the step, and is planned again on request', async () => {
    const { session, press, run, openPlaybook } = await made();
    await openPlaybook();
    session.failPlans(new RefusedError('ProtectedRole', 'it is a break-glass role', ['Restrict who may assume it']));
    await press('Enter');
    expect(run().steps[0]).toMatchObject({
      state: 'refused',
      reason: 'ProtectedRole: it is a break-glass role',
      next: ['Restrict who may assume it', 'Try instead: iam.role.set-boundary', 'Or skip it with a reason'],
    });
    expect(run().next).toBe('1');
    session.failPlans(undefined);
    await press('Esc', 'Enter');
    expect(run().steps[0]?.state).toBe('refused');
  });

  it('what others must do: the commands are copied, requested is journalled, and the playbook goes on', async () => {
    const { session, press, settle, types, run, copied, openPlaybook, say, desk } = await made();
    const handOff = identityCenterHandOff('AWSReservedSSO_DataScientist_0123456789abcdef', NOW);
    await openPlaybook();
    session.failPlans(new HandOffError('UnmodifiableRole', 'of Identity Center', handOff));
    await press('Enter');
    expect(types()).toEqual(['playbook', 'hand-off']);
    await press('y');
    expect(copied).toEqual([commandLines(handOff).join('\n')]);
    expect(copied[0]).toContain('provision-permission-set');
    await settle();
    // A second press before the journal has the first asks nobody again.
    pressKey(desk, { name: 'h', text: 'h' });
    await press('h');
    expect(say()).toContain('h1');
    expect(session.snapshot.get().handOffs).toHaveLength(1);
    expect(session.snapshot.get().handOffs).toMatchObject([{ id: 'h1', actionId: 'test.interrupts', seen: undefined }]);
    expect(run().steps[0]?.state).toBe('requested');
    expect(run().next).toBe('2');
    // Not twice.
    await press('h');
    expect(session.snapshot.get().handOffs).toHaveLength(1);
    const dialog = topDialog(desk)!;
    expect(dialogHints(desk, dialog).map(({ key }) => key)).not.toContain('h');
  });

  it('the lease may end in mid-playbook: what was confirmed runs on, the next confirmation asks to arm again', async () => {
    const { session, press, settle, states, openPlaybook, say } = await made();
    await openPlaybook();
    await press('Enter', 'A');
    await settle();
    session.hold = true;
    await press('y');
    session.snapshot.set({ ...session.snapshot.get(), armedUntil: NOW - 1 });
    expect(states()[0]).toBe('running');
    session.finish('c1');
    expect(states()[0]).toBe('done');
    await press('Enter', 'Enter');
    await settle();
    await press('y');
    expect(say()).toContain('press A to arm');
    expect(states()).toEqual(['done', 'open', 'open']);
    await press('A');
    await settle();
    await press('y');
    expect(states()[1]).toBe('running');
  });

  it('is given up with a reason, and then nothing more is planned', async () => {
    const { press, run, openPlaybook, say, types } = await made();
    await openPlaybook();
    await press('Enter', 'Esc', 'E', ...'false', 'Enter');
    expect(run().ended).toMatchObject({ reason: 'false', by: 'carol' });
    await press('Enter');
    expect(say()).toContain('ended');
    expect(types()).toEqual(['playbook']);
  });

  it('P and :playbook show what was started', async () => {
    const { press, types, openPlaybook, say, desk } = await made();
    await press('P');
    expect(say()).toContain('no playbook was started');
    await openPlaybook();
    await press('Enter', 'Esc', 'Esc');
    expect(types()).toEqual([]);
    await press('P');
    expect(topDialog(desk)).toMatchObject({ type: 'playbook', run: 'p1' });
    await press('Esc', ':', ...'playbook', 'Enter');
    expect(types()).toEqual(['playbook']);
  });
});

describe('several at once, from the inventory', () => {
  const items = (count: number, kind = 'sagemaker.training-job'): readonly InventoryItem[] =>
    Array.from({ length: count }, (_, index) => ({
      ...inventory.items[0]!,
      ref: { kind, arn: `arn:aws:sagemaker:us-east-1:111122223333:training-job/m-${index}`, name: `m-${index}` },
    }));
  const open = async (count: number, more: readonly InventoryItem[] = []) => {
    const all = await made({ inventory: { ...inventory, items: [...items(count), ...more] } });
    await all.press('I');
    return all;
  };

  it('the chosen action is a step for each that is marked, one after the other', async () => {
    const { press, types, run, session } = await open(3);
    await press('Space', 'Space', 'Space', 'c');
    expect(types()).toEqual(['inventory', 'choose']);
    await press('Enter');
    expect(types()).toEqual(['inventory', 'playbook']);
    await press('Enter');
    expect(run().steps.map(({ target }) => target.name)).toEqual(['m-0', 'm-1', 'm-2']);
    expect(types()).toEqual(['inventory', 'playbook', 'plan']);
    expect(session.asked.filter((each) => each.startsWith('approve'))).toEqual([]);
  });
  it('more than the cap wants the number typed', async () => {
    const { press, say, session, types } = await open(7);
    await press(...Array<string>(7).fill('Space'), 'c', 'Enter', 'Enter');
    expect(say()).toContain('type 7');
    expect(session.snapshot.get().playbooks).toEqual([]);
    await press('6', 'Enter');
    expect(session.snapshot.get().playbooks).toEqual([]);
    await press('Backspace', '7', 'Enter');
    expect(session.snapshot.get().playbooks).toHaveLength(1);
    expect(types()).toEqual(['inventory', 'playbook', 'plan']);
  });
  it('kinds that no one action is for are not taken together', async () => {
    const { press, say, types } = await open(
      1,
      items(1, 'sagemaker.processing-job').map((one) => ({ ...one, region: 'eu-west-1' })),
    );
    await press('Space', 'Space', 'c');
    expect(say()).toContain('one action is for one kind');
    expect(types()).toEqual(['inventory']);
  });
});
