/**
 * Where a worker thread's module lies: beside the caller when we run from source (tests), by its entry name in the bundle.
 *
 * @param importMetaUrl The caller's `import.meta.url`.
 * @param source The module, relative to the caller: `./worker.ts`.
 * @param entry The bundle's entry name without ending: `ingest-worker`.
 */
export function workerUrl(importMetaUrl: string, source: string, entry: string): URL {
  return new URL(importMetaUrl.endsWith('.ts') ? source : `./${entry}.js`, importMetaUrl);
}
