import type { Failure, TimedScan } from '../../hooks/console-state.ts';
import { type PrincipalKnown, principalRows } from '../../hooks/principal-rows.ts';
import { type ResourceKnown, type ResourceModel, resourceRows } from '../../hooks/resource-rows.ts';
import { findingKey } from '../../src/model/finding.ts';
import type { GraphEdge } from '../../src/model/graph.ts';
import { emptyProfile, type PrincipalProfile } from '../../src/model/principal-profile.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { fakeSession } from './fake-session.ts';
import { containment, endpoint, hostile, NOW, notebook, role, rowOf, story } from './fixtures.ts';
import { type ScreenSample, unevaluated } from './screen-samples.ts';
import { chain, chains, enrichments, inventory, openDoors } from './situation.ts';

const evil = hostile(1).principal?.arn ?? '';
const cjk = '数据库-人事部-テスト-데이터'.repeat(4);
const [first] = story();
const at = {
  rowId: 1,
  id: first?.id ?? '',
  at: NOW - 60_000,
  action: 'sagemaker:UpdateNotebookInstance',
  region: 'us-east-1',
};
const amount = { events: 12, changes: 3, errors: 1, firstAt: NOW - 3_600_000, lastAt: NOW - 9_000 };

/** A principal of whom something of everything is known; `word` is what attackers name. */
export const profile = (word: string, many = 1): PrincipalProfile => ({
  ...amount,
  identities: Array.from({ length: many }, (_, index) => ({
    ...amount,
    key: `arn:aws:sts::111122223333:assumed-role/ds-exec/${word}${index}`,
    type: 'AssumedRole',
    name: `ds-exec/${word}`,
    arn: `arn:aws:sts::111122223333:assumed-role/ds-exec/${word}${index}`,
    issuerArn: role.arn,
    person: word,
    sourceIdentity: word,
  })),
  keys: Array.from({ length: many }, (_, index) => ({
    ...amount,
    accessKeyId: index % 2 ? `AKIA${index}` : `ASIA${word}${index}`,
    name: word,
    issuedAt: index % 3 ? undefined : NOW - 600_000,
    until: index % 2 ? undefined : NOW + 120_000 - index * 60_000,
    by: index % 2 ? undefined : { ...at, action: word },
  })),
  addresses: Array.from({ length: many }, () => ({ ...amount, address: word })),
  services: Array.from({ length: Math.min(40, many) }, (_, index) => ({
    ...amount,
    service: index % 2 ? '' : word,
    actions: [{ ...amount, action: `sagemaker:${word}` }],
    more: index,
  })),
  handedOut: Array.from({ length: many }, (_, index) => ({
    type: (['key', 'door', 'console', 'role'] as const)[index % 4] ?? 'key',
    name: word,
    by: at,
    until: index % 2 ? NOW + 60_000 : undefined,
  })),
  firsts: (['address', 'service', 'action', 'Region', 'user agent'] as const).map((what) => ({
    what,
    value: word,
    at: NOW - 9_000,
    event: what === 'action' ? at : undefined,
  })),
  isNew: false,
  leftOut: many > 1 ? ['first-time Regions and user agents: it has too many events'] : [],
  last: at,
});

/** Relations of a resource or principal. */
export const edges = (of: ResourceRef, word: string, many = 1): readonly GraphEdge[] =>
  ['acted-on', 'created', 'used', 'opened', 'runs-as', 'named-with', 'lifecycle-config'].flatMap((kind) =>
    Array.from({ length: many }, (_, index): GraphEdge => {
      const isActor = ['acted-on', 'created', 'used', 'opened'].includes(kind);
      const other = { kind: 'sagemaker.model', arn: '', name: `${word}${kind}${index}` };
      return {
        from: isActor ? { type: 'principal', key: `${word}${index}`, name: word } : { type: 'resource', ref: of },
        to: isActor ? { type: 'resource', ref: of } : { type: 'resource', ref: other },
        kind,
        events: index,
        changes: index % 3,
        errors: index % 2,
        first: at,
        last: at,
        ...(index % 2 ? { answered: { operation: word, at: NOW } } : {}),
        isNew: index % 2 === 0,
      };
    }),
  );

const newest = { rows: [...story().slice(-8), hostile(7)].map(rowOf), total: 1_284 };
const known = (ref: ResourceRef, word: string, many = 1): ResourceKnown => ({
  neighbours: { node: { type: 'resource', ref }, edges: edges(ref, word, many), more: many > 1 ? 9_000 : 0 },
  maker: { name: word, at: NOW - 99_000 },
  acting: ref.kind === 'iam.role' ? profile(word, many) : undefined,
  events: newest,
});
const nothingKnown: ResourceKnown = {
  neighbours: { node: { type: 'resource', ref: notebook }, edges: [], more: 0 },
  maker: undefined,
  acting: undefined,
  events: { rows: [], total: 0 },
};
const failure: Failure = { code: 'StoreError', message: `the disk is full ${evil}`, nextSteps: ['Make room', evil] };
const scan = (word: string, many: number, ended: boolean): TimedScan => ({
  found: Array.from({ length: many }, (_, index) => ({
    ref: { ...endpoint, arn: '', name: `${word}${index}` },
    state: word,
    activity: index % 2 ? 'running' : 'idle',
    why: word,
    proof: word,
  })),
  done: 40,
  total: 900,
  problems: [word],
  ended,
  sinceMs: 4_000,
});

const group = (actor: string, ref: ResourceRef | undefined) => ({
  key: findingKey('r1', actor, ref),
  rule: 'r1',
  severity: 'high' as const,
  actor,
  actorArn: '',
  resource: ref,
  events: 3,
  firstAt: NOW - 60_000,
  lastAt: NOW,
  lastRow: 1,
  eventIds: ['e1'],
});

/** A session in which everything speaks against the notebook and against `word`. */
export const thingSession = (word: string) =>
  fakeSession({
    snapshot: { containments: [containment({ plan: { ...containment().plan, target: notebook } })] },
    inventory,
    openDoors: openDoors.some!,
    chain,
    enrich: () => enrichments.loaded!,
    findings: {
      ...unevaluated(2, word),
      groups: [group('alice', notebook), group(word, notebook), group(word, undefined)],
    },
    profile: profile(word),
    edges: edges(notebook, word, 3),
  });

/** Made with the first question: rows are the same at every size. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A resource in every state. */
export const resourceSamples = once((): readonly ScreenSample[] => {
  const sample = (
    title: string,
    over: Partial<ResourceModel>,
    more: { failure?: Failure; selected?: string; word?: string } = {},
  ) => {
    const model = { ref: notebook, known: known(notebook, 'alice'), enrichment: undefined, scan: undefined, ...over };
    const { failure, selected, word = 'alice' } = more;
    return {
      title: `resource: ${title}`,
      body: { type: 'resource' as const, ...model, selected, failure },
      extras: { things: resourceRows(model, thingSession(word)) },
    };
  };
  return [
    sample('loading', { known: undefined }),
    sample('empty', { known: nothingKnown, ref: { kind: 'sagemaker.feature-group', arn: '', name: 'fg' } }),
    sample('failed', { known: undefined }, { failure }),
    ...Object.entries(enrichments).map(([title, enrichment]) => sample(`AWS: ${title}`, { enrichment })),
    sample('a script at its end', { enrichment: enrichments.loaded }, { selected: 'script 0 1' }),
    sample('looking for users', { scan: scan('gpu', 3, false) }, { selected: 'users' }),
    sample('users found', { scan: scan('gpu', 700, true) }),
    sample(
      'a role, thousands',
      { ref: role, known: known(role, 'x', 300) },
      { selected: 'edge runs-as sagemaker.model xruns-as150' },
    ),
    sample(
      'hostile',
      {
        ref: { kind: evil, arn: evil.repeat(9), name: evil },
        known: known({ kind: evil, arn: evil.repeat(9), name: evil }, evil, 4),
        enrichment: enrichments.hostile ?? enrichments.loaded,
        scan: scan(evil, 2, true),
      },
      { word: evil },
    ),
    sample(
      'CJK',
      {
        ref: { kind: 'sagemaker.model', arn: '', name: cjk },
        known: known(notebook, cjk, 3),
        scan: scan(cjk, 2, true),
      },
      { word: cjk },
    ),
  ];
});

/** A principal in every state. */
export const principalSamples = once((): readonly ScreenSample[] => {
  const told = (word: string, many = 1, over: Partial<PrincipalKnown> = {}): PrincipalKnown => ({
    profile: profile(word, many),
    neighbours: {
      node: { type: 'principal', key: word, name: word },
      edges: edges(notebook, word, many),
      more: many > 1 ? 5 : 0,
    },
    chain,
    events: newest,
    ...over,
  });
  const sample = (
    title: string,
    {
      who = 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
      name = 'ds-exec/alice',
      known,
    }: { who?: string; name?: string; known: PrincipalKnown | undefined },
    more: { failure?: Failure; selected?: string; word?: string } = {},
  ) => {
    const { failure, selected, word = 'ds-exec/alice' } = more;
    return {
      title: `principal: ${title}`,
      body: { type: 'principal' as const, who, name, known, selected, failure },
      extras: { things: principalRows({ who, name, known }, thingSession(word)) },
    };
  };
  const nobody = { ...told('x'), profile: emptyProfile, chain: undefined, events: { rows: [], total: 0 } };
  return [
    sample('loading', { known: undefined }),
    sample('nobody', {
      who: 'nobody',
      name: 'nobody',
      known: { ...nobody, neighbours: { ...nobody.neighbours, edges: [] } },
    }),
    sample('failed', { known: undefined }, { failure }),
    sample('one', { known: told('alice') }),
    sample('new', { known: told('alice', 1, { profile: { ...profile('alice'), isNew: true, firsts: [] } }) }),
    sample('thousands', { known: told('x', 300) }, { selected: 'key AKIA151' }),
    ...Object.entries(chains).map(([title, each]) =>
      sample(`chain ${title}`, { known: told('alice', 1, { chain: each }) }),
    ),
    sample('hostile', { who: evil, name: evil, known: told(evil, 5) }, { word: evil }),
    sample('CJK', { who: `StudioUser|${cjk}`, name: cjk, known: told(cjk, 3) }, { word: cjk }),
  ];
});
