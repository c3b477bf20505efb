import { actions } from '../../containment/catalogue.ts';
import { resolveEvidenceTarget } from '../../containment/collect-target.ts';
import { refOfArn } from '../../inventory/refs.ts';
import { AwsCallError, UsageError } from '../../model/errors.ts';
import { countVerdicts, type Posture, type PostureResult, postureTopics } from '../../model/posture.ts';
import { type ResourceRef, shortKind, tellingName } from '../../model/resource.ts';
import type { Subject } from '../../posture/facts.ts';
import { runningSeeds } from '../../posture/scope.ts';
import { createLooking } from '../../session/inventory.ts';
import { watchPosture } from '../../session/posture.ts';
import { systemClock } from '../../shared/clock.ts';
import { display } from '../../shared/display.ts';
import type { Command } from '../command.ts';
import { liveOptionHelp, liveOptions, openDoor, regionsToWatch, settingsToUse } from '../live.ts';

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
        targets.push({ ...(await targetOf(text, { aws: door.aws, identity, signal })), here: [], via: '' });
      }
      const regions = regionsToWatch(settings, door);
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
            regions,
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
      else process.stdout.write(textOf(posture, `${account} ${regions.join(', ')}`, flags.all === true));
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

/** What may not be described has its ARN's name all the same: what is not readable of it is said result by result. */
async function targetOf(text: string, context: Parameters<typeof resolveEvidenceTarget>[2]): Promise<ResourceRef> {
  try {
    return await resolveEvidenceTarget(text, actions, context);
  } catch (error) {
    const ref = refOfArn(text);
    if (!ref || !(error instanceof AwsCallError) || error.reason !== 'denied') throw error;
    return ref;
  }
}

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
    const told = ofTopic.filter(({ verdict }) => all || verdict === 'weak' || verdict === 'unknown');
    for (const check of new Set(told.map((one) => one.check)))
      lines.push(...checkLines(told.filter((one) => one.check === check)));
  }
  return `${lines.map(display).join('\n')}\n`;
}

/** A check with all that it says: what a weakness means, and what would put it right, once. */
function checkLines(results: readonly PostureResult[]): readonly string[] {
  const [first] = results;
  if (!first) return [];
  const weak = results.find(({ verdict }) => verdict === 'weak');
  return [
    `  ${first.title} [${first.check}]`,
    ...results.flatMap(resultLines),
    ...(weak ? [`      why: ${weak.why}`] : []),
    ...(weak?.remedy
      ? [
          `      ${weak.remedy.kind === 'cli' ? 'remedy' : 'remedy (Terraform)'}${results.length > 1 ? `, here for ${weak.resource.name}` : ''}:`,
          ...weak.remedy.text.split('\n').map((line) => `        ${line}`),
        ]
      : []),
  ];
}

function resultLines({ verdict, resource, evidence, note }: PostureResult): readonly string[] {
  const [first, ...others] = evidence.map(({ operation, field, value }) => `${field} = ${value}  (${operation})`);
  return [
    `    ${verdict.padEnd(8)} ${shortKind(resource.kind)} ${tellingName(resource)}: ${first ?? note}`,
    ...others.map((one) => `             ${one}`),
    ...(note && first ? [`             ${note}`] : []),
  ];
}
