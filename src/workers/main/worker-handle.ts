import type { Worker } from 'node:cluster';
import { workerLimits } from '../../core/worker-limits.js';
import type { MetricsSnapshot } from '../../telemetry/metrics-snapshot.js';
import type { ToMain, ToWorker } from '../messages.js';
import { HandedConnections } from './handed-connections.js';

export interface Listening {
  readonly urls: readonly string[];
  readonly tlsUrl?: string;
}

export interface WorkerHandleParts {
  readonly worker: Worker;
  /** All that is not about its start. */
  readonly onMessage: (message: ToMain, from: WorkerHandle) => void;
}

/** One worker, as the main process knows it. */
export class WorkerHandle {
  readonly startedAtMs = performance.now();
  /** Rejects where it says that it cannot start, or ends before it listens. */
  readonly listening: Promise<Listening>;
  /** Resolves when its process is gone. */
  readonly gone: Promise<void>;
  readonly #worker: Worker;
  readonly #measuring = new Map<number, (snapshot: MetricsSnapshot | undefined) => void>();
  #lastId = 0;
  #isServing = false;
  #isListening = false;
  #isGone = false;

  constructor({ worker, onMessage }: WorkerHandleParts) {
    this.#worker = worker;
    const handed = new HandedConnections(worker.process);
    const { promise, resolve, reject } = Promise.withResolvers<Listening>();
    this.listening = promise;
    promise.catch(() => undefined);
    this.gone = new Promise((ended) => {
      const end = (): void => {
        this.#isGone = true;
        handed.close();
        reject(new Error('a worker has ended before it listened'));
        for (const measured of this.#measuring.values()) measured(undefined);
        ended();
      };
      worker.once('exit', end);
      // Of a process that is no longer there to be told something, or that never was one.
      worker.on('error', (error: Error) => {
        reject(error);
        if (worker.process.pid === undefined) end();
      });
    });
    worker.on('message', (message: ToMain) => {
      if (message.kind === 'listening') {
        this.#isListening = true;
        resolve(message);
      } else if (message.kind === 'failed') reject(failureOf(message));
      else if (message.kind === 'measured') this.#measured(message);
      else onMessage(message, this);
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether it may answer, and writes wait until it knows of them. */
  get isServing(): boolean {
    return this.#isServing && !this.#isGone;
  }

  /** Whether clients come to it. */
  get isListening(): boolean {
    return this.#isListening && !this.#isGone;
  }

  /** From here on writes wait for it, so it may answer. */
  serve(): void {
    this.#isServing = true;
    this.send({ kind: 'listen' });
  }

  /** Whoever is gone hears nothing; nothing is thrown. */
  send(message: ToWorker): void {
    if (this.#isGone || !this.#worker.isConnected()) return;
    this.#worker.send(message, () => undefined);
  }

  /** Undefined where it does not say in time. */
  measure(): Promise<MetricsSnapshot | undefined> {
    if (!this.isServing) return Promise.resolve(undefined);
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      const end = (snapshot: MetricsSnapshot | undefined): void => {
        clearTimeout(timer);
        this.#measuring.delete(id);
        resolve(snapshot);
      };
      const timer = setTimeout(() => end(undefined), workerLimits.workerMeasureMsMax).unref();
      this.#measuring.set(id, end);
      this.send({ kind: 'measure', id });
    });
  }

  /** At once, whatever it is doing. */
  kill(): void {
    if (!this.#isGone) this.#worker.process.kill('SIGKILL');
  }

  #measured({ id, snapshot }: Extract<ToMain, { kind: 'measured' }>): void {
    this.#measuring.get(id)?.(snapshot);
  }
}

/** As it was thrown there, so that the start says what to do about it. */
function failureOf({ reason, code, port, address }: Extract<ToMain, { kind: 'failed' }>): Error {
  return Object.assign(new Error(reason), { code, port, address });
}
