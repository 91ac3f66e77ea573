import type { StoredSecret } from '../../secrets/domain/secret.js';
import { isNoNewer } from './resource-version.js';
import type { NamespaceFacts } from './secret-feed.js';

/**
 * Whether a Secret, as it was seen at its resourceVersion, is of this namespace and not of an
 * earlier one of the same name: made no earlier than it (times are whole seconds), or seen after
 * the namespace as it is.
 */
export function belongsTo(
  { createdAt, resourceVersion }: Pick<StoredSecret, 'createdAt' | 'resourceVersion'>,
  namespace: Pick<NamespaceFacts, 'createdAt' | 'resourceVersion'>,
): boolean {
  // RFC 3339 in UTC throughout, so that text order is time order.
  if (createdAt >= namespace.createdAt) return true;
  return !isNoNewer(resourceVersion, namespace.resourceVersion);
}
