import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
const all = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).sort();

/**
 * Folders whose files share a process, one after the other: what they test keeps nothing in a module but memories of pure functions, and a new
 * process that loads the SDK or React takes longer than most of these files. The others mostly start programs and wait for them, or change or
 * measure their own process, as those below do (its environment, output, V8 flags, memory): each has one of its own.
 */
const shareable =
  /^test\/(aws|config|containment|detection|filter|focus|hooks|indicators|inventory|linking|model|normalise|policy|posture|range|report|session|shared|sources|store|views)\//;
const ownProcess = new Set([
  'test/aws/client.test.ts',
  'test/aws/environment.test.ts',
  'test/range/bad-input.test.ts',
  'test/range/faults-command.test.ts',
  'test/sources/channel.test.ts',
]);
const together = all.filter((file) => shareable.test(file) && !ownProcess.has(file));
const apart = all.filter((file) => !together.includes(file));

// Worker threads and child processes run the sources as they are: Node keeps what it made of them, types stripped and compiled, and every start
// after the first takes a third of the time. What the cache holds is checked against the source, and it goes with `node_modules`.
process.env.NODE_COMPILE_CACHE ??= `${root}node_modules/.cache/node-compile`;

export default defineConfig({
  test: {
    root,
    env: { FORCE_COLOR: '3', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Many of these files wait for processes and clocks more than they compute: one worker, what two cores get by default, would idle.
    maxWorkers: 3,
    // Node strips types with WebAssembly, also in the worker threads that tests start; V8 now and then ends a process in which two threads
    // optimise the way out of it at once (nodejs/node#64500: `Check failed: jit_page.has_value()`). The built program has no WebAssembly.
    execArgv: ['--wasm-wrapper-tiering-budget=2000000000'],
    // Loopback servers, worker threads and pseudo-terminals start in many of these files; two cores are the common case.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Projects begin in the order of their names, each with its longest files: short ones that share a process fill up the end.
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      { extends: true, test: { name: 'together', include: together, isolate: false } },
    ],
  },
});
