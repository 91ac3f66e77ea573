import { forEachInBatches } from '../../core/for-each-in-batches.js';
import { limits } from '../../core/limits.js';
import type { ChangeLog } from '../domain/cache/change-log.js';

/** Stream that waits for changes of a namespace. */
export interface Waiter {
  /** Returns why it was woken since the last call. */
  woken(): { readonly isBeat: boolean };
  /** Resolves at the next change or beat, immediately if one came since `woken`, or on `leave`. */
  next(): Promise<void>;
  /** Leaves; idempotent. */
  leave(): void;
}

/**
 * Wakes the streams of a namespace with one listener and one timer for all of them, which exist
 * while a stream waits. A beat comes each `limits.streamHeartbeatMs`.
 */
export class ChangeWakeups {
  readonly #rooms = new WeakMap<ChangeLog, Room>();

  join(log: ChangeLog): Waiter {
    const room = this.#rooms.get(log) ?? new Room(log);
    this.#rooms.set(log, room);
    return room.join();
  }
}

class Room {
  readonly #log: ChangeLog;
  readonly #waiting = new Set<StreamWaiter>();
  #stop: (() => void) | undefined;
  #isTold = false;

  constructor(log: ChangeLog) {
    this.#log = log;
  }

  join(): Waiter {
    const waiter = new StreamWaiter(() => this.#leave(waiter));
    this.#waiting.add(waiter);
    this.#stop ??= this.#listen();
    return waiter;
  }

  #leave(waiter: StreamWaiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #listen(): () => void {
    const unlisten = this.#log.onChange(() => this.#tell());
    const beats = setInterval(() => void this.#wake(true), limits.streamHeartbeatMs).unref();
    return () => {
      unlisten();
      clearInterval(beats);
    };
  }

  /** Wakes once for changes that come together. */
  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    setImmediate(() => {
      this.#isTold = false;
      void this.#wake(false);
    });
  }

  #wake(isBeat: boolean): Promise<void> {
    const each = (waiter: StreamWaiter): void => waiter.wake(isBeat);
    return forEachInBatches([...this.#waiting], limits.changesToldAtOnceMax, each);
  }
}

class StreamWaiter implements Waiter {
  readonly #leave: () => void;
  #isWoken = false;
  #isBeat = false;
  #go: (() => void) | undefined;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  wake(isBeat: boolean): void {
    this.#isWoken = true;
    this.#isBeat ||= isBeat;
    this.#go?.();
    this.#go = undefined;
  }

  woken(): { readonly isBeat: boolean } {
    const isBeat = this.#isBeat;
    this.#isWoken = false;
    this.#isBeat = false;
    return { isBeat };
  }

  next(): Promise<void> {
    if (this.#isWoken) return Promise.resolve();
    return new Promise((resolve) => (this.#go = resolve));
  }

  leave(): void {
    this.#leave();
    this.wake(false);
  }
}
