import { effectWords } from '../effect.ts';
import { actorKey, callsOfSuspects, type Facts } from '../facts.ts';
import { code, escapeMarkdown } from '../markdown.ts';
import { lastUntil, openOnes } from '../open.ts';
import type { ReportSection } from '../section.ts';
import { count, counted, utc, utcOr } from '../time.ts';

const NAMED = 3;

const section: ReportSection = {
  id: 'summary',
  title: 'Summary',
  order: 20,
  *render(facts) {
    const { view, total, failed, late, marked, withFindings, firstAt, lastAt, principals, actions, own } = facts;
    if (firstAt === undefined) {
      yield 'No events.';
      return;
    }
    yield* attack(facts);
    yield '';
    yield `Recorded: ${counted(total, 'event')} from ${utc(firstAt)} to ${utcOr(lastAt)}, of which ${count(failed)} failed, ${count(marked)} marked, ${count(withFindings)} with findings, ${count(late)} late${own > 0 ? `, ${count(own)} of our own` : ''}. ${counted(principals.length, 'principal')}, ${counted(actions.length, 'kind')} of call.`;
    if (view.containments.length + view.handOffs.length === 0) return;
    yield '';
    for (const containment of view.containments) {
      const { id, plan } = containment;
      const { effect, proof, eventId } = effectWords(containment);
      yield `- ${code(id)} ${code(plan.action)} on ${escapeMarkdown(plan.target.name || plan.target.arn)} · ${effect}${eventId === '' ? '' : ` · ${proof} ${code(eventId)}`}`;
    }
    for (const { id, handOff, seen } of view.handOffs)
      yield `- ${code(id)} asked of ${escapeMarkdown(handOff.whom)}: ${escapeMarkdown(handOff.what)} · ${seen ? `seen in the trail ${code(seen.eventId)}` : 'not seen in the trail yet'}`;
  },
};
export default section;

/** Cause, effect, state: three sentences at most. */
function* attack(facts: Facts): Iterable<string> {
  const { selection, timeline, suspects, view } = facts;
  const [first] = timeline;
  if (!first) {
    yield 'Nothing to tell: no event was marked, found, changed something or failed.';
    return;
  }
  if (selection === 'changes' || selection === 'everything')
    yield 'Nothing was marked and no rule fired, so nobody has said yet what of this is an attack.';
  const mine = callsOfSuspects(facts);
  const sum = (of: (call: (typeof mine)[number]) => number) => mine.reduce((all, call) => all + of(call), 0);
  const names = facts.principals
    .filter(({ thing }) => suspects.has(actorKey(thing)))
    .map(({ thing }) => thing.name || thing.arn);
  const more = names.length - NAMED;
  const who = names
    .slice(0, NAMED)
    .map((name) => escapeMarkdown(name))
    .join(', ');
  yield `${who || 'Somebody whom the records do not name'}${more > 0 ? ` and ${count(more)} more` : ''} made ${counted(
    sum(({ events }) => events),
    'call',
  )}, of which ${count(sum(({ changed }) => changed))} changed something and ${count(sum((call) => call.failed))} failed.`;
  yield `It begins at ${utc(first.at)}, by what stands in the timeline, with ${code(first.id)} · ${escapeMarkdown(first.summary || first.action)}.`;
  const holding = view.containments.filter(({ state }) => state === 'confirmed').length;
  const open = openOnes(facts).filter(({ suspect }) => suspect);
  const left =
    open.length === 0
      ? 'Nothing of theirs is known to be still open.'
      : `${counted(open.length, 'door')} of theirs still open, ${lastUntil(open)}.`;
  const contained =
    view.containments.length === 0
      ? 'Nothing was contained with this tool.'
      : `${counted(view.containments.length, 'containment')}, of which ${count(holding)} hold.`;
  yield `${contained} ${left}`;
}
