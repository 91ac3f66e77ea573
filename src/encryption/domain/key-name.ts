/**
 * Keys that the gateway makes are called after their source, with a number that grows:
 * `embedded.2`. A source itself has no dot in its id, so that no two can be taken for each other.
 */
export function madeKeyId(source: string, number: number): string {
  return `${source}.${number}`;
}

/** The source of a key, whether it was made or is the source itself. */
export function sourceOf(keyId: string): string {
  return /^(.*)\.\d+$/.exec(keyId)?.[1] ?? keyId;
}

/** The id of the next key that is made for a source. */
export function nextKeyId(source: string, known: readonly string[]): string {
  const numbers = known.filter((id) => sourceOf(id) === source).map(numberOf);
  return madeKeyId(source, Math.max(0, ...numbers) + 1);
}

/** 0 for a key that was not made. */
export function numberOf(keyId: string): number {
  return Number(/\.(\d+)$/.exec(keyId)?.[1] ?? 0);
}
