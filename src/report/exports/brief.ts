import type { Containment } from '../../containment/containment.ts';
import { effectWords } from '../effect.ts';
import type { ExportFormat } from '../export-format.ts';
import { actorKey, callsOfSuspects, type Facts, gather } from '../facts.ts';
import type { IncidentView } from '../incident-view.ts';
import { lastUntil, openOnes } from '../open.ts';
import { plain } from '../plain.ts';
import { count, counted, utc } from '../time.ts';

const NAMED = 3;

const format: ExportFormat = {
  id: 'brief',
  title: 'ten plain lines for a chat',
  extension: 'txt',
  *write(view, options) {
    for (const line of briefLines(gather(view, options))) yield `${line}\n`;
  },
};
export default format;

/** What somebody needs to know who comes in now: ten lines, whatever is known. */
function briefLines(facts: Facts): readonly string[] {
  const { view, timeline, selection } = facts;
  const [first] = timeline;
  const open = openOnes(facts).filter(({ suspect }) => suspect);
  return [
    `${view.name}${view.endpointNote ? ` (${view.endpointNote})` : ''}, account ${view.account || 'not known'}${view.alias ? ` ${view.alias}` : ''}, as of ${view.asOf}`,
    `What: ${what(facts)}`,
    `Since: ${first ? `${utc(first.at)}, ${first.summary || first.action}` : 'nothing was marked, found, or changed something'}`,
    `Who: ${who(facts)}${selection === 'picked' || selection === 'filtered' ? '' : ' (nobody has marked anything yet)'}`,
    `Done: ${done(view)}`,
    `Proof: ${proof(view.containments)}`,
    `Still open: ${stillOpen(open)}${(view.doors?.unknown.length ?? 0) > 0 ? `; ${counted(view.doors?.unknown.length ?? 0, 'thing')} not known` : ''}`,
    `Next: ${next(open, view.containments, selection === 'picked')}`,
    `Settled to: ${view.settledTo === undefined ? (view.mode === 'saved' ? 'saved logs, nothing more comes' : 'not known, later events may still arrive') : utc(view.settledTo)}; newest event ${view.receivedTo === undefined ? 'none' : utc(view.receivedTo)}`,
    `Con: ${view.con ? `${view.con.who} since ${utc(view.con.since)}` : 'nobody said (:con takes it)'}; journal head ${view.journalHead.slice(0, 16) || 'none'}`,
  ].map((line) => plain(line));
}

function what(facts: Facts): string {
  const { resources, inTimeline } = facts;
  const mine = callsOfSuspects(facts);
  const sum = (of: (call: (typeof mine)[number]) => number) => mine.reduce((all, call) => all + of(call), 0);
  const touched = resources
    .filter(inTimeline)
    .slice(0, NAMED)
    .map(({ thing }) => thing.name || thing.arn);
  return `${counted(
    sum(({ events }) => events),
    'call',
  )}, ${count(sum(({ changed }) => changed))} changed something, ${count(sum(({ failed }) => failed))} failed; touched ${touched.join(', ') || 'nothing that has a name'}`;
}

function who({ principals, suspects, keys, addresses, inTimeline }: Facts): string {
  const some = (all: readonly string[]) =>
    `${all.slice(0, NAMED).join(', ')}${all.length > NAMED ? ` and ${all.length - NAMED} more` : ''}`;
  const names = principals
    .filter(({ thing }) => suspects.has(actorKey(thing)))
    .map(({ thing }) => thing.name || thing.arn);
  const used = keys.filter(inTimeline).map(({ thing }) => thing);
  const from = addresses.filter(inTimeline).map(({ thing }) => thing);
  return [
    some(names) || 'no record says',
    used.length > 0 && `keys ${some(used)}`,
    from.length > 0 && `from ${some(from)}`,
  ]
    .filter(Boolean)
    .join('; ');
}

const target = ({ plan }: Containment): string => plan.target.name || plan.target.arn;

function done({ containments, handOffs }: IncidentView): string {
  const parts = [
    ...containments.map((one) => `${one.id} ${one.plan.action} on ${target(one)}: ${effectWords(one).short}`),
    ...handOffs.map(
      ({ id, handOff, seen }) => `${id} asked of ${handOff.whom}: ${seen ? 'seen done' : 'not seen yet'}`,
    ),
  ];
  return parts.join('; ') || 'nothing contained yet';
}

function proof(containments: readonly Containment[]): string {
  const useless = containments.filter((one) => one.ineffective && !one.accepted);
  if (useless.length > 0)
    return useless
      .map(({ id, verdict: { contradictedBy } }) =>
        contradictedBy ? `${id} NOT EFFECTIVE: call ${contradictedBy} passed` : `${id} NO LONGER IN FORCE`,
      )
      .join('; ');
  const proved = containments.filter(({ verdict }) => verdict.effect === 'proved');
  if (proved.length === 0)
    return containments.length === 0
      ? 'nothing to prove'
      : 'no refused attempt seen yet; effects are what AWS reads back';
  return proved.map(({ id, verdict }) => `${id} refused call ${verdict.provedBy}`).join('; ');
}

function stillOpen(open: ReturnType<typeof openOnes>): string {
  const [first] = open;
  if (!first) return 'nothing that is known';
  return `${counted(open.length, 'door')}, ${lastUntil(open)}; first: ${first.what}`;
}

function next(open: ReturnType<typeof openOnes>, containments: readonly Containment[], isPicked: boolean): string {
  const unsure = containments.find(({ state }) => state === 'unverified');
  if (unsure) return `does ${unsure.id} stand? it may have happened: verify it`;
  const door = open.find(({ closeWith }) => closeWith !== '');
  if (door) return `close "${door.what}" with ${door.closeWith}?`;
  if (!isPicked) return 'mark what belongs to the attack';
  return open.length > 0
    ? 'what is still open cannot be closed here: hand it off'
    : 'call it contained, or look for what is not logged?';
}
