import type { Snapshot } from '../../src/session/snapshot.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { joinParts, type Part } from '../components/parts.ts';
import { count, plural, safe } from '../components/text.ts';
import { clock, countdown, day, elapsed, span } from '../components/time.ts';
import type { Theme } from '../theme/theme.ts';

/** What the header is drawn from. */
export interface HeaderModel {
  readonly snapshot: Snapshot;
  /** Epoch ms. */
  readonly now: number;
  readonly utc: boolean;
}

/** Credentials that end sooner than this are a warning. */
const EXPIRY_WARNING_MS = 10 * 60_000;

/** `OnCall/alice` of an assumed role's ARN, `user/alice`, `root`. */
function identityName(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.startsWith('assumed-role/') ? `role/${resource.slice('assumed-role/'.length)}` : resource;
}

function endpointPart({ identity, mode }: Snapshot): Part | undefined {
  if (identity?.endpoint.kind === 'simulated' || (mode === 'drill' && !identity))
    return { texts: [' SIMULATED '], keep: 100, meaning: 'simulated' };
  if (identity?.endpoint.kind !== 'custom') return undefined;
  const host = safe(identity.endpoint.host, 60);
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

function firstLine({ snapshot, now, utc }: HeaderModel): readonly Part[] {
  const { identity, mode, armedUntil } = snapshot;
  const endpoint = endpointPart(snapshot);
  const account = safe(identity?.account ?? '', 20);
  const alias = safe(identity?.alias ?? '', 40);
  const who = safe(identityName(identity?.arn ?? ''), 80);
  const region = safe(identity?.region ?? '', 30);
  const global = identity && identity.region !== identity.globalRegion ? ' +global' : '';
  const left = armedUntil === undefined ? 0 : armedUntil - now;
  const expires = identity?.credentialsExpireAt === undefined ? undefined : identity.credentialsExpireAt - now;
  return [
    ...(endpoint ? [endpoint] : []),
    { texts: ['firebreak'], keep: 10, meaning: 'title' },
    ...(identity
      ? ([
          { texts: alias ? [`${account} ${alias}`, account] : [account], keep: 60 },
          { texts: [`${region}${global}`, region], keep: 50 },
          { texts: [who, who.split('/').slice(0, 2).join('/')], keep: 40 },
        ] satisfies Part[])
      : [
          { texts: [mode === 'saved' ? 'saved logs' : 'asking AWS who we are…', 'who am I?'], keep: 60 } satisfies Part,
        ]),
    left > 0
      ? { texts: [` ARMED ${countdown(left)} `], keep: 100, meaning: 'armed', side: 'right' }
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
    { texts: [`${clock(now, utc)}${utc ? 'Z' : ''}`], keep: 55, side: 'right' },
  ];
}

const troubled = new Set(['denied', 'expired', 'unreachable', 'throttled']);

/** A line each for sources in trouble; the others together. */
function sourceParts({ sources }: Snapshot): readonly Part[] {
  const bad = sources.filter(({ state }) => troubled.has(state));
  const good = sources.filter(({ state }) => !troubled.has(state));
  const gaps = sources.reduce((sum, source) => sum + source.gaps.length, 0);
  const regions = (id: string) => good.filter((source) => source.id === id).length;
  const ids = [...new Set(good.map(({ id }) => id))];
  return [
    ...bad.map(({ id, state, why, permission, region }): Part => {
      const name = safe(id, 40);
      const reason = permission ? `needs ${safe(permission, 60)}` : safe(why, 80);
      return {
        texts: [
          `${name} ${safe(region, 20)} ${state}${reason ? `: ${reason}` : ''}`,
          `${name} ${state}${reason ? `: ${reason}` : ''}`,
          `${name} ${state}`,
        ],
        keep: state === 'throttled' ? 75 : 85,
        meaning: 'problem',
      };
    }),
    ...ids.map((id): Part => {
      const first = good.find((source) => source.id === id);
      const lag = first && first.lagMs > 0 ? ` -${span(first.lagMs)}` : '';
      const times = regions(id) > 1 ? ` ×${regions(id)}` : '';
      return {
        texts: [`${safe(id, 40)}${times} ${first?.state ?? ''}${lag}`, `${safe(id, 40)} ${first?.state ?? ''}`],
        keep: 25,
      };
    }),
    ...(gaps > 0 ? [{ texts: [plural(gaps, 'gap')], keep: 65, meaning: 'finding' } satisfies Part] : []),
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

function secondLine({ snapshot, now, utc }: HeaderModel): readonly Part[] {
  const { incident, events, late, rejected, receivedTo, settledTo, loading, containments, errors, mode } = snapshot;
  const running = containments.filter(({ state }) => state === 'in-progress' || state === 'undoing').length;
  const unsure = containments.filter(({ state }) => state === 'unverified').length;
  const name = safe(incident.name, 60);
  return [
    { texts: [name, name.slice(0, 20)], keep: 58 },
    ...(mode === 'saved' ? [] : [{ texts: [elapsed(now - incident.openedAt)], keep: 20 } satisfies Part]),
    ...(running > 0 ? [{ texts: [`${count(running)} running (x)`], keep: 96, meaning: 'write' } satisfies Part] : []),
    ...(unsure > 0
      ? [{ texts: [`${count(unsure)} may have happened (x)`], keep: 97, meaning: 'failed' } satisfies Part]
      : []),
    ...(errors.length > 0
      ? [{ texts: [`${plural(errors.length, 'error')} (!)`], keep: 92, meaning: 'problem' } satisfies Part]
      : []),
    ...(loading
      ? [{ texts: [`loading ${count(loading.filesDone)}/${count(loading.filesTotal)} files`], keep: 80 } satisfies Part]
      : []),
    { texts: [plural(events, 'event')], keep: 70 },
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
      ? mode === 'saved'
        ? []
        : [{ texts: ['not settled yet'], keep: 28 } satisfies Part]
      : [{ texts: [`settled to ${clock(settledTo, utc).slice(0, 5)}`], keep: 61 } satisfies Part]),
    ...drillPart(snapshot),
    ...sourceParts(snapshot),
  ];
}

/** The two lines at the top. What matters least goes first when the terminal is narrow; SIMULATED, READ-ONLY and ARMED never. */
export function headerView(model: HeaderModel, width: number, theme: Theme): string[] {
  return [joinParts(firstLine(model), width, theme), joinParts(secondLine(model), width, theme)];
}
