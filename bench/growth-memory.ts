/** Resident memory of a gateway after reads, and the number of Secrets that it serves. */
export interface MemoryOfSecrets {
  readonly secrets: number;
  readonly readMb: number;
}

const memoryOf = 10_000;

/**
 * Memory of 10,000 Secrets, from two gateways that had the same loads: what V8 allocates in
 * addition to live objects depends on the loads. NaN if both serve the same number, or if one is
 * missing.
 */
export function memoryOf10kMb(few?: MemoryOfSecrets, many?: MemoryOfSecrets): number {
  if (few === undefined || many === undefined) return NaN;
  return ((many.readMb - few.readMb) * memoryOf) / (many.secrets - few.secrets);
}
