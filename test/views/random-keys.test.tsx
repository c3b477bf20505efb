import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellWidth } from '../../src/shared/cells.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { containment, event, hostile } from './fixtures.ts';
import { startScreen } from './screen.tsx';
import { chain, enrichments, inventories, inventory, openDoors } from './situation.ts';

const keys = [
  ...'jkgGbfcaxzAmny#/!i?sveEJKNYwr1VVppp:t+-2 IIDDfffoOhlLPPcGMMWX"',
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
const step = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...keys) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 20, max: 210 }), fc.integer({ min: 5, max: 61 })) },
  { weight: 1, arbitrary: fc.constant('<event>') },
  { weight: 1, arbitrary: fc.constant('<paste>') },
  { weight: 1, arbitrary: fc.constant('<looked>') },
  { weight: 1, arbitrary: fc.constant('<question>') },
  { weight: 1, arbitrary: fc.constant('<mouse>') },
);

it('whatever is pressed and however the terminal is resized, the screen stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50 }), async (steps) => {
      const session = fakeSession({
        snapshot: { containments: [containment()] },
        inventory,
        openDoors: openDoors.some!,
        playbooks: true,
        chain,
        parameters: async () => [
          {
            name: 'role',
            title: 'whom to deny',
            choices: ['arn:aws:iam::111122223333:role/ds-exec', hostile(1).id, 'nobody'],
          },
          { name: 'why', title: 'why', choices: undefined },
        ],
        enrich: () => enrichments.loaded!,
      });
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
      while (before !== still()) {
        before = still();
        // Longer than Ink holds a frame back, on the same thread.
        await new Promise((resolve) => setTimeout(resolve, 40));
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
      // Nothing was pressed that could have been a confirmation: 400 ms never passed.
      expect(session.asked.filter((asked) => /^(approve|undo)/.test(asked))).toEqual([]);
      on.write('\u0003');
      await until(() => ended || on.text().includes('Ctrl-C once more leaves'), on.text);
      on.write('\u0003');
      await on.ended;
      await until(() => !on.alternate());
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
