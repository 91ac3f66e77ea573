import { limits } from '../../../core/limits.js';
import { isNoNewer } from '../../../versions/domain/resource-version.js';

interface Removal {
  /** Undefined: of whatever had the name. */
  readonly uid: string | undefined;
  readonly notedAtMs: number;
}

interface Written {
  readonly resourceVersion: string;
  readonly notedAtMs: number;
}

/** What the cache of a namespace shows at a moment. */
export interface ShownState {
  /** Up to where it has come; '' where it was never listed. */
  readonly reached: string;
  uidOf(name: string): string | undefined;
  /** Of a clock that never goes back. */
  readonly nowMs: number;
}

/** Writes to a namespace that were acknowledged, and that its cache may not show yet. */
export class NamespacePendingWrites {
  readonly #writes = new Map<string, Written>();
  readonly #removals = new Map<string, Removal[]>();
  /** The latest of all of them. */
  #latest: Written | undefined;
  /** The latest of those that are not kept by name: all names wait for it. */
  #latestOfAny: Written | undefined;
  #awaitsUntilMs = 0;
  /** Names of what may have been written, from which moment on; the oldest first. */
  readonly #unsure = new Map<string, number>();
  #unsureOfAnyUntilMs = 0;

  /** Whether nothing is awaited. */
  get isEmpty(): boolean {
    const hasTimes = this.#awaitsUntilMs > 0 || this.#unsureOfAnyUntilMs > 0;
    return this.size === 0 && this.#latestOfAny === undefined && !hasTimes;
  }

  /** Of those that are kept by name. */
  get size(): number {
    return this.#writes.size + this.#removals.size + this.#unsure.size;
  }

  wrote(name: string, resourceVersion: string, nowMs: number): void {
    const written = { resourceVersion, notedAtMs: nowMs };
    this.#writes.set(name, later(this.#writes.get(name), written));
    this.#latest = later(this.#latest, written);
  }

  /** The same without its name, where there are too many. */
  wroteAny(resourceVersion: string, nowMs: number): void {
    this.#latestOfAny = later(this.#latestOfAny, { resourceVersion, notedAtMs: nowMs });
  }

  removed(name: string, uid: string | undefined, nowMs: number): void {
    const removals = this.#removals.get(name) ?? [];
    if (!removals.some((removal) => removal.uid === uid)) {
      this.#removals.set(name, [...removals, { uid, notedAtMs: nowMs }]);
    }
  }

  /** The same without its name: nothing tells when it is shown, so that all wait till then. */
  removedAny(untilMs: number): void {
    this.#awaitsUntilMs = untilMs;
  }

  /** Whether it was written is not known: of one Secret, or of any where there is no name. */
  unsure(name: string | undefined, nowMs: number): void {
    if (name === undefined) {
      this.#unsureOfAnyUntilMs = nowMs + limits.watchStaleMs;
      return;
    }
    this.#unsure.delete(name);
    this.#unsure.set(name, nowMs);
  }

  /** Whether it may have been written: a Secret, or any of them where there is no name. */
  isUnsure(name: string | undefined, nowMs: number): boolean {
    this.#forgetUnsure(nowMs);
    if (this.#unsureOfAnyUntilMs > 0) return true;
    return name === undefined ? this.#unsure.size > 0 : this.#unsure.has(name);
  }

  /** A removal was seen. */
  sawRemoval(name: string, uid: string): void {
    const removals = this.#removals.get(name);
    if (removals === undefined) return;
    this.#leave(
      name,
      removals.filter((removal) => removal.uid !== undefined && removal.uid !== uid),
    );
  }

  /**
   * A list was seen that was asked for then: it holds what was written before, whatever versions
   * the cluster counts by now, and what it does not hold has been removed.
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

  /** Whether something of a Secret is not shown yet; of any of them, where there is no name. */
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

  /** Forgets what is shown by now. */
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

  /** A watch that is live has told of it by then. */
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

  /** Whether a removal is awaited. One that can no longer come is forgotten. */
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
 * `uid`: of what has the name now. That of another object may be seen before what was removed has
 * even come, but no later than the oldest event that a live watch tells. What was removed may stay
 * for as long as a finalizer wants it to, and is told of as long.
 */
function canCome(removal: Removal, uid: string | undefined, nowMs: number): boolean {
  const ageMs = nowMs - removal.notedAtMs;
  if (removal.uid !== undefined) {
    return ageMs < (removal.uid === uid ? limits.cacheRemovalKeptMs : limits.watchStaleMs);
  }
  return uid !== undefined && ageMs < limits.cacheCatchUpMsMax;
}

/** The later version, since the later moment. */
function later(one: Written | undefined, other: Written): Written {
  if (one === undefined || isNoNewer(one.resourceVersion, other.resourceVersion)) return other;
  return { ...one, notedAtMs: other.notedAtMs };
}
