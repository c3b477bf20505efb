import { expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parse.ts';
import type { Predicate } from '../../src/filter/predicate.ts';
import type { TimelineEvent } from '../../src/model/event.ts';
import { landingRow } from '../../src/session/landing.ts';
import { fakeSession } from '../views/fake-session.ts';
import { story } from '../views/fixtures.ts';

const [sample] = story();
const use = (rowId: number, at: number, sourceIp: string, action = 'sagemaker:ListEndpoints'): TimelineEvent => ({
  ...sample!,
  rowId,
  id: `event-${rowId}`,
  at,
  sourceIp,
  action,
  principal: { type: 'IAMUser', arn: '', name: 'alice', accessKeyId: 'AKIA' },
});
const uses = [
  use(1, 1_000, '203.0.113.10'),
  use(2, 2_000, '203.0.113.10'),
  use(5, 3_000, '198.51.100.7'),
  use(4, 4_000, '198.51.100.7', 'sagemaker:CreatePresignedNotebookInstanceUrl'),
  use(3, 5_000, '203.0.113.10'),
];

async function land(
  events: readonly TimelineEvent[],
  texts: readonly string[],
  rule: { readonly from?: number; readonly newAddress: boolean },
): Promise<string | undefined> {
  const session = fakeSession({ events });
  const views = [];
  for (const [index, text] of texts.entries()) {
    const parsed = parseFilter(text, { now: 0 }) as { readonly predicate: Predicate };
    views.push(await session.events.view(`landing-${index}`, parsed.predicate, new AbortController().signal));
  }
  return landingRow(session.events, views, rule)?.id;
}
const narrow = 'key=AKIA ip=198.51.100.7 action=CreatePresignedNotebookInstanceUrl';

it('takes the narrowest filter that has an event', async () => {
  expect(await land(uses, [narrow, 'key=AKIA'], { newAddress: false })).toBe('event-4');
  expect(await land(uses, ['action=Nothing', 'key=AKIA ip=198.51.100.7'], { newAddress: false })).toBe('event-5');
  expect(await land(uses, ['action=Nothing'], { newAddress: false })).toBeUndefined();
});

it('takes the first event from the alert’s time on, an earlier one only where there is no later', async () => {
  expect(await land(uses, ['ip=198.51.100.7'], { from: 3_500, newAddress: false })).toBe('event-4');
  expect(await land(uses, ['ip=198.51.100.7'], { from: 9_000, newAddress: false })).toBe('event-5');
});

it('lands a bare key on its first use from an address that had not used it', async () => {
  expect(await land(uses, ['key=AKIA'], { from: 1_500, newAddress: true })).toBe('event-5');
  // Where the time is unknown or before everything, the first address is the usual one.
  expect(await land(uses, ['key=AKIA'], { newAddress: true })).toBe('event-5');
});

it('does not take the owner’s own use for the attacker’s', async () => {
  const [first, second] = uses;
  expect(await land([first!, second!], ['key=AKIA'], { from: 1_500, newAddress: true })).toBeUndefined();
  // A key that nobody used before: its first use is all there is.
  expect(await land([use(7, 5_000, '198.51.100.7')], ['key=AKIA'], { newAddress: true })).toBe('event-7');
});
