import { RoundRobin } from '../../core/round-robin.js';
import { backgroundLimits } from '../../core/background-limits.js';

/** Object to look at. */
export interface QueuedObject {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Since when it waits, by `performance.now()`; set by the queue. */
  readonly notedMs?: number;
}

/** Whether a look has done all, or must be repeated later. */
export type Looked = 'done' | 'repeat';

export interface ObjectQueueDependencies {
  /** Looks at one object; rejects if that failed. Both mean another look after a pause. */
  readonly work: (item: QueuedObject) => Promise<Looked>;
  readonly onFault: (error: unknown) => void;
  /** Concurrent looks; `backgroundLimits.looksAtOnceMax` by default. */
  readonly atOnceMax?: number;
}

interface Waiting {
  item: QueuedObject;
}

interface Failed {
  readonly attempts: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Objects that wait for a look, each once. Concurrent looks are limited, in all and per namespace;
 * an object that is noted during its look is looked at again. Every note takes constant time.
 */
export class ObjectQueue {
  readonly #parts: ObjectQueueDependencies;
  /** By uid. */
  readonly #waiting = new Map<string, Waiting>();
  /** Slots of namespaces; one is held while its namespace has no room for another look. */
  readonly #slots = new RoundRobin<Waiting>();
  readonly #working = new Map<string, QueuedObject>();
  /** Objects that were noted during their look, by uid. */
  readonly #again = new Map<string, QueuedObject>();
  /** Number of objects in work, by namespace. */
  readonly #inNamespace = new Map<string, number>();
  readonly #ending = new Set<Promise<void>>();
  readonly #failed = new Map<string, Failed>();
  /** Uids of objects that come first. */
  readonly #first = new Set<string>();
  /** Objects that wait for those that come first, by uid. */
  readonly #later = new Map<string, QueuedObject>();
  #isOpen = false;
  #reportedMs = -Infinity;

  constructor(parts: ObjectQueueDependencies) {
    this.#parts = parts;
  }

  /** Returns the number of objects that wait or are looked at. */
  get size(): number {
    return this.#waiting.size + this.#again.size + this.#later.size + this.#working.size;
  }

  /** Reports whether all that comes first has succeeded. */
  get isFirstDone(): boolean {
    return this.#first.size === 0;
  }

  /** Begins with these objects; all others wait until these have succeeded, or `endFirst`. */
  open(first: readonly QueuedObject[]): void {
    this.#isOpen = true;
    for (const { uid } of first) this.#first.add(uid);
    for (const item of first) this.note(item);
  }

  /** Lets all objects begin. */
  endFirst(): void {
    this.#first.clear();
    const later = [...this.#later.values()];
    this.#later.clear();
    for (const item of later) this.note(item);
  }

  /** Forgets what waits; resolves once all looks have ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#waiting.clear();
    this.#slots.clear();
    this.#again.clear();
    this.#first.clear();
    this.#later.clear();
    for (const { timer } of this.#failed.values()) clearTimeout(timer);
    this.#failed.clear();
    await Promise.all(this.#ending);
  }

  note(item: QueuedObject): void {
    if (!this.#isOpen) return;
    const { uid, namespace } = item;
    if (this.#working.has(uid)) {
      this.#again.set(uid, since(item, this.#again.get(uid)));
    } else if (this.#first.size > 0 && !this.#first.has(uid)) {
      this.#later.set(uid, since(item, this.#later.get(uid)));
    } else {
      const waiting = this.#waiting.get(uid);
      if (waiting !== undefined) {
        waiting.item = since(item, waiting.item);
        return;
      }
      const added = { item: since(item, undefined) };
      this.#waiting.set(uid, added);
      this.#slots.add(namespace, added);
      this.#begin();
    }
  }

  #begin(): void {
    const { atOnceMax = backgroundLimits.looksAtOnceMax } = this.#parts;
    while (this.#working.size < atOnceMax) {
      const item = this.#slots.next()?.item;
      if (item === undefined) return;
      this.#waiting.delete(item.uid);
      this.#working.set(item.uid, item);
      this.#count(item, 1);
      const ending = this.#look(item).finally(() => {
        this.#ending.delete(ending);
        this.#ended(item);
      });
      this.#ending.add(ending);
    }
  }

  #ended(item: QueuedObject): void {
    const { uid } = item;
    this.#working.delete(uid);
    this.#count(item, -1);
    const again = this.#again.get(uid);
    this.#again.delete(uid);
    if (again !== undefined) this.note(again);
    if (this.#first.size === 0 && this.#later.size > 0) this.endFirst();
    this.#begin();
  }

  #count({ namespace }: QueuedObject, change: 1 | -1): void {
    const count = (this.#inNamespace.get(namespace) ?? 0) + change;
    if (count > 0) this.#inNamespace.set(namespace, count);
    else this.#inNamespace.delete(namespace);
    if (count >= backgroundLimits.looksAtOncePerNamespaceMax) this.#slots.hold(namespace);
    else this.#slots.release(namespace);
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
    if (nowMs - this.#reportedMs < backgroundLimits.faultLoggedMs) return;
    this.#reportedMs = nowMs;
    this.#parts.onFault(error);
  }

  #retryLater(item: QueuedObject, attempts: number): void {
    if (!this.#isOpen) return;
    const { lookRetryMsMin, lookRetryMsMax } = backgroundLimits;
    const pauseMs = Math.min(lookRetryMsMin * 2 ** (attempts - 1), lookRetryMsMax);
    const timer = setTimeout(() => this.note(item), pauseMs).unref();
    this.#failed.set(item.uid, { attempts, timer });
  }
}

/** Returns an item that waits since an earlier note of it, if there is one. */
function since(item: QueuedObject, earlier: QueuedObject | undefined): QueuedObject {
  const { notedMs = performance.now() } = earlier ?? item;
  return { ...item, notedMs };
}
