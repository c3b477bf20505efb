import { afterEach, expect, it } from 'vitest';
import { cellWidth } from '../../src/shared/cells.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from './fake-session.ts';
import { NOW, story } from './fixtures.ts';
import { line } from './log-samples.ts';
import { type Screen, startScreen } from './screen.tsx';

let open: Screen | undefined;
afterEach(async () => {
  open?.write('\u0003');
  await new Promise((resolve) => setImmediate(resolve));
  open?.write('\u0003');
  await open?.ended;
  open = undefined;
});

const words = ['started the server', 'Traceback (most recent call last):', 'evil\u001b[2J\u202e', '数据库'.repeat(90)];
const lines = Array.from({ length: 200 }, (_, index) => line(index, `${words[index % 4]} ${index}`));
const other = line(900, 'a line of a training job', {
  at: NOW - 1_000,
  action: 'logs:/aws/sagemaker/TrainingJobs',
  resources: [
    { kind: 'sagemaker.training-job', arn: '', name: 'miner-7', relation: 'target' },
    { kind: 'logs.log-stream', arn: '', name: 'miner-7/algo-1-1795700000', relation: 'parent' },
  ],
});

it.each([
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
])(
  'shows lines as they come, by group, filtered, and leads to the timeline and the resource, at $columns×$rows',
  async (size) => {
    const session = fakeSession({ events: [...story(), ...lines, other] });
    const on = startScreen(session, size);
    open = on;
    const stands = () =>
      until(
        () => {
          const shown = on.rows();
          return (
            shown.length === size.rows &&
            shown.every((row) => cellWidth(row) <= size.columns) &&
            /READ-ONLY/.test(shown[0] ?? '') &&
            shown.at(-1)?.includes('Esc') === true
          );
        },
        () => on.text(),
      );
    await on.see(/>Events/);
    await on.press('S');
    await on.see(/>Logs ── every log group ── 201 lines/);
    await on.see(/^> {3}.*a line of a training job/m);
    await on.see(/TrainingJobs · miner-7\/algo\S+ · tj miner-7/);
    await stands();
    session.add(line(950, 'a line that came', { at: NOW }));
    await on.see(/^> {3}.*a line that came/m);
    // Its group, without what others printed.
    await on.press('Tab');
    await on.see(/── 201 lines/);
    await on.seeNo('a line of a training job');
    await on.press('Tab');
    await on.see(/^> {3}.*a line of a training job/m);
    await stands();
    await on.press('[', '[');
    await on.see('every log group ── 202 lines');
    await on.press('/', ...'Traceback');
    await on.see('── 50 lines');
    await on.press('Enter', 'k', 'k');
    await on.see(/frozen|newer/);
    await stands();
    await on.press('R');
    await on.see('Resource ep fraud-scorer');
    await on.press('Esc');
    await on.see('── 50 lines');
    await on.press('Enter');
    await on.see('>Events');
    // The title keeps day and count beside a long filter.
    await on.see(/filter: \(?source=clou/);
    await on.press('Esc');
    await on.see('── 50 lines');
    // First the filter goes, then the screen.
    await on.press('Esc');
    await on.see('── 202 lines');
    await on.press('Esc');
    await on.see('>Events');
    expect(session.asked.filter((asked) => /^(approve|undo)/.test(asked))).toEqual([]);
  },
);

it('does not look live where no line can come', async () => {
  const session = fakeSession({ events: [...story(), ...lines] });
  const on = startScreen(session, { columns: 120, rows: 40 });
  open = on;
  await on.see(/>Events/);
  await on.press('S');
  await on.see(/>Logs .* following/);
  const of = session.snapshot.get();
  const [source] = of.sources;
  const down = { ...source!, id: 'cloudwatch-logs', state: 'unreachable' as const, why: 'cannot reach AWS' };
  session.snapshot.set({ ...of, sources: [...of.sources.filter(({ id }) => id !== 'cloudwatch-logs'), down] });
  await on.see(/>Logs .* NOT LIVE/);
  await on.seeNo('being read');
});
