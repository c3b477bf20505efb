import { afterEach, describe, it } from 'vitest';
import { cellWidth } from '../../src/shared/cells.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { event, notebook, story } from './fixtures.ts';
import { type Screen, startScreen } from './screen.tsx';
import { enrichments } from './situation.ts';
import { edges, profile, thingSession } from './thing-samples.ts';

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

/** Every row as wide as the screen at most, the header above and hints below; once the frame is whole. */
async function stands(on: Screen, { columns, rows }: (typeof sizes)[number]) {
  await until(
    () => {
      const shown = on.rows();
      return (
        shown.length === rows &&
        shown.every((row) => cellWidth(row) <= columns) &&
        /READ-ONLY/.test(shown[0] ?? '') &&
        shown.at(-1)?.includes('Esc back') === true
      );
    },
    () => on.text(),
  );
}

describe.each(sizes)('at $columns×$rows', (size) => {
  it('goes from an event to its resource, to who acted on it, to what that touched, and back', async () => {
    const on = startScreen(thingSession('alice'), size);
    open = on;
    await on.see(/CreateTraining/);
    await on.press('k', 'k', 'k', 'R');
    await on.see('>Resource nb fraud-lab');
    await on.see('state now: InService as of');
    await on.see('what speaks against it');
    await stands(on, size);
    for (let part = 0; part < 2; part += 1) await on.press('Tab');
    await on.see(/^> +(?:made by|acted on it) +alice/m);
    await on.press('Enter');
    await on.see('nb fraud-lab › Principal alice');
    await on.see('ASIAalice0');
    await stands(on, size);
    await on.press('G');
    await on.see(/who that is|its events, the newest/);
    await stands(on, size);
    await on.press('Esc');
    await on.see(/^> +(?:made by|acted on it) +alice/m);
    await on.press('Esc');
    await on.see('>Events');
  });

  it.each([
    ['hostile names', 'evil\u001b[2J\u202e\u0000\r\n\u009b2J '.repeat(6)],
    ['CJK names', '数据库-人事部'.repeat(9)],
  ])('stands with %s by the hundred', async (_what, word) => {
    const principal = { type: 'IAMUser', arn: '', name: word };
    const resources = [{ kind: 'sagemaker.model', arn: '', name: word, relation: 'target' as const }];
    const events = [...story(), event(900, { rowId: 900, principal, resources })];
    const session = fakeSession({
      events,
      profile: profile(word, 300),
      edges: edges(notebook, word, 100),
      enrich: () => enrichments.loaded!,
    });
    const on = startScreen(session, size, { ascii: size.columns === 120, theme: 'none' });
    open = on;
    await on.see(/CreateTraining/);
    await on.press('R');
    await on.see('Resource ');
    await on.see(/ who . \d+/);
    await stands(on, size);
    await on.press('G', 'g', ' ', ' ');
    await stands(on, size);
    await on.press('Esc', 'U');
    await on.see('Principal ');
    await on.see('what closes it');
    await stands(on, size);
    await on.press('G');
    await on.see(/who that is|its events, the newest/);
    await stands(on, size);
  });
});
