import { setFlagsFromString } from 'node:v8';

/**
 * For programs that run for hours: from now on nurseries do not grow, those of threads that start later are of 4 MB, and old generations are
 * collected when they grew by a third instead of doubling. V8 sizes its heaps by the busiest minute it has seen and hardly ever gives back:
 * watching 250,000 events took 460 MB and more each minute, and now stays at its level after the first. To be called before threads start.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--min-semi-space-size=4');
  setFlagsFromString('--heap-growing-percent=30');
}
