import type { OpenSession } from '../session/open-session.ts';
import { display } from '../shared/display.ts';

/**
 * Says on stderr what a console would show in its header: each change of a source's state and of a containment's.
 * @returns The function that ends it.
 */
export function tellStates(session: OpenSession): () => void {
  const told = new Map<string, string>();
  const tell = (key: string, text: string) => {
    if (told.get(key) === text) return;
    told.set(key, text);
    process.stderr.write(`firebreak: ${display(text)}\n`);
  };
  const look = () => {
    const { sources, containments, identity, rejected } = session.snapshot.get();
    if (identity) {
      const host =
        identity.endpoint.kind === 'aws'
          ? ''
          : ` · ${identity.endpoint.kind === 'simulated' ? 'SIMULATED' : 'CUSTOM ENDPOINT'} ${identity.endpoint.host}`;
      tell('identity', `account ${identity.account} · ${identity.region} · ${identity.arn}${host}`);
    }
    for (const source of sources)
      tell(
        `${source.id}/${source.region}`,
        `${source.id} ${source.region}: ${source.state}${source.why ? `: ${source.why}` : ''}${source.permission ? ` (needs ${source.permission})` : ''}`,
      );
    for (const { id, plan, state } of containments)
      tell(id, `${id} ${plan.action} ${plan.target.name}: ${state === 'unverified' ? 'may have happened' : state}`);
    if (rejected > 0) tell('rejected', `${rejected} records could not be read`);
  };
  look();
  return session.snapshot.subscribe(look);
}
