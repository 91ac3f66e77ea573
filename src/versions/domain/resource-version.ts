const REPLACED = 'replaced:';

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

/**
 * Returns the resourceVersion of a state that never was in the cluster, and whose values a write
 * replaces elsewhere. `id` names the values.
 */
export function replacedResourceVersion(id: string): string {
  return `${REPLACED}${id}`;
}

/** Reports whether a state never was in the cluster: it has no order among those that were. */
export function isReplacedState(resourceVersion: string): boolean {
  return resourceVersion.startsWith(REPLACED);
}
