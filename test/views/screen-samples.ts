import type { DialogBody } from '../../hooks/console-state.ts';
import type { RuleInfo } from '../../src/detection/rule.ts';
import { noFindings } from '../../src/session/findings.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import type { DialogExtras } from '../../views/dialogs/dialog-view.ts';
import { hostile, NOW } from './fixtures.ts';

/** A screen in one of its states. */
export interface ScreenSample {
  readonly title: string;
  readonly body: DialogBody;
  readonly extras?: Partial<DialogExtras>;
  readonly over?: Partial<Snapshot>;
}

const evil = hostile(1).principal?.arn ?? '';

/** A rule, as far as the coverage knows it. */
export const ruleInfo = (id: string, title: string): RuleInfo => ({
  id,
  name: undefined,
  title,
  description: '',
  level: 'high',
  status: 'stable',
  tags: [],
  references: [],
  falsePositives: [],
  triage: [],
  playbook: undefined,
  file: `${id}.yml`,
  kind: 'event',
  silent: false,
  evidence: [],
  rules: [],
  unread: undefined,
  aboutActor: false,
  notes: [],
});

/** Rules of which some have nothing to look at. */
export const unevaluated = (count: number, title = 'Reads of many objects') => ({
  ...noFindings,
  rules: new Map(
    Array.from({ length: count + 1 }, (_, index) => [`r${index}`, ruleInfo(`r${index}`, `${title} ${index}`)]),
  ),
  states: new Map(
    Array.from({ length: count + 1 }, (_, index) => [
      `r${index}`,
      { id: `r${index}`, evaluated: index === 0 ? 12 : 0, forgotten: 0, needs: index === 0 ? '' : 'S3 data events' },
    ]),
  ),
  at: NOW,
});

/** What digest files may say. */
export const digestAnswers: { readonly [title: string]: Snapshot['digests'] } = {
  held: {
    digests: 3,
    signed: 2,
    unsigned: 1,
    logFiles: 41,
    missing: 0,
    unlisted: 1,
    proved: [
      { account: '111122223333', region: 'us-east-1', from: NOW - 7_200_000, to: NOW - 3_600_000, signed: true },
    ],
    problems: [],
    problemsTotal: 0,
  },
  broken: {
    digests: 3,
    signed: 0,
    unsigned: 2,
    logFiles: 39,
    missing: 2,
    unlisted: 0,
    proved: [{ account: evil, region: evil, from: NOW - 7_200_000, to: NOW - 3_600_000, signed: false }],
    problems: Array.from({ length: 100 }, (_, index) => ({
      file: `${evil}${index}`,
      problem: `its hash is another ${evil}`,
    })),
    problemsTotal: 2_000,
  },
};

/** The coverage in every state. */
export function coverageSamples(sources: Snapshot['sources']): readonly ScreenSample[] {
  const [first] = sources;
  const many = first
    ? Array.from({ length: 1_000 }, (_, index) => ({
        ...first,
        region: `region-${index}`,
        gaps: [{ id: 'g', from: NOW - 60_000 * index, to: NOW, why: '数据'.repeat(80) }],
        blindSpots: [`not ${index}`],
      }))
    : [];
  const at = (selected: string | undefined): DialogBody => ({ type: 'coverage', selected });
  const extras = { findings: unevaluated(7) };
  return [
    { title: 'coverage: empty', body: at(undefined), over: { sources: [] } },
    { title: 'coverage: saved logs', body: at(undefined), over: { sources: [], mode: 'saved', settledTo: undefined } },
    { title: 'coverage: one', body: at(undefined), over: { sources: sources.slice(0, 1) } },
    ...sources.map((source) => ({
      title: `coverage: ${source.state} selected`,
      body: at(`source ${source.id} ${source.account} ${source.profile} ${source.region}`),
      extras,
      over: { sources, clockSkewMs: 90_000, rejected: 2 },
    })),
    {
      title: 'coverage: thousands',
      body: at('blind not 700'),
      extras: { findings: unevaluated(1_000) },
      over: { sources: many },
    },
    { title: 'coverage: a rule', body: at('rule r3'), extras, over: { sources } },
    ...Object.entries(digestAnswers).flatMap(([title, digests]) =>
      ['digests', 'digest 0', 'proved 0'].map((key) => ({
        title: `coverage: digests ${title}, ${key}`,
        body: at(key),
        over: { sources: [], mode: 'saved' as const, digests },
      })),
    ),
    {
      title: 'coverage: hostile',
      body: at(undefined),
      extras: { findings: unevaluated(3, evil) },
      over: {
        sources: sources.map((source) => ({
          ...source,
          id: evil,
          title: evil,
          region: evil,
          why: evil.repeat(20),
          progress: evil,
          alarm: evil,
          permission: evil,
          watching: [evil, evil],
          blindSpots: [evil.repeat(5), '数据'.repeat(99)],
          gaps: [{ id: evil, from: Number.NaN, to: NOW, why: evil }],
        })),
      },
    },
  ];
}
