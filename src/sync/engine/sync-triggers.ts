import { syncLimits } from '../../core/sync-limits.js';
import type { Clock } from '../../core/clock.js';
import { placeKey, RegistryIndex } from '../../custom-resources/domain/registry-index.js';
import type { ObjectQueue } from '../../platform/lifecycle/object-queue.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { StoreRegistry } from '../domain/external-stores.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import type { ParsedStore } from '../domain/store-spec.js';
import type { ParsedSync } from '../domain/sync-spec.js';
import { DueTimes } from './due-times.js';

export interface SyncTriggersDependencies {
  readonly knownStores: Pick<StoreRegistry, 'onChange'>;
  readonly knownSyncs: SyncRegistry;
  readonly cache: Pick<SecretCache, 'onChange'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly queue: Pick<ObjectQueue, 'note' | 'size'>;
}

/** Notes syncs that may have to work, for the reasons that can be observed, and by the time. */
export class SyncTriggers {
  readonly #parts: SyncTriggersDependencies;
  readonly #due = new DueTimes();
  /** Syncs whose spec was noted, by uid. */
  readonly #noted = new Map<string, { readonly generation: number; readonly sync: ParsedSync }>();
  readonly #bySecret: RegistryIndex<ParsedSync>;
  readonly #byStore: RegistryIndex<ParsedSync>;
  /** Syncs that only the time has noted, by uid. */
  readonly #polled = new Set<string>();
  /** Syncs that wait for their store although not only the time has noted them, by uid. */
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SyncTriggersDependencies) {
    this.#parts = parts;
    const { knownStores, knownSyncs, cache } = parts;
    this.#bySecret = new RegistryIndex(knownSyncs, ({ object: { namespace }, spec }) =>
      spec === undefined ? [] : [placeKey({ namespace, name: spec.secretName })],
    );
    this.#byStore = new RegistryIndex(knownSyncs, ({ spec }) =>
      spec === undefined ? [] : [spec.storeName],
    );
    knownSyncs.onChange((sync, { before }) => {
      // Another one may have its name, of whose predecessor no deletion was seen.
      if (before !== undefined && before.object.uid !== sync.object.uid) this.#removed(before);
      this.#syncChanged(sync);
    });
    knownStores.onChange((store) => this.#storeChanged(store));
    cache.onChange((ref) => this.#secretChanged(ref));
  }

  start(): void {
    this.#timer = setInterval(() => this.#noteDue(), syncLimits.dueCheckedMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#due.clear();
    this.#polled.clear();
    this.#changed.clear();
  }

  /** Notes all syncs: a replica begins to work. */
  noteAll(): void {
    for (const sync of this.#parts.knownSyncs.all) this.note(sync);
  }

  note(sync: Pick<ParsedSync, 'object'>): void {
    this.#polled.delete(sync.object.uid);
    this.#changed.delete(sync.object.uid);
    this.#queueUp(sync);
  }

  /** Reports whether only the time has noted a sync, and forgets that. */
  takePolled(uid: string): boolean {
    return this.#polled.delete(uid);
  }

  #queueUp({ object: { uid, namespace, name } }: Pick<ParsedSync, 'object'>): void {
    this.#parts.queue.note({ uid, namespace, name });
  }

  /** Sets when a sync asks its store again. */
  askAgain({ object }: Pick<ParsedSync, 'object'>, pollMs: number): void {
    this.#due.set(object.uid, this.#parts.clock.monotonicMs(), pollMs);
  }

  /** Notes a sync whose secret in the store may have changed, after those that wait. */
  poll(sync: Pick<ParsedSync, 'object'>): void {
    this.askAgain(sync, 0);
  }

  /** Sets when a sync goes on whose store must get no call now; `isPoll`: by the time alone. */
  goOn(sync: Pick<ParsedSync, 'object'>, waitMs: number, isPoll: boolean): void {
    if (!isPoll) this.#changed.add(sync.object.uid);
    this.askAgain(sync, waitMs);
  }

  /** A change of the status alone is the gateway's own. */
  #syncChanged(sync: ParsedSync): void {
    const { uid, generation } = sync.object;
    const isThere = this.#parts.knownSyncs.get(sync.object)?.object.uid === uid;
    if (!isThere) {
      this.#removed(sync);
      return;
    }
    if (this.#noted.get(uid)?.generation === generation) return;
    this.#noted.set(uid, { generation, sync });
    this.note(sync);
  }

  #removed(sync: ParsedSync): void {
    const { uid } = sync.object;
    this.#noted.delete(uid);
    this.#due.forget(uid);
    this.note(sync);
  }

  #storeChanged({ object: { name } }: ParsedStore): void {
    for (const sync of this.#byStore.of(name)) this.note(sync);
  }

  #secretChanged({ namespace, name }: SecretRef): void {
    if (name !== '') {
      for (const sync of this.#bySecret.of(placeKey({ namespace, name }))) this.note(sync);
      return;
    }
    // The state of being watched has changed: changes may have been missed.
    const { knownSyncs } = this.#parts;
    for (const place of namespace === '' ? knownSyncs.namespaces : [namespace]) {
      for (const sync of knownSyncs.of(place).values()) this.note(sync);
    }
  }

  #noteDue(): void {
    // A sync whose Secret has changed does not wait behind all that ask only by the time.
    const room = Math.max(0, syncLimits.queuedPollsMax - this.#parts.queue.size);
    for (const uid of this.#due.take(this.#parts.clock.monotonicMs(), room)) {
      const noted = this.#noted.get(uid);
      if (noted === undefined) continue;
      if (!this.#changed.delete(uid)) this.#polled.add(uid);
      this.#queueUp(noted.sync);
    }
  }
}
