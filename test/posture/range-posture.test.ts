import { describe, expect, it } from 'vitest';
import { postureTopics } from '../../src/model/posture.ts';
import { checks } from '../../src/posture/catalogue.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import {
  estateWeaknesses,
  scenarioWeaknesses,
  type Weakness,
  weaknessesWithoutTrail,
} from '../../src/range/weaknesses.ts';
import { judgeEstate, weaknessText } from './judge-estate.ts';

const declared = (...lists: readonly (readonly Weakness[])[]): readonly string[] =>
  lists
    .flatMap((list) => list.flatMap(({ topic, weakness, of }) => of.map((one) => `${topic}: ${weakness}: ${one}`)))
    .sort();

async function found(scenario: string | undefined, trail = true): Promise<readonly string[]> {
  const results = await judgeEstate(scenario, trail);
  return results
    .filter(({ verdict }) => verdict === 'weak')
    .map(weaknessText)
    .sort();
}

describe('posture on the range’s account finds exactly the weaknesses that the estate declares, by topic', () => {
  it('in the calm account', async () => {
    expect(await found(undefined)).toEqual(declared(estateWeaknesses));
  });

  it('in the account without a trail', async () => {
    expect(await found(undefined, false)).toEqual(declared(estateWeaknesses, weaknessesWithoutTrail));
  });

  it.each(scenarios.map(({ id }) => id))('in the estate of %s', async (id) => {
    expect(await found(id)).toEqual(declared(estateWeaknesses, scenarioWeaknesses[id] ?? []));
  });

  it('declares something of every topic, of scenarios that are there, in the words of checks that are there', () => {
    const all = [estateWeaknesses, weaknessesWithoutTrail, ...Object.values(scenarioWeaknesses)].flat();
    expect([...new Set(all.map(({ topic }) => topic))].sort()).toEqual([...postureTopics].sort());
    expect(Object.keys(scenarioWeaknesses).filter((id) => !scenarios.some((one) => one.id === id))).toEqual([]);
    const known = new Set(checks.map(({ id, topic }) => `${topic}: ${id.slice(id.indexOf('.') + 1)}`));
    expect(all.map(({ topic, weakness }) => `${topic}: ${weakness}`).filter((one) => !known.has(one))).toEqual([]);
  });
});
