import type { StoredSecret } from '../../secrets/domain/secret.js';
import { isNoNewer } from './resource-version.js';
import type { NamespaceFacts } from './secret-feed.js';

/**
 * Reports whether a Secret, as seen at its resourceVersion, belongs to this namespace, not to an
 * earlier namespace of equal name. It was created no earlier (times are whole seconds), or seen
 * after this state of the namespace.
 */
export function belongsTo(
  { createdAt, resourceVersion }: Pick<StoredSecret, 'createdAt' | 'resourceVersion'>,
  namespace: Pick<NamespaceFacts, 'createdAt' | 'resourceVersion'>,
): boolean {
  // RFC 3339 in UTC throughout, so that text order is time order.
  if (createdAt >= namespace.createdAt) return true;
  return !isNoNewer(resourceVersion, namespace.resourceVersion);
}
