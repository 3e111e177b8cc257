/** Some of the items, chosen by chance: one of every group as far as the count goes, then one more of each, and so on. */
export function choose<T>(items: readonly T[], count: number, groupOf: (item: T) => string, random: () => number): T[] {
  const groups = new Map<string, T[]>();
  for (const item of shuffled(items, random)) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
  const chosen: T[] = [];
  for (let turn = 0; chosen.length < Math.min(count, items.length); turn++) {
    const inTurn = [...groups.values()].flatMap((group) => group.slice(turn, turn + 1));
    chosen.push(...shuffled(inTurn, random).slice(0, count - chosen.length));
  }
  return chosen;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
