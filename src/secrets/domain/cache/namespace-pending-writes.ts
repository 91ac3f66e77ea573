import { limits } from '../../../core/limits.js';
import { isNoNewer } from '../../../versions/domain/resource-version.js';

interface Removal {
  /** Undefined: whichever object had the name. */
  readonly uid: string | undefined;
  readonly notedAtMs: number;
}

interface Written {
  readonly resourceVersion: string;
  readonly notedAtMs: number;
}

/** Content of a namespace's cache at a moment. */
export interface ShownState {
  /** Version that it has reached; '' if it was never listed. */
  readonly reached: string;
  uidOf(name: string): string | undefined;
  /** Time of a monotonic clock. */
  readonly nowMs: number;
}

/** Acknowledged writes to a namespace that its cache may not contain yet. */
export class NamespacePendingWrites {
  readonly #writes = new Map<string, Written>();
  readonly #removals = new Map<string, Removal[]>();
  /** Latest write of all. */
  #latest: Written | undefined;
  /** Latest unnamed write: all names wait for it. */
  #latestOfAny: Written | undefined;
  #awaitsUntilMs = 0;
  /** Names with unknown outcomes, with their times; the oldest first. */
  readonly #unsure = new Map<string, number>();
  #unsureOfAnyUntilMs = 0;

  /** Reports whether nothing is awaited. */
  get isEmpty(): boolean {
    const hasTimes = this.#awaitsUntilMs > 0 || this.#unsureOfAnyUntilMs > 0;
    return this.size === 0 && this.#latestOfAny === undefined && !hasTimes;
  }

  /** Returns the number of writes stored by name. */
  get size(): number {
    return this.#writes.size + this.#removals.size + this.#unsure.size;
  }

  wrote(name: string, resourceVersion: string, nowMs: number): void {
    const written = { resourceVersion, notedAtMs: nowMs };
    this.#writes.set(name, later(this.#writes.get(name), written));
    this.#latest = later(this.#latest, written);
  }

  /** Records a write without its name, if there are too many. */
  wroteAny(resourceVersion: string, nowMs: number): void {
    this.#latestOfAny = later(this.#latestOfAny, { resourceVersion, notedAtMs: nowMs });
  }

  removed(name: string, uid: string | undefined, nowMs: number): void {
    const removals = this.#removals.get(name) ?? [];
    if (!removals.some((removal) => removal.uid === uid)) {
      this.#removals.set(name, [...removals, { uid, notedAtMs: nowMs }]);
    }
  }

  /** Records a removal without its name: nothing reports its arrival, so all reads wait. */
  removedAny(untilMs: number): void {
    this.#awaitsUntilMs = untilMs;
  }

  /** Records an unknown outcome: of one Secret, or of any if there is no name. */
  unsure(name: string | undefined, nowMs: number): void {
    if (name === undefined) {
      this.#unsureOfAnyUntilMs = nowMs + limits.watchStaleMs;
      return;
    }
    this.#unsure.delete(name);
    this.#unsure.set(name, nowMs);
  }

  /** Reports whether it may have been written: a Secret, or any without a name. */
  isUnsure(name: string | undefined, nowMs: number): boolean {
    this.#forgetUnsure(nowMs);
    if (this.#unsureOfAnyUntilMs > 0) return true;
    return name === undefined ? this.#unsure.size > 0 : this.#unsure.has(name);
  }

  /** Records that a removal was seen. */
  sawRemoval(name: string, uid: string): void {
    const removals = this.#removals.get(name);
    if (removals === undefined) return;
    this.#leave(
      name,
      removals.filter((removal) => removal.uid !== undefined && removal.uid !== uid),
    );
  }

  /**
   * Records a list that was requested at `beganAtMs`. It contains all earlier writes, whatever
   * versions the cluster counts by now. Anything missing from it has been removed.
   */
  sawList(shown: ShownState, beganAtMs: number): void {
    this.#sawWrites((written) => written !== undefined && written.notedAtMs <= beganAtMs);
    for (const [name, removals] of this.#removals) {
      const uid = shown.uidOf(name);
      const isSeen = ({ notedAtMs, uid: removed }: Removal): boolean =>
        notedAtMs <= beganAtMs && (removed === undefined || removed !== uid);
      this.#leave(
        name,
        removals.filter((removal) => !isSeen(removal)),
      );
    }
  }

  #sawWrites(isSeen: (written: Written | undefined) => boolean): void {
    if (isSeen(this.#latestOfAny)) this.#latestOfAny = undefined;
    this.#latest = undefined;
    for (const [name, written] of this.#writes) {
      if (isSeen(written)) this.#writes.delete(name);
      else this.#latest = later(this.#latest, written);
    }
  }

  /** Reports whether a write to a Secret, or to any without a name, is not visible yet. */
  isAwaited(name: string | undefined, shown: ShownState): boolean {
    if (this.#isAnyAwaited(shown)) return true;
    if (name !== undefined) return this.#isWriteAwaited(name, shown) || this.#isHeld(name, shown);
    if (this.#latest !== undefined) {
      if (!isNoNewer(this.#latest.resourceVersion, shown.reached)) return true;
      this.#latest = undefined;
      this.#writes.clear();
    }
    return [...this.#removals.keys()].some((held) => this.#isHeld(held, shown));
  }

  /** Forgets writes that are visible by now. */
  prune(shown: ShownState): void {
    this.#isAnyAwaited(shown);
    this.#forgetUnsure(shown.nowMs);
    for (const name of this.#writes.keys()) this.#isWriteAwaited(name, shown);
    for (const name of this.#removals.keys()) this.#isHeld(name, shown);
  }

  #isAnyAwaited({ reached, nowMs }: ShownState): boolean {
    if (this.#latestOfAny !== undefined) {
      if (!isNoNewer(this.#latestOfAny.resourceVersion, reached)) return true;
      this.#latestOfAny = undefined;
    }
    if (nowMs < this.#awaitsUntilMs) return true;
    this.#awaitsUntilMs = 0;
    return false;
  }

  /** Forgets unsure writes that a live watch has reported by now. */
  #forgetUnsure(nowMs: number): void {
    for (const [name, notedAtMs] of this.#unsure) {
      if (nowMs - notedAtMs < limits.watchStaleMs) break;
      this.#unsure.delete(name);
    }
    if (nowMs >= this.#unsureOfAnyUntilMs) this.#unsureOfAnyUntilMs = 0;
  }

  #isWriteAwaited(name: string, { reached }: ShownState): boolean {
    const written = this.#writes.get(name);
    if (written === undefined) return false;
    if (!isNoNewer(written.resourceVersion, reached)) return true;
    this.#writes.delete(name);
    if (this.#writes.size === 0) this.#latest = undefined;
    return false;
  }

  /** Reports whether a removal is pending; forgets a removal that can no longer arrive. */
  #isHeld(name: string, shown: ShownState): boolean {
    const removals = this.#removals.get(name);
    if (removals === undefined) return false;
    const uid = shown.uidOf(name);
    this.#leave(
      name,
      removals.filter((removal) => canCome(removal, uid, shown.nowMs)),
    );
    return this.#removals.has(name);
  }

  #leave(name: string, removals: Removal[]): void {
    if (removals.length === 0) this.#removals.delete(name);
    else this.#removals.set(name, removals);
  }
}

/**
 * Reports whether a removal can still arrive. `uid`: the object that has the name now. Another
 * object may appear before the removed one has arrived, but no later than the oldest event of a
 * live watch. A finalizer may keep the removed object, which the watch then still reports.
 */
function canCome(removal: Removal, uid: string | undefined, nowMs: number): boolean {
  const ageMs = nowMs - removal.notedAtMs;
  if (removal.uid !== undefined) {
    return ageMs < (removal.uid === uid ? limits.cacheRemovalKeptMs : limits.watchStaleMs);
  }
  return uid !== undefined && ageMs < limits.cacheCatchUpMsMax;
}

/** Returns the later version, with the later moment. */
function later(one: Written | undefined, other: Written): Written {
  if (one === undefined || isNoNewer(one.resourceVersion, other.resourceVersion)) return other;
  return { ...one, notedAtMs: other.notedAtMs };
}
