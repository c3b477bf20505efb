import { expect, it } from 'vitest';
import { textField } from '../../hooks/text-field.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { inventoryView } from '../../views/inventory/inventory-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from './fake-session.ts';
import { NOW } from './fixtures.ts';
import { inventory, item } from './situation.ts';

const theme = createTheme({ ascii: true, theme: 'none' });
const drawn = (of: Inventory, width = 160) => {
  const dialog = {
    type: 'inventory' as const,
    id: 1,
    painted: true,
    settled: true,
    scroll: 0,
    selected: undefined,
    marked: new Set<string>(),
    field: textField(),
    typing: false,
  };
  const context = { snapshot: fakeSession().snapshot.get(), width, theme, now: NOW, utc: true };
  const { right, head, lines, footer } = inventoryView(dialog, of, context);
  return {
    right,
    head: (head ?? []).join('\n'),
    rows: lines.slice(0, 20).map((line) => line.trim()),
    footer: footer.join('\n'),
  };
};

const time = (at: number) => new Date(at).toISOString().slice(11, 19);

it('what AWS did not answer again is of when it last did, and one reason is said once', () => {
  const before = NOW - 90_000;
  const part = {
    ...inventory.parts[0]!,
    region: 'us-east-1',
    state: 'failed' as const,
    why: 'cannot reach AWS',
    at: before,
  };
  const kinds = ['training jobs', 'endpoints', 'apps', 'models'];
  const parts = kinds.map((title) => ({ ...part, title }));
  const items = [item(1, { region: 'us-east-1', listedAt: before })];
  const down = drawn({ items, parts, loading: false, completeAt: NOW });
  expect(down.right).toBe(`as of ${time(before)}`);
  expect(down.head).toContain('0 of 4 kinds, 4 failed: cannot reach AWS');
  expect(down.rows.filter((row) => row.includes('not listed'))).toEqual([
    expect.stringContaining(
      `us-east-1: 4 kinds not listed since ${time(before)}: cannot reach AWS (${kinds.join(', ')})`,
    ),
  ]);
  expect(down.footer).toContain(`running (InProgress) at ${time(before)}, not listed since`);
  const back = drawn({
    items,
    parts: parts.map((each) => ({ ...each, state: 'loaded' })),
    loading: false,
    completeAt: NOW,
  });
  expect([back.right, back.footer.includes('not listed since')]).toEqual([`as of ${time(NOW)}`, false]);
});

it('cuts nothing that there is room for, and moves no column to the left for it', () => {
  const wide = { compute: 'ml.g5.12xlarge × 2, ml.m5.xlarge × 4', creator: 'alice' };
  const name = 'pipelines-k3v8q1x0n5ab-TrainFraud-k3v8q1x0n5-and-more';
  const list = (over: Parameters<typeof item>[1]) => ({ ...inventory, items: [item(1), item(4, over)] });
  const long = item(1).ref;
  const { rows, head } = drawn(list({ ...wide, ref: { ...long, name, arn: `${long.arn}x` } }), 220);
  expect(rows.join('\n')).toContain(wide.compute);
  expect(rows.join('\n')).toContain(name);
  const place = (text: string) => text.split('\n').at(-1)?.indexOf('compute') ?? -1;
  expect(place(head)).toBeGreaterThan(place(drawn(list({}), 220).head));
  expect(drawn(list(wide), 160).rows.join('\n')).not.toContain(wide.compute);
});
