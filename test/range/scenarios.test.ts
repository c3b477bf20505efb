import { afterEach, describe, expect, test } from 'vitest';
import { playbooks } from '../../src/containment/playbooks/catalogue.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { truthOf } from './same-truth.ts';
import { cases, type Response } from './scenario-cases.ts';
import { type Stage, stage } from './stage.ts';

const minute = 60_000;
const noFacts = { marks: [], notes: 0, snapshots: 0, containments: 0, reports: 0 };
const refusedCode = /^(AccessDenied|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId)/;

const open: Stage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
async function play(id: string): Promise<Stage> {
  const one = await stage(id);
  open.push(one);
  return one;
}

/** Lets the story run to its end, its deadline at the latest. */
async function toTheEnd({ advance, range, scenario, startedAt }: Stage): Promise<string> {
  const story = () => range.story.get();
  for (let passed = 0; story().state === 'running' && passed <= scenario.attack.deadlineMs; passed += 20_000)
    await advance(20_000);
  expect((story().endedAt ?? 0) - startedAt, 'the deadline ended it').toBeLessThan(scenario.attack.deadlineMs);
  return story().state;
}

async function respond(one: Stage, { afterMs, run }: Response): Promise<void> {
  await one.advance(afterMs);
  expect(one.range.story.get().state).toBe('running');
  await run(one);
}

test('every scenario has a row', () => {
  expect(cases.map(({ id }) => id).sort()).toEqual(scenarios.map(({ id }) => id).sort());
  // And names a playbook that there is.
  const known = playbooks.map(({ id }) => id);
  for (const { playbook } of scenarios) expect(known).toContain(playbook);
});

describe.each(cases)('$id', ({ id, right, wrong }) => {
  test('untouched, he reaches his goal', async () => {
    const one = await play(id);
    expect(await toTheEnd(one)).toBe('attacker-reached-goal');
  });

  test('the right containment ends it, and spares everybody whom no plan named', async () => {
    const one = await play(id);
    await respond(one, right);
    expect(one.failed).toEqual([]);
    // With nothing but what the scenario's playbook does, or falls back on.
    const declared = playbooks
      .filter(({ id: playbook }) => playbook === one.scenario.playbook)
      .flatMap((playbook) => playbook.steps.flatMap(({ actions, instead = [] }) => [...actions, ...instead]));
    expect(declared).toEqual(expect.arrayContaining(one.plans.map(({ action }) => action)));
    const containedAt = one.startedAt + right.afterMs;
    expect(await toTheEnd(one)).toBe('attacker-stopped');
    const records = await one.records();
    // Proved by his own calls. Those with a key that is off are in no record: the range heard them.
    const refused = (await one.range.deeds()).filter(
      ({ at, code = '', side }) => side === 'attacker' && refusedCode.test(code) && at >= containedAt,
    );
    expect(refused.map(({ call }) => call.split(':')[1])).toEqual(expect.arrayContaining([...right.refused]));

    const named = [JSON.stringify(one.plans), ...one.affected].join('\n');
    for (const { calls, sourceIp, who } of one.scenario.routines) {
      if (calls.every(({ onlyInHistory }) => onlyInHistory)) continue;
      const since = records.filter(
        ({ eventTime, sourceIPAddress }) => sourceIPAddress === sourceIp && Date.parse(eventTime) >= containedAt,
      );
      const denied = since.filter(({ errorCode = '' }) => refusedCode.test(errorCode));
      const victim = right.victims?.[who];
      if (victim === undefined) {
        expect(denied, `${who} is refused`).toEqual([]);
        expect(since.length, `${who} does nothing`).toBeGreaterThan(0);
      } else expect(named, `${who} is hit, and no plan says so`).toContain(victim);
    }
    const score = await one.range.score(noFacts);
    expect(score).toMatchObject({ outcome: 'contained', mistakes: [] });
    expect(score.containedMs).toBeLessThan(score.lastedMs);
    expect(score.refused).toBeGreaterThan(0);
    // The applications are answered all the time.
    const asked = records.filter(({ eventName }) => eventName === 'InvokeEndpoint');
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter(({ errorCode }) => errorCode)).toEqual([]);
  });

  test.each(wrong)('$title does not ($fact)', async (response) => {
    const one = await play(id);
    await respond(one, response);
    expect(await toTheEnd(one)).toBe('attacker-reached-goal');
    expect(one.plans.length).toBeGreaterThan(0);
    const { mistakes, outcome } = await one.range.score(noFacts);
    expect(outcome).toBe('goal-reached');
    if (response.lesson) expect(mistakes.map(({ what }) => what).join('\n')).toMatch(response.lesson);
    expect((one.range.story.get().endedAt ?? 0) - one.startedAt).toBeGreaterThan(response.afterMs + minute);
  });
});

test.each(['registry-poisoning', 'studio-role-swap', 'passrole-miner'])(
  '%s: same seed, speed and start, same truth; another seed, another one',
  async (id) => {
    const [first, second, other] = [
      await truthOf(id, 3, 20, 8 * minute),
      await truthOf(id, 3, 20, 8 * minute),
      await truthOf(id, 4, 20, 8 * minute),
    ];
    expect(first?.split('\n').length).toBeGreaterThan(200);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  },
);
