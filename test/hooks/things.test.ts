import { describe, expect, it } from 'vitest';
import { createDesk, type Desk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pressKey } from '../../hooks/press.ts';
import { type PrincipalDialog, rowsOfPrincipal } from '../../hooks/principal-screen.ts';
import { resourceRows } from '../../hooks/resource-rows.ts';
import { type ResourceDialog, rowsOfResource } from '../../hooks/resource-screen.ts';
import { selectedThing } from '../../hooks/things.ts';
import { observable } from '../../src/shared/observable.ts';
import { until } from '../helpers/until.ts';
import type { FakeSession } from '../views/fake-session.ts';
import { NOW, notebook } from '../views/fixtures.ts';
import { principalSamples, thingSession } from '../views/thing-samples.ts';

function made(word = 'alice', session: FakeSession = thingSession(word)) {
  const copied: string[] = [];
  const desk = createDesk(session, {
    now: () => NOW,
    later: (ms, run) => {
      const timer = setTimeout(run, Math.min(ms, 20));
      return () => clearTimeout(timer);
    },
    copy: (text) => copied.push(text),
    exit: () => {},
    repaint: () => {},
  });
  return { desk, session, copied };
}

function press(desk: Desk, ...names: readonly string[]) {
  for (const name of names) {
    const dialog = topDialog(desk);
    if (dialog) dialogPainted(desk, dialog.id);
    pressKey(desk, { name, text: [...name].length === 1 ? name : '' });
  }
}

const resource = (desk: Desk) => topDialog(desk) as ResourceDialog;
const principal = (desk: Desk) => topDialog(desk) as PrincipalDialog;
const partsOf = (rows: ReturnType<typeof rowsOfResource>) =>
  rows.flatMap((row) => (row.type === 'part' ? [row.title] : []));
/** Opens the notebook, and waits for what the store knows. */
async function opened() {
  const on = made();
  press(on.desk, ':', ...'resource fraud-lab'.split(''), 'Enter');
  if (topDialog(on.desk)?.type !== 'resource') press(on.desk, 'I', 'j', 'j', 'j', 'Enter');
  await until(() => resource(on.desk).known !== undefined);
  return on;
}
/** Selects the first row whose key begins so. */
function select(desk: Desk, key: string) {
  press(desk, 'g');
  for (let turn = 0; turn < 500 && !selectedThing(desk)?.key.startsWith(key); turn += 1) press(desk, 'j');
  expect(selectedThing(desk)?.key).toContain(key);
}

describe('a resource', () => {
  it('says first what speaks against it, then what can be done, who, what it is, what uses it and its events', async () => {
    const { desk } = await opened();
    expect(partsOf(rowsOfResource(desk, resource(desk)))).toEqual([
      'what speaks against it',
      'what was done, and what can be (Enter plans, sends nothing)',
      'who',
      'what it is',
      'blast radius: who uses it',
      'what it belongs to, and what belongs to it',
      'how it is set up',
      'its events, the newest first',
      ...partsOf(rowsOfResource(desk, resource(desk))).slice(8),
    ]);
    desk.ending.abort();
  });

  it('leads to findings, principals, relations, events and containments, and back to the row', async () => {
    const { desk } = await opened();
    for (const [key, there] of [
      ['actor', 'principal'],
      ['edge', 'resource'],
      ['containment', 'progress'],
      ['event', undefined],
      ['finding', undefined],
    ] as const) {
      select(desk, key);
      const row = selectedThing(desk)?.key;
      press(desk, 'Enter');
      expect([key, topDialog(desk)?.type]).toEqual([key, there]);
      press(desk, 'Esc');
      await until(() => topDialog(desk)?.type === 'resource' && selectedThing(desk)?.key === row);
    }
    desk.ending.abort();
  });

  it('plans an action on Enter and sends nothing', async () => {
    const { desk, session } = await opened();
    select(desk, 'action');
    press(desk, 'Enter');
    expect(topDialog(desk)).toMatchObject({ type: 'plan', target: notebook });
    expect(session.asked.filter((asked) => asked.startsWith('approve'))).toEqual([]);
    desk.ending.abort();
  });

  it('asks AWS who uses it when it is told to, and stops when told again', async () => {
    const { desk, session } = await opened();
    let going = true;
    Object.assign(session, {
      async *usersOf(_ref: unknown, signal: AbortSignal) {
        yield { found: [], done: 1, total: 9, problems: [], ended: false };
        while (going) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          signal.throwIfAborted();
        }
      },
    });
    press(desk, 'u');
    await until(() => resource(desk).scan?.done === 1);
    press(desk, 'u');
    expect(resource(desk).scan).toMatchObject({ ended: true, problems: ['stopped: the rest was not looked at'] });
    press(desk, 'u');
    await until(() => resource(desk).scan?.ended === false && resource(desk).scan?.done === 1);
    press(desk, ':', ...'stop', 'Enter');
    expect(resource(desk).scan).toMatchObject({ ended: true, problems: ['stopped: the rest was not looked at'] });
    going = false;
    desk.ending.abort();
  });

  it('says of that how much is done, how fast, and what is left', () => {
    const scan = { found: [], done: 40, total: 900, problems: [], ended: false, sinceMs: 4_000 };
    const rows = resourceRows({ ref: notebook, known: undefined, enrichment: undefined, scan }, thingSession('alice'));
    expect(JSON.stringify(rows)).toContain('looking: 40 of 900 things, 10/s, 86s left; 0 found (u stops)');
  });

  it('shows its events when all have been looked at, though no event comes that has it asked again', async () => {
    const session = thingSession('alice');
    const changes = observable(0);
    let looked = 0;
    let isWhole = false;
    const { window } = session.events;
    Object.assign(session.events, {
      changes,
      window: (query: Parameters<typeof window>[0]) => {
        const there = window(query);
        if (query.rows !== 20) return there;
        looked += 1;
        return isWhole ? there : { rows: [], total: -1 };
      },
    });
    const { desk } = made('alice', session);
    press(desk, 'I', 'j', 'j', 'j', 'Enter');
    await until(() => looked > 0);
    isWhole = true;
    changes.set(1);
    await until(() => (resource(desk).known?.events.total ?? -1) > 0);
    expect(resource(desk).known?.events.rows).not.toEqual([]);
    desk.ending.abort();
  });

  it('copies what a row names, and the ARN', async () => {
    const { desk, copied } = await opened();
    select(desk, 'fact arn');
    press(desk, 'y', 'Y');
    expect(copied).toEqual([resource(desk).ref.arn, resource(desk).ref.arn]);
    desk.ending.abort();
  });
});

describe('a principal', () => {
  it('of whom no event is loaded is not said to have no key, no address and nothing that closes it', () => {
    const nobody = principalSamples().find(({ title }) => title === 'principal: nobody');
    const texts = (nobody?.extras?.things ?? []).map((row) => ('text' in row ? row.text : ''));
    expect(texts.filter((text) => text.startsWith('not known: no event of it is loaded'))).toHaveLength(3);
  });

  it('is opened by name, by ARN, and from the event that is selected', async () => {
    const { desk } = made();
    press(desk, ':', ...'principal alice', 'Enter');
    expect(principal(desk)).toMatchObject({ type: 'principal', who: 'alice' });
    press(desk, 'Esc', 'U');
    expect(principal(desk).who).toMatch(/^arn:aws:sts::|alice|bob/);
    press(desk, 'U');
    expect(desk.state.get().trail).toHaveLength(1);
    desk.ending.abort();
  });

  it('tells what speaks against it, what closes it, keys with their ends, the chain, firsts, addresses and services', async () => {
    const { desk } = made();
    press(desk, ':', ...'principal alice', 'Enter');
    await until(() => principal(desk).known !== undefined);
    const rows = rowsOfPrincipal(desk, principal(desk));
    expect(partsOf(rows)).toEqual([
      'what speaks against it',
      'what closes it (Enter plans, sends nothing)',
      'keys and sessions, the last used first',
      'where its credentials came from, and what they led to',
      'handed out',
      'never done before',
      'from where',
      'what it did, by service',
      'what it touched',
      'who that is',
      ...partsOf(rows).slice(10),
    ]);
    const key = rows.find((row) => row.type === 'row' && row.key.startsWith('key '));
    expect(key).toMatchObject({ label: 'session key', until: NOW + 120_000 });
    press(desk, 'c');
    expect(topDialog(desk)?.type).toBe('choose');
    desk.ending.abort();
  });
});
