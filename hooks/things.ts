import type { ResourceRef } from '../src/model/resource.ts';
import { display } from '../src/shared/display.ts';
import { openChainRow, selectedChainRow } from './chain-screen.ts';
import { containEvent, containResource } from './chooser.ts';
import { isOnList } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { type Desk, openDialog, say, screenOf, topDialog } from './desk.ts';
import { selectedDoor } from './doors-screen.ts';
import { filterBy } from './filter-intents.ts';
import { openFindingGroup, selectedFinding } from './findings-screen.ts';
import { goToEvent, goToEventId } from './go-to.ts';
import { selectedItem } from './inventory-screen.ts';
import { selectedJournalRow } from './journal-screen.ts';
import { openLogs, selectedLine, writerOf } from './logs-screen.ts';
import { openAction } from './parameters.ts';
import { selectedResult } from './posture-screen.ts';
import { targetsOf, whoPredicate } from './principal-rows.ts';
import { moveInPrincipal, openPrincipalScreen, selectedPrincipalRow, type Who, whoOf } from './principal-screen.ts';
import {
  askUsers,
  containThisResource,
  moveInResource,
  openResourceScreen,
  selectedResourceRow,
} from './resource-screen.ts';
import type { Lead, ThingRow } from './thing-rows.ts';
import { is } from './thing-rows.ts';
import { selectedEvent, selectedSubject } from './timeline-intents.ts';

/** The selected row of the resource or principal on screen. */
export const selectedThing = (desk: Desk): ThingRow | undefined =>
  selectedResourceRow(desk) ?? selectedPrincipalRow(desk);

/** Why Enter would do nothing. */
export const noLead = (desk: Desk): string | undefined =>
  selectedThing(desk)?.lead ? undefined : 'this row leads nowhere; y copies it';

/** Enter: to what the row is about. Plans are planned, nothing is sent. */
export function openThing(desk: Desk): void {
  const lead = selectedThing(desk)?.lead;
  if (lead) follow(desk, lead);
}

function follow(desk: Desk, lead: Lead): void {
  switch (lead.type) {
    case 'resource':
      openResourceScreen(desk, lead.ref);
      return;
    case 'principal':
      openPrincipalScreen(desk, lead);
      return;
    case 'event':
      goToEvent(desk, lead.at, lead.within);
      return;
    case 'event-id':
      goToEventId(desk, lead.eventId);
      return;
    case 'filter':
      filterBy(desk, lead.predicate, { place: { type: 'follow' } });
      return;
    case 'finding':
      openFindingGroup(desk, lead.group);
      return;
    case 'containment':
      openDialog(desk, { type: 'progress', containmentId: lead.id });
      return;
    case 'action': {
      const { disabledReason } = lead.choice;
      if (disabledReason === undefined) openAction(desk, lead.choice, lead.target, lead.reason);
      else say(desk, disabledReason, 'problem');
      return;
    }
    case 'posture':
      openDialog(desk, { type: 'posture-result', result: lead.result });
      return;
    case 'users':
      askUsers(desk);
  }
}

/** The next part of the resource or principal on screen. */
export function nextThingPart(desk: Desk): void {
  const dialog = topDialog(desk);
  if (dialog?.type === 'resource') moveInResource(desk, dialog, 'part');
  else if (dialog?.type === 'principal') moveInPrincipal(desk, dialog, 'part');
}

/** Copies what the selected row names. */
export function copyThing(desk: Desk): void {
  const row = selectedThing(desk);
  const text = display(row?.copy ?? row?.text ?? '');
  if (text === '') say(desk, 'there is nothing to copy here');
  else copyText(desk, text, `copied: ${text}`);
}

/** Copies the ARN, or the name, of the resource or principal on screen. */
export function copyWhole(desk: Desk): void {
  const dialog = topDialog(desk);
  const text =
    dialog?.type === 'resource' ? dialog.ref.arn || dialog.ref.name : dialog?.type === 'principal' ? dialog.who : '';
  if (text !== '') copyText(desk, display(text), `copied ARN: ${display(text)}`);
}

/** All events of the resource or principal on screen. */
export function timelineOfThing(desk: Desk): void {
  const dialog = topDialog(desk);
  if (dialog?.type === 'resource')
    filterBy(desk, is('resource', dialog.ref.name || dialog.ref.arn), { place: { type: 'follow' } });
  else if (dialog?.type === 'principal') filterBy(desk, whoPredicate(dialog.who), { place: { type: 'follow' } });
}

/** What can be done about the resource or principal on screen. */
export function containThing(desk: Desk): void {
  const dialog = topDialog(desk);
  if (dialog?.type === 'resource') containThisResource(desk);
  if (dialog?.type !== 'principal') return;
  const last = dialog.known?.profile.last;
  const event = last && desk.session.events.event(last.rowId);
  const [target] = targetsOf(dialog).filter((each) => desk.session.choices(each).length > 0);
  if (target) containResource(desk, target, { reason: `principal ${dialog.name}` });
  else if (event) containEvent(desk, event);
  else say(desk, 'nothing here closes it');
}

/** The resource that is selected, wherever that is. */
export function resourceHere(desk: Desk): ResourceRef | undefined {
  const screen = screenOf(desk);
  switch (screen?.type) {
    case 'inventory':
      return selectedItem(desk)?.item.ref;
    case 'doors': {
      const door = selectedDoor(desk);
      return door?.resource ?? door?.closeWith?.target;
    }
    case 'chain': {
      const selected = selectedChainRow(desk);
      return selected && 'link' in selected.row ? selected.chain.links[selected.row.link]?.resource : undefined;
    }
    case 'findings':
      return selectedFinding(desk)?.resource;
    case 'posture': {
      const resource = selectedResult(desk)?.resource;
      return resource?.kind === 'account' ? undefined : resource;
    }
    case 'logs':
      return writerOf(desk, selectedLine(desk));
    case 'journal':
      return selectedJournalRow(desk)?.containment?.plan.target;
    case 'resource':
    case 'principal': {
      const lead = selectedThing(desk)?.lead;
      return lead?.type === 'resource' ? lead.ref : lead?.type === 'finding' ? lead.group.resource : undefined;
    }
    case undefined: {
      const subject = selectedSubject(desk);
      if (subject) return subject;
      const resources = selectedEvent(desk)?.resources ?? [];
      const main = resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? resources[0];
      return main && { kind: main.kind, arn: main.arn, name: main.name };
    }
    default:
      return undefined;
  }
}

/** The principal that is selected, wherever that is. */
export function whoHere(desk: Desk): Who | undefined {
  const named = (name: string | undefined, who = name): Who | undefined => (name && who ? { who, name } : undefined);
  const screen = screenOf(desk);
  switch (screen?.type) {
    case 'doors':
      return named(selectedDoor(desk)?.principal);
    case 'inventory': {
      const role = selectedItem(desk)?.item.role;
      return named(role?.name, role?.arn);
    }
    case 'chain': {
      const selected = selectedChainRow(desk);
      const link = selected && 'link' in selected.row ? selected.chain.links[selected.row.link] : undefined;
      return link && link.events > 0 ? named(link.name) : undefined;
    }
    case 'findings': {
      const group = selectedFinding(desk);
      return named(group?.actor, group?.actorArn || group?.actor);
    }
    case 'resource':
    case 'principal': {
      const row = selectedThing(desk);
      if (row?.lead?.type === 'principal') return row.lead;
      if (row?.lead?.type === 'finding')
        return named(row.lead.group.actor, row.lead.group.actorArn || row.lead.group.actor);
      if (screen.type === 'resource' && ['iam.role', 'iam.user'].includes(screen.ref.kind))
        return named(screen.ref.name, screen.ref.arn || screen.ref.name);
      return undefined;
    }
    case undefined: {
      const subject = selectedSubject(desk);
      if (subject && ['iam.role', 'iam.user'].includes(subject.kind))
        return named(subject.name, subject.arn || subject.name);
      const principal = isOnList(desk.state.get().focus) ? undefined : selectedEvent(desk)?.principal;
      return principal && principal.name !== '' ? whoOf(principal) : undefined;
    }
    default:
      return undefined;
  }
}

/** Opens the resource that is selected. */
export function openResourceHere(desk: Desk): void {
  const ref = resourceHere(desk);
  if (ref) openResourceScreen(desk, ref);
}

/** Opens the principal that is selected. */
export function openWhoHere(desk: Desk): void {
  const who = whoHere(desk);
  if (who) openPrincipalScreen(desk, who);
}

/** Why there is no resource to open. */
export const noResourceHere = (desk: Desk): string | undefined =>
  resourceHere(desk) ? undefined : 'what is selected names no resource';

/** Why there is no principal to open. */
export const nobodyHere = (desk: Desk): string | undefined =>
  whoHere(desk) ? undefined : 'what is selected names no principal';

/** The resource of that name among those that are known, else as it was typed: an ARN, or a name of any kind. */
export function openResourceNamed(desk: Desk, text: string): void {
  if (text === '') {
    const reason = noResourceHere(desk);
    if (reason === undefined) openResourceHere(desk);
    else say(desk, `${reason}; :resource NAME opens one by name`);
    return;
  }
  const wanted = text.toLowerCase();
  const known = [...(desk.state.get().resources ?? []), ...desk.session.inventory.get().items.map(({ ref }) => ref)];
  const found = known.find(({ name, arn }) => name.toLowerCase() === wanted || arn.toLowerCase() === wanted);
  if (found) openResourceScreen(desk, found);
  else say(desk, `no resource ${text} among those of the events and the inventory; :focus looks further`, 'problem');
}

/** The principal of that name or ARN. */
export function openWhoNamed(desk: Desk, text: string): void {
  if (text !== '') openPrincipalScreen(desk, { who: text, name: text });
  else if (nobodyHere(desk) === undefined) openWhoHere(desk);
  else say(desk, 'what is selected names no principal; :principal NAME opens one by name or ARN');
}

/** Enter on the chain: whose credentials a link is, or what it opened; on all else what it is about. */
export function openChainPlace(desk: Desk): void {
  const selected = selectedChainRow(desk);
  const isLink = selected?.row.type === 'link';
  if (isLink && whoHere(desk)) openWhoHere(desk);
  else if (isLink && resourceHere(desk)) openResourceHere(desk);
  else openChainRow(desk);
}

/** The lines of log groups: of the resource that is selected in a list or on screen, else of every group. */
export function openLogsHere(desk: Desk): void {
  const { focus } = desk.state.get();
  const screen = screenOf(desk);
  const on =
    screen?.type === 'resource'
      ? screen.ref
      : screen && screen.type !== 'logs'
        ? resourceHere(desk)
        : !screen && isOnList(focus)
          ? selectedSubject(desk)
          : undefined;
  openLogs(desk, on && writesLogs(on) ? on : undefined);
}

/** Whether code of this kind of resource prints lines that a group of SageMaker has. */
const writesLogs = ({ kind }: ResourceRef): boolean =>
  /^sagemaker\.(?:endpoint|inference-component|notebook-instance|app|space|user-profile|domain|[a-z-]+-job|cluster)$/.test(
    kind,
  );
