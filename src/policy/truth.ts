/** Whether something is so; `undefined`: it cannot be said. */
export type Truth = boolean | undefined;

/** True when all are; one that is false settles it, whatever cannot be said of the others. */
export function every<Item>(items: Iterable<Item>, test: (item: Item) => Truth): Truth {
  let so: Truth = true;
  for (const item of items) {
    const one = test(item);
    if (one === false) return false;
    if (one === undefined) so = undefined;
  }
  return so;
}

/** True when any is; one that is true settles it, whatever cannot be said of the others. */
export function some<Item>(items: Iterable<Item>, test: (item: Item) => Truth): Truth {
  let so: Truth = false;
  for (const item of items) {
    const one = test(item);
    if (one === true) return true;
    if (one === undefined) so = undefined;
  }
  return so;
}

/** The opposite; what cannot be said stays so. */
export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
