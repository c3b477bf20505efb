import type { ResourceRef } from '../src/model/resource.ts';
import { display } from '../src/shared/display.ts';
import { workBehind } from './background-work.ts';
import { isOnList } from './console-state.ts';
import { type Desk, say } from './desk.ts';
import { chosenRefs } from './inventory-screen.ts';
import { selectedEvent, selectedSubject } from './timeline-intents.ts';

/** Targets of one press: more are asked for from the command line. */
const mostTargets = 10;

/** What evidence is collected about: the selected resource, else what the selected event acted on or made, else whoever acted. */
export function evidenceTargets(desk: Desk): readonly ResourceRef[] {
  const subject = selectedSubject(desk);
  if (subject) return [subject];
  const event = isOnList(desk.state.get().focus) ? undefined : selectedEvent(desk);
  const of = (relation: string) => event?.resources.filter((each) => each.relation === relation) ?? [];
  const acted = [...of('target'), ...of('created')];
  return (acted.length > 0 ? acted : of('uses')).map(({ kind, arn, name }) => ({ kind, arn, name }));
}

/** Why there is nothing to collect evidence about. */
export const nothingToCollect = (desk: Desk): string | undefined =>
  evidenceTargets(desk).length > 0 ? undefined : 'no resource is selected, and the event names none';

/** Collects evidence about the selection. */
export const collectEvidence = (desk: Desk): void => collect(desk, evidenceTargets(desk));

/** Collects evidence about the marked items of the inventory, else the selected one. */
export const collectItems = (desk: Desk): void => collect(desk, chosenRefs(desk));

/** Reads in the background; needs no lease. One at a time: each takes dozens of calls. */
function collect(desk: Desk, all: readonly ResourceRef[]): void {
  const targets = all.slice(0, mostTargets);
  const [first] = targets;
  if (!first) return;
  const names = `${display(first.name || first.arn)}${targets.length > 1 ? ` and ${targets.length - 1} more` : ''}`;
  const cut = all.length > targets.length ? ` (only the first ${mostTargets}: firebreak collect takes any number)` : '';
  say(desk, `evidence: about ${names}${cut}: sends nothing that changes anything`);
  workBehind(desk, 'evidence', async ({ signal, tell }) => {
    const { folder, files, missing } = await desk.session.collect(targets, signal, (what) =>
      tell(() => `reading ${display(what)}`),
    );
    const permissions = [...new Set(missing.flatMap(({ permission }) => (permission ? [permission] : [])))];
    const needs = permissions.length > 0 ? `: needs ${permissions.slice(0, 3).map(display).join(', ')}` : '';
    const rest = missing.length === 0 ? '' : ` · ${missing.length} not read${needs}`;
    return {
      text: `evidence about ${names}: ${files} files in ${folder}${rest}`,
      tone: missing.length > 0 ? 'problem' : 'plain',
    };
  });
}
