import { shareLimits } from '../../core/share-limits.js';

/** Share or import to look at. */
export interface QueuedObject {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Since when it waits, by `performance.now()`; set by the queue. */
  readonly notedMs?: number;
}

/** Whether a look has done all, or must be repeated later. */
export type Looked = 'done' | 'repeat';

export interface CopyQueueDependencies {
  /** Looks at one import; rejects if that failed. Both mean another look after a pause. */
  readonly work: (item: QueuedObject) => Promise<Looked>;
  readonly onFault: (error: unknown) => void;
  /** Concurrent looks; `shareLimits.copiesAtOnceMax` by default. */
  readonly atOnceMax?: number;
}

interface Failed {
  readonly item: QueuedObject;
  readonly attempts: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Imports that wait for a look, each once. Concurrent looks are limited, in all and per namespace;
 * an import that is noted during its look is looked at again.
 */
export class CopyQueue {
  readonly #parts: CopyQueueDependencies;
  /** By namespace, in the order of their turns, and by uid. */
  readonly #waiting = new Map<string, Map<string, QueuedObject>>();
  readonly #working = new Map<string, QueuedObject>();
  /** Number of imports in work, by namespace. */
  readonly #inNamespace = new Map<string, number>();
  readonly #ending = new Set<Promise<void>>();
  readonly #failed = new Map<string, Failed>();
  /** Uids of imports that come first. */
  readonly #first = new Set<string>();
  #isOpen = false;
  #reportedMs = -Infinity;

  constructor(parts: CopyQueueDependencies) {
    this.#parts = parts;
  }

  /** Returns the number of imports that wait or are looked at. */
  get size(): number {
    const waiting = [...this.#waiting.values()].reduce((sum, { size }) => sum + size, 0);
    return waiting + this.#working.size;
  }

  /** Reports whether all that comes first has succeeded. */
  get isFirstDone(): boolean {
    return this.#first.size === 0;
  }

  /** Begins with these imports; all others wait until these have succeeded, or `endFirst`. */
  open(first: readonly QueuedObject[]): void {
    this.#isOpen = true;
    for (const { uid } of first) this.#first.add(uid);
    for (const item of first) this.note(item);
  }

  /** Lets all imports begin. */
  endFirst(): void {
    this.#first.clear();
    this.#begin();
  }

  /** Forgets what waits; resolves once all looks have ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#waiting.clear();
    this.#first.clear();
    for (const { timer } of this.#failed.values()) clearTimeout(timer);
    this.#failed.clear();
    await Promise.all(this.#ending);
  }

  note(item: QueuedObject): void {
    if (!this.#isOpen) return;
    const { uid, namespace } = item;
    const items = this.#waiting.get(namespace) ?? new Map<string, QueuedObject>();
    const { notedMs = performance.now() } = items.get(uid) ?? item;
    this.#waiting.set(namespace, items.set(uid, { ...item, notedMs }));
    this.#begin();
  }

  #begin(): void {
    const { atOnceMax = shareLimits.copiesAtOnceMax } = this.#parts;
    while (this.#working.size < atOnceMax) {
      const item = this.#next();
      if (item === undefined) return;
      this.#count(item, 1);
      this.#working.set(item.uid, item);
      const ending = this.#look(item).finally(() => {
        this.#working.delete(item.uid);
        this.#count(item, -1);
        this.#ending.delete(ending);
        this.#begin();
      });
      this.#ending.add(ending);
    }
  }

  /** Takes the next item of the next namespace that has room; namespaces take turns. */
  #next(): QueuedObject | undefined {
    for (const [namespace, items] of this.#waiting) {
      if (!this.#hasRoom(namespace)) continue;
      for (const item of items.values()) {
        if (this.#working.has(item.uid) || !this.#isTurnOf(item)) continue;
        items.delete(item.uid);
        this.#waiting.delete(namespace);
        if (items.size > 0) this.#waiting.set(namespace, items);
        return item;
      }
    }
    return undefined;
  }

  /** Reports whether an item may begin: those that come first begin before all others. */
  #isTurnOf({ uid }: QueuedObject): boolean {
    return this.#first.size === 0 || this.#first.has(uid);
  }

  #hasRoom(namespace: string): boolean {
    const alike = this.#inNamespace.get(namespace) ?? 0;
    return alike < shareLimits.copiesAtOncePerNamespaceMax;
  }

  #count({ namespace }: QueuedObject, change: 1 | -1): void {
    const count = (this.#inNamespace.get(namespace) ?? 0) + change;
    if (count > 0) this.#inNamespace.set(namespace, count);
    else this.#inNamespace.delete(namespace);
  }

  async #look(item: QueuedObject): Promise<void> {
    const failed = this.#failed.get(item.uid);
    clearTimeout(failed?.timer);
    const attempts = (failed?.attempts ?? 0) + 1;
    try {
      const looked = await this.#parts.work(item);
      this.#failed.delete(item.uid);
      this.#first.delete(item.uid);
      if (looked === 'repeat') this.#retryLater(item, attempts);
    } catch (error) {
      this.#report(error);
      this.#retryLater(item, attempts);
    }
  }

  /** Reports some of the failures: an outage makes all looks fail. */
  #report(error: unknown): void {
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < shareLimits.faultLoggedMs) return;
    this.#reportedMs = nowMs;
    this.#parts.onFault(error);
  }

  #retryLater(item: QueuedObject, attempts: number): void {
    if (!this.#isOpen) return;
    const { copyRetryMsMin, copyRetryMsMax } = shareLimits;
    const pauseMs = Math.min(copyRetryMsMin * 2 ** (attempts - 1), copyRetryMsMax);
    const timer = setTimeout(() => this.note(item), pauseMs).unref();
    this.#failed.set(item.uid, { item, attempts, timer });
  }
}
