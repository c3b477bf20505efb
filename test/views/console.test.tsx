import { afterEach, describe, expect, it } from 'vitest';
import { AwsCallError, FailedError } from '../../src/model/errors.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { containment, event, NOW, snapshot } from './fixtures.ts';
import { type Screen, startScreen } from './screen.tsx';

let screen: Screen | undefined;
afterEach(async () => {
  if (!screen) return;
  await screen.press('Ctrl-C', 'Ctrl-C');
  await screen.ended.catch(() => undefined);
  screen = undefined;
});
const start = (...parameters: Parameters<typeof startScreen>) => {
  screen = startScreen(...parameters);
  return screen;
};
const lineWith = (on: Screen, text: string) => on.rows().find((row) => row.includes(text)) ?? '';
/** The row of the events pane that is selected. */
const selected = (on: Screen) =>
  on
    .rows()
    .filter((row) => /^>.{2} \d\d:\d\d:\d\d/.test(row))
    .at(-1) ?? '';
const approvals = (session: { readonly asked: readonly string[] }) =>
  session.asked.filter((each) => each.startsWith('approve'));

describe('the panes', () => {
  it('show account, mode, events, resources and detail, and follow the newest event', async () => {
    const session = fakeSession();
    const on = start(session);
    await on.see('CreateTrainingJob');
    await on.see('miner-7');
    expect(on.text()).toContain('111122223333 ml-prod');
    expect(on.text()).toContain('READ-ONLY');
    expect(selected(on)).toContain('20:04:19');
    session.add(event(70));
    await until(
      () => selected(on).includes('20:04:25'),
      () => on.text(),
    );
  });

  it('hold still while events arrive, late ones too, and say how many are newer', async () => {
    const session = fakeSession();
    const on = start(session);
    await on.see('CreateTrainingJob');
    await on.press('k', 'k');
    await until(
      () => selected(on).includes('AttachRolePolicy'),
      () => on.text(),
    );
    const line = on.rows().indexOf(selected(on));
    session.add(event(70), event(71), event(59, { rowId: 900, late: true, action: 'sagemaker:LateOne' }));
    await on.see('2 newer');
    expect(on.rows().indexOf(selected(on))).toBe(line);
    expect(selected(on)).toContain('AttachRolePolicy');
    await on.press('G');
    await on.see('following');
    expect(selected(on)).toContain('20:04:26');
  });

  it('take two keys of one read as two presses', async () => {
    const on = start(fakeSession());
    await on.see('CreateTrainingJob');
    on.write('kk');
    await until(
      () => selected(on).includes('AttachRolePolicy'),
      () => on.text(),
    );
  });

  it('jump to the failed event, mark it and note it', async () => {
    const session = fakeSession();
    const on = start(session);
    await on.see('CreateTrainingJob');
    await on.press('E');
    await until(
      () => selected(on).includes('AttachRolePolicy'),
      () => on.text(),
    );
    await on.press('m');
    await until(() => session.asked.includes(`mark ${event(62).id}`));
    await until(
      () => selected(on).startsWith('>*'),
      () => on.text(),
    );
    await on.press('#');
    await on.see('Note on');
    on.write('who let alice in?');
    await on.see('who let alice in?');
    await on.press('Enter');
    await until(() => session.asked.includes('note who let alice in?'));
    expect(session.snapshot.get().notes[0]?.eventId).toBe(event(62).id);
  });

  it('filter live, point at what cannot be read, and come back with Esc', async () => {
    const on = start(fakeSession());
    await on.see('CreateTrainingJob');
    await on.press('/');
    await on.see('Enter keeps');
    on.write('principal=ds-exec/alice');
    await on.see('4 events');
    await on.press('Enter');
    await on.see('filter: principal=ds-exec/alice');
    await on.press('/');
    await on.see('Enter keeps');
    on.write(' nonsense=1');
    await on.see('^');
    await on.press('Esc');
    await on.seeNo('Enter keeps');
    expect(on.text()).toContain('filter: principal=ds-exec/alice');
    await on.press('Esc');
    await on.seeNo('filter:');
  });

  it('say of no filter how many events another one found', async () => {
    const session = fakeSession();
    let arrive: (() => void) | undefined;
    const { view } = session.events;
    const on = start(session);
    await on.see('CreateTrainingJob');
    Object.assign(session.events, {
      view: async (...asked: Parameters<typeof view>) => {
        await new Promise<void>((resolve) => {
          arrive = resolve;
        });
        return view(...asked);
      },
    });
    await on.press('/');
    await on.see('Enter keeps');
    // Of the empty filter, which is in force.
    await on.see(/^ [\d,]+ events/m);
    on.write('principal=ds-exec/alice');
    await on.see(/^ searching [\d,]+ events/m);
    arrive?.();
    await on.see(/^ 4 events/m);
  });

  it('survive a paste of a megabyte and say that it was cut', async () => {
    const on = start(fakeSession());
    await on.see('CreateTrainingJob');
    await on.press('/');
    await on.see('Enter keeps');
    on.write(`\u001b[200~${'x'.repeat(1_000_000)}\u001b[201~`);
    await on.see('4,096 characters');
    await on.press('Esc');
    await on.seeNo('Enter keeps');
  });

  it('filter by the selected resource', async () => {
    const on = start(fakeSession());
    await on.see('miner-7');
    await on.press('Tab', 'Tab', 'G', 'Enter');
    await on.see(/filter: resource=/);
  });

  it('copy to the terminal and say what', async () => {
    const on = start(fakeSession());
    await on.see('CreateTrainingJob');
    await on.press('y');
    await on.see(`copied event id: ${event(64).id}`);
    expect(on.output()).toContain(Buffer.from(event(64).id).toString('base64'));
  });

  it('run a key from the help', async () => {
    const session = fakeSession();
    const on = start(session);
    await on.see('CreateTrainingJob');
    await on.press('?');
    await on.see('Help');
    // Thrown away until the terminal has the frame.
    await until(
      () => {
        on.write('G');
        return on.rows().every((row) => !row.startsWith('> Enter'));
      },
      () => on.text(),
    );
    for (let step = 0; step < 150 && !on.rows().some((row) => row.startsWith('> i ')); step += 1) {
      const was = on.rows().findLast((row) => row.startsWith('>'));
      await on.press('k');
      await until(
        () => on.rows().findLast((row) => row.startsWith('>')) !== was,
        () => on.text(),
      );
    }
    await on.press('Enter');
    await on.see('Who am I');
  });
});

describe('containing', () => {
  /** Selects alice's row with this action, opens the chooser. */
  const choose = async (on: Screen, action: string) => {
    await on.see('CreateTrainingJob');
    for (let step = 0; step < 6 && !selected(on).includes(action); step += 1) {
      const was = selected(on);
      await on.press('k');
      await until(
        () => selected(on) !== was,
        () => on.text(),
      );
    }
    await on.press('c');
    await on.see('Contain');
  };

  it('needs arming, then y, and shows the progress to its verdict', async () => {
    const session = fakeSession();
    const on = start(session);
    await choose(on, 'AttachRolePolicy');
    await on.see('reversible in seconds');
    await on.press('Enter');
    await on.see('iam:PutRolePolicy');
    await on.see('read-only: press A to arm');
    await on.press('y');
    expect(approvals(session)).toEqual([]);
    await on.press('A');
    await on.see('ARMED');
    await on.see('y send 1 call');
    await on.press('y');
    await on.see('written');
    expect(approvals(session)).toEqual(['approve test.seconds ds-exec']);
  });

  it('ignores y before the dialog has settled, and every key of the read that opened it', async () => {
    const session = fakeSession({ snapshot: { armedUntil: Date.now() + 600_000 } });
    const on = start(session);
    await choose(on, 'AttachRolePolicy');
    on.write('\ryyyy');
    await on.see('iam:PutRolePolicy');
    on.write('y');
    await on.see('y send 1 call');
    expect(approvals(session)).toEqual([]);
    // Enter presses the focused button, which is Cancel.
    await on.press('Enter');
    await on.seeNo('iam:PutRolePolicy');
    expect(approvals(session)).toEqual([]);
  });

  it('asks for the name where something is destroyed', async () => {
    const session = fakeSession({ snapshot: { armedUntil: Date.now() + 600_000 } });
    const on = start(session);
    await on.see('CreateTrainingJob');
    await on.press('c');
    await on.see('Stop endpoint');
    await on.press('Enter');
    await on.see('Type fraud-scorer to confirm');
    on.write('fraud-score');
    await on.see('not yet the name');
    await on.press('Enter');
    await on.see('does not match');
    expect(approvals(session)).toEqual([]);
    on.write('r');
    await on.see('Enter send 1 call');
    await on.press('Enter');
    await on.see('written');
    expect(approvals(session)).toEqual(['approve test.destroys fraud-scorer fraud-scorer']);
  });

  it.each([
    ['UpdateNotebookInstance', 'interrupts work', 'y send 1 call'],
    ['CreateTrainingJob', 'NOT reversible', 'Type miner-7'],
  ])('confirms %s by its class: %s', async (action, word, prompt) => {
    const session = fakeSession({ snapshot: { armedUntil: Date.now() + 600_000 } });
    const on = start(session);
    await choose(on, action);
    await on.see(word);
    await on.press('Enter');
    await on.see(prompt);
  });

  it('shows an outdated plan as a difference that one key accepts', async () => {
    const session = fakeSession({ snapshot: { armedUntil: Date.now() + 600_000 } });
    session.outdateNext();
    const on = start(session);
    await choose(on, 'AttachRolePolicy');
    await on.press('Enter');
    await on.see('y send 1 call');
    await on.press('y');
    await on.see('AWS changed since the preview. Nothing was sent.');
    await on.see(/\+ 2 iam:PutRolePolicy/);
    await on.see('y accept the new plan and send 2 calls');
    await on.press('y');
    await on.see('written');
    expect(approvals(session)).toHaveLength(2);
  });

  it('shows what AWS said with the next step, and plans again', async () => {
    const session = fakeSession();
    session.failPlans(
      new AwsCallError({
        operation: 'iam:GetRole',
        code: 'AccessDenied',
        message: 'not authorized',
        reason: 'denied',
        outcome: 'refused',
        nextSteps: ['Ask for iam:GetRole'],
      }),
    );
    const on = start(session);
    await choose(on, 'AttachRolePolicy');
    await on.press('Enter');
    await on.see('AccessDenied: not authorized');
    expect(lineWith(on, 'Ask for iam:GetRole')).toContain('next');
    session.failPlans(undefined);
    await on.press('r');
    await on.see('iam:PutRolePolicy');
  });

  it('undoes, and says undone', async () => {
    const session = fakeSession({
      snapshot: { armedUntil: Date.now() + 600_000, containments: [containment()] },
    });
    const on = start(session);
    await on.see('CreateTrainingJob');
    await on.press('z');
    await on.see('iam:DeleteRolePolicy');
    await on.see('gives ds-exec back');
    await on.see('y undo with 1 call');
    await on.press('y');
    await on.see(/\bundone\b/);
    expect(session.asked).toContain('undo c1');
  });

  it('keeps the dialog over a resize', async () => {
    const on = start(fakeSession());
    await choose(on, 'AttachRolePolicy');
    await on.press('Enter');
    await on.see('iam:PutRolePolicy');
    on.resize(80, 24);
    await on.see('read-only: press A to arm');
    on.resize(60, 20);
    await on.see('too small (need 80×24, have 60×20)');
    on.resize(200, 60);
    await on.see('iam:PutRolePolicy');
  });

  it('shows what is in flight at the first q, and leaves at the second', async () => {
    const session = fakeSession({ snapshot: { containments: [containment({ state: 'in-progress' })] } });
    const on = start(session);
    await on.see('1 running');
    await on.press('q');
    await on.see('Steps are in flight');
    await on.press('q');
    await on.ended;
    expect(on.alternate()).toBe(false);
  });
});

describe('the terminal', () => {
  it('is as it was after q', async () => {
    const on = start(fakeSession());
    await on.see('CreateTrainingJob');
    expect(on.alternate()).toBe(true);
    expect(on.raw()).toBe(true);
    await on.press('q');
    await on.ended;
    await until(() => !on.alternate());
    expect(on.raw()).toBe(false);
    expect(on.output()).toContain('\u001b[?25h');
  });

  it('may have echoed a key before: the first row begins at the edge all the same, and its clock stays whole', async () => {
    const on = start(fakeSession(), { columns: 80, rows: 24 }, {}, 'jj');
    await on.see('CreateTrainingJob');
    const clock = () => /\d\d:\d\d:\d\dZ/.exec(on.rows()[0] ?? '')?.[0];
    const first = clock();
    expect(first, on.text()).toBeDefined();
    expect(on.rows()[0]).toMatch(/^ 111122223333/);
    await until(() => clock() !== first, on.text);
    expect(clock(), on.text()).toBeDefined();
  });

  it('is restored before it is thrown why the store cannot be opened, which is known after the first frame', async () => {
    const { promise: opened, reject } = Promise.withResolvers<void>();
    const on = start(fakeSession(), undefined, {}, '', { opened });
    await on.see('CreateTrainingJob');
    const why = new FailedError('DiskFull', 'events.db cannot grow: the disk is full', ['Make room']);
    reject(why);
    await expect(on.ended).rejects.toBe(why);
    await until(() => !on.alternate());
    expect(on.raw()).toBe(false);
  });

  it('is restored before a bug is thrown to the caller', async () => {
    const session = fakeSession();
    const on = start(session);
    await on.see('CreateTrainingJob');
    session.failPlans(new TypeError('a bug'));
    await on.press('c');
    await on.see('Contain');
    await on.press('Enter');
    await expect(on.ended).rejects.toThrow('a bug');
    await until(() => !on.alternate());
    expect(on.raw()).toBe(false);
  });

  it('takes nothing but q and Ctrl-C when it is too small', async () => {
    const session = fakeSession();
    const on = start(session, { columns: 79, rows: 24 });
    await on.see('too small (need 80×24, have 79×24)');
    await on.press('A', 'm', 'c', 'w');
    expect(session.asked).toEqual([]);
    await on.press('q');
    await on.ended;
  });

  it('is left by Ctrl-C twice, whatever is open', async () => {
    const on = start(fakeSession());
    await on.see('CreateTrainingJob');
    await on.press('/', 'x', 'Ctrl-C');
    await on.see('Ctrl-C once more leaves');
    await on.press('Ctrl-C');
    await on.ended;
  });

  it('is left at once when the program is ended from outside, steps in flight and dialogs or not', async () => {
    const ending = new AbortController();
    const session = fakeSession({ snapshot: { containments: [containment({ state: 'in-progress' })] } });
    const on = start(session, { columns: 120, rows: 40 }, {}, '', { ending: ending.signal });
    await on.see('1 running');
    await on.press('c');
    await on.see('Contain');
    ending.abort();
    await on.ended;
    await until(() => !on.alternate());
    expect(on.raw()).toBe(false);
  });

  it('gets no colour when the operator wants none', async () => {
    const on = start(fakeSession(), { columns: 120, rows: 40 }, { theme: 'none' });
    await on.see('CreateTrainingJob');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR sequences are what is looked for
    const codes = [...on.output().matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list]) => (list ?? '').split(';'));
    expect(codes.filter((code) => /^(3|4|9|10)\d$/.test(code) && code !== '39' && code !== '49')).toEqual([]);
  });

  it('shows a strange endpoint before AWS has said who we are', async () => {
    const on = start(
      fakeSession({ snapshot: { identity: undefined, endpoint: { kind: 'custom', host: '127.0.0.1:9' } } }),
      { columns: 80, rows: 24 },
    );
    await on.see(/CUSTOM ENDPOINT 127\.0\.0\.1:9 .*(asking AWS|who am I)/);
    await on.see('READ-ONLY');
  });

  it('shows a drill as simulated', async () => {
    const made = snapshot();
    const on = start(
      fakeSession({
        snapshot: {
          mode: 'drill',
          identity: { ...made.identity!, endpoint: { kind: 'simulated', host: '127.0.0.1:4566' } },
          drill: {
            briefing: { scenario: 'presigned-url-hijack', title: 'A page', text: ['Somebody opened a notebook.'] },
            story: { startedAt: NOW, state: 'running', ending: '' },
          },
        },
      }),
      { columns: 80, rows: 24 },
    );
    await on.see('SIMULATED');
    await on.see('READ-ONLY');
    await on.press('i');
    await on.see('Somebody opened a notebook.');
  });
});
