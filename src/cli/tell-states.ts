import type { OpenSession } from '../session/session-options.ts';
import { display } from '../shared/display.ts';
import { hasLoaded } from './landed.ts';

/** AWS refuses signatures from 5 min on; shown earlier, since times on the screen are wrong by as much. */
const tellSkewMs = 60_000;

/**
 * Says on stderr what a console would show in its header: each change of a source's state and of a containment's.
 * @returns The function that ends it.
 */
export function tellStates(session: OpenSession): () => void {
  const told = new Map<string, string>();
  const gaps = new Map<string, string>();
  const say = (text: string) => process.stderr.write(`firebreak: ${display(text)}\n`);
  const tell = (key: string, text: string) => {
    if (told.get(key) === text) return;
    told.set(key, text);
    say(text);
  };
  const look = () => {
    const { sources, containments, identity, rejected, clockSkewMs, start, landing } = session.snapshot.get();
    for (const sentence of start?.sentences ?? []) tell(`start ${sentence}`, sentence);
    for (const sentence of start?.unused ?? []) tell(`start ${sentence}`, sentence);
    if (landing && hasLoaded(session.snapshot.get())) {
      const event = session.events.event(landing.rowId);
      if (event)
        tell(
          'landing',
          `lands on ${new Date(event.at).toISOString()} ${event.principal?.name ?? '-'} ${event.action} ${event.sourceIp} (event ${event.id})`,
        );
    }
    if (identity) {
      const host =
        identity.endpoint.kind === 'aws'
          ? ''
          : ` · ${identity.endpoint.kind === 'simulated' ? 'SIMULATED' : 'CUSTOM ENDPOINT'} ${identity.endpoint.host}`;
      tell('identity', `account ${identity.account} · ${identity.region} · ${identity.arn}${host}`);
    }
    if (Math.abs(clockSkewMs) > tellSkewMs) {
      const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
      tell('clock', `this clock is ${minutes} min ${clockSkewMs > 0 ? 'ahead of' : 'behind'} AWS’s`);
    }
    for (const source of sources) {
      const { id, profile, region, state, why, permission } = source;
      const where = `${id} ${region}${profile ? ` (${profile.includes('@') ? 'as' : 'profile'} ${profile})` : ''}`;
      tell(`state ${where}`, `${where}: ${state}${why ? `: ${why}` : ''}${permission ? ` (needs ${permission})` : ''}`);
      if (source.progress) tell(`progress ${where}`, `${where}: ${source.progress}`);
      for (const gap of source.gaps) {
        const key = `${where} ${gap.id}`;
        const span = `${id} ${region} ${new Date(gap.from).toISOString()} to ${new Date(gap.to).toISOString()}`;
        // A gap grows while nothing can be read: the old one is taken back, so that a reader of the lines can count.
        if (gaps.has(key) && gaps.get(key) !== span) say(`gap filled ${gaps.get(key)}`);
        if (gaps.get(key) !== span) say(`gap ${span}: ${gap.why}`);
        gaps.set(key, span);
      }
      for (const [key, span] of [...gaps]) {
        if (!key.startsWith(`${where} `) || source.gaps.some((gap) => `${where} ${gap.id}` === key)) continue;
        gaps.delete(key);
        say(`gap filled ${span}`);
      }
    }
    for (const { id, plan, state } of containments)
      tell(id, `${id} ${plan.action} ${plan.target.name}: ${state === 'unverified' ? 'may have happened' : state}`);
    if (rejected > 0) tell('rejected', `${rejected} ${rejected === 1 ? 'record' : 'records'} could not be read`);
  };
  look();
  return session.snapshot.subscribe(look);
}
