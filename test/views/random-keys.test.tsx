import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { commands } from '../../hooks/commands.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { drawnBy, limitMs, runs } from '../helpers/runs.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { containment, event, hostile } from './fixtures.ts';
import { type Screen, startScreen } from './screen.tsx';
import { chain, enrichments, inventories, inventory, openDoors } from './situation.ts';

const keys = [
  ...'RRUUSVjkgGbfcaxzAmny#/!i?sveEJKNYwr1VVppp:t+-2 IIDDfffoOhlLPPcGMMWX"',
  'Enter',
  'Enter',
  'Esc',
  'Tab',
  'Up',
  'Down',
  'Left',
  'Right',
  'Ctrl-D',
  'Ctrl-L',
  'Backspace',
];
const someParameters = async () => [
  {
    name: 'role',
    title: 'whom to deny',
    choices: ['arn:aws:iam::111122223333:role/ds-exec', hostile(1).id, 'nobody'],
  },
  { name: 'why', title: 'why', choices: undefined },
];

/** Every word of the palette, what follows it left out, or nonsense. */
const words = commands.flatMap(({ names, argument }) => (argument ? [`${names[0]} x`, names[0]!] : [names[0]!]));
const step = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...keys) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 210 }), fc.integer({ min: 1, max: 61 })) },
  { weight: 1, arbitrary: fc.constantFrom('<event>', '<events>') },
  { weight: 1, arbitrary: fc.constant('<paste>') },
  { weight: 1, arbitrary: fc.constant('<looked>') },
  { weight: 1, arbitrary: fc.constant('<question>') },
  { weight: 1, arbitrary: fc.constant('<mouse>') },
  { weight: 1, arbitrary: fc.constantFrom(...words).map((word) => `:${word}\r`) },
);
/** What leads to a confirmation, if nothing comes between: the dialog stands, has settled, is armed or not, is confirmed or not. */
const confirming = fc
  .record({
    rows: fc.integer({ min: 0, max: 6 }),
    door: fc.constantFrom('c', 'c', 'z', 'Z'),
    arms: fc.boolean(),
    answer: fc.constantFrom('y', 'y', 'fraud-scorer\r', 'miner-0\r', 'Esc'),
  })
  .map(({ rows, door, arms, answer }) => [
    [120, 40] as const,
    ...['<paint>', 'Esc', '<paint>', 'Esc', '<paint>', 'Esc', '<paint>'],
    ...Array.from({ length: rows }, () => 'k'),
    ...[door, '<paint>', 'Enter', '<paint>'],
    ...(arms ? ['A'] : []),
    ...['<settle>', answer, '<paint>'],
  ]);
const sequences = fc.oneof(
  { weight: 6, arbitrary: fc.array(step, { minLength: 20, maxLength: 50 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(step, { maxLength: 12 }), confirming, fc.array(step, { maxLength: 12 }), confirming)
      .map((parts) => parts.flat()),
  },
);

/** A fixed sample in the suite; `node test/many-runs.ts test/views/random-keys.test.tsx` runs a thousand. */
const numRuns = runs(20, 1000);
let sent = 0;
let left = 0;
afterAll(() => {
  if (numRuns !== 20) process.stdout.write(`sent while armed: ${sent}, left by a key or command: ${left}\n`);
});

/** What a terminal must not be left with, by the number of its private mode: the alternate screen, mouse reports, marked pastes. */
const modes = ['1049', '1000', '1002', '1003', '1006', '2004'];
const lastOf = (output: string, mode: string): string | undefined =>
  output
    .match(new RegExp(`\\u001b\\[\\?${mode}[hl]`, 'g'))
    ?.at(-1)
    ?.at(-1);

/** Longer than Ink holds anything back: a frame 8 ms, a lone Esc 20 ms. On one thread, timers come in their order, however busy the machine is. */
const INK_HOLDS_MS = 40;
/** The same for the 400 ms after which `y` is taken. */
const SETTLED_MS = 420;

/** Resolves when what was pressed until now is on the terminal; at once when that has ended. */
async function painted(on: Screen): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, INK_HOLDS_MS));
  await until(on.drawn, on.text);
}

it(
  'whatever is pressed and however the terminal is resized, the screen stands',
  async () => {
    await fc.assert(
      fc.asyncProperty(sequences, fc.boolean(), async (steps, asks) => {
        const session = fakeSession({
          snapshot: { containments: [containment()] },
          inventory,
          openDoors: openDoors.some!,
          playbooks: true,
          chain,
          ...(asks ? { parameters: someParameters } : {}),
          enrich: () => enrichments.loaded!,
        });
        // Whatever the session would make of it: the console must not even ask for what changes AWS while it is not armed.
        const unarmed: string[] = [];
        for (const name of ['approve', 'undo', 'recover'] as const) {
          const real = session[name] as (...given: unknown[]) => Promise<unknown>;
          Object.assign(session, {
            [name]: (...given: unknown[]) => {
              if ((session.snapshot.get().armedUntil ?? 0) <= Date.now()) unarmed.push(name);
              sent += 1;
              return real(...given);
            },
          });
        }
        // What lists that fill in by themselves have asked, and with which events.
        let waiting = 0;
        const told = new Map<string, number>();
        const { ask } = session.events;
        Object.assign(session.events, {
          ask: async (...asked: Parameters<typeof ask>) => {
            const { eventsVersion } = session.snapshot.get();
            waiting += 1;
            try {
              return await ask(...asked);
            } finally {
              waiting -= 1;
              told.set(asked[1].type, eventsVersion);
            }
          },
        });
        const isTold = () =>
          waiting === 0 &&
          ['resources', 'lanes'].every((type) => told.get(type) === session.snapshot.get().eventsVersion);
        const on = startScreen(session);
        let ended = false;
        void on.ended.then(() => {
          ended = true;
        });
        let [columns, rows] = [120, 40];
        let rowId = 9000;
        await on.see('CreateTrainingJob');
        for (const each of steps) {
          if (Array.isArray(each)) {
            [columns, rows] = each as [number, number];
            on.resize(columns, rows);
          } else if (each === '<event>') {
            rowId += 1;
            session.add(rowId % 2 ? event(rowId, { rowId }) : { ...hostile(rowId), rowId });
          } else if (each === '<events>') {
            for (let more = 0; more < 300; more += 1) {
              rowId += 1;
              session.add(event(rowId, { rowId }));
            }
          } else if (each === '<paint>') {
            await painted(on);
          } else if (each === '<settle>') {
            await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
          } else if (each === '<question>') {
            session.snapshot.set({
              ...session.snapshot.get(),
              question: { id: rowId, kind: 'mfa', device: 'arn:aws:iam::111122223333:mfa/carol', profile: '' },
            });
          } else if (each === '<looked>') {
            session.inventory.set(rowId % 2 ? inventories.thousands! : inventory);
            session.openDoors.set(rowId % 2 ? openDoors.hostile! : openDoors.some!);
          } else if (each === '<mouse>')
            on.write(`\u001b[<${rowId % 2 ? 0 : 64};${(rowId % 90) + 1};${(rowId % 30) + 1}M`);
          else if (each === '<paste>') on.write('\u001b[200~evil\r\ny\u001b[201~');
          else
            on.write(
              {
                Enter: '\r',
                Esc: '\u001b',
                Tab: '\t',
                Up: '\u001b[A',
                Down: '\u001b[B',
                Left: '\u001b[D',
                Right: '\u001b[C',
                'Ctrl-D': '\u0004',
                'Ctrl-L': '\f',
                Backspace: '\u007f',
              }[each as string] ?? (each as string),
            );
          await new Promise((resolve) => setImmediate(resolve));
        }
        if (ended) left += 1;
        const erased = () => on.output().split('\u001b[2J').length;
        const before120 = erased();
        on.resize(120, 40);
        // A resize erases first, and paints then.
        await until(() => ended || erased() > before120, on.text);
        // The help can run `q`.
        await until(() => ended || /READ-ONLY|ARMED/.test(on.text()), on.text);
        await until(
          () => ended || (on.rows().length === 40 && on.rows().every((row) => cellWidth(row) <= 120)),
          () => on.text(),
        );
        // What small changes and resizes have led to is what painting everything anew gives; clocks and spans aside.
        const still = () => on.rows().join('\n').replaceAll(/\d+/g, '0');
        await until(() => ended || (/READ-ONLY|ARMED/.test(on.rows()[0] ?? '') && on.rows()[39] !== ''), on.text);
        await until(() => ended || isTold(), on.text);
        let before = '';
        // Again and again: what a frame leads to may be asked and drawn in turn, and AWS is asked about what has been selected for a quarter of a
        // second.
        for (let calm = 0; calm < 8 && !ended; calm += 1) {
          await painted(on);
          await until(() => ended || isTold(), on.text);
          if (before !== still()) calm = 0;
          before = still();
        }
        const written = on.output().length;
        on.write('\f');
        await until(() => ended || on.output().length > written + 1000);
        await until(
          () => ended || still() === before,
          () => {
            const anew = still().split('\n');
            return before
              .split('\n')
              .flatMap((row, index) =>
                row === anew[index] ? [] : [`${index} ${row}`, `${index} ${anew[index]} painted anew`],
              )
              .join('\n');
          },
        );
        expect(unarmed).toEqual([]);
        on.write('\u0003');
        await until(() => ended || on.text().includes('Ctrl-C once more leaves'), on.text);
        on.write('\u0003');
        await on.ended;
        await until(() => !on.alternate());
        expect(on.raw()).toBe(false);
        // The cursor is shown, and everything else that was switched on is off again.
        expect(lastOf(on.output(), '25')).toBe('h');
        expect(modes.map((mode) => lastOf(on.output(), mode) ?? 'l')).toEqual(modes.map(() => 'l'));
      }),
      {
        numRuns,
        ...drawnBy(1),
        endOnFailure: true,
      },
    );
  },
  limitMs(400_000),
);
