import { createContext, useContext } from 'react';
import type { Session } from '../src/session/session.ts';

/** The one session of the console; provided at its root. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** The session. @throws Error outside of the console: a bug. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session in this tree');
  return session;
}
