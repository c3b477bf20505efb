import type { Enrichment } from '../src/inventory/enrichment.ts';
import type { InventoryItem } from '../src/inventory/inventory.ts';
import type { EventRow } from '../src/model/event.ts';
import type { GraphEdge, Neighbours } from '../src/model/graph.ts';
import { postureOf } from '../src/model/posture.ts';
import type { PrincipalProfile } from '../src/model/principal-profile.ts';
import type { ResourceRef } from '../src/model/resource.ts';
import { countText } from '../src/model/work.ts';
import type { Session } from '../src/session/session.ts';
import { resourceKey, type TimedScan } from './console-state.ts';
import {
  actionRows,
  amountText,
  containmentRows,
  doorRows,
  eventRows,
  FACT,
  findingRows,
  is,
  nothingAgainst,
  part,
  refText,
  type ThingRow,
  type ThingRows,
} from './thing-rows.ts';

/** What the store answered about a resource. */
export interface ResourceKnown {
  readonly neighbours: Neighbours;
  readonly maker: { readonly name: string; readonly at: number } | undefined;
  /** Who acts as it; of roles and users alone. */
  readonly acting: PrincipalProfile | undefined;
  /** Its newest events, oldest first, and how many there are; -1 while they are counted. */
  readonly events: { readonly rows: readonly EventRow[]; readonly total: number };
}

/** A resource as it is shown. */
export interface ResourceModel {
  readonly ref: ResourceRef;
  readonly known: ResourceKnown | undefined;
  readonly enrichment: Enrichment | undefined;
  /** How far the search for who uses it is; `undefined`: nobody asked. */
  readonly scan: TimedScan | undefined;
}

/** Whether two names are of one resource: ARNs of SageMaker are told apart without case. */
export const isSame = (one: ResourceRef, other: ResourceRef): boolean =>
  one.kind === other.kind &&
  (one.arn !== '' && other.arn !== ''
    ? one.arn.toLowerCase() === other.arn.toLowerCase()
    : one.name.toLowerCase() === other.name.toLowerCase());

/** The inventory's own knowledge of it. */
export const itemOf = (session: Pick<Session, 'inventory'>, ref: ResourceRef): InventoryItem | undefined =>
  session.inventory.get().items.find((item) => isSame(item.ref, ref));

/** Findings about it. */
export const findingsOf = (session: Pick<Session, 'findings'>, ref: ResourceRef) =>
  session.findings.get().groups.filter(({ resource }) => resource && isSame(resource, ref));

/** Doors of it. */
export const doorsOf = (session: Pick<Session, 'openDoors'>, ref: ResourceRef) =>
  session.openDoors
    .get()
    .doors.filter(
      ({ resource, closeWith }) =>
        (resource && isSame(resource, ref)) || (closeWith !== undefined && isSame(closeWith.target, ref)),
    );

const edgeWords: { readonly [kind: string]: string } = {
  'acted-on': 'acted on it',
  created: 'made it',
  used: 'used it',
  opened: 'opened a way in',
  'runs-as': 'runs as',
  'named-with': 'changed with',
};

/** The other end of an edge. */
const otherEnd = ({ from, to }: GraphEdge, ref: ResourceRef) =>
  from.type === 'resource' && isSame(from.ref, ref) ? to : from;

function actorRows({ ref, known }: ResourceModel): readonly ThingRow[] {
  const { maker, neighbours, acting } = known ?? {};
  const edges = neighbours?.edges ?? [];
  const people = edges.flatMap((edge): readonly ThingRow[] => {
    const { from, kind, events, changes, errors, last, isNew } = edge;
    if (from.type !== 'principal') return [];
    return [
      {
        type: 'row',
        key: `actor ${from.key} ${kind}`,
        label: edgeWords[kind] ?? kind,
        text: `${from.name} · ${amountText({ events, changes, errors })}${isNew ? ' · new here' : ''}`,
        tone: kind === 'opened' ? 'finding' : changes > 0 ? 'write' : errors > 0 ? 'failed' : 'plain',
        at: last?.at,
        lead: { type: 'principal', who: from.key, name: from.name },
        copy: from.key,
      },
    ];
  });
  const sessions = (acting?.identities ?? []).slice(0, 50).map(
    ({ key, name, events, changes, errors, lastAt }): ThingRow => ({
      type: 'row',
      key: `acting ${key}`,
      label: ref.kind === 'iam.role' ? 'acts as it' : 'is it',
      text: `${name} · ${amountText({ events, changes, errors })}`,
      tone: changes > 0 ? 'write' : 'plain',
      at: lastAt,
      lead: { type: 'principal', who: key, name },
      copy: key,
    }),
  );
  return [
    ...(maker
      ? [
          {
            type: 'row' as const,
            key: 'maker',
            label: 'made by',
            text: maker.name || 'nobody that the record names',
            tone: 'title' as const,
            at: maker.at,
            ...(maker.name === '' ? {} : { lead: { type: 'principal' as const, who: maker.name, name: maker.name } }),
          },
        ]
      : []),
    ...sessions,
    ...people,
  ];
}

function factRows({ enrichment, ref }: ResourceModel, item: InventoryItem | undefined): readonly ThingRow[] {
  const row = (
    key: string,
    label: string,
    text: string | undefined,
    more: Partial<ThingRow> = {},
  ): readonly ThingRow[] =>
    text === undefined || text === ''
      ? []
      : [{ type: 'row', key: `${FACT}${key}`, label, text, tone: 'plain', ...more }];
  const role = enrichment?.role ?? item?.role;
  return [
    ...row('arn', 'arn', ref.arn),
    ...row('kind', 'kind', ref.kind),
    ...(role
      ? row('role', 'runs as', role.arn || role.name, { lead: { type: 'resource', ref: role }, tone: 'title' })
      : []),
    ...row('place', 'in', [item?.account, item?.region].filter(Boolean).join(' ')),
    ...row('compute', 'compute', item?.compute && `${item.compute}${item.accelerated ? ' · accelerated' : ''}`),
    ...row(
      'internet',
      'internet',
      item?.internet === undefined ? '' : item.internet ? 'reaches it by itself' : 'not by itself',
      {
        tone: item?.internet ? 'finding' : 'plain',
      },
    ),
    ...(item?.createdAt === undefined
      ? []
      : row('created', 'created', item.creator ?? 'by nobody that is known', { at: item.createdAt })),
    ...(item?.notInEvents
      ? row('unseen', 'its making', 'is in no event that is loaded: it was there before, or nobody recorded it', {
          tone: 'finding',
        })
      : []),
    ...(enrichment?.facts ?? []).flatMap(({ label, value }, index) => row(`${index}`, label, value)),
    ...(enrichment?.problems ?? []).flatMap((problem, index) =>
      row(`problem ${index}`, 'not read', problem, { tone: 'problem' }),
    ),
  ];
}

function relationRows({ ref, enrichment, known }: ResourceModel): readonly ThingRow[] {
  const seen = new Set<string>(enrichment?.role ? [resourceKey(enrichment.role)] : []);
  const rows: ThingRow[] = [];
  for (const { role, to, outside, note } of enrichment?.relations ?? []) {
    const key = resourceKey(to);
    if (seen.has(key)) continue;
    seen.add(key);
    rows.push({
      type: 'row',
      key: `relation ${role} ${key}`,
      label: role,
      text: `${refText(to)}${outside ? ' · NOT OURS' : ''}${note ? ` · ${note}` : ''}`,
      tone: outside ? 'failed' : 'plain',
      lead: { type: 'resource', ref: to },
      copy: to.arn || to.name,
    });
  }
  for (const edge of known?.neighbours.edges ?? []) {
    const other = otherEnd(edge, ref);
    if (other.type !== 'resource') continue;
    const key = resourceKey(other.ref);
    if (seen.has(key)) continue;
    seen.add(key);
    const away = edge.from.type === 'resource' && isSame(edge.from.ref, ref);
    rows.push({
      type: 'row',
      key: `edge ${edge.kind} ${key}`,
      label: edge.kind === 'runs-as' && !away ? 'runs as it' : (edgeWords[edge.kind] ?? edge.kind),
      text: `${refText(other.ref)}${edge.events > 0 ? ` · ${amountText(edge)}` : edge.answered ? ` · by ${edge.answered.operation}` : ''}`,
      tone: edge.isNew && edge.changes > 0 ? 'write' : 'plain',
      at: edge.last?.at ?? edge.answered?.at,
      lead: { type: 'resource', ref: other.ref },
      copy: other.ref.arn || other.ref.name,
    });
  }
  const more = known?.neighbours.more ?? 0;
  if (more > 0)
    rows.push({
      type: 'row',
      key: 'more edges',
      label: '',
      text: `${more.toLocaleString('en-US')} more relations are left out`,
      tone: 'dim',
    });
  return rows;
}

/** Who uses it, as far as AWS was asked. */
function userRows(scan: TimedScan | undefined): readonly ThingRow[] {
  if (!scan)
    return [
      {
        type: 'row',
        key: 'users',
        label: 'used by',
        text: 'u asks AWS who uses it: lists and describes everything that runs (reads only)',
        tone: 'dim',
        lead: { type: 'users' },
      },
    ];
  const { found, total, problems, ended } = scan;
  return [
    {
      type: 'row',
      key: 'users',
      label: 'used by',
      text: ended
        ? `${found.length} of ${total.toLocaleString('en-US')} things looked at${problems.length > 0 ? `; ${problems.length} could not be looked at` : ''}`
        : `looking: ${countText(scan, 'things')}; ${found.length} found (u stops)`,
      tone: ended && problems.length === 0 ? 'good' : 'write',
      lead: { type: 'users' },
    },
    ...found.slice(0, 500).map(
      ({ ref, state, activity, why, proof }): ThingRow => ({
        type: 'row',
        key: `user ${resourceKey(ref)}`,
        label: why,
        text: `${refText(ref)} ${state} · ${proof}`,
        tone: activity === 'idle' ? 'dim' : 'write',
        lead: { type: 'resource', ref },
        copy: ref.arn || ref.name,
      }),
    ),
    ...problems.slice(0, 50).map(
      (problem, index): ThingRow => ({
        type: 'row',
        key: `no user ${index}`,
        label: 'not looked',
        text: problem,
        tone: 'problem',
      }),
    ),
  ];
}

/** Lines of a script that are shown; a lifecycle script of 16 KB has about 400. */
const SCRIPT_LINES = 1000;

/** Everything about a resource as rows: what speaks against it first, what can be done next, then what it is. */
export function resourceRows(model: ResourceModel, session: Session): ThingRows {
  const { ref, known, enrichment } = model;
  const snapshot = session.snapshot.get();
  const findings = session.findings.get();
  const doors = session.openDoors.get();
  const posture = session.posture.get();
  const judged = postureOf(posture.results, ref).filter(({ verdict }) => verdict === 'weak' || verdict === 'unknown');
  const item = itemOf(session, ref);
  const value = ref.name || ref.arn;
  const exposures = (enrichment?.exposures ?? []).map(
    ({ who, at, until, urlUntil, eventId }): ThingRow => ({
      type: 'row',
      key: `exposure ${eventId}`,
      label: 'way in',
      text: `minted by ${who}`,
      tone: 'finding',
      at,
      until: until ?? urlUntil,
      lead: { type: 'event-id', eventId },
      copy: eventId,
    }),
  );
  const loading = 'looking at the events…';
  return [
    ...part(
      'what speaks against it',
      [
        ...findingRows(findingsOf(session, ref), findings, snapshot, 'what'),
        ...doorRows(doorsOf(session, ref)),
        ...exposures,
      ],
      nothingAgainst(doors),
    ),
    ...part(
      'what was done, and what can be (Enter plans, sends nothing)',
      [
        ...containmentRows(snapshot.containments.filter(({ plan }) => isSame(plan.target, ref))),
        ...actionRows(session.choices(ref), ref, 'resource screen'),
      ],
      'no containment action applies to this kind',
    ),
    ...part('who', actorRows(model), known ? 'no event that is loaded names who acted on it' : loading),
    ...part('what it is', factRows(model, item), 'nothing is known of it but its name'),
    ...part('blast radius: who uses it', userRows(model.scan)),
    ...part('what it belongs to, and what belongs to it', relationRows(model)),
    ...part(
      'how it is set up',
      judged.map(
        (result): ThingRow => ({
          type: 'row',
          key: `posture ${result.check}`,
          label: result.verdict,
          text: `${result.title}${result.note ? ` · ${result.note}` : ''}`,
          tone: result.verdict === 'weak' ? 'finding' : 'dim',
          lead: { type: 'posture', result },
          copy: result.check,
        }),
      ),
      posture.at === undefined ? 'not judged yet: :posture asks AWS' : 'nothing weak is known of it',
    ),
    ...part(
      'its events, the newest first',
      known ? eventRows(known.events, is('resource', value), 'who') : [],
      known ? 'no event that is loaded names it' : loading,
    ),
    ...(enrichment?.scripts ?? []).flatMap(({ title, text, cut, at }, index) =>
      part(
        `${title}${cut ? ', cut at 16 KB' : ''}`,
        text
          .split(/\r\n|\r|\n/)
          .slice(0, SCRIPT_LINES)
          .map(
            (line, number): ThingRow => ({
              type: 'row',
              key: `script ${index} ${number}`,
              label: String(number + 1),
              // Tabs are layout in a script, and would be spelled out.
              text: line.replaceAll('\t', '  '),
              tone: 'plain',
              ...(number === 0 ? { at } : {}),
            }),
          ),
      ),
    ),
  ];
}
