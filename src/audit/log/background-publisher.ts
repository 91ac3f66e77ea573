import { limits } from '../../core/limits.js';
import { Listeners } from '../../core/listeners.js';
import { SupervisedThread } from '../../platform/threads/supervised-thread.js';
import { LogDamaged } from './log-damaged.js';
import type { StoredCheckpoint } from './log-store.js';
import type { FromPublisher, PublisherData, ToPublisher } from './publisher-messages.js';

export interface BackgroundPublisherOptions {
  readonly data: PublisherData;
  /** Reports a condition that an operator must know. */
  readonly onAlarm: (message: string) => void;
}

type Listener = (checkpoint: StoredCheckpoint) => void;

const WORKER = new URL('./publisher.worker.js', import.meta.url);

/** Publisher of the log in a separate thread, which delays no request. */
export class BackgroundPublisher {
  readonly #options: BackgroundPublisherOptions;
  readonly #worker: SupervisedThread<FromPublisher>;
  /** Listeners that wait for the next checkpoint. */
  readonly #waiting = new Set<Listener>();
  readonly #published = new Listeners<[StoredCheckpoint]>();
  readonly #rolledBack = new Listeners();
  /** Start data of a thread, also of a replacement. */
  readonly #data: { -readonly [K in keyof PublisherData]: PublisherData[K] };
  #last: StoredCheckpoint | undefined;
  #problem: string | undefined;
  #nudging: NodeJS.Timeout | undefined;
  #isRollback = false;

  constructor(options: BackgroundPublisherOptions) {
    this.#options = options;
    this.#data = { ...options.data };
    this.#worker = new SupervisedThread<FromPublisher>({
      url: WORKER,
      data: this.#data,
      onMessage: (message) => this.#hear(message),
      onDeath: (reason) => options.onAlarm(`the thread that signs the audit log died: ${reason}`),
    });
  }

  /** Called with each checkpoint that this process signs. */
  onPublished(listener: Listener): void {
    this.#published.add(listener);
  }

  /** Called when a part of what was signed is missing or replaced. */
  onRollback(listener: () => void): void {
    this.#rolledBack.add(listener);
  }

  start(): void {
    this.#worker.start();
  }

  /** Reports appended entries: once for all of a moment, since it wakes the thread. */
  nudge(): void {
    this.#nudging ??= setTimeout(() => {
      this.#nudging = undefined;
      this.#post({ kind: 'new' });
    }, limits.auditPublishNudgeMs).unref();
  }

  /** Stops signing while there is an obstacle, a sentence. */
  hold(obstacle: string | undefined): void {
    if (obstacle === undefined) delete this.#data.obstacle;
    else this.#data.obstacle = obstacle;
    this.#post({ kind: 'hold', ...(obstacle !== undefined && { obstacle }) });
  }

  /** Resets the state after an operator has accepted that what was signed is lost. */
  forget(): void {
    this.#last = undefined;
    this.#problem = undefined;
    this.#isRollback = false;
    delete this.#data.known;
    this.#post({ kind: 'forget' });
  }

  /** Returns the last checkpoint that this process has signed. */
  get published(): StoredCheckpoint | undefined {
    return this.#last;
  }

  /** Returns why nothing is signed, in public sentences. */
  get problems(): readonly string[] {
    const problem = this.#data.obstacle ?? this.#problem;
    return problem === undefined ? [] : [problem];
  }

  /** Returns why nothing is signed, if a part of what was signed is missing or replaced. */
  get rollback(): string | undefined {
    return this.#isRollback ? this.#problem : undefined;
  }

  /** Checks for the readiness: rejects while nothing may be signed. */
  check(): Promise<void> {
    const [problem] = this.problems;
    return problem === undefined ? Promise.resolve() : Promise.reject(new LogDamaged(problem));
  }

  /** Resolves with the next checkpoint of this process, or with undefined after this time. */
  next(withinMs: number): Promise<StoredCheckpoint | undefined> {
    const { promise, resolve } = Promise.withResolvers<StoredCheckpoint | undefined>();
    const listener: Listener = (checkpoint) => resolve(checkpoint);
    this.#waiting.add(listener);
    const timer = setTimeout(() => resolve(undefined), withinMs);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(listener);
    });
  }

  /** Signs the remaining entries, within a bounded time, and ends the thread. */
  stop(): Promise<void> {
    clearTimeout(this.#nudging);
    return this.#worker.stop(limits.auditPublishStopMsMax);
  }

  #hear(message: FromPublisher): void {
    if (message.kind === 'alarm') return this.#options.onAlarm(message.message);
    if (message.kind === 'published') {
      const { checkpoint } = message;
      this.#last = checkpoint;
      this.#data.known = checkpoint;
      for (const listener of this.#waiting) listener(checkpoint);
      this.#published.notify(checkpoint);
      return;
    }
    this.#problem = message.problem;
    this.#isRollback = message.isRollback === true;
    this.#options.onAlarm(
      message.problem === undefined
        ? 'the audit log is signed again'
        : `the audit log is not signed any more: ${message.problem}`,
    );
    if (this.#isRollback) this.#rolledBack.notify();
  }

  #post(message: ToPublisher): void {
    this.#worker.post(message);
  }
}
