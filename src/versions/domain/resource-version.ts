const DECIMAL = /^\d{1,40}$/;

/**
 * Reports whether a state is no newer than another state of one resource. False for different texts
 * that are no numbers, because they have no order.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isNoNewer(version: string, than: string): boolean {
  if (!DECIMAL.test(version) || !DECIMAL.test(than)) return version === than;
  return BigInt(version) <= BigInt(than);
}
