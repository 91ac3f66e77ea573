import { limits } from '../../core/limits.js';
import type { SecretStream } from '../domain/secret-feed.js';
import { isPassing } from '../domain/is-passing.js';
import type { VersionsStore } from '../domain/versions.store.js';
import type { BatchWriter } from './batch-writer.js';
import type { CaptureQueue, Entry } from './capture-queue.js';
import type { GatewayWrites } from './gateway-writes.js';

export interface RecorderDependencies {
  readonly queue: CaptureQueue;
  readonly writer: Pick<BatchWriter, 'write'>;
  readonly own: Pick<GatewayWrites, 'isUnderWay'>;
  readonly store: Pick<VersionsStore, 'setWatchCursor'>;
  /** Throws StorageError if there is no room for histories. */
  readonly requireRoom: () => void;
  /** Called for states that will never be recorded. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Writes entries from the queue to the database, batch after batch: while one is written, the next
 * is collected. If writing fails, nothing leaves the queue, and so the watches wait.
 */
export class Recorder {
  readonly #parts: RecorderDependencies;
  #running: Promise<void> | undefined;
  #failures = 0;
  #problem: string | undefined;
  #notedMs = 0;
  readonly #places = new Map<SecretStream, string>();
  readonly #noted = new Map<SecretStream, string>();

  constructor(parts: RecorderDependencies) {
    this.#parts = parts;
  }

  /** Returns for operators why nothing is recorded now. */
  get problem(): string | undefined {
    return this.#problem;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops after the active batch; remaining entries come again after the next start. */
  async stop(): Promise<void> {
    this.#parts.queue.end();
    await this.#running;
    await this.#notePlaces().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { queue } = this.#parts;
    while (!queue.hasEnded) {
      const batch = queue.batch((entry) => this.#isHeld(entry));
      try {
        if (batch.length > 0) await this.#write(batch);
        this.#failures = 0;
        this.#problem = undefined;
        await this.#noteInTime();
        if (batch.length === 0) await queue.changed(this.#waitMs());
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  /** Reports whether an entry is held: only states wait, and for a limited time. */
  #isHeld({ kind, state, arrivedMs }: Entry): boolean {
    if (kind !== 'state' || state === undefined) return false;
    if (performance.now() - arrivedMs > limits.versionHeldMsMax) return false;
    return this.#parts.own.isUnderWay(state.secret);
  }

  async #write(batch: readonly Entry[]): Promise<void> {
    this.#parts.requireRoom();
    try {
      await this.#parts.writer.write(batch);
    } catch (error) {
      if (isPassing(error)) throw error;
      await this.#writeApart(batch);
    }
    this.#done(batch);
  }

  /** Writes entries one by one: one that cannot be recorded is left out and blocks no others. */
  async #writeApart(batch: readonly Entry[]): Promise<void> {
    for (const entry of batch) {
      try {
        await this.#parts.writer.write([entry]);
      } catch (error) {
        if (isPassing(error)) throw error;
        this.#parts.onFault(error);
      }
    }
  }

  #done(batch: readonly Entry[]): void {
    const { queue } = this.#parts;
    for (const [stream, place] of queue.placesAfter(batch)) this.#places.set(stream, place);
    queue.remove(batch);
  }

  #waitMs(): number {
    const { queue } = this.#parts;
    if (queue.length > 0) return limits.versionBackoffMsMin;
    return this.#places.size > 0 ? limits.versionCursorEveryMs : limits.upkeepMs;
  }

  async #noteInTime(): Promise<void> {
    if (performance.now() - this.#notedMs < limits.versionCursorEveryMs) return;
    await this.#notePlaces();
    this.#notedMs = performance.now();
  }

  async #notePlaces(): Promise<void> {
    for (const [stream, resourceVersion] of this.#places) {
      if (this.#noted.get(stream) !== resourceVersion) {
        await this.#parts.store.setWatchCursor({ name: stream.name, resourceVersion });
        this.#noted.set(stream, resourceVersion);
      }
      if (this.#places.get(stream) === resourceVersion) this.#places.delete(stream);
    }
  }

  async #failed(error: unknown): Promise<void> {
    this.#failures += 1;
    this.#problem = error instanceof Error ? error.message : String(error);
    const doubled = limits.versionBackoffMsMin * 2 ** Math.min(this.#failures - 1, 10);
    const untilMs = performance.now() + Math.min(doubled, limits.versionBackoffMsMax);
    // New entries end a wait, but not this one.
    while (!this.#parts.queue.hasEnded && performance.now() < untilMs) {
      await this.#parts.queue.changed(untilMs - performance.now());
    }
  }
}
