import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { LogDamaged, LogRolledBack } from './log-damaged.js';
import type { LogIntegrator, Published } from './log-integrator.js';
import { LogKeyError } from './log-key-file.js';
import type { StoredCheckpoint } from './log-store.js';

export interface PublisherOptions {
  readonly integrator: Pick<LogIntegrator, 'publish' | 'publishDue'>;
  /** Receives why nothing is signed, or undefined after recovery; called for each change. */
  readonly onProblem: (problem: string | undefined, isRollback: boolean) => void;
  readonly onPublished: (checkpoint: StoredCheckpoint) => void;
  /** Timers of tests; by default, Node's timers. */
  readonly delay?: (
    ms: number,
    value: undefined,
    options: { readonly signal: AbortSignal },
  ) => Promise<unknown>;
}

/**
 * Publisher that signs at most once a second, while there are new entries, and the remaining ones
 * at its end; runs in the background.
 */
export class LogPublisher {
  readonly #options: PublisherOptions;
  readonly #stopping = new AbortController();
  #hasNew = true;
  #obstacle: string | undefined;
  #problem: string | undefined;
  #publishedSize: number | undefined;
  #failingSinceMs: number | undefined;
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Notifies of new entries. */
  nudge(): void {
    this.#hasNew = true;
    this.#wake?.();
  }

  /** Stops signing while there is an obstacle, a sentence. */
  hold(obstacle: string | undefined): void {
    this.#obstacle = obstacle;
    this.nudge();
  }

  /** Tries again, and reports a refusal once more. */
  retry(): void {
    this.#problem = undefined;
    this.nudge();
  }

  /** Signs the remaining entries, and ends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#loop;
    await this.#publish(() => this.#rest());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { delay = sleep } = this.#options;
    while (!signal.aborted) {
      this.#hasNew = false;
      const pauseMs = await this.#publish(() => this.#options.integrator.publishDue());
      const isRefused = this.#problem !== undefined;
      const waitMs = isRefused ? limits.auditPublishRefusedMs : pauseMs;
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      if (!isRefused) await this.#untilNew();
    }
  }

  /** Signs everything immediately: no other process signs it for this process later. */
  async #rest(): Promise<Published> {
    const checkpoint = await this.#options.integrator.publish();
    return { checkpoint, isSigned: true, againMs: undefined };
  }

  /** Publishes; returns how long to wait before the next time, if there are new entries then. */
  async #publish(publish: () => Promise<Published>): Promise<number> {
    try {
      if (this.#obstacle !== undefined) throw new LogDamaged(this.#obstacle);
      const { checkpoint, isSigned, againMs } = await publish();
      this.#failingSinceMs = undefined;
      this.#note(undefined);
      if (againMs !== undefined) this.#hasNew = true;
      if (checkpoint !== undefined && checkpoint.size !== this.#publishedSize) {
        this.#publishedSize = checkpoint.size;
        this.#options.onPublished(checkpoint);
      }
      return isSigned ? limits.auditPublishEveryMs : (againMs ?? 0);
    } catch (error) {
      if (error instanceof LogDamaged || error instanceof LogKeyError) {
        this.#note(error.message, error instanceof LogRolledBack);
      } else this.#noteFailure(error);
      this.#hasNew = true;
      return limits.auditPublishEveryMs;
    }
  }

  /** Ignores a database that briefly does not respond; reports a database that accepts nothing. */
  #noteFailure(error: unknown): void {
    const nowMs = performance.now();
    this.#failingSinceMs ??= nowMs;
    if (nowMs - this.#failingSinceMs < limits.auditPublishFailingMsTold) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#note(`no checkpoint of the audit log can be written: ${reason}`);
  }

  #note(problem: string | undefined, isRollback = false): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem, isRollback);
  }

  async #untilNew(): Promise<void> {
    if (this.#hasNew || this.#stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, limits.auditPublishIdleMs);
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
