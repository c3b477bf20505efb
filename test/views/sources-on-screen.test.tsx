import { afterEach, expect, it } from 'vitest';
import { metrics, snapshots } from './catalogue.ts';
import { fakeSession } from './fake-session.ts';
import { endpoint, event, NOW, snapshot } from './fixtures.ts';
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
const question = { id: 7, kind: 'mfa', device: 'arn:aws:iam::111122223333:mfa/carol', profile: 'on-call' } as const;
const answers = (session: { readonly asked: readonly string[] }) =>
  session.asked.filter((each) => each.startsWith('answer'));

it.each([
  [80, 24],
  [120, 40],
  [200, 60],
])('the coverage opens and scrolls to its end at %i×%i', async (columns, rows) => {
  const { question: _, ...parts } = snapshots['every source state']!;
  const on = start(fakeSession({ snapshot: parts }), { columns, rows });
  await on.see('DescribeEndpoint');
  await on.press('V');
  await on.see('>Coverage ── 9 sources');
  await on.see("this machine's clock is 1h ahead");
  await on.see('CloudTrail event history (cloudtrail-lookup)');
  await on.press('G');
  await on.see(/ so say?s? /);
  await on.press('Enter');
  await on.see('Coverage in full');
  for (let page = 0; page < 8; page += 1) await on.press(' ');
  await on.see('31 min billed');
  await on.see('Not recorded at all');
  await on.press('k', 'g');
  await on.see("this machine's clock is 1h ahead");
  await on.press('Esc');
  await on.see('>Coverage ── 9 sources');
  await on.press('Esc');
  await on.seeNo('Coverage');
});

it('hostile text of the sources moves nothing on the screen', async () => {
  const on = start(fakeSession({ snapshot: snapshots.hostile! }), { columns: 80, rows: 24 });
  await on.see('READ-ONLY');
  await on.press('V');
  await on.see('Coverage');
  for (let page = 0; page < 9; page += 1) await on.press(' ');
  await on.see(/ so say?s? /);
  expect(on.rows()).toHaveLength(24);
  await on.press('g', 'Enter');
  await on.see('Coverage in full');
  for (let page = 0; page < 40; page += 1) await on.press(' ');
  await on.see('What looking costs');
  expect(on.rows()[0]).toContain('READ-ONLY');
  expect(on.rows()).toHaveLength(24);
});

it('an MFA code is asked for over the panes, and given', async () => {
  const session = fakeSession();
  const on = start(session);
  await on.see('CreateTrainingJob');
  session.snapshot.set({ ...session.snapshot.get(), question });
  await on.see('6 digits');
  expect(on.text()).toContain('arn:aws:iam::111122223333:mfa/carol');
  expect(on.text()).toContain('on-call');
  expect(on.rows()[1]).toContain('MFA code wanted');
  on.write('\u001b[200~12 34\r\n5y\u001b[201~');
  await on.see('6 digits: 12345');
  on.write('6');
  await on.see('6 digits: 123456');
  // Enter counts once the dialog has settled.
  while (answers(session).length === 0) await on.press('Enter');
  await on.seeNo('MFA code wanted');
  expect(answers(session)).toEqual(['answer 7 123456']);
});

it('the question waits until a confirmation is closed, and goes away by itself', async () => {
  const session = fakeSession({ snapshot: { armedUntil: Date.now() + 600_000 } });
  const on = start(session);
  await on.see('CreateTrainingJob');
  await on.press('c');
  await on.see('Contain');
  await on.press('Enter');
  await on.see('Type fraud-scorer to confirm');
  session.snapshot.set({ ...session.snapshot.get(), question });
  await on.see('code wanted: close this first');
  on.write('123456');
  await on.see('Type fraud-scorer to confirm: 123456');
  await on.press('Esc');
  await on.see('6 digits');
  expect(answers(session)).toEqual([]);
  session.snapshot.set({ ...session.snapshot.get(), question: undefined });
  await on.seeNo('MFA code wanted');
  expect(answers(session)).toEqual([]);
});

it('an event on an endpoint says how it is used, and an endpoint shows its lane', async () => {
  const made = metrics.map((series) => ({
    ...series,
    points: series.points.map(({ value }, minute) => ({ at: Date.now() - (30 - minute) * 60_000, value })),
  }));
  const on = start(fakeSession({ events: [event(1)], snapshot: { metrics: made } }), { columns: 200, rows: 60 });
  await on.see(/last 5 min: [\d,]+ invocations, [\d,]+ 4xx, no 5xx figure yet/);
  // Low enough that no lanes stand beside the list: beside them its names get the room.
  on.resize(200, 32);
  await on.see(/ep +fraud-scorer +[▁▂▃▄▅▆▇█·]{15} +1/);
});

it('an event of a stranger who says Firebreak is explained, and stale rows are not "following"', async () => {
  const session = fakeSession({ events: [event(1, { responder: 'claimed' })] });
  const on = start(session, { columns: 200, rows: 60 });
  await on.see('Anybody can write that into a session name');
  await on.see('following');
  const [source] = snapshot().sources;
  session.snapshot.set({
    ...session.snapshot.get(),
    sources: [{ ...source!, state: 'expired', why: 'ExpiredToken', coveredTo: NOW, stoppedAt: NOW }],
  });
  await on.see('not live since');
  await on.see('NOT LIVE');
  await on.seeNo('following');
  expect(on.text()).toContain(endpoint.name);
});
