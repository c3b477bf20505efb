import { getPriority, platform, setPriority } from 'node:os';
import { isatty } from 'node:tty';

/** A third of what another thread gets that wants the processor at the same time; all of it where none does. */
const steps = 5;
/** As far behind as can be. */
const last = 19;

/**
 * Lets the thread that calls this stand behind the other threads of the program for the processor: whoever presses a key while 200,000 records
 * are loaded waits for none of them. Threads that it starts stand where it stands. Only Linux knows priorities of threads; elsewhere it would
 * be the whole program that stands behind. Without a terminal nobody presses a key, and a load is done sooner.
 *
 * https://man7.org/linux/man-pages/man2/setpriority.2.html ("C library/kernel differences")
 */
export function standBehind(): void {
  if (platform() !== 'linux' || !isatty(1)) return;
  try {
    setPriority(0, Math.min(last, getPriority(0) + steps));
  } catch {
    // A sandbox forbids it: then the threads share the processor as they did.
  }
}
