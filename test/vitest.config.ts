import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.{ts,tsx}'],
    env: { FORCE_COLOR: '3', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Many of these files wait for processes and clocks more than they compute: one worker, what two cores get by default, would idle.
    maxWorkers: 3,
    // Node strips types with WebAssembly, also in the worker threads that tests start; V8 now and then ends a process in which two threads
    // optimise the way out of it at once (nodejs/node#64500: `Check failed: jit_page.has_value()`). The built program has no WebAssembly.
    execArgv: ['--wasm-wrapper-tiering-budget=2000000000'],
    // Loopback servers, worker threads and pseudo-terminals start in many of these files; two cores are the common case.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
