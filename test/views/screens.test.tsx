import { afterEach, describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/shared/cells.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { type Screen, startScreen } from './screen.tsx';
import { chain, door, enrichments, inventory, openDoors } from './situation.ts';

let open: Screen | undefined;
afterEach(async () => {
  open?.write('\u0003');
  await new Promise((resolve) => setImmediate(resolve));
  open?.write('\u0003');
  await open?.ended;
  open = undefined;
});

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

function start(
  options: Parameters<typeof fakeSession>[0] = {},
  size = sizes[1],
  look: Parameters<typeof startScreen>[2] = {},
) {
  const session = fakeSession({ inventory, openDoors: openDoors.some!, chain, ...options });
  const on = startScreen(session, size, look);
  open = on;
  return { session, on };
}

/** Presses a key until it is heard: those that come before a dialog was painted are thrown away. */
async function pressUntil(on: Screen, key: string, text: string) {
  const shows = () => on.text().includes(text);
  while (!shows()) {
    await on.press(key);
    await until(shows, text, 500).catch(() => undefined);
  }
}

/** Every row as wide as the screen at most, the header above and hints below. */
function stands(on: Screen, { columns, rows }: (typeof sizes)[number], last = 'Esc') {
  const shown = on.rows();
  expect(shown).toHaveLength(rows);
  for (const row of shown) expect(cellWidth(row), row).toBeLessThanOrEqual(columns);
  expect(shown[0]).toMatch(/READ-ONLY/);
  expect(shown.at(-1)).toContain(last);
}

describe.each(sizes)('at $columns×$rows', (size) => {
  it.each([
    ['in colour', {}],
    ['in ASCII without colour', { ascii: true, theme: 'none' } as const],
  ])('every screen stands, %s', async (_how, look) => {
    const { on } = start({}, size, look);
    await on.see(/CreateTraining/);
    await on.press('l');
    await on.see('>Lanes, 30m');
    await on.see('presign');
    stands(on, size, 'q');
    await on.press('Tab');
    await on.press('I');
    await on.see('accelerators at work');
    await on.see(/training jobs not listed since [\d:]+: this identity needs sag/);
    stands(on, size);
    await pressUntil(on, 'D', 'of nobody suspected');
    await on.see('not looked at: schedules');
    stands(on, size);
    await pressUntil(on, 'Esc', '>Events');
    await pressUntil(on, 'f', 'inferred: fraud-lab runs as ds-exec');
    stands(on, size);
    await pressUntil(on, ':', '>Command');
    await on.press('i', 'n', 'v', 'Enter');
    await on.see(/chain . Inventory/);
    stands(on, size);
  });
});

it('says in the header how many doors are open, and counts them down', async () => {
  const now = Date.now();
  const { on } = start({
    openDoors: {
      doors: [door(0, { until: now + 90_000 }), door(1, { until: now + 90_000, suspect: false })],
      unknown: [],
      at: now,
    },
  });
  await on.see('1 still open (D)');
  await on.press('D');
  await on.see(/01:2\d/);
  const left = () => /session +(\d\d:\d\d)/.exec(on.text())?.[1];
  const before = left();
  await until(() => left() !== before, on.text);
});

describe('what AWS says about a resource', () => {
  it('fills in below what stands there, for what the selection rests on alone', async () => {
    const { session, on } = start({ enrich: () => enrichments.loaded! }, sizes[2]);
    await on.see('miner-7');
    await on.press('Tab', 'Tab');
    await on.see('asking AWS…');
    await on.press('j', 'j', 'j');
    await on.see('InService as of');
    const asked = session.asked.filter((each) => each.startsWith('enrich'));
    // The first may have been rested on by a slow machine; those in between were not.
    expect(asked.length).toBeLessThanOrEqual(2);
    await on.see('root access');
  });

  it.each([
    ['denied', 'denied: this identity needs sagemaker:DescribeNotebookInstance'],
    ['gone', 'gone: AWS knows none of that name'],
    ['failed', 'could not be read: connect ECONNREFUSED'],
    ['nobody to ask', 'these are saved logs: there is no account to ask'],
  ])('says when it is %s', async (state, words) => {
    const { on } = start({ enrich: () => enrichments[state]! }, sizes[2]);
    await on.see('miner-7');
    await on.press('Tab', 'Tab');
    await on.see(words);
  });
});

it('offers a paste as what to start from, and shows what was used and what was not', async () => {
  const { on } = start();
  await on.see('CreateTrainingJob');
  on.write('\u001b[200~{\r\n  "detail-type": "GuardDuty Finding"\r\n}\u001b[201~');
  await on.see('pasted: 3 lines');
  await on.press('Enter');
  await on.see('not used');
  await on.see('444455556666 is another account: reached by --profile audit');
  await on.press('Enter');
  await on.seeNo('Focus:');
});
