import { readCachedSecret } from '../../../../src/kubernetes/kube-secret.mapper.js';
import type { CacheBounds } from '../../../../src/secrets/cache/cache-bounds.js';
import { WatchedSecretCache } from '../../../../src/secrets/cache/watched-secret-cache.js';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import type { NamespaceView } from '../../../../src/secrets/domain/cache/secret-cache.js';

export interface FollowedWorld {
  readonly followed: WatchedSecretCache;
  /** By name; those that there are. */
  readonly namespaces: Map<string, string>;
  readonly over: CachedSecret[];
  readonly tooLarge: string[];
  readonly faults: unknown[];
  isLive: boolean;
}

/** A cache that is told by hand; all but `kube-system` is served. */
export function followedWorld(
  isClusterWide = true,
  bounds: Partial<CacheBounds> = {},
): FollowedWorld {
  const namespaces = new Map([
    ['pay', 'uid-of-pay'],
    ['shop', 'uid-of-shop'],
  ]);
  const over: CachedSecret[] = [];
  const tooLarge: string[] = [];
  const faults: unknown[] = [];
  const followed = new WatchedSecretCache({
    documents: { read: readCachedSecret },
    isServed: (namespace) => namespace !== 'kube-system',
    isLive: () => world.isLive,
    incarnation: (namespace) => namespaces.get(namespace),
    isClusterWide,
    onOver: (state) => void over.push(state),
    onTooLarge: (collection) => void tooLarge.push(collection),
    onFault: (fault) => void faults.push(fault),
    bounds,
  });
  const world: FollowedWorld = { followed, namespaces, over, tooLarge, faults, isLive: true };
  return world;
}

/** What there is to see at once; throws where it would be waited for. */
export function seen(
  { followed }: FollowedWorld,
  namespace: string,
  name?: string,
): NamespaceView | undefined {
  const view = followed.view(namespace, { name });
  if (view instanceof Promise) throw new Error('the read waits');
  return view;
}

export function namesIn(view: NamespaceView | undefined): readonly string[] | undefined {
  return view?.page({ after: '', limit: 1_000 }).items.map(({ name }) => name);
}
