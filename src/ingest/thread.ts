/**
 * Where the ingest thread begins: the thread that writes is started first, which takes as long as reading the code of this one, half of which is rules and
 * linking. What is sent meanwhile waits in the port.
 */
import './opened-store.ts';

await import('./worker.ts');
