import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * From what size on the nursery of this thread is kept from growing: less, and each frame that is drawn is collected by itself; V8 would let it
 * grow to 130 MB. Between two looks it doubles: it ends up as twice this.
 */
const nurseryBytes = 8 * 1024 * 1024;
/**
 * The same where a program runs for hours. With 4 MB the nurseries of this and the ingest thread stay at 8 MB, with 8 they are of 16 and 32: a
 * console on 200,000 saved records had 309 to 322 MB at most, and 337 to 379. A load takes an eighth more of processor time by it.
 */
const longNurseryBytes = 4 * 1024 * 1024;
const lookMs = 500;

/**
 * Lets the nursery of this thread grow to some megabytes, as frames need, and no further: V8 sizes it by the busiest minute it has seen. Its
 * size at the start can only be said on the command line. The flag is the process's: while this nursery is large enough, those of other
 * threads grow no further either, whatever limit they have.
 *
 * @param most From so many bytes on it does not grow.
 */
export function keepNurserySmall(most = nurseryBytes): void {
  let grows = true;
  const look = () => {
    const { physical_space_size: size = 0 } =
      getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space') ?? {};
    const mayGrow = size < most;
    if (mayGrow !== grows) setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
    grows = mayGrow;
  };
  look();
  setInterval(look, lookMs).unref();
}

/** Nurseries of threads that start from now on begin with 4 MB. */
export function beginNurseriesSmall(): void {
  setFlagsFromString('--min-semi-space-size=4');
}

/**
 * For programs that run for hours: nurseries stay small, those of threads that start later are of 4 MB, and old generations are collected when
 * they grew by a third instead of doubling. V8 sizes its heaps by the busiest minute it has seen and hardly ever gives back: after 250,000
 * watched events the program had 330 MB with such limits, and 460 without; a console on 200,000 saved records has 85 MB less. A load takes a
 * tenth more of processor time by it, on V8's own threads: what only loads does without. To be called before threads start, or `beginNurseriesSmall` is.
 */
export function keepHeapsSmall(): void {
  keepNurserySmall(longNurseryBytes);
  beginNurseriesSmall();
  setFlagsFromString('--heap-growing-percent=30');
}
