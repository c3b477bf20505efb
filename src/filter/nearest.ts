/** Changes of one letter that are a slip: more, and it is another word. */
const most = 2;

/** The name that was most likely meant: at most two letters wrong, missing, too many or swapped, fewer than half of them; `undefined`: none is near. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const worst = Math.min(most, Math.ceil(typed.length / 2) - 1);
  const found = names
    .filter((name) => Math.abs(name.length - typed.length) <= worst)
    .map((name) => ({ name, slips: slips(typed, name) }))
    .sort((a, b) => a.slips - b.slips)[0];
  return found && found.slips <= worst ? found.name : undefined;
}

/** Letters to change, drop, add or swap with their neighbour until one word is the other. */
function slips(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at];
    for (let other = 1; other <= to.length; other += 1) {
      const same = from[at - 1] === to[other - 1] ? 0 : 1;
      let least = Math.min(next[other - 1]! + 1, row[other]! + 1, row[other - 1]! + same);
      if (at > 1 && other > 1 && from[at - 1] === to[other - 2] && from[at - 2] === to[other - 1])
        least = Math.min(least, before[other - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[to.length]!;
}
