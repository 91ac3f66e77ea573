import { limits } from '../../core/limits.js';
import { RecentMap } from '../../core/recent-map.js';
import {
  type ShownState,
  NamespacePendingWrites,
} from '../domain/cache/namespace-pending-writes.js';
import type { SecretRef } from '../domain/secret.js';
import type { CachedNamespace } from './cached-namespace.js';

export interface AwaitedWritesOptions {
  readonly countMax: number;
  readonly catchUpMsMax: number;
  /** Version that a namespace has reached, and its cached states. */
  readonly shown: (namespace: string) => Shown;
}

export interface Shown {
  /** '' if it was never listed. */
  readonly reached: string;
  readonly held: CachedNamespace | undefined;
}

/** Number of unnamed writes between checks for new room. */
const REFUSED_BETWEEN_LOOKS = 1_000;

/** Acknowledged writes that caches of namespaces do not contain yet; their number is limited. */
export class PendingWrites {
  readonly #options: AwaitedWritesOptions;
  readonly #byNamespace = new Map<string, NamespacePendingWrites>();
  /** Uids of removed objects, for write responses that arrive after the removal. */
  readonly #removed = new RecentMap<string, true>({
    entriesMax: limits.cacheAwaitedWritesMax,
    keptMs: limits.cacheRemovalKeptMs,
  });
  /** Upper bound of the number of writes. */
  #count = 0;
  #refused = 0;

  constructor(options: AwaitedWritesOptions) {
    this.#options = options;
  }

  /** Records a write. If it cannot be read now, the version up to which to read is enough. */
  wrote({ namespace, name }: SecretRef, resourceVersion: string, isReadable: boolean): void {
    const hasRoom = this.#hasRoom();
    const floors = this.#floorsOf(namespace);
    const nowMs = performance.now();
    if (isReadable && hasRoom) floors.wrote(name, resourceVersion, nowMs);
    else floors.wroteAny(resourceVersion, nowMs);
  }

  removed({ namespace, name }: SecretRef, uid: string | undefined): void {
    if (uid !== undefined && this.#removed.get(uid)) return;
    const hasRoom = this.#hasRoom();
    const floors = this.#floorsOf(namespace);
    if (hasRoom) floors.removed(name, uid, performance.now());
    else floors.removedAny(performance.now() + this.#options.catchUpMsMax);
  }

  /** Records an unknown outcome of a write: of one Secret, or of any. */
  unsure(namespace: string, name: string | undefined): void {
    const hasRoom = this.#hasRoom();
    const floors = this.#floorsOf(namespace);
    floors.unsure(hasRoom ? name : undefined, performance.now());
  }

  isUnsure(namespace: string, name: string | undefined): boolean {
    return this.#byNamespace.get(namespace)?.isUnsure(name, performance.now()) === true;
  }

  /** Reports whether a write is not visible yet: of one Secret, or of all. */
  isAwaited(held: CachedNamespace, name: string | undefined): boolean {
    const floors = this.#byNamespace.get(held.namespace);
    if (floors === undefined) return false;
    const shown = stateOf({ held, reached: held.resourceVersion });
    if (floors.isAwaited(name, shown)) return true;
    if (floors.isEmpty) this.#byNamespace.delete(held.namespace);
    return false;
  }

  sawRemoval({ namespace, name, uid }: SecretRef & { readonly uid: string }): void {
    this.#removed.set(uid, true, performance.now());
    this.#byNamespace.get(namespace)?.sawRemoval(name, uid);
  }

  /** Records that namespaces were relisted, by a list that was requested at `beganAtMs`. */
  sawList(isListed: (namespace: string) => boolean, beganAtMs: number): void {
    for (const [namespace, floors] of this.#byNamespace) {
      if (isListed(namespace)) {
        floors.sawList(stateOf(this.#options.shown(namespace)), beganAtMs);
      }
    }
  }

  /** Forgets the writes of a deleted namespace. */
  forget(namespace: string): void {
    this.#byNamespace.delete(namespace);
  }

  #floorsOf(namespace: string): NamespacePendingWrites {
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined) return known;
    const made = new NamespacePendingWrites();
    this.#byNamespace.set(namespace, made);
    return made;
  }

  #hasRoom(): boolean {
    if (this.#count < this.#options.countMax) {
      this.#count += 1;
      return true;
    }
    this.#refused += 1;
    if (this.#refused % REFUSED_BETWEEN_LOOKS !== 1) return false;
    this.#count = 0;
    for (const [namespace, floors] of this.#byNamespace) {
      floors.prune(stateOf(this.#options.shown(namespace)));
      if (floors.isEmpty) this.#byNamespace.delete(namespace);
      else this.#count += Math.max(1, floors.size);
    }
    if (this.#count >= this.#options.countMax) return false;
    this.#count += 1;
    this.#refused = 0;
    return true;
  }
}

function stateOf({ reached, held }: Shown): ShownState {
  return { reached, uidOf: (name) => held?.get(name)?.uid, nowMs: performance.now() };
}
