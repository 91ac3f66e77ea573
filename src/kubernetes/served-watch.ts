import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { CustomResourceKind } from '../custom-resources/domain/custom-resource.js';
import type {
  CustomResourceFeed,
  CustomResourceSink,
} from '../custom-resources/domain/custom-resources.js';
import { CustomResourceWatch } from './custom-resource-watch.js';
import type { ServedCollections } from './served-collections.js';

export interface ServedWatchOptions {
  readonly served: ServedNamespaces;
  readonly kind: CustomResourceKind;
  readonly sink: CustomResourceSink;
}

/** Returns the watch of a kind in the served namespaces. */
export function servedWatch(
  collections: ServedCollections,
  { served, kind: { resource }, sink }: ServedWatchOptions,
): CustomResourceFeed {
  const watch = new CustomResourceWatch({
    ...collections.of((stream) => `${resource} of ${stream}`),
    resource,
    isFollowed: (namespace) => served.isServed(namespace),
    sink,
  });
  collections.nudgeOnChange(watch);
  return watch;
}
