import type { Clock } from '../../core/clock.js';
import { syncLimits } from '../../core/sync-limits.js';
import { isOutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import type { SyncMetrics } from '../../platform/telemetry/sync-metrics.js';
import type { StoreRegistry } from '../domain/external-stores.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { permittedName } from '../domain/remote-name.js';
import { remoteSecrets } from '../domain/remote-secrets.js';
import type { RemoteStore } from '../domain/remote-store.js';
import { hasAnswered } from '../domain/store-problem.js';
import { type ParsedStore, pollMsOf, type StoreSpec, tellsChanges } from '../domain/store-spec.js';
import { directionsOf, type ParsedSync } from '../domain/sync-spec.js';
import { DueTimes } from './due-times.js';
import type { StoreConnections, StoreUse } from './store-connections.js';
import type { StorePaces } from './store-paces.js';

export interface ChangeChecksDependencies {
  readonly knownStores: Pick<StoreRegistry, 'named'>;
  readonly connections: Pick<StoreConnections, 'open'>;
  readonly paces: Pick<StorePaces, 'take' | 'isPaused' | 'answered' | 'failed'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly metrics: Pick<SyncMetrics, 'roundEnded'>;
}

/** Store and ServiceAccount of some syncs. */
interface Group {
  readonly id: string;
  readonly store: ParsedStore;
  readonly storeSpec: StoreSpec;
  readonly use: StoreUse;
}

interface Watched {
  readonly sync: ParsedSync;
  readonly group: Group;
  /** Names of its secrets in the store, with the prefix. */
  readonly names: readonly string[];
  /** Change tag that the store returned last. */
  readonly tag: string | undefined;
  /** Change tag that was known before the last look began. */
  readonly lookedTag: string | undefined;
}

/**
 * Questions for changes of many secrets in one call. A sync is looked at if the change tag of its
 * secret is not the one that was known before the last look.
 */
export class ChangeChecks {
  readonly #parts: ChangeChecksDependencies;
  #onChanged: (sync: ParsedSync) => void = () => undefined;
  /** By uid of the sync. */
  readonly #watched = new Map<string, Watched>();
  /** Uids of syncs by the id of their group. */
  readonly #groups = new Map<string, Set<string>>();
  readonly #due = new DueTimes();
  /** Uids that a check had to leave out, by the id of the group. */
  readonly #left = new Map<string, readonly string[]>();
  readonly #running = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ChangeChecksDependencies) {
    this.#parts = parts;
  }

  /** Begins to ask; `onChanged` is called with each sync that must be looked at. */
  start(onChanged: (sync: ParsedSync) => void): void {
    this.#onChanged = onChanged;
    this.#timer ??= setInterval(() => this.#checkDue(), syncLimits.dueCheckedMs);
  }

  /** Forgets all syncs; resolves once no question is open. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watched.clear();
    this.#groups.clear();
    this.#left.clear();
    this.#due.clear();
    await Promise.all(this.#running.values());
  }

  /** Returns the change tag that the store returned last, for `looked` after the look. */
  tagOf(uid: string): string | undefined {
    return this.#watched.get(uid)?.tag;
  }

  /**
   * Notes a look after which only a change is of interest; `tagBefore`: the tag before the look
   * began. Reports whether the store is asked for changes of this sync together with others.
   */
  looked(sync: ParsedSync, tagBefore: string | undefined): boolean {
    const { uid } = sync.object;
    const place = this.#placeOf(sync);
    const before = this.#watched.get(uid);
    if (before?.group.id !== place?.group.id) this.forget(uid);
    if (place === undefined) return false;
    const { id, storeSpec } = place.group;
    this.#watched.set(uid, { ...place, sync, tag: before?.tag, lookedTag: tagBefore });
    const uids = this.#groups.get(id);
    if (uids === undefined) this.#askAgain(id, pollMsOf(storeSpec));
    this.#groups.set(id, (uids ?? new Set()).add(uid));
    return true;
  }

  /** Leaves a sync to its own looks. */
  forget(uid: string): void {
    const known = this.#watched.get(uid);
    if (known === undefined) return;
    this.#watched.delete(uid);
    const uids = this.#groups.get(known.group.id);
    uids?.delete(uid);
    if (uids?.size === 0) this.#groups.delete(known.group.id);
  }

  #placeOf(sync: ParsedSync): Pick<Watched, 'group' | 'names'> | undefined {
    const { object, spec } = sync;
    const store = spec && this.#parts.knownStores.named(spec.storeName);
    if (spec === undefined || store?.spec === undefined) return undefined;
    if (!tellsChanges(store.spec)) return undefined;
    const { namespace } = object;
    const wanted = { namespace, name: spec.remote.name, directions: directionsOf(spec) };
    const permitted = permittedName(store.spec.allow, wanted);
    if ('refused' in permitted) return undefined;
    const { uid, generation } = store.object;
    const { serviceAccountName, remote } = spec;
    const use = { namespace, serviceAccountName, format: remote.format };
    const id = JSON.stringify([uid, generation, use]);
    const names = remoteSecrets(spec, permitted.name);
    return { group: { id, store, storeSpec: store.spec, use }, names };
  }

  #checkDue(): void {
    const room = syncLimits.changeChecksAtOnceMax - this.#running.size;
    for (const id of this.#due.take(this.#parts.clock.monotonicMs(), Math.max(0, room))) {
      const running = this.#check(id).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
  }

  #askAgain(id: string, waitMs: number): void {
    this.#due.set(id, this.#parts.clock.monotonicMs(), waitMs);
  }

  async #check(id: string): Promise<void> {
    const uids = this.#toAsk(id);
    const [group] = uids.flatMap((uid) => this.#watched.get(uid)?.group ?? []);
    if (group === undefined) return;
    const left = new Set(uids);
    const { paces, clock } = this.#parts;
    const endsMs = clock.monotonicMs() + syncLimits.changeCheckMsMax;
    try {
      const remote = await this.#parts.connections.open(group.store, group.storeSpec, group.use);
      for (const some of this.#batches(uids, remote.changeTagsMax)) {
        const { store, use } = group;
        if (this.#timer === undefined) return;
        // Others must have their turn, too.
        if (clock.monotonicMs() >= endsMs) return this.#goOn(id, left, 0);
        const secrets = remote.changeTagsCalls(some.flatMap(({ names }) => names));
        const round = { isPoll: true, namespace: use.namespace, secrets };
        const waitMs = paces.take(store.object.uid, round);
        if (waitMs !== undefined) return this.#wait(group, left, waitMs);
        this.#noteTags(some, await tagsOf(remote, some));
        for (const { sync } of some) left.delete(sync.object.uid);
        this.#answered(group);
      }
    } catch (error) {
      this.#failed(group, error);
      // A look finds out what is wrong, and says so in the status.
      this.#noteTags(this.#watchedOf([...left]), new Map());
    }
    this.#askAgain(id, pollMsOf(group.storeSpec));
  }

  /** Returns the syncs that are left from the last check, or all of the group. */
  #toAsk(id: string): readonly string[] {
    const all = this.#groups.get(id) ?? new Set();
    const left = this.#left.get(id)?.filter((uid) => all.has(uid)) ?? [];
    this.#left.delete(id);
    return left.length > 0 ? left : this.#sorted(all);
  }

  #wait({ id, store }: Group, left: ReadonlySet<string>, waitMs: number): void {
    this.#parts.metrics.roundEnded('waited');
    const isPaused = this.#parts.paces.isPaused(store.object.uid);
    // A look says in the status that the store cannot be asked.
    if (isPaused) this.#noteTags(this.#watchedOf([...left]), new Map());
    this.#goOn(id, left, waitMs);
  }

  /** Asks later for the syncs that are left. */
  #goOn(id: string, left: ReadonlySet<string>, waitMs: number): void {
    this.#left.set(id, [...left]);
    this.#askAgain(id, waitMs);
  }

  /** Returns syncs whose names one call takes; a sync with more names is alone. */
  #batches(uids: readonly string[], namesMax: number): readonly (readonly Watched[])[] {
    const batches: Watched[][] = [];
    let names = Infinity;
    for (const watched of this.#watchedOf(uids)) {
      names += watched.names.length;
      if (names > namesMax) {
        batches.push([]);
        names = watched.names.length;
      }
      batches.at(-1)?.push(watched);
    }
    return batches;
  }

  /** Returns uids in the order of the names in the store: those of one folder come together. */
  #sorted(uids: ReadonlySet<string>): readonly string[] {
    const named = [...uids].map((uid) => ({ uid, name: this.#watched.get(uid)?.names[0] ?? '' }));
    return named.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ uid }) => uid);
  }

  #watchedOf(uids: readonly string[]): readonly Watched[] {
    return uids.flatMap((uid) => this.#watched.get(uid) ?? []);
  }

  #noteTags(asked: readonly Watched[], tags: ReadonlyMap<string, string>): void {
    for (const { sync, names } of asked) {
      const { uid } = sync.object;
      // A look may have ended meanwhile.
      const known = this.#watched.get(uid);
      if (known === undefined) continue;
      const isComplete = names.every((name) => tags.has(name));
      const tag = isComplete ? JSON.stringify(names.map((name) => tags.get(name))) : undefined;
      this.#watched.set(uid, { ...known, tag });
      if (tag === undefined || tag !== known.lookedTag) this.#onChanged(known.sync);
    }
  }

  #answered({ store }: Group): void {
    this.#parts.paces.answered(store.object.uid);
    this.#parts.metrics.roundEnded('answered');
  }

  #failed({ store }: Group, error: unknown): void {
    if (!isOutboundFault(error) || hasAnswered(error)) return;
    const retryAfterMs = error instanceof RemoteFault ? error.retryAfterMs : undefined;
    this.#parts.paces.failed(store.object.uid, retryAfterMs);
    this.#parts.metrics.roundEnded('failed');
  }
}

/** Asks for the change tags of all names of some syncs. */
async function tagsOf(
  remote: RemoteStore,
  some: readonly Watched[],
): Promise<ReadonlyMap<string, string>> {
  const names = some.flatMap((one) => one.names);
  const signal = AbortSignal.timeout(syncLimits.roundMsMax);
  const tags: (readonly [string, string])[] = [];
  for (let at = 0; at < names.length; at += remote.changeTagsMax) {
    const found = await remote.changeTags(names.slice(at, at + remote.changeTagsMax), signal);
    tags.push(...found);
  }
  return new Map(tags);
}
