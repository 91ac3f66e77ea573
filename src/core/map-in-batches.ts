/** Maps items, `atOnce` of them concurrently; keeps their order. Throws the first error. */
export async function mapInBatches<T, R>(
  items: readonly T[],
  atOnce: number,
  map: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const mapped: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    mapped.push(...(await Promise.all(items.slice(start, start + atOnce).map(map))));
  }
  return mapped;
}
