/**
 * Every playbook against the story it is for, by the real runner on the range: does it stop the attacker?
 * `node test/containment/playbook-stories.ts [--only TEXT] [--speed 20] [--seed 1]`. Ends with 1 when one did not.
 */
import { parseArgs } from 'node:util';
import { play, stories } from './playbook-story.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    speed: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
let failed = 0;
for (const story of stories) {
  if (!`${story.scenario} ${story.playbook}`.includes(values.only)) continue;
  const { ending, rounds } = await play(story, Number(values.speed), Number(values.seed));
  if (ending !== 'attacker-stopped') failed += 1;
  process.stdout.write(`${story.scenario} by ${story.playbook}: ${ending}\n`);
  for (const [index, steps] of rounds.entries())
    process.stdout.write(`  look ${index + 1}\n${steps.map((step) => `    ${step}\n`).join('')}`);
}
process.stdout.write(`${failed} not stopped\n`);
process.exitCode = failed > 0 ? 1 : 0;
