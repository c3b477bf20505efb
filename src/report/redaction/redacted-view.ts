import type { Predicate } from '../../filter/predicate.ts';
import type { TimelineEvent } from '../../model/event.ts';
import { noIndicatorNotes } from '../../model/indicator.ts';
import type { PostureResult } from '../../model/posture.ts';
import type { Principal } from '../../model/principal.ts';
import { type ResourceRef, shortKind } from '../../model/resource.ts';
import type { IncidentView, RedactionProfile } from '../incident-view.ts';
import { resourcesOf } from '../timeline-entry.ts';
import { knownNames } from './known-names.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { TextRedactor } from './redact-text.ts';

/** What stands in the place of text that is left out. */
const leftOut = '«left out»';

/** Members that hold words of ours or of AWS's API, never a name. */
const ours = new Set([
  'id',
  'type',
  'kind',
  'state',
  'effect',
  'phase',
  'class',
  'action',
  'actionId',
  'digest',
  'certainty',
  'handover',
  'checked',
  'operation',
  'relation',
  'step',
  'format',
]);
/** Texts that somebody wrote, and answers of AWS: `public` has none of them. */
const freeText = new Set([
  'reason',
  'impact',
  'summary',
  'why',
  'what',
  'comesBack',
  'evidenceLost',
  'notRestored',
  'undoRisk',
  'error',
  'affectedProblem',
  'because',
  'note',
  'leftOut',
  'unseen',
  'command',
  'input',
  'params',
  'blindSpots',
  'alarm',
  'progress',
  'watching',
  'unknown',
  'searched',
  'text',
  'problem',
]);

/**
 * The same incident with pseudonyms. Pseudonyms are given in the order of the whole incident's events, whatever is exported of them, so that
 * two exports of it agree. Records as they came cannot be had from it.
 */
export function redactedView(view: IncidentView, redaction: Exclude<RedactionProfile, 'none'>): IncidentView {
  const { names, accounts, addresses, keys } = knownNames(view);
  const pseudonyms = new Pseudonyms({
    has: (value) => names.has(value) || accounts.has(value) || addresses.has(value),
  });
  const redactor = new TextRedactor(pseudonyms, names);
  for (const account of accounts) pseudonyms.account(account);
  for (const address of addresses) pseudonyms.address(address);
  for (const key of keys) redactor.name(key, 'key');
  for (const [name, kind] of names) redactor.name(name, kind);
  const isPublic = redaction === 'public';
  const text = (untrusted: string) => redactor.text(untrusted);
  const said = (untrusted: string) => (untrusted === '' ? '' : isPublic ? leftOut : text(untrusted));
  const eventId = (id: string) => (isPublic ? pseudonyms.id(id, 'event') : id);
  const who = (by: string) => (by.startsWith('arn:') ? redactor.arn(by) : redactor.path(by, 'person'));

  const ref = <Ref extends ResourceRef>(resource: Ref): Ref => ({
    ...resource,
    arn: redactor.arn(resource.arn),
    name: redactor.path(resource.name, shortKind(resource.kind)),
  });
  const principal = (one: Principal): Principal => ({
    type: one.type,
    arn: redactor.arn(one.arn),
    name: redactor.path(one.name, one.type === 'IAMUser' ? 'user' : 'session'),
    ...(one.issuerArn ? { issuerArn: redactor.arn(one.issuerArn) } : {}),
    ...(one.accessKeyId ? { accessKeyId: redactor.name(one.accessKeyId, 'key') } : {}),
    ...(one.person ? { person: redactor.path(one.person, 'person') } : {}),
    ...(one.sourceIdentity ? { sourceIdentity: redactor.path(one.sourceIdentity, 'person') } : {}),
    ...(one.userId ? { userId: redactor.name(one.userId, 'person') } : {}),
    ...(one.invokedBy ? { invokedBy: text(one.invokedBy) } : {}),
    ...(one.issuedAt === undefined ? {} : { issuedAt: one.issuedAt }),
  });
  /** An address, or the host name of a service; whatever else somebody may have written there is a name. */
  const source = (from: string) => {
    const address = pseudonyms.address(from);
    return address !== from || from === 'AWS Internal' ? address : redactor.name(from, 'host');
  };
  const event = (original: TimelineEvent): TimelineEvent => {
    const isLog = original.origin === 'cloudwatch-logs';
    const { requestId, ...rest } = original;
    const redacted: TimelineEvent = {
      ...rest,
      id: eventId(original.id),
      action: isLog ? logAction(original.action, redactor) : original.action,
      account: original.account && pseudonyms.account(original.account),
      principal: original.principal && principal(original.principal),
      sourceIp: source(original.sourceIp),
      userAgent: isPublic
        ? (/^[A-Za-z][\w-]{1,30}(?=[/ ])/.exec(original.userAgent)?.[0] ?? '')
        : text(original.userAgent),
      errorMessage: said(original.errorMessage),
      resources: original.resources.map(ref),
      ...(requestId === undefined ? {} : { requestId: isPublic ? pseudonyms.id(requestId, 'request') : requestId }),
      rawSha256: isPublic ? '' : original.rawSha256,
    };
    return { ...redacted, summary: summaryOf(redacted) };
  };
  /** Data of ours: names where they stand as names, everything else as text. */
  const deep = (value: unknown, member = ''): unknown => {
    if (typeof value === 'string') {
      // The digest of a plan is over its names: whoever guesses them could try.
      if (isPublic && member === 'digest') return '';
      if (ours.has(member)) return value;
      if (member === 'eventId' || member === 'provedBy' || member === 'contradictedBy') return eventId(value);
      if (member === 'requestId') return isPublic ? pseudonyms.id(value, 'request') : value;
      if (member === 'by' || member === 'who' || member === 'principal') return who(value);
      return freeText.has(member) ? said(value) : text(value);
    }
    if (value === null || typeof value !== 'object') return value;
    if (isPublic && (member === 'input' || member === 'params')) return {};
    if (Array.isArray(value)) return value.map((one) => deep(one, member));
    const object = value as { readonly [name: string]: unknown };
    if (typeof object.kind === 'string' && typeof object.arn === 'string' && typeof object.name === 'string')
      return { ...(deepMembers(object) as object), ...ref(object as unknown as ResourceRef) };
    return deepMembers(object);
  };
  const deepMembers = (object: { readonly [name: string]: unknown }): unknown =>
    Object.fromEntries(
      Object.entries(object).map(([name, member]) => [
        name,
        // An event as a chain names it; and the name of a call is AWS's.
        name === 'id' && 'rowId' in object
          ? eventId(String(member))
          : name === 'name' && 'input' in object
            ? member
            : deep(member, name),
      ]),
    );

  /** What a check asks and why is ours; what AWS answered is not. Commands hold names in every spelling: they are left out of what is public. */
  const redactedResult = (one: PostureResult): PostureResult => ({
    ...one,
    resource:
      one.resource.kind === 'account'
        ? { ...one.resource, name: pseudonyms.account(one.resource.name) }
        : ref(one.resource),
    account: one.account && pseudonyms.account(one.account),
    evidence: one.evidence.map(({ operation, field, value }) => ({
      operation,
      field: isPublic ? field.replace(/ (?:policy ).*|\[[^\]]*\]/g, '') : text(field),
      value: /^(?:not set|true|false|\d{1,6}|[A-Z][A-Za-z]+)$/.test(value) ? value : said(value),
    })),
    note: said(one.note),
    here: one.here.map(said),
    remedy:
      one.remedy && !isPublic ? { ...one.remedy, text: one.remedy.text.split('\n').map(text).join('\n') } : undefined,
  });

  return {
    ...view,
    name: text(view.name),
    account: view.account && pseudonyms.account(view.account),
    alias: view.alias && redactor.name(view.alias, 'account-alias'),
    identityArn: redactor.arn(view.identityArn),
    endpointNote: view.endpointNote.replace(/^(CUSTOM ENDPOINT ).*/, `$1${leftOut}`),
    sources: deep(view.sources) as IncidentView['sources'],
    inputs: view.inputs.map((_, at) => `input ${at + 1}`),
    containments: view.containments.map((one) => deep(one) as typeof one),
    playbooks: view.playbooks.map((one) => {
      const told = deep(one) as typeof one;
      return { ...told, order: { ...told.order, eventIds: one.order.eventIds.map(eventId) } };
    }),
    handOffs: view.handOffs.map((one) => deep(one) as typeof one),
    notes: view.notes.map(({ at, by, text: note, eventId: id }) => ({
      at,
      by: who(by),
      text: said(note),
      eventId: id && eventId(id),
    })),
    marks: view.marks.map((mark) => ({ ...mark, eventId: eventId(mark.eventId), by: who(mark.by) })),
    findingDecisions: view.findingDecisions.map((one) => deep(one) as typeof one),
    triage: view.triage.map((one) => deep(one) as typeof one),
    // Values are what is to be kept from others here.
    indicators: noIndicatorNotes,
    tags: view.tags.map((tag) => ({ ...tag, eventId: eventId(tag.eventId), by: who(tag.by), tag: said(tag.tag) })),
    attachments: view.attachments.map((one, at) => ({
      ...one,
      file: `attachment ${at + 1}`,
      name: leftOut,
      sha256: isPublic ? '' : one.sha256,
      note: said(one.note),
      by: who(one.by),
      eventId: one.eventId && eventId(one.eventId),
    })),
    snapshots: view.snapshots.map((one) => ({ ...one, sha256: isPublic ? '' : one.sha256 })),
    collections: view.collections.map((one, at) => ({
      ...one,
      folder: `collection ${at + 1}`,
      manifestSha256: isPublic ? '' : one.manifestSha256,
      targets: one.targets.map((name) => redactor.path(name, 'name')),
      by: who(one.by),
    })),
    con: view.con && { ...view.con, who: who(view.con.who) },
    doors: deep(view.doors) as IncidentView['doors'],
    posture: view.posture && {
      ...view.posture,
      results: view.posture.results.map(redactedResult),
      leftOut: view.posture.leftOut.map(said),
    },
    chains: view.chains.map(({ eventId: id, chain }) => ({ eventId: eventId(id), chain: deep(chain) as typeof chain })),
    digests: view.digests && {
      ...view.digests,
      proved: view.digests.proved.map((one) => ({ ...one, account: pseudonyms.account(one.account) })),
      problems: view.digests.problems.map(({ problem }, at) => ({ file: `file ${at + 1}`, problem: said(problem) })),
    },
    leftOut: said(view.leftOut),
    redaction,
    events: (filter?: Predicate) => ({
      *[Symbol.iterator]() {
        for (const original of view.events(filter)) yield event(original);
      },
    }),
    raw: () => undefined,
  };
}

/** Of the path of a log group AWS's own beginning stays. */
const logAction = (action: string, redactor: TextRedactor): string => {
  const [, own = '', rest = ''] =
    /^(logs:(?:\/aws\/[\w-]+(?:\/(?:Endpoints|NotebookInstances|TrainingJobs|ProcessingJobs|TransformJobs|studio))?)?)(.*)$/.exec(
      action,
    ) ?? [];
  return own + redactor.path(rest, 'log-group');
};

/** The sentence of an event is made of what callers wrote: this one is made of pseudonyms. */
function summaryOf(event: TimelineEvent): string {
  const who = event.principal?.name || 'somebody';
  if (event.origin === 'cloudwatch-logs') return 'a line of a log, left out';
  const on = resourcesOf(event).slice(0, 3).join(', ');
  return `${who} called ${event.action}${on ? ` on ${on}` : ''}`;
}
