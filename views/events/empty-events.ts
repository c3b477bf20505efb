import { type KeyNames, keyNames, keyOr } from '../../hooks/key-names.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';

/** What the event histories have loaded and what they have not, a line each, so that "not loaded" never looks like "nothing there". */
function progressLines(sources: Snapshot['sources']): readonly string[] {
  const saying = sources.filter(({ id, progress }) => id === 'cloudtrail-lookup' && progress !== '');
  const several = new Set(sources.map(({ region, account }) => `${account} ${region}`)).size > 1;
  return saying.map(({ region, progress }) => (several ? `${region}: ${progress}` : progress));
}

const unfinished = (line: string) => /\d %|not loaded/.test(line);

/** The same in one line, what is not loaded yet first; empty when no source says. Untrusted. */
export function loadedText(sources: Snapshot['sources']): string {
  const lines = progressLines(sources);
  return [...lines.filter(unfinished), ...lines.filter((line) => !unfinished(line))].join(' · ');
}

/** Why there is nothing to see: not loaded yet, not allowed, nothing recorded, or nothing that matches look different. */
export function emptyEvents(
  snapshot: Snapshot,
  filtered: boolean,
  {
    searching = false,
    leftOut = 0,
    hasWayBack = false,
    key = keyNames(),
  }: {
    readonly searching?: boolean;
    /** Events that match and are left out of the list. */
    readonly leftOut?: number | undefined;
    /** Whether `Esc` leads to another filter or screen before it leads to all events. */
    readonly hasWayBack?: boolean;
    readonly key?: KeyNames;
  } = {},
): readonly string[] {
  const { events, sources, loading, mode, rejected } = snapshot;
  const progress = progressLines(sources);
  const esc = hasWayBack ? 'Esc goes back' : 'Esc shows all again';
  if (filtered && searching)
    return ['no event matches so far; the older ones are still searched', 'Esc stops and goes back', ...progress];
  if (filtered && leftOut > 0)
    return [
      `what matches is left out: ${leftOut === 1 ? 'a log line or own read' : `${leftOut.toLocaleString('en-US')} log lines and own reads`}`,
      `${keyOr(key, 'shown')} shows ${leftOut === 1 ? 'it' : 'them'} · ${esc}`,
      ...progress,
    ];
  if (filtered && events > 0)
    return ['no events match the filter', `${esc} · ${keyOr(key, 'filter')} changes it`, ...progress];
  if (loading)
    return [
      loading.filesTotal === 0
        ? 'looking at the files… :stop ends it'
        : `loading ${loading.filesDone} of ${loading.filesTotal} files… :stop ends it`,
    ];
  if (mode === 'saved')
    return ['these files hold no events', ...(rejected > 0 ? [`${keyOr(key, 'errors')} shows what was rejected`] : [])];
  if (snapshot.follows) return ['no events yet', 'whoever has the incident open reads them; this console follows'];
  if (sources.length === 0) return ['no events yet · no source has started'];
  const stopped = sources.filter(({ state }) => state === 'denied' || state === 'expired' || state === 'unreachable');
  const lines = stopped.map(({ id, region, state, why, permission }) => {
    const reason = permission ? `: this identity needs ${permission}` : why ? `: ${why}` : '';
    return `${id} in ${region} is ${state}${reason}`;
  });
  if (stopped.length === sources.length) return ['no events: no source can be read', ...lines, ...progress];
  for (const { id, region, state } of sources)
    if (state === 'throttled')
      lines.push(`${id} in ${region} is throttled: AWS wants fewer calls; it goes on by itself`);
  const others = sources.filter((source) => !stopped.includes(source));
  const names = [...new Set(others.map(({ id }) => id))].join(', ');
  const swept = sources.some(({ coveredTo }) => coveredTo !== undefined);
  // What is idle reads nothing: where all else is stopped, nothing can come.
  const waits = stopped.length > 0 && others.every(({ state }) => state === 'idle');
  return [
    swept
      ? `no events recorded in this window · following ${names}`
      : waits
        ? `nothing could be loaded: ${stopped.length} of ${sources.length} sources cannot be read`
        : `no events yet · reading ${names}…`,
    ...progress,
    ...lines,
    ...(swept ? ['CloudTrail arrives minutes late; "no events" does not mean that nothing happened'] : []),
  ];
}
