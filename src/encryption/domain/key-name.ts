/**
 * Returns the name of a created key: its source, with a number that grows: `embedded.2`. A source's
 * own id has no dot, so that names are unambiguous.
 */
export function madeKeyId(source: string, number: number): string {
  return `${source}.${number}`;
}

/** Returns the source of a key, whether it was created or is the source itself. */
export function sourceOf(keyId: string): string {
  return /^(.*)\.\d+$/.exec(keyId)?.[1] ?? keyId;
}

/** Returns the id of the next key that is created for a source. */
export function nextKeyId(source: string, known: readonly string[]): string {
  const numbers = known.filter((id) => sourceOf(id) === source).map(numberOf);
  return madeKeyId(source, Math.max(0, ...numbers) + 1);
}

/** Returns the number; 0 for a key that was not created. */
export function numberOf(keyId: string): number {
  return Number(/\.(\d+)$/.exec(keyId)?.[1] ?? 0);
}
