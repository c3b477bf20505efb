import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** By then all is compiled that starting needs; what is not run for a while V8 forgets, and a cache that was written then would lack it for good. */
const startedAfterMs = 5_000;

/**
 * Keeps what V8 made of our code for the next start, and for our threads, which take where it lies from the environment. V8 runs it as it finds
 * it: it lies in the user's own cache folder, not in the one of temporary files, where whoever came first may have put it. Where nothing can be
 * written there, each start compiles. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` of Node.js are honoured.
 * https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const { XDG_CACHE_HOME: given } = env;
  const folder = join(given && isAbsolute(given) ? given : join(homedir(), '.cache'), 'firebreak', 'compiled');
  if (module.enableCompileCache(folder).status !== module.constants.compileCacheStatus.ENABLED) return;
  env.NODE_COMPILE_CACHE = folder;
  setTimeout(() => module.flushCompileCache(), startedAfterMs).unref();
}
