import { expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { drillSession } from './drill-session.ts';

it('shows the miner’s jobs of both Regions within 20 s, although their making lies before the window', {
  timeout: 60_000,
}, async () => {
  const { session, close } = await drillSession('passrole-miner', {
    speed: 1,
    sinceMs: 5 * 60_000,
    regions: ['eu-west-1'],
  });
  try {
    session.lookAround();
    const job = (name: string) => session.inventory.get().items.find(({ ref }) => ref.name.startsWith(name));
    const isIn = (name: string) => job(name)?.details === 'loaded' && job(name)?.notInEvents === true;
    await until(
      () => isIn('dist-train-a') && isIn('dist-train-b'),
      () => JSON.stringify(session.inventory.get().parts.filter(({ kind }) => kind.endsWith('training-job'))),
      20_000,
    );
    expect(job('dist-train-a')).toMatchObject({
      region: 'us-east-1',
      accelerated: true,
      compute: 'ml.p3.8xlarge',
      activity: 'running',
      role: { name: 'ds-exec' },
    });
    expect(job('dist-train-b')).toMatchObject({
      region: 'eu-west-1',
      accelerated: true,
      compute: 'ml.g5.12xlarge',
      activity: 'running',
    });
    expect(job('dist-train-a')?.relations.find(({ role }) => role === 'image')?.to.name).toContain('999988887777');
    // What costs most stands before everything that does not run on accelerators.
    const { items } = session.inventory.get();
    const last = items.findLastIndex(({ accelerated, activity }) => accelerated && activity === 'running');
    expect(items.slice(0, last).every(({ accelerated }) => accelerated)).toBe(true);
  } finally {
    await close();
  }
});
