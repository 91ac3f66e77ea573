/** Returns the use of each key, summed over several kinds. */
export function addedUse(
  ...uses: readonly ReadonlyMap<string, number>[]
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [id, count] of uses.flatMap((use) => [...use])) {
    sums.set(id, (sums.get(id) ?? 0) + count);
  }
  return sums;
}
