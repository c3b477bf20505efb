/** AWS's limit of groups in one Live Tail session. */
export const groupsPerSession = 10;

/** Which requests go into which session. */
export interface Packing {
  /** The groups of each session, by its number; sessions that are not needed any more are empty. */
  readonly sessions: readonly (readonly string[])[];
  /** The number of each request's session; `undefined` where there was no room. */
  readonly placed: readonly (number | undefined)[];
}

/**
 * Packs requests into as few sessions as possible, each whole, the earliest first. What stands in a session stays there, since every move
 * opens a session anew; only a session whose requests fit into the others is dissolved.
 *
 * @param requests In the order in which they were made.
 * @param standing The groups of the sessions that are there now.
 */
export function packTails(
  requests: readonly (readonly string[])[],
  standing: readonly (readonly string[])[],
  maxSessions: number,
): Packing {
  const slots = standing.map(() => new Set<string>());
  const placed = requests.map((groups) => {
    const slot = standing.findIndex((one) => groups.every((group) => one.includes(group)));
    for (const group of groups) slots[slot]?.add(group);
    return slot < 0 ? undefined : slot;
  });
  const fits = (groups: readonly string[], slot: ReadonlySet<string>) =>
    new Set([...slot, ...groups]).size <= groupsPerSession;
  const used = () => slots.filter(({ size }) => size > 0).length;
  for (const [index, groups] of requests.entries()) {
    if (placed[index] !== undefined) continue;
    let slot = slots.findIndex((one) => one.size > 0 && fits(groups, one));
    if (slot < 0 && used() < maxSessions) {
      slot = slots.findIndex(({ size }) => size === 0);
      if (slot < 0) slot = slots.push(new Set()) - 1;
    }
    if (slot < 0) continue;
    for (const group of groups) slots[slot]?.add(group);
    placed[index] = slot;
  }
  const smallestFirst = slots.map((_, slot) => slot).sort((a, b) => (slots[a]?.size ?? 0) - (slots[b]?.size ?? 0));
  for (const slot of smallestFirst) {
    const inside = slots[slot] as Set<string>;
    const home =
      inside.size === 0
        ? -1
        : slots.findIndex((one, other) => other !== slot && one.size > 0 && fits([...inside], one));
    if (home < 0) continue;
    for (const group of inside) slots[home]?.add(group);
    inside.clear();
    for (const [index, at] of placed.entries()) if (at === slot) placed[index] = home;
  }
  return { sessions: slots.map((slot) => [...slot]), placed };
}
