import type { NormalisedEvent, RawRecord } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { JsonObject } from './member.ts';
import { phrases } from './phrases.ts';
import { reportedState } from './state-change.ts';

/** A log line can be a quarter of a megabyte; the whole of it is in the raw record. */
const longestSummary = 300;

/**
 * One sentence about an event whose resources are filled in: `alice opened notebook fraud-lab by presigned URL from 198.51.100.7`.
 * Holds attacker-controlled text: pass `display` before a screen.
 *
 * @param record What `normalise` found inside the raw record.
 */
export function summarise(event: NormalisedEvent, record: JsonObject, raw: RawRecord): string {
  const text =
    event.origin === 'cloudtrail'
      ? ofCall(event)
      : event.origin === 'eventbridge'
        ? ofEnvelope(event, record)
        : firstLine(raw.text);
  return text.length > longestSummary ? `${text.slice(0, longestSummary - 1).toWellFormed()}…` : text;
}

function ofCall(event: NormalisedEvent): string {
  const who = actorOf(event.principal) || 'someone';
  const phrase = event.errorCode === '' ? phrases[event.action] : undefined;
  const filled = phrase === undefined ? undefined : fill(phrase, event);
  if (filled !== undefined) return `${who} ${filled}`;
  const main =
    event.resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? event.resources[0];
  const on = main ? ` on ${main.name}` : '';
  return `${who} called ${event.action}${on}${outcome(event.errorCode)}`;
}

const outcome = (errorCode: string): string =>
  errorCode === ''
    ? ''
    : /denied|unauthori[sz]ed|forbidden/i.test(errorCode)
      ? `: refused (${errorCode})`
      : `: failed (${errorCode})`;

/** @returns `undefined` when the event does not name what the phrase speaks of. */
function fill(phrase: string, event: NormalisedEvent): string | undefined {
  let filled = '';
  let from = 0;
  for (;;) {
    const open = phrase.indexOf('{', from);
    if (open < 0) return filled + phrase.slice(from);
    const close = phrase.indexOf('}', open);
    const wanted = phrase.slice(open + 1, close);
    filled += phrase.slice(from, open);
    from = close + 1;
    if (wanted === 'ip') {
      if (event.sourceIp !== '') filled += ` from ${event.sourceIp}`;
      continue;
    }
    const resource = event.resources.find(({ kind }) => kind === wanted);
    if (!resource) return undefined;
    filled += resource.name;
  }
}

/**
 * What to call whoever acts: a session by its own name, which is the person's under Identity Center; sessions that services name
 * say nothing by themselves and keep their role.
 */
function actorOf(principal: Principal | undefined): string {
  if (!principal) return '';
  if (principal.type !== 'AssumedRole') return principal.name;
  const slash = principal.name.indexOf('/');
  const session = principal.name.slice(slash + 1);
  const role = principal.name.slice(0, Math.max(slash, 0));
  // Notebooks and Studio apps call AWS under this session name: the workload, not the person.
  if (session === 'SageMaker') return `code on SageMaker as ${role}`;
  return /^(?:i-[0-9a-f]+|[0-9a-f-]{16,}|\d+)$/i.test(session) ? principal.name : session;
}

function ofEnvelope(event: NormalisedEvent, envelope: JsonObject): string {
  const { status, reason } = reportedState(envelope);
  const main = event.resources[0];
  const what = event.action.replace(/^SageMaker /, '').replace(/ (?:State|Status) Change$/, '');
  const subject = main ? `${what} ${main.name}` : what;
  return `${subject}${status === '' ? '' : ` is now ${status}`}${reason === '' ? '' : `: ${reason}`}`;
}

function firstLine(text: string): string {
  const trimmed = text.slice(0, 2 * longestSummary).trimStart();
  const end = trimmed.search(/[\r\n]/);
  return end < 0 ? trimmed : trimmed.slice(0, end);
}
