import type { Predicate } from '../src/filter/predicate.ts';
import { parseArn } from '../src/model/arn.ts';
import type { ChainLink, CredentialChain } from '../src/model/chain.ts';
import type { EventRow } from '../src/model/event.ts';
import type { Neighbours } from '../src/model/graph.ts';
import type { PrincipalProfile } from '../src/model/principal-profile.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import type { Session } from '../src/session/session.ts';
import { handoverWords, linkKeys, searchKeys } from './chain-rows.ts';
import { resourceKey } from './console-state.ts';
import { isSame } from './resource-rows.ts';
import {
  actionRows,
  amountText,
  containmentRows,
  doorRows,
  eventRows,
  findingRows,
  is,
  nothingAgainst,
  part,
  refText,
  type ThingRow,
  type ThingRows,
} from './thing-rows.ts';

/** What the store answered about a principal. */
export interface PrincipalKnown {
  readonly profile: PrincipalProfile;
  /** What it touched. */
  readonly neighbours: Neighbours;
  /** Of its last credentials; `undefined` where the records name none. */
  readonly chain: CredentialChain | undefined;
  readonly events: { readonly rows: readonly EventRow[]; readonly total: number };
}

/** A principal as it is shown. */
export interface PrincipalModel {
  /** As the store's `profile` takes it. */
  readonly who: string;
  readonly name: string;
  readonly known: PrincipalKnown | undefined;
}

/** What its events can be filtered by: the ARN where there is one. */
export const whoPredicate = (who: string): Predicate =>
  is('principal', who.startsWith('arn:') ? who : who.slice(who.indexOf('|') + 1));

/** The role, users and long-term keys behind it: what an action may apply to. */
export function targetsOf({ who, known }: Pick<PrincipalModel, 'who' | 'known'>): readonly ResourceRef[] {
  const arns = [
    who,
    ...(known?.profile.identities ?? []).flatMap(({ type, arn, issuerArn }) => [
      issuerArn,
      type === 'IAMUser' ? arn : '',
    ]),
  ];
  const refs = new Map<string, ResourceRef>();
  for (const arn of arns) {
    const resource = parseArn(arn)?.resource ?? '';
    const kind = resource.startsWith('role/') ? 'iam.role' : resource.startsWith('user/') ? 'iam.user' : undefined;
    if (kind) refs.set(arn, { kind, arn, name: resource.slice(resource.lastIndexOf('/') + 1) });
  }
  // Only long-term keys can be deactivated; ASIA keys are a session's.
  for (const { accessKeyId } of known?.profile.keys ?? [])
    if (accessKeyId.startsWith('AKIA')) refs.set(accessKeyId, { kind: 'iam.access-key', arn: '', name: accessKeyId });
  return [...refs.values()].slice(0, 20);
}

/** Whether a name that a finding or a door gives is of it. */
function bearsName({ who, name, known }: PrincipalModel): (told: string) => boolean {
  const names = new Set([
    who,
    name,
    ...(known?.profile.identities ?? []).flatMap(({ name, arn, issuerArn }) => [
      name,
      arn,
      who === issuerArn ? arn : '',
    ]),
  ]);
  names.delete('');
  return (told) => told !== '' && names.has(told);
}

/** Findings about it. */
export function findingsBy(session: Pick<Session, 'findings'>, model: PrincipalModel) {
  const isIt = bearsName(model);
  return session.findings.get().groups.filter(({ actor, actorArn }) => isIt(actor) || isIt(actorArn));
}

/** Doors that it has, or that actions on its role, user or keys close. */
export function doorsBy(session: Pick<Session, 'openDoors'>, model: PrincipalModel) {
  const isIt = bearsName(model);
  const targets = targetsOf(model);
  return session.openDoors
    .get()
    .doors.filter(
      ({ principal, closeWith }) =>
        isIt(principal) ||
        (closeWith?.target.kind.startsWith('iam.') === true &&
          targets.some((target) => isSame(target, closeWith.target))),
    );
}

function keyRows({ known }: PrincipalModel): readonly ThingRow[] {
  return (known?.profile.keys ?? []).map(
    ({ accessKeyId, name, issuedAt, until, by, lastAt, ...amount }): ThingRow => ({
      type: 'row',
      key: `key ${accessKeyId}`,
      label: accessKeyId.startsWith('AKIA') ? 'long-term key' : 'session key',
      text: `${accessKeyId} ${name} · ${amountText(amount)}${by ? ` · by ${by.action}` : ''}`,
      tone: amount.errors > 0 && amount.errors === amount.events ? 'failed' : amount.changes > 0 ? 'write' : 'plain',
      at: lastAt,
      since: issuedAt,
      until,
      lead: { type: 'filter', predicate: is('key', accessKeyId) },
      copy: accessKeyId,
    }),
  );
}

const linkText = (link: ChainLink): string => {
  const words = handoverWords[link.handover] ?? link.handover;
  const what = link.name || (link.resource ? refText(link.resource) : 'credentials that no record names');
  return `${words ? `${words} ` : ''}${what}${link.accessKeyId ? ` ${link.accessKeyId}` : ''}${link.events > 0 ? ` · ${link.events.toLocaleString('en-US')} events` : ''}`;
};

/** Where its credentials came from, and what they led to: the steps up to the origin, and those right below. */
function chainRows({ known, name }: PrincipalModel): readonly ThingRow[] {
  const chain = known?.chain;
  if (!chain) return [];
  const keys = linkKeys(chain);
  const searches = searchKeys(chain);
  const own = chain.at >= 0 ? chain.links[chain.at] : undefined;
  const row = (link: (typeof chain.links)[number], index: number, label: string): ThingRow => ({
    type: 'row',
    key: keys[index] ?? '',
    label,
    text: `${linkText(link)}${link.certainty === 'inferred' ? ` · inferred: ${link.why}` : ''}`,
    tone: link.certainty === 'inferred' ? 'finding' : 'plain',
    at: link.first?.at ?? link.by?.at,
    until: link.until,
    ...(link.events > 0 && link.name !== ''
      ? { lead: { type: 'principal', who: link.name, name: link.name } }
      : link.resource
        ? { lead: { type: 'resource', ref: link.resource } }
        : {}),
    copy: link.accessKeyId || link.name,
  });
  const above: ThingRow[] = [];
  const seen = new Set<number>();
  for (let at = own?.parent; at !== undefined && !seen.has(at); at = chain.links[at]?.parent) {
    seen.add(at);
    const link = chain.links[at];
    if (link) above.unshift(row(link, at, 'came from'));
  }
  const below = chain.links.flatMap((link, index) =>
    link.parent === chain.at && index !== chain.at && chain.at >= 0 ? [row(link, index, 'led to')] : [],
  );
  const searched = chain.searched.map(
    ({ what }, index): ThingRow => ({
      type: 'row',
      key: searches[index] ?? '',
      label: 'not found',
      text: what,
      tone: 'finding',
    }),
  );
  const itself: readonly ThingRow[] = own
    ? [{ ...row(own, chain.at, 'it'), text: `${name || own.name} ${own.accessKeyId}`, tone: 'title' }]
    : [];
  return [...above, ...itself, ...below, ...searched];
}

function serviceRows(model: PrincipalModel): readonly ThingRow[] {
  const who = whoPredicate(model.who);
  return (model.known?.profile.services ?? []).flatMap(
    ({ service, actions, more, lastAt, ...amount }): readonly ThingRow[] => [
      {
        type: 'row',
        key: `service ${service}`,
        label: service || 'other',
        text: amountText(amount),
        tone: amount.changes > 0 ? 'write' : 'title',
        at: lastAt,
        lead: {
          type: 'filter',
          predicate: {
            type: 'and',
            terms: [who, { type: 'field', field: 'action', op: 'like', value: `${service}:*` }],
          },
        },
        copy: service,
      },
      ...actions.map(
        ({ action, lastAt: last, ...done }): ThingRow => ({
          type: 'row',
          key: `action done ${action}`,
          label: '',
          text: `${action.slice(action.indexOf(':') + 1)} · ${amountText(done)}`,
          tone: done.errors > 0 && done.errors === done.events ? 'failed' : done.changes > 0 ? 'write' : 'plain',
          at: last,
          lead: { type: 'filter', predicate: { type: 'and', terms: [who, is('action', action)] } },
          copy: action,
        }),
      ),
      ...(more > 0
        ? [
            {
              type: 'row' as const,
              key: `more of ${service}`,
              label: '',
              text: `${more} more actions`,
              tone: 'dim' as const,
            },
          ]
        : []),
    ],
  );
}

function firstRows(model: PrincipalModel): readonly ThingRow[] {
  const who = whoPredicate(model.who);
  const fields = { address: 'ip', action: 'action', Region: 'region', 'user agent': 'agent' } as const;
  return (model.known?.profile.firsts ?? []).map(
    ({ what, value, at, event }): ThingRow => ({
      type: 'row',
      key: `first ${what} ${value}`,
      label: what,
      text: value,
      tone: 'finding',
      at,
      lead: event
        ? { type: 'event', at: event, within: who }
        : {
            type: 'filter',
            predicate: {
              type: 'and',
              terms: [
                who,
                what === 'service'
                  ? { type: 'field', field: 'action', op: 'like', value: `${value}:*` }
                  : is(fields[what], value),
              ],
            },
          },
      copy: value,
    }),
  );
}

const touchWords: { readonly [kind: string]: string } = {
  'acted-on': 'acted on',
  created: 'made',
  used: 'used',
  opened: 'opened a way into',
};

function touchedRows({ known }: PrincipalModel): readonly ThingRow[] {
  const { edges = [], more = 0 } = known?.neighbours ?? {};
  const rows = edges.flatMap((edge): readonly ThingRow[] => {
    if (edge.to.type !== 'resource') return [];
    const { ref } = edge.to;
    return [
      {
        type: 'row',
        key: `touched ${edge.kind} ${resourceKey(ref)}`,
        label: touchWords[edge.kind] ?? edge.kind,
        text: `${refText(ref)} · ${amountText(edge)}${edge.isNew ? ' · new here' : ''}`,
        tone: edge.kind === 'opened' ? 'finding' : edge.changes > 0 ? 'write' : edge.errors > 0 ? 'failed' : 'plain',
        at: edge.last?.at,
        lead: { type: 'resource', ref },
        copy: ref.arn || ref.name,
      },
    ];
  });
  return more > 0
    ? [
        ...rows,
        {
          type: 'row',
          key: 'more touched',
          label: '',
          text: `${more.toLocaleString('en-US')} more are left out`,
          tone: 'dim',
        },
      ]
    : rows;
}

/** Everything about a principal as rows: what speaks against it and what closes it first. */
export function principalRows(model: PrincipalModel, session: Session): ThingRows {
  const { who, known } = model;
  const snapshot = session.snapshot.get();
  const doors = session.openDoors.get();
  const profile = known?.profile;
  const targets = targetsOf(model);
  const loading = 'looking at the events…';
  const filter = whoPredicate(who);
  const isUnseen = (profile?.events ?? 0) === 0;
  return [
    ...part(
      'what speaks against it',
      [
        ...findingRows(findingsBy(session, model), session.findings.get(), snapshot, 'who'),
        ...doorRows(doorsBy(session, model)),
      ],
      nothingAgainst(doors),
    ),
    ...part(
      'what closes it (Enter plans, sends nothing)',
      [
        ...containmentRows(
          snapshot.containments.filter(({ plan }) => targets.some((target) => isSame(plan.target, target))),
        ),
        ...targets.flatMap((target) => actionRows(session.choices(target), target, `principal ${model.name}`, true)),
      ],
      known
        ? isUnseen
          ? 'not known: no event of it is loaded that says what it is'
          : 'nothing here closes it: it is no role, user or long-term key of this account'
        : loading,
    ),
    ...part(
      'keys and sessions, the last used first',
      keyRows(model),
      known ? (isUnseen ? 'not known: no event of it is loaded' : 'the records name no key of it') : loading,
    ),
    ...part('where its credentials came from, and what they led to', chainRows(model)),
    ...part(
      'handed out',
      (profile?.handedOut ?? []).map(
        ({ type, name, by, until }): ThingRow => ({
          type: 'row',
          key: `handed out ${by.rowId} ${name}`,
          label: { key: 'a key', door: 'a way into', console: 'console sign-in', role: 'a role to' }[type],
          text: `${name} · by ${by.action} in ${by.region}`,
          tone: type === 'door' ? 'finding' : 'write',
          at: by.at,
          until,
          lead: { type: 'event', at: by, within: filter },
          copy: name,
        }),
      ),
    ),
    ...part(
      'never done before',
      firstRows(model),
      profile?.isNew ? 'it was not there in the first tenth of what is loaded: all that it does is new' : '',
    ),
    ...part(
      'from where',
      (profile?.addresses ?? []).map(
        ({ address, lastAt, ...amount }): ThingRow => ({
          type: 'row',
          key: `address ${address}`,
          label: 'address',
          text: `${address} · ${amountText(amount)}`,
          tone: profile?.firsts.some(({ what, value }) => what === 'address' && value === address)
            ? 'finding'
            : 'plain',
          at: lastAt,
          lead: { type: 'filter', predicate: { type: 'and', terms: [filter, is('ip', address)] } },
          copy: address,
        }),
      ),
      known ? (isUnseen ? 'not known: no event of it is loaded' : 'the records name no address') : loading,
    ),
    ...part('what it did, by service', serviceRows(model), known ? 'no event of it is loaded' : loading),
    ...part('what it touched', touchedRows(model)),
    ...part(
      'who that is',
      (profile?.identities ?? []).slice(0, 50).map(
        ({ key, type, name, arn, person, sourceIdentity, lastAt, ...amount }): ThingRow => ({
          type: 'row',
          key: `identity ${key}`,
          label: type,
          text: [
            arn || name,
            person ? `person ${person}` : '',
            sourceIdentity ? `source identity ${sourceIdentity}` : '',
            amountText(amount),
          ]
            .filter(Boolean)
            .join(' · '),
          tone: 'plain',
          at: lastAt,
          ...(key === who ? {} : { lead: { type: 'principal', who: key, name } }),
          copy: arn || name,
        }),
      ),
    ),
    ...part(
      'not looked at',
      (profile?.leftOut ?? []).map(
        (what, index): ThingRow => ({ type: 'row', key: `left out ${index}`, label: '', text: what, tone: 'problem' }),
      ),
    ),
    ...part('its events, the newest first', known ? eventRows(known.events, filter, 'what') : []),
  ];
}
