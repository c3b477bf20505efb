import type { NormalisedEvent, RawRecord } from '../model/event.ts';
import { isCompute, isMachineSession, type Principal } from '../model/principal.ts';
import { detailOf, memberText, type Told } from './details.ts';
import { type JsonObject, objectOf, textOf } from './member.ts';
import { pastOf, phrases } from './phrases.ts';
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
      ? ofCall(event, record)
      : event.origin === 'eventbridge'
        ? ofEnvelope(event, record)
        : firstLine(raw.text);
  return text.length > longestSummary ? `${text.slice(0, longestSummary - 1).toWellFormed()}…` : text;
}

function ofCall(event: NormalisedEvent, record: JsonObject): string {
  const who = actorOf(event.principal) || 'someone';
  const result = outcome(event, record);
  const failed = result !== '';
  const ending = `${through(event, record)}${result}`;
  const done = doneBy(event, record, failed);
  if (done !== undefined) return `${who} ${done}${ending}`;
  const main =
    event.resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? event.resources[0];
  const on = main ? ` on ${main.name}` : '';
  return `${who} ${failed ? 'tried to call' : 'called'} ${event.action}${on}${ending}`;
}

/** `stopped notebook x`, or `tried to stop notebook x`; `undefined` when there is no phrase, or the event does not name what it speaks of. */
function doneBy(event: NormalisedEvent, record: JsonObject, failed: boolean): string | undefined {
  const phrase = compiled.get(event.action);
  const rest = phrase && fill(phrase.parts, { event, record, request: objectOf(record.requestParameters) ?? {} });
  return rest === undefined ? undefined : `${failed ? `tried to ${phrase!.verb}` : phrase!.past}${rest}`;
}

/** Calls that a service made with the caller's permissions, or by itself. */
function through({ principal }: NormalisedEvent, record: JsonObject): string {
  const invokedBy = principal?.invokedBy ?? textOf(objectOf(record.userIdentity)?.invokedBy);
  return invokedBy === '' || invokedBy === principal?.name || invokedBy === 'AWS Internal'
    ? ''
    : ` through ${invokedBy}`;
}

function outcome({ action, errorCode, errorMessage }: NormalisedEvent, record: JsonObject): string {
  // A failed sign-in has no code: the answer says it.
  if (
    errorCode === '' &&
    action === 'signin:ConsoleLogin' &&
    textOf(objectOf(record.responseElements)?.ConsoleLogin) === 'Failure'
  )
    return `: failed (${errorMessage || 'Failure'})`;
  if (errorCode === '') return '';
  return /denied|unauthori[sz]ed|forbidden/i.test(errorCode) ? `: refused (${errorCode})` : `: failed (${errorCode})`;
}

type Part =
  | { readonly type: 'text' | 'kind' | 'member' | 'detail'; readonly text: string }
  | { readonly type: 'ip' }
  | { readonly type: 'optional'; readonly parts: readonly Part[] };

interface Phrase {
  readonly verb: string;
  readonly past: string;
  readonly parts: readonly Part[];
}

const compiled = new Map<string, Phrase>(
  Object.entries(phrases).map(([action, text]) => {
    const verb = /^\w+/.exec(text)?.[0] ?? '';
    return [action, { verb, past: pastOf(verb), parts: partsOf(text.slice(verb.length)) }];
  }),
);

function partsOf(text: string): readonly Part[] {
  return [...text.matchAll(/\[([^\]]*)\]|\{([^}]*)\}|[^[{]+/g)].map(([whole, optional, gap]): Part => {
    if (optional !== undefined) return { type: 'optional', parts: partsOf(optional) };
    if (gap === undefined) return { type: 'text', text: whole };
    if (gap === 'ip') return { type: 'ip' };
    if (gap.startsWith('.')) return { type: 'member', text: gap.slice(1) };
    return gap.startsWith('#') ? { type: 'detail', text: gap.slice(1) } : { type: 'kind', text: gap };
  });
}

/** @returns `undefined` when the event does not say what the phrase speaks of. */
function fill(parts: readonly Part[], told: Told): string | undefined {
  let filled = '';
  for (const part of parts) {
    if (part.type === 'text') filled += part.text;
    else if (part.type === 'optional') filled += fill(part.parts, told) ?? '';
    else if (part.type === 'ip') filled += told.event.sourceIp === '' ? '' : ` from ${told.event.sourceIp}`;
    else {
      const text =
        part.type === 'member'
          ? memberText(told.request, part.text)
          : part.type === 'detail'
            ? detailOf(part.text, told)
            : told.event.resources.find(({ kind }) => kind === part.text)?.name;
      if (!text) return undefined;
      filled += text;
    }
  }
  return filled;
}

/**
 * What to call whoever acts: the person where the record says who it is, else a session by its own name; sessions that services name
 * say nothing by themselves and keep their role.
 */
function actorOf(principal: Principal | undefined): string {
  if (!principal) return '';
  let actor = actors.get(principal);
  if (actor === undefined) {
    actor = newActor(principal);
    actors.set(principal, actor);
  }
  return actor;
}

/** By object: equal identities are one nearly always. */
const actors = new WeakMap<Principal, string>();

function newActor(principal: Principal): string {
  const { name, type, person } = principal;
  if (type !== 'AssumedRole') return name;
  const slash = name.indexOf('/');
  const session = name.slice(slash + 1);
  const role = name.slice(0, Math.max(slash, 0));
  // The workload, not the person; who it belongs to, some domains write down.
  if (isCompute(principal))
    return person ? `code of ${person} on SageMaker as ${role}` : `code on SageMaker as ${role}`;
  if (person && person !== session) return `${person} as ${name}`;
  return isMachineSession(session) ? name : session;
}

/** `SageMaker Tracking Server Start Failed`: the state stands in the type itself. */
const stateInType = /^((?:MLflow )?Tracking Server) (.+)$/i;

function ofEnvelope(event: NormalisedEvent, envelope: JsonObject): string {
  const { status, reason } = reportedState(envelope);
  const detail = objectOf(envelope.detail) ?? {};
  const main = event.resources[0];
  const what = event.action.replace(/^SageMaker /, '').replace(/ (?:State|Status) Change$/, '');
  const [, thing = what, state = ''] = stateInType.exec(what) ?? [];
  const step = textOf(detail.stepName);
  const happened = textOf(objectOf(detail.EventDetails)?.Description);
  const approval = textOf(detail.ModelApprovalStatus);
  return [
    main ? `${thing} ${main.name}` : thing,
    step && ` (${step})`,
    status ? ` is now ${status}` : state && `: ${state}`,
    approval && `, approval ${approval}`,
    (reason || happened) && `: ${reason || happened}`,
  ].join('');
}

function firstLine(text: string): string {
  const trimmed = text.slice(0, 2 * longestSummary).trimStart();
  const end = trimmed.search(/[\r\n]/);
  return end < 0 ? trimmed : trimmed.slice(0, end);
}
