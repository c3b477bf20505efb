/** Resolves as soon as the condition holds; rejects with `what` when it does not within `withinMs`. */
export async function until(
  condition: () => boolean,
  what: string | (() => string) = 'the condition',
  withinMs = 20_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end)
      throw new Error(`not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Asks again and again until the answer is what is wanted; what is thrown meanwhile counts as "not yet". Rejects with the last of it when that takes too long. */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean = () => true,
  withinMs = 40_000,
): Promise<Answer> {
  const end = performance.now() + withinMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (isWanted(answer)) return answer;
      last = answer;
    } catch (error) {
      if (performance.now() > end) throw error;
      last = error;
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(last, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves with the first value of an observable that is wanted; rejects when none is within the time. */
export function becomes<Value>(
  source: { get(): Value; subscribe(listener: () => void): () => void },
  isWanted: (value: Value) => boolean,
  withinMs = 60_000,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!isWanted(source.get())) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(source.get());
    };
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`not within ${withinMs} ms: ${JSON.stringify(source.get())}`));
    }, withinMs);
    const unsubscribe = source.subscribe(look);
    look();
  });
}
