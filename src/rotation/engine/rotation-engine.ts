import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { RotationStore } from '../domain/rotation.store.js';
import type { RunWorker } from './run-worker.js';

export interface RotationEngineDependencies {
  readonly store: RotationStore;
  readonly worker: RunWorker;
  /** Host and port that a run connects to; undefined: none. */
  readonly hostOf: (run: RotationRun) => string | undefined;
  /** Whether the run's policy is known, or known to be absent. */
  readonly isReady: (run: RotationRun) => boolean;
  readonly onFault: (error: unknown) => void;
}

interface WorkPlace {
  readonly host: string | undefined;
  readonly namespace: string;
}

/** Works on due runs; limits concurrent runs in total, per host and per namespace. */
export class RotationEngine {
  readonly #parts: RotationEngineDependencies;
  readonly #working = new Map<string, WorkPlace>();
  readonly #ending = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isNudged = false;
  /** Last checked run beyond the oldest runs. */
  #beyond: RotationRun | undefined;

  constructor(parts: RotationEngineDependencies) {
    this.#parts = parts;
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#timer = setInterval(() => this.nudge(), rotationLimits.dueEveryMs);
    this.nudge();
  }

  /** Checks soon, because there may be something to do. */
  nudge(): void {
    this.#isNudged = true;
    if (!this.#isLooking) void this.#lookWhileNudged();
  }

  get running(): number {
    return this.#working.size;
  }

  /** Resolves once all its work has ended; runs stay at their current step. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await Promise.all(this.#ending);
  }

  async #lookWhileNudged(): Promise<void> {
    this.#isLooking = true;
    try {
      while (this.#isNudged && !this.#stopping.signal.aborted) {
        this.#isNudged = false;
        await this.#look();
      }
    } catch (error) {
      this.#parts.onFault(error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #look(): Promise<void> {
    if (this.#isFull) return;
    const max = rotationLimits.dueRunsMax;
    const oldest = await this.#parts.store.due(max);
    this.#beginSome(oldest);
    if (this.#isFull || oldest.length < max) return;
    // All of these may wait for one slow host: the remaining runs are checked round robin.
    this.#beyond ??= oldest.at(-1);
    const more = await this.#parts.store.due(max, this.#beyond);
    this.#beginSome(more);
    if (!this.#isFull) this.#beyond = more.length < max ? undefined : more.at(-1);
  }

  get #isFull(): boolean {
    return this.#working.size >= rotationLimits.runsAtOnceMax;
  }

  #beginSome(runs: readonly RotationRun[]): void {
    for (const run of runs) {
      if (this.#isFull || this.#stopping.signal.aborted) return;
      if (this.#working.has(run.id)) continue;
      if (!this.#parts.isReady(run)) continue;
      const place = { host: this.#parts.hostOf(run), namespace: run.namespace };
      if (this.#hasRoom(place)) this.#begin(run, place);
    }
  }

  #hasRoom({ host, namespace }: WorkPlace): boolean {
    const working = [...this.#working.values()];
    const there = working.filter((other) => host !== undefined && other.host === host).length;
    const alike = working.filter((other) => other.namespace === namespace).length;
    return (
      there < rotationLimits.runsAtOncePerHostMax &&
      alike < rotationLimits.runsAtOncePerNamespaceMax
    );
  }

  #begin(run: RotationRun, place: WorkPlace): void {
    this.#working.set(run.id, place);
    const ending = this.#work(run).then((isFine) => {
      this.#working.delete(run.id);
      this.#ending.delete(ending);
      // A fault is likely to persist for a moment: the timer checks again.
      if (isFine) this.nudge();
    });
    this.#ending.add(ending);
  }

  async #work(run: RotationRun): Promise<boolean> {
    const { store, worker, onFault } = this.#parts;
    try {
      const claimed = await store.claim(run.id);
      return claimed === undefined || (await worker.work(claimed, store, this.#stopping.signal));
    } catch (error) {
      onFault(error);
      return false;
    }
  }
}
