import type { Predicate } from '../filter/predicate.ts';
import { printFilter } from '../filter/print.ts';
import { simplify } from '../filter/simplify.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Lookup } from '../sources/source.ts';
import type { Alert } from './alert.ts';
import { distinct, type Indicator, indicatorText, lookupsOf, predicateOf } from './indicator.ts';
import { readAlerts } from './read-alerts.ts';
import { readFocus } from './read-focus.ts';
import { isAccountId, isRegionName } from './shapes.ts';
import type { Landing, StartingPoint } from './starting-point.ts';

/** What the responder holds: texts of alerts, and single things. */
export interface Held {
  readonly alerts?: readonly string[];
  readonly focuses?: readonly string[];
  /** Characters of each text that is no alert which are read: every one costs time. */
  readonly textLimit?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What the event history keeps. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const HISTORY_MS = 90 * DAY_MS;
/** Each is a question of its own, one a second and Region. */
const LOOKUPS_LIMIT = 20;
/** A filter that somebody can still read. */
const TERMS_LIMIT = 100;
/** What somebody reads before the first event. */
const SENTENCES_LIMIT = 10;

/** How far before the first sign one looks: what led to it. */
export const leadMs = HOUR_MS;

/**
 * Makes the starting point; pure. The filter shows what **any** of the indicators speaks of, those of who before those of what; one lands
 * where as many as possible meet.
 *
 * @param now Epoch ms.
 */
export function startFrom({ alerts: texts = [], focuses = [], textLimit }: Held, now: number): StartingPoint {
  const read = texts.map((text) => readAlerts(text, now, textLimit));
  const alerts = read.flatMap((one) => one.alerts);
  const things = focuses.map((text) => ({ text, ...readFocus(text) }));

  const ofAlerts = distinct(alerts.flatMap(({ indicators }) => indicators));
  const ofFocuses = distinct(things.flatMap(({ indicators }) => indicators));
  const unused = [
    ...alerts.flatMap((alert) => alert.unused.map((why) => `could not use: ${why}`)),
    ...things.flatMap((thing) => thing.unused.map((why) => `could not use: ${why}`)),
  ];

  const who = ofAlerts.filter(({ type }) => type !== 'action' && type !== 'resource');
  const shown = distinct([
    ...(who.length > 0 ? who : ofAlerts.filter(({ type }) => type === 'resource')),
    ...ofFocuses,
  ]);
  if (shown.length > TERMS_LIMIT)
    unused.push(
      `could not use: ${shown.length - TERMS_LIMIT} of ${shown.length} indicators: a filter takes ${TERMS_LIMIT}`,
    );
  const terms = shown.slice(0, TERMS_LIMIT);
  const filter = anyOf(terms);

  const lookups = uniqueLookups([...terms, ...ofAlerts].flatMap(lookupsOf));
  if (lookups.length > LOOKUPS_LIMIT)
    unused.push(
      `${lookups.length - LOOKUPS_LIMIT} of ${lookups.length} look-ups are left out: they take a second each`,
    );
  for (const { value } of terms.filter((one) => one.type === 'address'))
    unused.push(
      `${value}: event history cannot be asked for an address: searched in what is loaded; for the rest: hunt`,
    );

  const times = alerts.flatMap(({ firstSeen }) => (firstSeen === undefined ? [] : [firstSeen]));
  const ends = alerts.flatMap(({ lastSeen, firstSeen }) => lastSeen ?? firstSeen ?? []);
  const possible = times.filter((at) => at <= now + DAY_MS && at > now - 10 * 365 * DAY_MS);
  if (possible.length < times.length)
    unused.push('could not use: a time of the alert, which lies in the future or before CloudTrail');
  const firstSeen = possible.length > 0 ? Math.min(...possible) : undefined;
  if (firstSeen !== undefined && firstSeen < now - HISTORY_MS)
    unused.push('event history keeps 90 days: what is older must come from saved logs (firebreak open)');

  const accounts = [...new Set(alerts.map(({ account }) => account).filter((account) => account !== ''))];
  for (const account of accounts.filter((one) => !isAccountId(one)))
    unused.push(`could not use: account ${account}: an account has 12 digits`);
  const named = [
    ...alerts.map(({ region }) => region),
    ...things.map(({ region }) => region),
    ...read.flatMap(({ regions }) => regions),
  ].filter((region) => region !== '' && region !== 'global');
  for (const region of new Set(named.filter((one) => !isRegionName(one))))
    unused.push(`could not use: ${region}: it is no Region`);

  const eventIds = new Set(alerts.flatMap(({ eventId }) => eventId ?? []));
  for (const indicator of [...ofAlerts, ...ofFocuses]) if (indicator.type === 'event') eventIds.add(indicator.id);
  const [eventId] = eventIds.size === 1 ? eventIds : [];
  return {
    name: nameOf(alerts, ofFocuses, focuses),
    accounts: accounts.filter(isAccountId),
    regions: [...new Set(named.filter(isRegionName))],
    ...(firstSeen === undefined ? {} : { firstSeen }),
    ...(ends.length === 0 ? {} : { lastSeen: Math.max(...ends) }),
    filter,
    landing: landingOf(ofAlerts, ofFocuses, filter, firstSeen),
    lookups: lookups.slice(0, LOOKUPS_LIMIT),
    resources: resourcesOf([...ofFocuses, ...ofAlerts]),
    ...(eventId === undefined ? {} : { eventId }),
    keys: [...ofAlerts, ...ofFocuses].flatMap((one) => (one.type === 'key' ? [one.id] : [])),
    sentences: [
      ...shortened(alerts.filter(({ indicators }) => indicators.length > 0).map(sentenceOf)),
      ...things
        .filter(({ indicators }) => indicators.length > 0)
        .map(({ indicators }) => `focus on ${indicators.map(indicatorText).join(', ')}`),
    ],
    unused: [...new Set(unused)],
  };
}

const shortened = (sentences: readonly string[]): readonly string[] =>
  sentences.length > SENTENCES_LIMIT
    ? [...sentences.slice(0, SENTENCES_LIMIT), `and ${sentences.length - SENTENCES_LIMIT} more alerts`]
    : sentences;

/** Whether anything at all could be used. */
export const isUsable = ({ filter, lookups, resources }: StartingPoint): boolean =>
  filter.type !== 'all' || lookups.length > 0 || resources.length > 0;

const anyOf = (indicators: readonly Indicator[]): Predicate =>
  indicators.length === 0
    ? { type: 'all' }
    : simplify({ type: 'or', terms: uniquePredicates(indicators.map(predicateOf)) });

function uniquePredicates(predicates: readonly Predicate[]): readonly Predicate[] {
  return [...new Map(predicates.map((predicate) => [printFilter(predicate), predicate])).values()];
}

const uniqueLookups = (lookups: readonly Lookup[]): readonly Lookup[] => [
  ...new Map(lookups.map((lookup) => [`${lookup.attribute} ${lookup.value}`, lookup])).values(),
];

const resourcesOf = (indicators: readonly Indicator[]): readonly ResourceRef[] =>
  indicators.flatMap((indicator) => (indicator.type === 'resource' ? [indicator.ref] : []));

/** The narrowest first: the event itself, then where credentials, address, call and resource meet, then with less of them. */
function landingOf(
  ofAlerts: readonly Indicator[],
  ofFocuses: readonly Indicator[],
  filter: Predicate,
  from: number | undefined,
): Landing {
  const all = [...ofAlerts, ...ofFocuses];
  // What happened to a thing begins nowhere in particular: its newest events are shown.
  const isOfThings = ofAlerts.length === 0 && ofFocuses.every(({ type }) => type === 'resource' || type === 'name');
  if (filter.type === 'all' || isOfThings) return { filters: [], newAddress: false };
  const group = (...types: readonly Indicator['type'][]) => ofAlerts.filter(({ type }) => types.includes(type));
  const groups = {
    who: group('key', 'principal'),
    address: group('address'),
    call: group('action'),
    what: group('resource'),
  };
  const meet = (...parts: readonly (readonly Indicator[])[]) =>
    simplify({ type: 'and', terms: parts.filter((part) => part.length > 0).map(anyOf) });
  const candidates = [
    anyOf(all.filter(({ type }) => type === 'event')),
    meet(groups.who, groups.address, groups.call, groups.what),
    meet(groups.who, groups.address, groups.call),
    meet(groups.who, groups.address),
    filter,
  ].filter((candidate) => candidate.type !== 'all');
  const hasPlace = all.some(({ type }) => type === 'address' || type === 'action' || type === 'event');
  return {
    filters: uniquePredicates(candidates),
    ...(from === undefined ? {} : { from }),
    newAddress: !hasPlace && all.some(({ type }) => type === 'key'),
  };
}

function sentenceOf({ what, title, account, region, firstSeen, indicators }: Alert): string {
  const parts = [
    `${what}${title === '' ? '' : ` ${title}`}`,
    account === '' ? '' : `account ${account}`,
    region,
    firstSeen === undefined ? '' : `first seen ${new Date(firstSeen).toISOString()}`,
  ].filter((part) => part !== '');
  return `${parts.join(', ')}: ${[...new Set(indicators.map(indicatorText))].join(', ')}`;
}

/** `guardduty-MaliciousIPCaller`: the incident's folder is called so. */
function nameOf(alerts: readonly Alert[], ofFocuses: readonly Indicator[], focuses: readonly string[]): string {
  const [first] = alerts;
  const words = (text: string) => text.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  if (first) {
    const title = first.title.slice(first.title.lastIndexOf('/') + 1);
    return words(`${first.what.split(' ')[0]}-${title || 'alert'}`)
      .slice(0, 60)
      .replace(/-+$/, '')
      .toLowerCase();
  }
  const [thing] = ofFocuses;
  const text = thing === undefined ? (focuses[0] ?? '') : indicatorText(thing);
  return words(`focus-${text}`).slice(0, 60).replace(/-+$/, '').toLowerCase() || 'focus';
}
