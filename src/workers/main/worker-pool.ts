import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { workerLimits } from '../../core/worker-limits.js';
import { type Restarts, nextRestart } from '../domain/restart-delay.js';
import type { ToMain, ToWorker, WorkerStart } from '../messages.js';
import { type Listening, WorkerHandle } from './worker-handle.js';

export interface WorkerPoolParts {
  readonly count: number;
  readonly start: WorkerStart;
  readonly onMessage: (message: ToMain, from: WorkerHandle) => void;
  readonly onGone: (worker: WorkerHandle) => void;
  readonly onAlarm: (message: string) => void;
}

const MODULE = fileURLToPath(new URL('../worker/gateway.worker.js', import.meta.url));

/** So many workers; one that dies is started again, a little later each time. */
export class WorkerPool {
  readonly #parts: WorkerPoolParts;
  readonly #workers = new Set<WorkerHandle>();
  readonly #waiting = new Set<NodeJS.Timeout>();
  #isStopping = false;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
    // Connections are handed out in turn: one that is left to the system gets most of them.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ exec: MODULE, args: [], serialization: 'advanced' });
  }

  /** Those that answer now. */
  get serving(): readonly WorkerHandle[] {
    return [...this.#workers].filter(({ isServing }) => isServing);
  }

  /** Resolves once all of them listen. Rejects where one cannot. */
  async start(): Promise<Listening> {
    const { count } = this.#parts;
    const started = Array.from({ length: count }, () => this.#fork(undefined).listening);
    try {
      const [first] = await Promise.all(started);
      if (first === undefined) throw new Error('there are no workers');
      return first;
    } catch (error) {
      await this.stop(AbortSignal.abort());
      throw error;
    }
  }

  /** To all, also to those that have not begun: they hear it before they answer. */
  tell(message: ToWorker): void {
    for (const worker of this.#workers) worker.send(message);
  }

  /** Resolves once none is left; those that do not end by themselves are ended on `late`. */
  async stop(late: AbortSignal): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#waiting) clearTimeout(timer);
    const kill = (): void => {
      for (const worker of this.#workers) worker.kill();
    };
    late.addEventListener('abort', kill, { once: true });
    this.tell({ kind: 'stop' });
    if (late.aborted) kill();
    await Promise.all([...this.#workers].map(({ gone }) => gone));
  }

  #fork(before: Restarts | undefined): WorkerHandle {
    const { start, onMessage } = this.#parts;
    const handle = new WorkerHandle({
      worker: cluster.fork(),
      onMessage: (message, from) => {
        if (message.kind === 'ready') from.serve();
        else onMessage(message, from);
      },
    });
    this.#workers.add(handle);
    const slow = setTimeout(() => handle.kill(), workerLimits.workerStartMsMax).unref();
    handle.listening.then(
      () => clearTimeout(slow),
      (error: Error) => {
        if (!this.#isStopping) this.#parts.onAlarm(`a worker cannot start: ${error.message}`);
        handle.kill();
      },
    );
    void handle.gone.then(() => {
      clearTimeout(slow);
      this.#replace(handle, before);
    });
    handle.send({ kind: 'start', ...start });
    return handle;
  }

  #replace(gone: WorkerHandle, before: Restarts | undefined): void {
    this.#workers.delete(gone);
    this.#parts.onGone(gone);
    if (this.#isStopping) return;
    const restart = nextRestart(before, performance.now() - gone.startedAtMs);
    this.#parts.onAlarm(`a worker has ended and is started again (${restart.count} in a row)`);
    this.#forkAfter(restart);
  }

  #forkAfter(restart: Restarts): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      if (this.#isStopping) return;
      try {
        this.#fork(restart);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#parts.onAlarm(`a worker cannot be started: ${why}`);
        this.#forkAfter(nextRestart(restart, 0));
      }
    }, restart.delayMs).unref();
    this.#waiting.add(timer);
  }
}
