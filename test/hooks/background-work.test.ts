import { expect, it } from 'vitest';
import { nothingToStop, stopWork, workBehind } from '../../hooks/background-work.ts';
import { createDesk } from '../../hooks/desk.ts';
import { pressKey } from '../../hooks/press.ts';
import { FailedError } from '../../src/model/errors.ts';
import { noPosture } from '../../src/model/posture.ts';
import { fakeSession } from '../views/fake-session.ts';
import { containment } from '../views/fixtures.ts';

function deskOf(options: Parameters<typeof fakeSession>[0] = {}) {
  let now = 1_000_000;
  const session = fakeSession(options);
  const desk = createDesk(session, {
    now: () => now,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
  return {
    desk,
    session,
    said: () => desk.state.get().message?.text,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('work behind the screen says how far it is, is done once at a time, and ends by :stop', async () => {
  const { desk, said, pass } = deskOf();
  expect(nothingToStop(desk)).toBeDefined();
  let tell: (text: string) => void = () => {};
  let runs = 0;
  const begin = () =>
    workBehind(desk, 'report', async (progress) => {
      runs += 1;
      tell = (text) => progress.tell((sinceMs) => `${text} ${sinceMs}`);
      await new Promise((_, reject) => {
        progress.signal.addEventListener('abort', () => reject(progress.signal.reason));
      });
      return 'never';
    });
  begin();
  pass(1_000);
  tell('half');
  expect(said()).toBe('report: half 1000 (:stop)');
  // No more often than anybody reads.
  tell('more');
  expect(said()).toBe('report: half 1000 (:stop)');
  begin();
  expect([runs, said()]).toEqual([1, 'report: goes on already, and says when it is done · :stop ends it']);
  expect(nothingToStop(desk)).toBeUndefined();
  stopWork(desk);
  await settled();
  expect(said()).toBe('report: stopped');
  pass(1_000);
  tell('late');
  expect(said()).toBe('report: stopped');
  expect(nothingToStop(desk)).toBeDefined();
});

it('what work ends by is said, and :stop reaches loads of the event history', async () => {
  const { desk, session, said } = deskOf();
  workBehind(desk, 'report', async () => {
    throw new FailedError('DiskFull', 'the disk is full', ['Make room']);
  });
  await settled();
  expect([said(), desk.state.get().message?.tone]).toEqual(['report: the disk is full · Make room', 'problem']);
  const snapshot = session.snapshot.get();
  session.snapshot.set({
    ...snapshot,
    sources: snapshot.sources.map((source) => ({ ...source, firstLoad: 'going' as const })),
  });
  expect(nothingToStop(desk)).toBeUndefined();
  stopWork(desk);
  expect(session.asked).toContain('stop loading');
});

it(':stop reaches the reading of the posture', () => {
  const { desk } = deskOf();
  expect(nothingToStop(desk)).toBe('nothing is being read, loaded, written or collected');
  const reading = deskOf({ posture: { ...noPosture, state: 'reading' } });
  expect(nothingToStop(reading.desk)).toBeUndefined();
  stopWork(reading.desk);
  expect(reading.session.asked).toEqual(['stop posture']);
});

it(':stop ends no containment, and says where the one that goes on is shown', () => {
  const { desk } = deskOf({ snapshot: { containments: [containment({ state: 'in-progress' })] } });
  expect(nothingToStop(desk)).toBe(
    'nothing is being read, loaded, written or collected; x shows the containment that goes on',
  );
});

it('a time of day that is set back hides no progress, and Ctrl-C leaves by two, as ever', async () => {
  let [now, ticks, left] = [10_000_000, 5_000, 0];
  const session = fakeSession();
  const desk = createDesk(session, {
    now: () => now,
    ticks: () => ticks,
    later: () => () => {},
    copy: () => {},
    exit: () => {
      left += 1;
    },
    repaint: () => {},
  });
  let tell: (text: string) => void = () => {};
  workBehind(desk, 'report', async (progress) => {
    tell = (text) => progress.tell((sinceMs) => `${text} ${sinceMs}`);
    return new Promise(() => {});
  });
  ticks += 1_000;
  tell('a third');
  pressKey(desk, { name: 'Ctrl-C', text: '' });
  now -= 3_600_000;
  ticks += 5_000;
  tell('half');
  expect(desk.state.get().message?.text).toBe('report: half 6000 (:stop)');
  pressKey(desk, { name: 'Ctrl-C', text: '' });
  expect(left).toBe(0);
  ticks += 500;
  pressKey(desk, { name: 'Ctrl-C', text: '' });
  expect(left).toBe(1);
});
