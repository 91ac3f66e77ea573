const DECIMAL = /^\d{1,40}$/;

/**
 * Whether one state is no newer than another of the same resource. False for texts that are no
 * numbers, about which nothing can be told.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isNoNewer(version: string, than: string): boolean {
  if (!DECIMAL.test(version) || !DECIMAL.test(than)) return version === than;
  return BigInt(version) <= BigInt(than);
}
