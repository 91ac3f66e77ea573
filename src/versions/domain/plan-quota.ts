/** History with its deletable versions, oldest first. */
export interface QuotaHistory<Version extends SpareVersion = SpareVersion> {
  readonly id: number;
  readonly bytes: number;
  readonly spare: readonly Version[];
}

export interface SpareVersion {
  readonly bytes: number;
}

/** Parts of a namespace's quota; the remaining quota is for all of its histories. */
const RESERVED_PART = 8;
const RESERVED_FOR_PART = 64;

/**
 * Returns the bytes that the histories of a namespace may take after a version is added to one of
 * them. The last eighth is for small histories older than the minimum age. So a tenant who fills a
 * namespace with new Secrets, or one Secret with versions, does not stop recordings of the others.
 */
export function quotaFor(
  bytesMax: number,
  history: { readonly bytes: number; readonly isEstablished: boolean },
): number {
  const isSmall = history.bytes <= Math.floor(bytesMax / RESERVED_FOR_PART);
  return history.isEstablished && isSmall ? bytesMax : openBytes(bytesMax);
}

/** Returns the part that is open to every history. */
export function openBytes(bytesMax: number): number {
  return bytesMax - Math.floor(bytesMax / RESERVED_PART);
}

/**
 * Returns versions to delete to free `wanted.bytes`. It repeatedly takes the oldest deletable
 * version of the largest history; of equally large histories, the oldest. Ends early if no history
 * of at least `bytesMin` has one left: below that, others may be as large.
 */
export function planQuota<Version extends SpareVersion>(
  histories: readonly QuotaHistory<Version>[],
  wanted: { readonly bytes: number; readonly bytesMin: number },
): readonly Version[] {
  const left = histories.map(({ id, bytes, spare }) => ({ id, bytes, spare: [...spare] }));
  const taken: Version[] = [];
  let freed = 0;
  while (freed < wanted.bytes) {
    const largest = left
      .filter(({ spare, bytes }) => spare.length > 0 && bytes >= wanted.bytesMin)
      .reduce<(typeof left)[number] | undefined>(larger, undefined);
    const next = largest?.spare.shift();
    if (largest === undefined || next === undefined) break;
    largest.bytes -= next.bytes;
    freed += next.bytes;
    taken.push(next);
  }
  return taken;
}

function larger<Sized extends { readonly id: number; readonly bytes: number }>(
  one: Sized | undefined,
  other: Sized,
): Sized {
  if (one === undefined || other.bytes > one.bytes) return other;
  return other.bytes === one.bytes && other.id < one.id ? other : one;
}
