/**
 * Bundles every entry into `dist/`: the command, its worker threads and the developer programs. The SDK stays outside, so that it
 * can be audited and updated by itself; it is loaded lazily anyway.
 */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';
import { withRowsRemembered } from './ink-rows.ts';
import { withBinaryDecoded } from './yoga-binary.ts';

const root = new URL('../../', import.meta.url).pathname;
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { version: string };
const started = performance.now();
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const bundle = await rolldown({
  cwd: root,
  input: {
    firebreak: 'src/cli/firebreak.ts',
    main: 'src/cli/main.ts',
    'ingest-worker': 'src/ingest/thread.ts',
    'query-worker': 'src/store/query-worker.ts',
    'write-worker': 'src/store/write-worker.ts',
    'report-worker': 'src/session/report-worker.ts',
    'hash-worker': 'src/session/hash-worker.ts',
    'range-worker': 'src/range/worker.ts',
    'dev-views': 'src/dev/views.tsx',
    'dev-screenshot': 'src/dev/screenshot.ts',
    bench: 'test/bench/bench.ts',
  },
  plugins: [
    {
      name: 'changed-libraries',
      transform: (code, id) => withRowsRemembered(id, code) ?? withBinaryDecoded(id, code),
    },
  ],
  platform: 'node',
  external: [/^@aws-sdk\//, /^@xterm\//],
  transform: {
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      FIREBREAK_VERSION: JSON.stringify(version),
    },
  },
  resolve: { alias: { 'react-devtools-core': `${root}src/dev/empty.ts` } },
});
await rm(`${root}dist`, { recursive: true, force: true });
await bundle.write({
  dir: `${root}dist`,
  format: 'esm',
  codeSplitting: { groups: [{ name: 'base', test: /\/src\/(?:model|shared(?!\/version\.ts)|filter)\// }] },
  entryFileNames: '[name].js',
  chunkFileNames: 'chunk-[hash].js',
  banner: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
});
await bundle.close();
for (const name of await readdir(`${root}dist`)) {
  const path = `${root}dist/${name}`;
  // A single `…` has V8 keep a whole file with two bytes a character, in every thread that loads it, and read it slower.
  await writeFile(path, (await readFile(path, 'utf8')).replace(/[^\0-\x7f]/g, escaped));
}
await chmod(`${root}dist/firebreak.js`, 0o755);
process.stderr.write(`built in ${(performance.now() - started).toFixed(0)} ms\n`);
