import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.{ts,tsx}'],
    env: { FORCE_COLOR: '3', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Many of these files wait for processes and clocks more than they compute: one worker, what two cores get by default, would idle.
    maxWorkers: 3,
    // Loopback servers, worker threads and pseudo-terminals start in many of these files; two cores are the common case.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
