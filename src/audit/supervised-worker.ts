import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** Thread data in addition to the start data, if the thread computes or checks MACs of rows. */
export interface RowKeyed {
  readonly rowKey: KeyObject;
}

export interface SupervisedWorkerOptions<Message> {
  /** The thread's module. */
  readonly url: URL;
  /** Data at the time when the thread starts. */
  readonly data: object;
  /** Key that the thread needs: the thread starts with the key, once it is available. */
  readonly rowKey?: Promise<KeyObject>;
  readonly onMessage: (message: Message) => void;
  /** Receives the reason of a thread's death. */
  readonly onDeath: (reason: string) => void;
}

const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 60_000;

/** Thread for background work: restarted when it dies, asked by `stop` to end. */
export class SupervisedWorker<Message> {
  readonly #options: SupervisedWorkerOptions<Message>;
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartMs = RESTART_MS_MIN;
  #isStopping = false;
  #isWaiting = false;

  constructor(options: SupervisedWorkerOptions<Message>) {
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Starts the thread; does nothing if it runs, or is about to be started. */
  start(): void {
    const isBusy = this.#worker !== undefined || this.#restart !== undefined || this.#isWaiting;
    if (isBusy || this.#isStopping) return;
    const { rowKey, data } = this.#options;
    if (rowKey === undefined) return this.#run(data);
    this.#isWaiting = true;
    void rowKey.then((key) => {
      this.#isWaiting = false;
      if (!this.#isStopping) this.#run({ ...data, rowKey: key } satisfies RowKeyed);
    });
  }

  post(message: unknown): void {
    this.#worker?.postMessage(message);
  }

  /** Requests the thread's end, and ends it after this time. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('stop');
    const kill = setTimeout(() => void worker.terminate(), withinMs);
    await ended;
    clearTimeout(kill);
  }

  #run(workerData: unknown): void {
    const worker = new Worker(this.#options.url, { workerData });
    worker.on('message', (message: Message) => {
      this.#restartMs = RESTART_MS_MIN;
      this.#options.onMessage(message);
    });
    worker.on('error', (error: Error) => this.#options.onDeath(error.message));
    worker.once('exit', () => {
      this.#worker = undefined;
      if (this.#isStopping) return;
      this.#restart = setTimeout(() => {
        this.#restart = undefined;
        this.start();
      }, this.#restartMs).unref();
      // A thread that dies immediately must not spin.
      this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
    });
    this.#worker = worker;
  }
}
