import { keyOr } from '../../hooks/key-names.ts';
import type { AccountLook, ConsoleSettings } from '../../src/model/console-settings.ts';
import { holderText } from '../../src/model/holder.ts';
import { bytesRateText, bytesText, leftOf, roughly } from '../../src/model/work.ts';
import type { Snapshot, SourceStatus } from '../../src/session/snapshot.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { fitParts, joinParts, type Part } from '../components/parts.ts';
import { notLive, readsLogs, stateLooks, TROUBLE, worstSource } from '../components/source-state.ts';
import { count, cutMiddle, plural, safe } from '../components/text.ts';
import { clock, countdown, day, elapsed, span } from '../components/time.ts';
import { CLOCK_SKEW_MS, skewText } from '../coverage/coverage-text.ts';
import type { Theme } from '../theme/theme.ts';
import { nextDecision } from './next-decision.ts';

/** What the header is drawn from. */
export interface HeaderModel {
  readonly snapshot: Snapshot;
  /** Epoch ms. */
  readonly now: number;
  readonly utc: boolean;
  /** What the operator calls the accounts, and how they are to look. */
  readonly looks?: ConsoleSettings['accounts'];
  /** Doors of suspects that are still open, as far as is known. */
  readonly openDoors?: number;
}

/** Credentials that end sooner than this are a warning. */
const EXPIRY_WARNING_MS = 10 * 60_000;

/** `OnCall/alice` of an assumed role's ARN, `user/alice`, `root`. */
function identityName(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.startsWith('assumed-role/') ? `role/${resource.slice('assumed-role/'.length)}` : resource;
}

/** What tells most of it in a few cells: the role, of Identity Center the permission set; of a user the name. */
function briefIdentity(name: string): string {
  const [kind, role = kind] = name.split('/');
  return cutMiddle((role ?? '').replace(/^AWSReservedSSO_(.+)_[0-9a-f]{16}$/, '$1'), 12);
}

function endpointPart({ identity, endpoint = identity?.endpoint }: Snapshot): Part | undefined {
  if (endpoint?.kind === 'simulated') return { texts: [' SIMULATED '], keep: 100, meaning: 'simulated' };
  if (endpoint?.kind !== 'custom') return undefined;
  const host = safe(endpoint.host, 60);
  return {
    texts: [
      ` CUSTOM ENDPOINT ${host} `,
      ` CUSTOM ENDPOINT ${fit(host, Math.min(24, cellWidth(host)))} `,
      // The host stands on every screen, however narrow: it is what tells a test account from a strange one.
      ` CUSTOM ENDPOINT ${fit(host, Math.min(16, cellWidth(host)))} `,
    ],
    keep: 100,
    spare: 42,
    meaning: 'custom',
  };
}

/** The account; of production with the word, on its colour, and never left out. */
function accountPart(account: string, alias: string, look: AccountLook | undefined): Part {
  const texts = alias ? [`${account} ${alias}`, account] : [account];
  if (look?.production)
    return {
      // Beside an endpoint and a lease there may be no room for more than the word.
      texts: [...texts.map((text) => ` PRODUCTION ${text} `), ' PRODUCTION '],
      keep: 100,
      spare: 49,
      meaning: look.colour ?? 'production',
    };
  return look?.colour
    ? { texts: texts.map((text) => ` ${text} `), keep: 60, spare: 49, meaning: look.colour }
    : { texts, keep: 60, spare: 49 };
}

const stoppedStates: ReadonlySet<string> = new Set(['denied', 'expired', 'unreachable']);
const silentStates: ReadonlySet<string> = new Set([...stoppedStates, 'idle', 'ended']);

/** Whether nothing hears of AWS any more. One source that is refused says nothing of the others. */
const isSilent = ({ sources }: Snapshot): boolean =>
  sources.some(({ state }) => stoppedStates.has(state)) && sources.every(({ state }) => silentStates.has(state));

/** What is read besides the identity's own Region: the partition's global one, or how many others. */
function besideRegion(
  { region, globalRegion }: NonNullable<Snapshot['identity']>,
  sources: readonly Pick<SourceStatus, 'region'>[],
): string {
  const others = new Set(sources.map((source) => source.region));
  others.delete(region);
  if (others.size > 1 || (others.size === 1 && !others.has(globalRegion))) return ` +${plural(others.size, 'Region')}`;
  return region === globalRegion ? '' : ' +global';
}

/** A piece of the first line; `below`: how much it matters on the second one, where it stands when the first has no room for it. */
interface FirstPart extends Part {
  readonly below?: number;
}

function firstLine({ snapshot, now, utc, looks = {} }: HeaderModel): readonly FirstPart[] {
  const { identity, mode, armedUntil, accounts, sources } = snapshot;
  const endpoint = endpointPart(snapshot);
  const account = safe(identity?.account ?? '', 20);
  const look = looks[identity?.account ?? ''];
  const alias = safe(look?.name ?? identity?.alias ?? '', 40);
  const who = safe(identityName(identity?.arn ?? ''), 80);
  const region = safe(identity?.region ?? '', 30);
  const beside = identity ? besideRegion(identity, sources) : '';
  // An answer that was refused, or that cannot come, is not on its way.
  const left = armedUntil === undefined ? 0 : armedUntil - now;
  const expires = identity?.credentialsExpireAt === undefined ? undefined : identity.credentialsExpireAt - now;
  return [
    ...(endpoint ? [endpoint] : []),
    { texts: ['firebreak'], keep: 10, meaning: 'title' },
    ...(identity
      ? ([
          // The alias goes before the Region does: beside a custom endpoint there is no room for both.
          accountPart(account, alias, look),
          { texts: [`${region}${beside}`, region], keep: 56, spare: 41, below: 67 },
          ...(accounts.length > 1 ? [{ texts: [`${accounts.length} accounts`], keep: 47 }] : []),
          { texts: [who, who.split('/').slice(0, 2).join('/'), briefIdentity(who)], keep: 55, spare: 40, below: 66 },
        ] satisfies FirstPart[])
      : [
          {
            texts: [
              mode === 'saved'
                ? 'saved logs'
                : snapshot.follows
                  ? 'account not known yet'
                  : isSilent(snapshot)
                    ? 'AWS has not said who we are'
                    : 'asking AWS who we are…',
              'who am I?',
            ],
            keep: 60,
          } satisfies Part,
        ]),
    // Time goes by whole seconds here: of a lease that has just begun, a second more would be left than it lasts.
    left > 0
      ? { texts: [` ARMED ${countdown(Math.floor(left / 1000) * 1000)} `], keep: 100, meaning: 'armed', side: 'right' }
      : { texts: ['READ-ONLY'], keep: 100, meaning: 'readonly', side: 'right' },
    ...(expires === undefined
      ? []
      : ([
          expires <= 0
            ? { texts: ['creds EXPIRED'], keep: 95, meaning: 'problem', side: 'right' }
            : expires < EXPIRY_WARNING_MS
              ? { texts: [`creds ${span(expires)}`], keep: 90, meaning: 'problem', side: 'right' }
              : { texts: [`creds ${span(Math.floor(expires / 60_000) * 60_000)}`], keep: 45, side: 'right' },
        ] satisfies Part[])),
    {
      texts: [clock(now, utc), clock(now, utc).slice(0, 5)].map((time) => `${time}${utc ? 'Z' : ''}`),
      keep: 54,
      spare: 50,
      side: 'right',
      below: 29,
    },
  ];
}

/** That somebody else has the incident open: who, or how it is taken over. */
function followsPart({ follows, incident }: Snapshot): readonly Part[] {
  if (!follows) return [];
  if (follows.gone)
    return [
      {
        texts: [
          `whoever had it open has ended: q, then firebreak resume ${safe(incident.name, 60)} takes it over`,
          `holder ended: q, then firebreak resume ${safe(incident.name, 40)}`,
          'holder ended: firebreak resume takes over',
        ],
        keep: 99,
        meaning: 'problem',
      },
    ];
  const { holder } = follows;
  const who = holder ? safe(holderText(holder), 120) : 'another firebreak, just starting';
  return [
    {
      texts: [
        `following, read-only: open in ${who}`,
        `following ${who}`,
        `following pid ${holder?.pid ?? '?'} on ${safe(holder?.host ?? '?', 20)}`,
      ],
      keep: 99,
      meaning: 'finding',
    },
  ];
}

/** That nothing new arrives, since when and why; stands before everything else, because what is below it looks as it did while it was live. */
function notLivePart({ sources }: Snapshot, now: number, utc: boolean): readonly Part[] {
  const stopped = notLive(sources);
  if (!stopped) return [];
  const { since, source } = stopped;
  const date = since === undefined || day(since, utc) === day(now, utc) ? '' : `${day(since, utc)} `;
  const head = `not live${since === undefined ? '' : ` since ${date}${clock(since, utc)}`}`;
  const reason = source.permission ? `needs ${safe(source.permission, 60)}` : safe(source.why, 80);
  return [
    {
      texts: [
        ...(reason ? [`${head}: ${source.state}: ${reason}`, `${head}: ${source.state}: ${cut(reason, 36)}`] : []),
        `${head}: ${source.state}`,
      ],
      keep: 99,
      spare: 86,
      meaning: 'problem',
    },
  ];
}

const cut = (text: string, width: number) => fit(text, Math.min(width, cellWidth(text))).trimEnd();

/** The key that shows more of it, behind what is said. */
const at = (theme: Theme, id: string): string => (theme.key(id) === '' ? '' : ` (${theme.key(id)})`);

/** What a source must say at once: that a trail is stopped. The same is said in each Region that it records. */
function alarmPart({ sources }: Snapshot, theme: Theme): readonly Part[] {
  const [alarm, ...others] = [...new Set(sources.map((source) => source.alarm).filter(Boolean))];
  if (alarm === undefined) return [];
  const more = others.length > 0 ? ` +${count(others.length)}${at(theme, 'coverage')}` : '';
  return [
    {
      texts: [`${safe(alarm, 120)}${more}`, `${cut(safe(alarm, 120), 36)}${more}`],
      keep: 93,
      spare: 64,
      meaning: 'problem',
    },
  ];
}

/** The Live Tail meter, or how log groups are read without one; nothing where none is tailed. */
function tailPart({ sources, tails }: Snapshot): readonly Part[] {
  if (tails.openSessions > 0) {
    const minutes = `${count(tails.minutes)}m`;
    return [{ texts: [`tail live ${minutes}`], keep: 63 }];
  }
  const logs = sources.filter(readsLogs);
  // Asked not to tail, there is nothing to say; a source that is refused or has stopped is no idle one and says so itself.
  const polling = logs.some(({ state, why }) => state === 'polling' && !/--no-tail|Live Tail is off/.test(why));
  const idle = logs.some(({ state }) => state === 'idle');
  const text = notLive(sources) ? '' : polling ? 'tail polling' : idle ? 'tail idle' : '';
  // What was billed stays billed after the last session has ended.
  const billed = tails.minutes > 0 ? `${text || 'tail'} ${count(tails.minutes)}m` : '';
  return text || billed ? [{ texts: [billed, text].filter(Boolean), keep: 63 }] : [];
}

/** The worst state of all sources. */
function worstPart({ sources }: Snapshot, theme: Theme): readonly Part[] {
  const worst = worstSource(sources);
  if (!worst) return [];
  const { glyph, meaning, rank } = stateLooks[worst.state];
  const sign = theme.glyphs[glyph];
  const same = sources.filter(({ state }) => state === worst.state).length;
  if (rank < TROUBLE) {
    if (sources.length === 1) return [{ texts: [`${sign} ${safe(worst.id, 40)} ${worst.state}`], keep: 25 }];
    return worst.state === 'connecting'
      ? [{ texts: [`${sign} ${count(same)}/${count(sources.length)} connecting`], keep: 26 }]
      : [{ texts: [`${theme.glyphs.done} ${plural(sources.length, 'source')}`], keep: 25 }];
  }
  if (notLive(sources) && worst.id === 'cloudtrail-lookup') return [];
  const bad = sources.filter(({ state }) => stateLooks[state].rank >= TROUBLE).length;
  const name = `${sign} ${safe(worst.id, 40)}`;
  const more = bad > 1 ? ` +${count(bad - 1)} more${at(theme, 'coverage')}` : '';
  const reason = worst.permission
    ? `: needs ${safe(worst.permission, 60)}`
    : worst.why
      ? `: ${safe(worst.why, 80)}`
      : '';
  return [
    {
      texts: [
        `${name} ${safe(worst.region, 20)} ${worst.state}${reason}${more}`,
        `${name} ${worst.state}${reason}${more}`,
        `${name} ${worst.state}${more}`,
      ],
      keep: worst.state === 'throttled' ? 75 : 85,
      meaning,
    },
  ];
}

/** How late the event history is: the slowest measured, else what AWS says, named as such. */
function lagPart({ sources }: Snapshot): readonly Part[] {
  const slowest = sources
    .flatMap(({ lag }) => (lag ? [lag] : []))
    .reduce<SourceStatus['lag']>((worst, lag) => (worst && worst.p95Ms >= lag.p95Ms ? worst : lag), undefined);
  if (slowest)
    return [
      { texts: [`lag p50 ${span(slowest.p50Ms)} p95 ${span(slowest.p95Ms)}`, `lag ${span(slowest.p95Ms)}`], keep: 27 },
    ];
  const stated = Math.max(0, ...sources.map(({ lagMs }) => lagMs));
  return stated > 0 ? [{ texts: [`lag ~${span(stated)} (AWS)`], keep: 24 }] : [];
}

/** How the sources stand, always in the same order. */
function sourceParts(snapshot: Snapshot, theme: Theme): readonly Part[] {
  const { sources, clockSkewMs } = snapshot;
  const gaps = sources.reduce((sum, source) => sum + source.gaps.length, 0);
  return [
    ...tailPart(snapshot),
    ...worstPart(snapshot, theme),
    ...lagPart(snapshot),
    ...(gaps > 0 ? [{ texts: [plural(gaps, 'gap')], keep: 65, meaning: 'finding' } satisfies Part] : []),
    ...(Math.abs(clockSkewMs) > CLOCK_SKEW_MS
      ? [
          {
            texts: [skewText(clockSkewMs), `clock ${clockSkewMs > 0 ? '+' : '-'}${span(Math.abs(clockSkewMs))}`],
            keep: 87,
            spare: 29,
            meaning: 'problem',
          } satisfies Part,
        ]
      : []),
  ];
}

function drillPart({ drill }: Snapshot): readonly Part[] {
  if (!drill) return [];
  const { state, ending } = drill.story;
  if (state === 'running') return [{ texts: ['drill: attack running', 'drill running'], keep: 32 }];
  const reached = state === 'attacker-reached-goal';
  const short = reached ? 'drill: the attacker reached the goal' : 'drill: the attacker stopped';
  return [
    {
      texts: [...(ending ? [`drill: ${safe(ending, 120)}`] : []), short],
      keep: 68,
      meaning: reached ? 'finding' : 'good',
    },
  ];
}

/** The playbook that waits for its next decision, the newest; and how many more do. */
function playbookPart({ playbooks }: Snapshot, theme: Theme): readonly Part[] {
  const waiting = playbooks.filter(({ next }) => next !== undefined);
  const run = waiting.at(-1);
  if (!run) return [];
  const more = waiting.length > 1 ? ` +${waiting.length - 1}` : '';
  return [
    {
      texts: [
        `${run.id} step ${run.next} of ${run.steps.length} is next${more}${at(theme, 'playbooks')}`,
        `${run.id} ${run.next}/${run.steps.length}${more}${at(theme, 'playbooks')}`,
      ],
      keep: 91,
      spare: 57,
      meaning: 'write',
    },
  ];
}

/** What is in flight, and when somebody is wanted again: confirmed steps run on while one looks elsewhere, and after the lease has ended. */
function runningPart(snapshot: Snapshot, now: number, utc: boolean, theme: Theme): readonly Part[] {
  const next = nextDecision(snapshot, now);
  if (!next) return [];
  const head = `${count(next.running)} running${at(theme, 'journal')}`;
  const arm = next.needsArming && !snapshot.follows ? `, needs ${keyOr(theme.key, 'arm')}` : '';
  const due = next.dueAt === undefined ? undefined : clock(next.dueAt, utc).slice(0, 5);
  return [
    {
      texts:
        due === undefined
          ? [
              ...(next.overdue ? [`${head}, longer than usual`] : []),
              `${head}${arm.replace('needs', 'the next needs')}`,
              head,
            ]
          : [`${head}, next decision due ${due}${arm}`, `${head}, next due ${due}${arm}`, `${head}, due ${due}`, head],
      keep: 96,
      meaning: 'write',
    },
  ];
}

/** How far loading is: rate, what is left, and the word that stops it. */
function loadingTexts(loading: NonNullable<Snapshot['loading']>, now: number): readonly string[] {
  const { filesDone, filesTotal, bytesDone, bytesTotal, startedAt } = loading;
  const work = { done: bytesDone, total: bytesTotal, sinceMs: now - startedAt };
  if (filesTotal === 0) return ['looking at the files… (:stop)', 'looking at the files…'];
  const files = `loading ${count(filesDone)}/${count(filesTotal)} files`;
  const left = leftOf(work);
  const rate = bytesRateText(work);
  const rest = left === undefined ? '' : `, ${roughly(left)} left`;
  const share = bytesTotal > 0 ? `loading ${Math.min(99, Math.floor((bytesDone / bytesTotal) * 100))} %` : files;
  return [
    `${files}, ${bytesText(work)} (:stop)`,
    // Of one file its number says nothing.
    ...(filesTotal === 1 ? [`loading ${bytesText(work)} (:stop)`] : []),
    ...(rate === undefined ? [] : [`${share}, ${rate}${rest} (:stop)`]),
    `${share}${rest} (:stop)`,
    `${share}${rest}`,
    share,
  ];
}

function secondLine({ snapshot, now, utc, openDoors = 0 }: HeaderModel, theme: Theme): readonly Part[] {
  const { incident, events, late, rejected, receivedTo, settledTo, loading, containments, errors, mode } = snapshot;
  const unsure = containments.filter(({ state }) => state === 'unverified').length;
  const useless = containments.filter((one) => one.ineffective && !one.accepted);
  const taken = useless.every((one) => one.ineffective === 'gone');
  const head = taken ? 'NO LONGER IN FORCE' : 'NOT EFFECTIVE';
  const name = safe(incident.name, 60);
  return [
    ...followsPart(snapshot),
    ...notLivePart(snapshot, now, utc),
    ...alarmPart(snapshot, theme),
    ...(snapshot.question ? [{ texts: ['MFA code wanted'], keep: 98, meaning: 'problem' } satisfies Part] : []),
    ...(useless.length > 0
      ? [
          {
            texts: [
              `${head}: ${useless.map(({ id, plan }) => `${safe(id, 10)} on ${safe(plan.target.name, 40)}`).join(', ')}${at(theme, 'journal')}`,
              `${count(useless.length)} ${head}${at(theme, 'journal')}`,
            ],
            keep: 99,
            meaning: 'failed',
          } satisfies Part,
        ]
      : []),
    { texts: [name, name.slice(0, 20)], keep: 58 },
    ...(mode === 'saved' ? [] : [{ texts: [elapsed(now - incident.openedAt)], keep: 20 } satisfies Part]),
    ...runningPart(snapshot, now, utc, theme),
    ...(unsure > 0
      ? [
          {
            texts: [`${count(unsure)} may have happened${at(theme, 'journal')}`],
            keep: 97,
            meaning: 'failed',
          } satisfies Part,
        ]
      : []),
    ...playbookPart(snapshot, theme),
    ...(openDoors > 0
      ? [
          {
            texts: [
              `${count(openDoors)} still open${at(theme, 'doors')}`,
              `${count(openDoors)} open${at(theme, 'doors')}`,
            ],
            keep: 94,
            spare: 59,
            meaning: 'finding',
          } satisfies Part,
        ]
      : []),
    ...(errors.length > 0
      ? [
          {
            texts: [`${plural(errors.length, 'error')}${at(theme, 'errors')}`],
            keep: 92,
            meaning: 'problem',
          } satisfies Part,
        ]
      : []),
    ...(loading ? [{ texts: loadingTexts(loading, now), keep: 80, spare: 33 } satisfies Part] : []),
    { texts: [plural(events, 'event')], keep: 70 },
    ...(snapshot.openFindings > 0
      ? [
          {
            texts: [
              `${plural(snapshot.openFindings, 'finding')}${at(theme, 'findings')}`,
              plural(snapshot.openFindings, 'finding'),
            ],
            keep: 71,
            meaning: 'finding',
          } satisfies Part,
        ]
      : []),
    ...(late > 0 ? [{ texts: [`${count(late)} late`], keep: 30 } satisfies Part] : []),
    ...(rejected > 0 ? [{ texts: [`${count(rejected)} rejected`], keep: 72, meaning: 'problem' } satisfies Part] : []),
    ...(receivedTo === undefined
      ? []
      : [
          {
            texts: [
              `received ${day(receivedTo, utc) === day(now, utc) ? '' : `${day(receivedTo, utc)} `}${clock(receivedTo, utc)}`,
            ],
            keep: 62,
          } satisfies Part,
        ]),
    ...(settledTo === undefined
      ? mode === 'saved' || snapshot.follows
        ? []
        : [{ texts: ['not settled yet'], keep: 28 } satisfies Part]
      : [{ texts: [`settled to ${clock(settledTo, utc).slice(0, 5)}`], keep: 61 } satisfies Part]),
    ...drillPart(snapshot),
    ...sourceParts(snapshot, theme),
  ];
}

/**
 * The two lines at the top. What matters least goes first when the terminal is narrow; SIMULATED, READ-ONLY and ARMED never. As whom, where and
 * when it is stands on the second line where the first has no room for it.
 */
export function headerView(model: HeaderModel, width: number, theme: Theme): string[] {
  const { line, leftOut } = fitParts(firstLine(model), width, theme);
  const moved = leftOut.flatMap(({ below, spare = 0, ...part }) =>
    below === undefined ? [] : [{ ...part, keep: below, spare: Math.min(spare, below) }],
  );
  return [line, joinParts([...moved, ...secondLine(model, theme)], width, theme)];
}
