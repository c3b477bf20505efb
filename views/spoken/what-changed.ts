import type { ConsoleState, Message, Pane } from '../../hooks/console-state.ts';
import { type KeyNames, keyOr } from '../../hooks/key-names.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { ConsoleSettings } from '../../src/model/console-settings.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { stateWords } from '../components/containment-state.ts';
import { notLive } from '../components/source-state.ts';
import { count, plural, safe } from '../components/text.ts';
import { clock, span } from '../components/time.ts';
import { typedField } from './dialog-words.ts';
import { spokenKey } from './spoken-text.ts';

const EXPIRY_MS = 10 * 60_000;

/** The text that is being typed; `undefined` where none is. */
export function typedText({ dialogs, filterLine }: ConsoleState): string | undefined {
  const dialog = dialogs.at(-1);
  const field = dialog ? typedField(dialog) : filterLine?.field;
  return field && textOf(field);
}

const paneNames: { readonly [Name in Pane]: string } = {
  resources: 'Resources by heat',
  lanes: 'Lanes',
  events: 'Events',
  detail: 'Detail',
};
export const paneName = (pane: Pane): string => paneNames[pane];

/** What the operator's settings have to do with what is said. */
export interface SpokenLook {
  readonly utc: boolean;
  readonly key: KeyNames;
  /** What the operator calls the accounts. */
  readonly looks: ConsoleSettings['accounts'];
}

/** What the whole is, for the beginning: account, mode, what is there. */
export function situation(
  { identity, endpoint = identity?.endpoint, incident, mode, events, openFindings, armedUntil }: Snapshot,
  { utc, key, looks }: SpokenLook,
): readonly string[] {
  const look = looks[identity?.account ?? ''];
  const alias = safe(look?.name ?? identity?.alias ?? '', 40);
  const spelled = (id: string) => spokenKey(keyOr(key, id));
  const where =
    endpoint?.kind === 'simulated'
      ? 'Simulated account'
      : endpoint?.kind === 'custom'
        ? `Custom endpoint ${safe(endpoint.host, 60)}, account`
        : 'Real account';
  return [
    `Firebreak, incident ${safe(incident.name, 80)}`,
    identity
      ? `${where}${look?.production ? ', PRODUCTION,' : ''} ${identity.account}${alias && ` ${alias}`}, Region ${safe(identity.region, 30)}, as ${safe(identity.arn, 200)}`
      : mode === 'saved'
        ? 'Saved logs: nothing can be changed'
        : 'AWS has not said yet who we are',
    // Of saved logs it was said: there is nothing to arm.
    ...(mode === 'saved'
      ? []
      : [armedUntil === undefined ? `Read-only: ${spelled('arm')} arms` : `Armed until ${clock(armedUntil, utc)}`]),
    `${plural(events, 'event')}, ${plural(openFindings, 'open finding')}`,
    `${spelled('help')}: every key; ${spelled('palette')}: every command by name; ${spelled('quit')} leaves`,
  ];
}

/** The incident at a moment, epoch ms. */
interface Moment {
  readonly snapshot: Snapshot;
  readonly at: number;
}

/** How long the credentials are still good, in as many steps as are told of; `undefined`: long enough, or nobody knows. */
function expiring({ snapshot: { identity }, at }: Moment): 'soon' | 'expired' | undefined {
  const left = (identity?.credentialsExpireAt ?? Number.POSITIVE_INFINITY) - at;
  return left <= 0 ? 'expired' : left <= EXPIRY_MS ? 'soon' : undefined;
}

/** What became another in the incident that must be heard whatever is on screen. */
export function incidentWords(was: Moment, is: Moment, look: SpokenLook): readonly string[] {
  const { utc } = look;
  const [before, now] = [was.snapshot, is.snapshot];
  const said: string[] = [];
  if (!before.identity && now.identity) said.push(...situation(now, look).slice(1, 2));
  if (before.armedUntil !== now.armedUntil) {
    if (now.armedUntil === undefined) said.push('Read-only again');
    else if (before.armedUntil === undefined) said.push(`Armed until ${clock(now.armedUntil, utc)}`);
  }
  // Which ones are new is told of each; these were there before anybody could be told.
  if (before.openFindings === 0 && now.openFindings > 0) said.push(plural(now.openFindings, 'open finding'));
  for (const containment of now.containments) {
    const { id, state, plan } = containment;
    const old = before.containments.find((one) => one.id === id);
    if (old?.state !== state)
      said.push(`${id}, ${safe(plan.action, 120)} on ${safe(plan.target.name, 200)}: ${stateWords(containment).text}`);
  }
  const marks = before.loading || now.loading ? 0 : now.marked.size - before.marked.size;
  if (marks !== 0) said.push(marks > 0 ? `${marks === 1 ? '' : `${plural(marks, 'event')} `}marked` : 'mark taken off');
  const errors = now.errors.slice(before.errors.length);
  for (const { what, nextSteps } of errors.slice(-3)) said.push(`Error: ${safe([what, ...nextSteps].join('. '), 600)}`);
  const stopped = notLive(now.sources);
  if (stopped && !notLive(before.sources))
    said.push(`Not live: ${stopped.source.state}. ${safe(stopped.source.why, 200)}`);
  if (!stopped && notLive(before.sources)) said.push('Live again');
  if (before.loading && !now.loading) said.push(`Loaded: ${plural(now.events, 'event')}`);
  const expires = expiring(is);
  if (expires !== expiring(was)) {
    if (expires === 'expired') said.push('Credentials have expired');
    if (expires === 'soon')
      said.push(`Credentials expire in ${span((now.identity?.credentialsExpireAt ?? is.at) - is.at)}`);
  }
  return said;
}

/** What the line at the bottom says. Of work that goes on in the background its beginning and its end are told. */
export function messageWords(before: Message | undefined, now: Message | undefined): readonly string[] {
  if (!now || now === before) return [];
  const work = /^([^:]+): .*\(:stop\)$/.exec(now.text)?.[1];
  if (work !== undefined && before?.text.startsWith(`${work}: `)) return [];
  // What goes on where it was broken off is told from there.
  if (before && now.text.startsWith(`${before.text} · `))
    return messageWords(undefined, { ...now, text: now.text.slice(before.text.length + 3) });
  // Of findings it is told anyway.
  return /^new \w+ finding:/.test(now.text) ? [] : [safe(now.text).replaceAll(' · ', ', ')];
}

/** What is said of a filter's answer. */
export const matchWords = (matches: number | undefined): string =>
  matches === undefined ? '' : `${count(matches)} events match`;
