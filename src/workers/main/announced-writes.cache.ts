import {
  type CacheNeeds,
  SecretCache,
  type UnsureOf,
} from '../../secrets/domain/cache/secret-cache.js';
import type { ChangeLog } from '../../secrets/domain/cache/change-log.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { CacheNote } from '../messages.js';

/** The cache of this process; what it hears of writes, those of other processes hear as well. */
export class AnnouncedWrites extends SecretCache {
  readonly #cache: SecretCache;
  readonly #announce: (note: CacheNote) => void;

  constructor(cache: SecretCache, announce: (note: CacheNote) => void) {
    super();
    this.#cache = cache;
    this.#announce = announce;
  }

  override view(namespace: string, needs?: CacheNeeds): ReturnType<SecretCache['view']> {
    return this.#cache.view(namespace, needs);
  }

  override isReadable(namespace: string, needs?: CacheNeeds): boolean {
    return this.#cache.isReadable(namespace, needs);
  }

  override wrote(ref: SecretRef, resourceVersion: string): void {
    this.#cache.wrote(ref, resourceVersion);
    this.#announce({ kind: 'wrote', ref: nameOf(ref), resourceVersion });
  }

  override removed(ref: SecretRef, uid: string | undefined): void {
    this.#cache.removed(ref, uid);
    this.#announce({ kind: 'removed', ref: nameOf(ref), uid });
  }

  override unsure(of: UnsureOf): void {
    this.#cache.unsure(of);
    const { namespace, name } = of;
    this.#announce({ kind: 'unsure', of: { namespace, name } });
  }

  override changed(ref: SecretRef, signal: AbortSignal): Promise<void> {
    return this.#cache.changed(ref, signal);
  }

  override changes(namespace: string): ChangeLog | undefined {
    return this.#cache.changes(namespace);
  }

  override followed(namespace: string, signal: AbortSignal): Promise<ChangeLog | undefined> {
    return this.#cache.followed(namespace, signal);
  }
}

/** Callers give whole Secrets as well, whose values are nobody's business. */
function nameOf({ namespace, name }: SecretRef): SecretRef {
  return { namespace, name };
}
