import { actions } from '../../containment/catalogue.ts';
import { resolveEvidenceTarget } from '../../containment/collect-target.ts';
import { UsageError } from '../../model/errors.ts';
import { countVerdicts, type Posture, type PostureResult, postureTopics } from '../../model/posture.ts';
import { shortKind, tellingName } from '../../model/resource.ts';
import type { Subject } from '../../posture/facts.ts';
import { runningSeeds } from '../../posture/scope.ts';
import { createLooking } from '../../session/inventory.ts';
import { watchPosture } from '../../session/posture.ts';
import { systemClock } from '../../shared/clock.ts';
import { display } from '../../shared/display.ts';
import type { Command } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor, settingsToUse } from '../live.ts';

/** A run that takes longer has a throttled account before it, and says what it has. */
const withinMs = 10 * 60_000;

export const command: Command = {
  options: { ...liveOptions, all: { type: 'boolean' } },
  optionHelp: { ...liveOptionHelp, all: 'what is sound or does not apply as well' },
  async run(invocation) {
    const { flags, global, positionals, signal } = invocation;
    const settings = await settingsToUse(invocation);
    const door = await openDoor(invocation, 'posture', { settings });
    const ending = new AbortController();
    const stop = () => ending.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const identity = await door.identity(signal);
      const targets: Subject[] = [];
      for (const text of positionals) {
        const target = await resolveEvidenceTarget(text, actions, { aws: door.aws, identity, signal });
        targets.push({ ...target, here: [], via: '' });
      }
      let failure: unknown;
      const failed = (error: unknown) => {
        failure ??= error;
      };
      const looking = createLooking({
        accounts: [
          {
            aws: door.aws,
            profile: '',
            region: identity.region,
            regions: [identity.region],
            identity: () => identity,
          },
        ],
        clock: systemClock,
        ending: ending.signal,
        makers: async () => undefined,
        failed,
      });
      const watch = watchPosture({
        ready: async () => undefined,
        where: looking.places,
        scope: async () =>
          targets.length > 0
            ? { seeds: targets, leftOut: [] }
            : { seeds: runningSeeds(looking.inventory.get()), leftOut: [] },
        inventory: looking.inventory,
        lookAround: looking.lookAround,
        clock: systemClock,
        ending: ending.signal,
        failed,
      });
      const end = watch.posture.subscribe(() => {
        const { read, wanted } = watch.posture.get();
        if (!global.json && process.stderr.isTTY) process.stderr.write(`\rreading ${read} of ${wanted} …`);
      });
      watch.judge();
      await watch.settled(withinMs);
      end();
      if (process.stderr.isTTY && !global.json) process.stderr.write('\r\u001b[K');
      signal.throwIfAborted();
      if (failure) throw failure;
      const posture = watch.posture.get();
      const { account, region } = identity;
      if (global.json) process.stdout.write(`${JSON.stringify({ account, region, ...told(posture) }, null, 2)}\n`);
      else process.stdout.write(textOf(posture, `${account} ${region}`, flags.all === true));
      for (const what of posture.leftOut) process.stderr.write(`${display(`firebreak: left out: ${what}`)}\n`);
      if (posture.results.length === 0 && positionals.length > 0)
        throw new UsageError('there is nothing to judge about that', {
          nextSteps: [
            'Give a notebook, endpoint, model, job, domain, role, user or bucket; without one what runs is judged',
          ],
        });
      return isAllDenied(posture) ? 4 : 0;
    } finally {
      signal.removeEventListener('abort', stop);
      ending.abort(new DOMException('the command ends', 'AbortError'));
      door.close();
    }
  },
};

const told = ({ results, resources, leftOut, at, state }: Posture): object => ({
  at: at === undefined ? null : new Date(at).toISOString(),
  state,
  resources,
  leftOut,
  results,
});

/** AWS said no to everything: nothing here is an answer. */
function isAllDenied({ results }: Posture): boolean {
  const asked = results.filter(({ verdict }) => verdict !== 'not-applicable');
  return asked.some(({ missing }) => missing.length > 0) && asked.every(({ verdict }) => verdict === 'unknown');
}

/** By topic, weak first. */
function textOf({ results, resources }: Posture, where: string, all: boolean): string {
  const counts = countVerdicts(results);
  const lines = [
    `${where}: ${counts.weak} weak, ${counts.unknown} unknown, ${counts.sound} sound, ${counts['not-applicable']} do not apply, of ${resources} resources`,
  ];
  for (const topic of postureTopics) {
    const ofTopic = results.filter((one) => one.topic === topic);
    const { weak, unknown, sound } = countVerdicts(ofTopic);
    lines.push('', `${topic}: ${weak} weak, ${unknown} unknown, ${sound} sound`);
    for (const one of ofTopic)
      if (all || one.verdict === 'weak' || one.verdict === 'unknown') lines.push(...linesOf(one));
  }
  return `${lines.map(display).join('\n')}\n`;
}

function linesOf({ verdict, title, resource, evidence, note, why, check, remedy }: PostureResult): readonly string[] {
  const weak = verdict === 'weak';
  return [
    `  ${verdict.padEnd(8)} ${shortKind(resource.kind)} ${tellingName(resource)}: ${title} [${check}]`,
    ...evidence.map(({ operation, field, value }) => `           ${field} = ${value}  (${operation})`),
    ...(note ? [`           ${note}`] : []),
    ...(weak ? [`           why: ${why}`] : []),
    ...(weak && remedy ? remedy.text.split('\n').map((line) => `           | ${line}`) : []),
  ];
}
