import { describe, expect, it } from 'vitest';
import { chainRows, isSelectable, linkKeys } from '../../hooks/chain-rows.ts';
import { chainState } from '../../hooks/chain-screen.ts';
import { type ScreenName, screenTitles } from '../../hooks/console-state.ts';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { helpEntries } from '../../hooks/help.ts';
import { inventoryList, progressTexts } from '../../hooks/inventory-list.ts';
import { keymap } from '../../hooks/keymap.ts';
import { pasteText, pressKey } from '../../hooks/press.ts';
import { screenKeymap } from '../../hooks/screen-keymap.ts';
import { watchStart } from '../../hooks/start.ts';
import { textOf } from '../../hooks/text-field.ts';
import { chainPredicate } from '../../hooks/walk.ts';
import { printFilter } from '../../src/filter/print.ts';
import type { InventoryPart } from '../../src/inventory/inventory.ts';
import { until } from '../helpers/until.ts';
import { type FakeSession, fakeSession } from '../views/fake-session.ts';
import { event, NOW, story } from '../views/fixtures.ts';
import { chain, chains, focusResult, inventories, inventory, item, openDoors } from '../views/situation.ts';

function made(options: Parameters<typeof fakeSession>[0] = {}) {
  const session = fakeSession({ inventory, openDoors: openDoors.some!, chain, ...options });
  const copied: string[] = [];
  const desk = createDesk(session, {
    now: () => NOW,
    later: () => () => {},
    copy: (text) => copied.push(text),
    exit: () => {},
    repaint: () => {},
  });
  return { session, desk, copied };
}

/** Presses keys; dialogs count as painted, since that is tested elsewhere. */
function press(desk: Desk, ...names: readonly string[]) {
  for (const name of names) {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
    pressKey(desk, { name, text: name === 'Space' ? ' ' : [...name].length === 1 ? name : '' });
  }
}

const shown = (desk: Desk) => topDialog(desk)?.type;
const filterIs = (desk: Desk, text: string) =>
  until(
    () => desk.state.get().filter.text === text,
    () => `filter ${text}, which is ${desk.state.get().filter.text}`,
  );
const cursor = (desk: Desk) => {
  const { place } = desk.state.get();
  return place.type === 'hold' ? place.cursor.rowId : undefined;
};

it('has every key of a screen once, and each in help', () => {
  for (const screen of Object.keys(screenTitles) as ScreenName[]) {
    const keys = screenKeymap.filter(({ screens }) => screens.includes(screen)).flatMap((binding) => binding.keys);
    expect(keys).toEqual([...new Set(keys)]);
    for (const moving of ['j', 'k', 'g', 'G', 'Esc', 'q', ':']) expect(keys).not.toContain(moving);
  }
  const ids = [...keymap, ...screenKeymap].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const titles = helpEntries().map(({ title }) => title);
  for (const { title } of screenKeymap) expect(titles).toContain(title);
});

it.each<[ScreenName, string]>([
  ['inventory', 'inv'],
  ['doors', 'open'],
  ['chain', 'chain'],
  ['journal', 'journal'],
  ['calls', 'calls'],
  ['findings', 'findings'],
  ['posture', 'posture'],
  ['report', 'preview'],
  ['indicators', 'indicators'],
  ['coverage', 'coverage'],
  ['resource', 'resource'],
  ['principal', 'principal'],
  ['logs', 'logs'],
])('takes a command over the %s, with what follows it', (screen, command) => {
  const { session, desk } = made();
  press(desk, ':', ...command, 'Enter');
  expect(shown(desk)).toBe(screen);
  press(desk, ':', ...'import-indicators', 'Space', ...'/tmp/ioc.csv', 'Enter');
  expect(session.asked).toContain('import /tmp/ioc.csv');
});

it('keeps the keys that product.md gives away', () => {
  const planned = {
    s: 'follow',
    e: 'next-failed',
    o: 'next-of-credentials',
    t: 'timeline-of',
    y: 'copy-id',
    z: 'undo',
    c: 'contain',
    '#': 'note',
  };
  for (const [key, id] of Object.entries(planned)) expect(keymap.find(({ keys }) => keys.includes(key))?.id).toBe(id);
});

describe('the inventory', () => {
  it('groups what works with accelerators first, and what could not be listed last', () => {
    const { rows, items } = inventoryList(inventory, '');
    expect(
      rows.map((row) =>
        row.type === 'item'
          ? row.item.ref.name
          : row.type === 'heading'
            ? `# ${row.title}`
            : `! ${row.type === 'more' ? row.part.title : row.parts.map(({ title }) => title).join(', ')}`,
      ),
    ).toEqual([
      '# accelerators at work',
      'miner-1',
      'miner-2',
      '# at work',
      'miner-3',
      'fraud-lab',
      'fraud-scorer',
      '# not at work just now',
      'miner-6',
      '! training jobs',
      '! apps',
      '! training jobs',
    ]);
    expect(items).toHaveLength(6);
  });

  it('filters by words that all stand somewhere, and never hides what could not be listed', () => {
    const names = (text: string) =>
      inventoryList(inventory, text).rows.flatMap((row) => (row.type === 'item' ? [row.item.ref.name] : []));
    expect(names('MINER inprogress')).toEqual(['miner-1', 'miner-2']);
    expect(names('notebook inservice')).toEqual(['fraud-lab']);
    expect(inventoryList(inventory, 'nonsense').rows.map(({ type }) => type)).toEqual(['unlisted', 'unlisted', 'more']);
  });

  it('says one reason of many kinds once', () => {
    const down = (kind: string): InventoryPart => ({
      ...inventory.parts[0]!,
      kind,
      title: kind,
      state: 'failed',
      why: 'cannot reach AWS',
    });
    const parts = ['jobs', 'apps', 'models'].map(down);
    expect(inventoryList({ ...inventory, parts }, '').rows.at(-1)).toEqual({ type: 'unlisted', parts });
    expect(progressTexts(parts)).toEqual(['eu-west-1 0 of 3 kinds, 3 failed: cannot reach AWS']);
  });

  it('says how far it is, what went wrong first', () => {
    expect(progressTexts(inventory.parts)).toEqual([
      'eu-west-1 10 of 12 kinds, training jobs denied: sagemaker:ListTrainingJobs and 1 more',
      'us-east-1 11 of 12 kinds',
    ]);
  });

  it('opens with I and :inv, asks AWS, and goes to what is selected and its events; Esc comes back to it', async () => {
    const { session, desk } = made();
    press(desk, 'I');
    expect([shown(desk), session.asked]).toEqual(['inventory', ['look around']]);
    press(desk, 'j', 'j', 'j', 'Enter');
    const resource = topDialog(desk);
    expect(resource?.type === 'resource' && resource.ref.name).toBe('fraud-lab');
    press(desk, 't');
    await filterIs(desk, 'resource=fraud-lab');
    press(desk, 'Esc');
    await filterIs(desk, '');
    expect(shown(desk)).toBe('resource');
    press(desk, 'Esc');
    const back = topDialog(desk);
    expect(back?.type === 'inventory' && back.selected).toContain('fraud-lab');
    press(desk, ':', 'i', 'n', 'v', 'Enter');
    expect(shown(desk)).toBe('inventory');
  });

  it('contains what the screen of a resource is about', async () => {
    const { desk } = made();
    press(desk, 'I', 'j', 'j', 'j', 'Enter', 'c');
    const chooser = topDialog(desk);
    expect(chooser?.type === 'choose' && chooser.groups[0]?.target.name).toBe('fraud-lab');
  });

  it('keeps the selection where it was while the list changes', () => {
    const { session, desk } = made();
    press(desk, 'I', 'j', 'j');
    session.inventory.set({ ...inventory, items: [item(0), ...inventory.items] });
    press(desk, 'Space');
    const dialog = topDialog(desk);
    expect(dialog?.type === 'inventory' && [...dialog.marked].map((key) => key.slice(-7))).toEqual([
      'miner-7-3'.slice(-7),
    ]);
  });

  it('marks, copies and pivots to what is marked together; c is about them all', async () => {
    const { desk, copied } = made();
    press(desk, 'I', 'Space', 'Space', 'Y');
    expect(copied[0]?.split('\n')).toHaveLength(2);
    press(desk, 'p');
    const pivots = topDialog(desk);
    expect(pivots?.type === 'pivot' && pivots.pivots[0] && printFilter(pivots.pivots[0].predicate)).toBe(
      'resource=miner-1 | resource=miner-2',
    );
    press(desk, 'Esc', 'c');
    const chooser = topDialog(desk);
    expect(chooser?.type === 'choose' && chooser.batch.map(({ name }) => name)).toEqual(['miner-1', 'miner-2']);
    expect(chooser?.type === 'choose' && chooser.about).toBe('2 marked');
  });

  it('takes a filter as it is typed and pasted; Esc takes it away, then closes', () => {
    const { desk } = made();
    press(desk, 'I', '/', ...'lab');
    pasteText(desk, 'x\nq');
    const dialog = topDialog(desk);
    expect(dialog?.type === 'inventory' && textOf(dialog.field)).toBe('labx q');
    press(desk, 'Enter', 'Esc');
    const after = topDialog(desk);
    expect(after?.type === 'inventory' && textOf(after.field)).toBe('');
    press(desk, 'Esc');
    expect(shown(desk)).toBeUndefined();
  });

  it('draws a window of thousands, not all of them', () => {
    const started = performance.now();
    const { desk } = made({ inventory: inventories.thousands! });
    press(desk, 'I', 'G', 'k', 'Space');
    const dialog = topDialog(desk);
    expect(dialog?.type === 'inventory' && dialog.marked.size).toBe(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('what is still open', () => {
  it('goes to the proof, and comes back', async () => {
    const { desk } = made();
    press(desk, 'D', 'j', 'Enter');
    await until(() => cursor(desk) === story()[60]!.rowId);
    expect(shown(desk)).toBeUndefined();
    press(desk, 'Esc');
    await until(() => shown(desk) === 'doors');
  });

  it('plans what closes it, and says why where nothing does', async () => {
    const { desk } = made();
    press(desk, 'D', 'c');
    const plan = topDialog(desk);
    expect(plan?.type === 'plan' && [plan.actionId, plan.target.name]).toEqual(['test.interrupts', 'fraud-lab']);
    press(desk, 'Esc');
    expect(shown(desk)).toBe('doors');
    press(desk, 'j', 'j', 'j', 'j', 'c');
    expect(desk.state.get().message?.text).toBe('nothing here closes it: the account owner has to');
  });

  it('says what proves a door that no event does', () => {
    const { desk } = made();
    press(desk, 'D', 'j', 'j', 'j', 'Enter');
    expect(desk.state.get().message?.text).toContain('iam:ListAccessKeys');
  });
});

describe('the chain', () => {
  const opened = async (options: Parameters<typeof fakeSession>[0] = {}) => {
    const both = made(options);
    press(both.desk, 'k', 'f');
    await until(() => {
      const dialog = topDialog(both.desk);
      return dialog?.type === 'chain' && dialog.chain !== undefined;
    });
    return both;
  };
  const selected = (desk: Desk) => {
    const dialog = topDialog(desk);
    if (dialog?.type !== 'chain') return undefined;
    const { rows, index } = chainState(dialog);
    const row = rows[index];
    return row && isSelectable(row) ? row.key : undefined;
  };

  it('is a tree in which what hangs below a link follows it, whatever the parents say', () => {
    const links = (title: string) =>
      chainRows(chains[title]!, false).flatMap((row) => (row.type === 'link' ? [row.link] : []));
    expect(links('the drill')).toEqual([0, 1, 2, 3]);
    expect(links('a cycle')).toEqual([0, 1, 2]);
    expect(links('thousands, one in another')).toHaveLength(2000);
  });

  it('draws no arrow to what came within one second', () => {
    const rows = chainRows(chain, false).flatMap((row) => (row.type === 'link' ? [row.branch.sameSecond] : []));
    expect(rows).toEqual([false, true, false, true]);
  });

  it('leads from the event to what its credentials led to in four keys', async () => {
    const { desk } = await opened();
    expect(selected(desk)).toBe(linkKeys(chain)[0]);
    press(desk, 'Tab', 'Tab');
    expect(selected(desk)).toBe(linkKeys(chain)[2]);
    press(desk, 'Enter');
    expect(topDialog(desk)).toMatchObject({ type: 'principal', who: 'ds-exec/bob' });
    press(desk, 'Esc');
    expect(selected(desk)).toBe(linkKeys(chain)[2]);
    press(desk, 't');
    await filterIs(desk, 'principal=ds-exec/bob');
    expect(cursor(desk)).toBe(story()[64]!.rowId);
    press(desk, 'Esc');
    await until(() => shown(desk) === 'chain');
    expect(selected(desk)).toBe(linkKeys(chain)[2]);
  });

  it('knows code on compute by what it is: its second key takes the selection nowhere', () => {
    const [link] = chain.links;
    const code = { ...link!, name: 'ds-exec/SageMaker', accessKeyId: 'ASIAONE', keys: 1 };
    const before = linkKeys({ links: [link!, { ...code, accessKeyId: '', keys: 0 }] });
    expect(linkKeys({ links: [link!, code] })).toEqual(before);
    expect(linkKeys({ links: [link!, { ...code, accessKeyId: 'ASIATWO', keys: 2 }] })).toEqual(before);
  });

  it('goes to the first event of an action, and to the handover', async () => {
    const { desk } = await opened();
    press(desk, 'j', 'j', 'Enter');
    await filterIs(desk, 'key=ASIAEXAMPLEALICE0001');
    expect(cursor(desk)).toBe(story()[61]!.rowId);
    const other = await opened();
    press(other.desk, 'Tab', 'h');
    await until(() => cursor(other.desk) === story()[60]!.rowId);
  });

  it('looks for a missing parent in other Regions with one key, and not for saved logs', async () => {
    const { desk } = await opened();
    press(desk, 'l');
    expect(desk.state.get().lookups).toEqual([
      { attribute: 'AccessKeyId', value: 'ASIAEXAMPLEALICE0001', region: 'eu-west-1' },
      { attribute: 'AccessKeyId', value: 'ASIAEXAMPLEALICE0001', region: 'us-west-2' },
    ]);
    const saved = await opened({ snapshot: { mode: 'saved' } });
    press(saved.desk, 'l');
    expect(saved.desk.state.get().lookups).toEqual([]);
    expect(saved.desk.state.get().message?.text).toContain('saved logs');
  });

  it('walks with o and O over the events of the whole chain', async () => {
    const { desk } = made({ events: [...story(), event(65, { principal: undefined })] });
    press(desk, 'k', 'k');
    const from = cursor(desk);
    press(desk, 'o', 'O');
    await until(() => cursor(desk) === from);
    // Two quick presses are two steps.
    press(desk, 'O', 'O');
    await until(
      () => cursor(desk) === story()[61]!.rowId,
      () => `row ${cursor(desk)}`,
    );
  });

  it('shows the whole chain when the filter hides the next event', async () => {
    const { desk } = made();
    press(desk, '/', ...'kind=training-job', 'Enter');
    await filterIs(desk, 'kind=training-job');
    press(desk, 'O');
    await until(() => desk.state.get().filter.text.startsWith('key=ASIAEXAMPLEALICE0001 |'));
    expect(cursor(desk)).toBe(story()[62]!.rowId);
  });

  it('asks for keys where they are known, and for the name where they change', () => {
    expect(printFilter(chainPredicate(chain)!)).toBe(
      'key=ASIAEXAMPLEALICE0001 | principal=ds-exec/bob | key=ASIAEXAMPLESECOND001',
    );
    expect(chainPredicate({ links: [] })).toBeUndefined();
  });
});

describe('a focus', () => {
  const asked = (session: FakeSession) => session.asked.filter((each) => each.startsWith('focus'));

  it('is offered for a paste over the panes, and begins with Enter alone', async () => {
    const { session, desk } = made();
    pasteText(desk, '{\r\n"detail-type": "GuardDuty Finding"\r\n}');
    const dialog = topDialog(desk);
    expect(dialog?.type === 'focus' && dialog.pasted?.length).toBe(40);
    expect(asked(session)).toEqual([]);
    press(desk, 'Enter');
    await until(() => {
      const open = topDialog(desk);
      return open?.type === 'focus' && open.stage === 'done';
    });
    const open = topDialog(desk);
    expect(open?.type === 'focus' && open.result).toBe(focusResult);
    press(desk, 'Enter');
    expect(shown(desk)).toBeUndefined();
  });

  it('takes what is typed after :focus at once, and a paste after it whole', () => {
    const { session, desk } = made();
    press(desk, ':', ...'focus', ' ', ...'fraud-lab', 'Enter');
    expect(asked(session)).toEqual(['focus fraud-lab']);
    const other = made();
    press(other.desk, ':', ...'focus');
    pasteText(other.desk, 'a\nb');
    const dialog = topDialog(other.desk);
    expect(dialog?.type === 'focus' && dialog.pasted).toBe('a\nb');
  });

  it('says what could not be used, and lets it be changed', async () => {
    const { desk } = made();
    press(desk, ':', ...'focus', ' ', ...'nothing', 'Enter');
    await until(() => {
      const dialog = topDialog(desk);
      return dialog?.type === 'focus' && dialog.stage === 'failed';
    });
    press(desk, 'Ctrl-U', ...'fraud', 'Enter');
    await until(() => {
      const dialog = topDialog(desk);
      return dialog?.type === 'focus' && dialog.stage === 'done';
    });
  });

  it('filters by what the session began with, while the dialog stays', async () => {
    const { session, desk } = made();
    const end = watchStart(desk);
    press(desk, ':', ...'focus', ' ', ...'fraud-lab', 'Enter');
    session.snapshot.set({ ...session.snapshot.get(), start: focusResult });
    await filterIs(desk, 'resource=fraud-lab');
    expect(shown(desk)).toBe('focus');
    end();
  });
});
