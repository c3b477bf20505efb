/**
 * Where the ingest thread begins: the thread that writes is started first, which takes as long as reading the code of this one, half of which is rules and
 * linking. What this one is to do may be told meanwhile (`toBegin`).
 */
import './opened-store.ts';

await import('./worker.ts');
