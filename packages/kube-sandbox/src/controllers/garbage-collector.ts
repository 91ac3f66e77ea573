import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { Change, ObjectPath } from '../model/object-reader.js';
import type { ResourceRegistry } from '../registry/resource-registry.js';
import type { ObjectStore } from '../store/object-store.js';
import { parseObject } from '../store/object-text.js';
import { bounds } from '../store/sandbox-bounds.js';
import { FOREGROUND, ORPHAN } from '../verbs/propagation.js';
import { newTurn, type Turn } from './delete-all.js';
import { markDeleted, withDeletionMarks } from './mark-deleted.js';
import { keyOf, OwnerIndex, ownersOf, pathOfKey } from './owner-index.js';
import { isWaitingForDependents, type OwnerState, ownerState } from './owner-state.js';

export interface GarbageParts {
  readonly store: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly nowMs: () => number;
}

/** Garbage collector that tracks owners and dependents, and works in bounded steps. */
export class GarbageCollector {
  readonly #parts: GarbageParts;
  readonly #owners = new OwnerIndex();
  /** Dependents whose owners must be checked. */
  readonly #suspects = new Set<string>();
  /** Dependents with a new owner reference, whose owner may still be created. */
  readonly #fresh = new Map<string, number>();
  /** Owners that wait for their dependents, by uid. */
  readonly #held = new Map<string, ObjectPath>();
  /** Uids of waiting owners whose dependents have changed. */
  readonly #ready = new Set<string>();
  /** Recently deleted owners, needed if the owner's kind is no longer served either. */
  readonly #gone = new Set<string>();

  constructor(parts: GarbageParts) {
    this.#parts = parts;
  }

  get hasWork(): boolean {
    return this.#suspects.size > 0 || this.#ready.size > 0;
  }

  /** Whether work will follow at the end of a grace period. */
  get isWaiting(): boolean {
    return this.#fresh.size > 0;
  }

  /** Adds an object that existed at the start. */
  begin(change: Change): void {
    this.follow(change);
    for (const key of this.#fresh.keys()) this.#suspects.add(key);
    this.#fresh.clear();
  }

  follow(change: Change): void {
    this.#owners.follow(change);
    const object = parseObject(change.object);
    const { uid = '' } = object.metadata;
    const before = ownersOf(change.previous);
    const after = change.type === 'DELETED' ? [] : ownersOf(change.object);
    for (const owner of [...before, ...after]) if (this.#held.has(owner)) this.#ready.add(owner);
    const isFresh = after.some((owner) => !before.includes(owner));
    if (isFresh) this.#fresh.set(keyOf(change), this.#parts.nowMs());
    if (change.type === 'DELETED') this.#forget(uid, keyOf(change));
    else if (isHeldByCollector(object)) this.#hold(uid, change);
    else this.#release(uid);
  }

  /** Returns true if more work remains. */
  work(): boolean {
    const turn = newTurn();
    this.#endGrace();
    for (const key of this.#suspects) {
      if (turn.steps <= 0) return true;
      turn.steps -= 1;
      this.#examine(pathOfKey(key));
      this.#suspects.delete(key);
    }
    this.#gone.clear();
    for (const uid of this.#ready) {
      if (turn.steps <= 0) return true;
      const path = this.#held.get(uid);
      if (path) this.#finish(path, uid, turn);
      this.#ready.delete(uid);
    }
    return this.hasWork;
  }

  #endGrace(): void {
    const since = this.#parts.nowMs() - bounds.absentOwnerGraceMs;
    for (const [key, atMs] of this.#fresh) {
      // All later entries are younger.
      if (atMs > since) return;
      this.#fresh.delete(key);
      this.#suspects.add(key);
    }
  }

  #forget(uid: string, key: string): void {
    this.#suspects.delete(key);
    this.#fresh.delete(key);
    this.#release(uid);
    const dependents = this.#owners.dependentsOf(uid);
    if (dependents.length === 0) return;
    this.#gone.add(uid);
    for (const dependent of dependents) this.#suspects.add(keyOf(dependent));
  }

  #hold(uid: string, { resource, namespace, name }: ObjectPath): void {
    const isNew = !this.#held.has(uid);
    this.#held.set(uid, { resource, namespace, name });
    this.#ready.add(uid);
    if (!isNew) return;
    for (const dependent of this.#owners.dependentsOf(uid)) this.#suspects.add(keyOf(dependent));
  }

  #release(uid: string): void {
    this.#held.delete(uid);
    this.#ready.delete(uid);
  }

  /** A dependent is deleted with its last owner; while one owner exists, the others are removed. */
  #examine(path: ObjectPath): void {
    const { store, nowMs } = this.#parts;
    const object = store.get(path);
    if (object === undefined) return;
    const { ownerReferences = [], deletionTimestamp } = object.metadata;
    if (ownerReferences.length === 0 || deletionTimestamp !== undefined) return;
    const states = ownerReferences.map((reference) => this.#stateOf(path, reference));
    const present = ownerReferences.filter((_, index) => states[index] === 'present');
    if (present.length === ownerReferences.length) return;
    if (present.length > 0) store.put(path, withOwners(object, present), 'system');
    else if (states.includes('waiting') && this.#isOwner(object)) {
      store.put(path, this.#inForeground(object), 'system');
    } else markDeleted(store, path, object, nowMs());
  }

  #stateOf(dependent: ObjectPath, reference: JsonObject): OwnerState {
    const { uid } = reference;
    const isGone = typeof uid === 'string' && this.#gone.has(uid);
    return ownerState(this.#parts, dependent, reference) ?? (isGone ? 'absent' : 'present');
  }

  #isOwner({ metadata }: KubeObject): boolean {
    return this.#owners.dependentsOf(metadata.uid ?? '').length > 0;
  }

  /** The dependent waits for its own dependents too; in a cycle it does not block its owners. */
  #inForeground(object: KubeObject): KubeObject {
    const { store, nowMs } = this.#parts;
    const { uid = '', finalizers = [], ownerReferences = [] } = object.metadata;
    const marked = withDeletionMarks(object, nowMs());
    const others = finalizers.filter((name) => name !== FOREGROUND);
    marked.metadata.finalizers = [...others, FOREGROUND];
    const isCircle = this.#owners.dependentsOf(uid).some((path) => {
      const dependent = store.get(path);
      return dependent !== undefined && isWaitingForDependents(dependent);
    });
    return isCircle ? withOwners(marked, ownerReferences.map(withoutBlocking)) : marked;
  }

  /** Releases an owner once its dependents are orphans or its blocking dependents are deleted. */
  #finish(path: ObjectPath, uid: string, turn: Turn): void {
    const { store } = this.#parts;
    const owner = store.get(path);
    if (owner === undefined || owner.metadata.uid !== uid) return;
    const { finalizers = [] } = owner.metadata;
    const isOrphaning = finalizers.includes(ORPHAN);
    const dependents = this.#owners.dependentsOf(uid);
    if (isOrphaning) {
      for (const dependent of dependents) this.#disown(dependent, uid);
    } else if (dependents.some((dependent) => this.#isBlocking(dependent, uid))) return;
    turn.steps -= isOrphaning ? dependents.length + 1 : 1;
    const done = isOrphaning ? ORPHAN : FOREGROUND;
    const left = finalizers.filter((name) => name !== done);
    // The namespace controller empties a namespace first, then deletes it.
    if (left.length === 0 && path.resource !== 'namespaces') store.delete(path, owner);
    else {
      const metadata = { ...owner.metadata, finalizers: left };
      store.put(path, { ...owner, metadata }, 'system');
    }
  }

  #isBlocking(dependent: ObjectPath, uid: string): boolean {
    const { ownerReferences = [] } = this.#parts.store.get(dependent)?.metadata ?? {};
    return ownerReferences.some((it) => it['uid'] === uid && it['blockOwnerDeletion'] === true);
  }

  #disown(path: ObjectPath, uid: string): void {
    const object = this.#parts.store.get(path);
    if (object === undefined) return;
    const { ownerReferences = [] } = object.metadata;
    const others = ownerReferences.filter((owner) => owner['uid'] !== uid);
    this.#parts.store.put(path, withOwners(object, others), 'system');
  }
}

function isHeldByCollector(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined) return false;
  return finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN);
}

function withOwners(object: KubeObject, ownerReferences: JsonObject[]): KubeObject {
  const { ownerReferences: _, ...metadata } = object.metadata;
  const kept = ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences };
  return { ...object, metadata: kept };
}

function withoutBlocking(reference: JsonObject): JsonObject {
  return { ...reference, blockOwnerDeletion: false };
}
