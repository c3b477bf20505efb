/** Resolves as soon as the condition holds; rejects with `what` when it does not within `withinMs`. */
export async function until(
  condition: () => boolean,
  what: string | (() => string) = 'the condition',
  withinMs = 5000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end)
      throw new Error(`not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
