import { expect, it, vi } from 'vitest';
import { printTimeline } from '../../src/cli/stream-events.ts';
import { event } from '../views/fixtures.ts';

it('saved logs are printed until it is interrupted, and it says that these are not all', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(((_text: unknown, ...rest: unknown[]) => {
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof process.stdout.write);
  const interrupted = new AbortController();
  const all = function* () {
    for (let index = 0; index < 2_000; index += 1) {
      if (index === 700) interrupted.abort();
      yield event(index);
    }
  };
  const print = (signal: AbortSignal) =>
    printTimeline({ events: { all } } as never, { json: false, filter: { type: 'all' }, signal });
  try {
    expect(await print(interrupted.signal)).toEqual({ printed: 1_000, whole: false });
    expect(await print(new AbortController().signal)).toEqual({ printed: 2_000, whole: true });
  } finally {
    write.mockRestore();
  }
});
