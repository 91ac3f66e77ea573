import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** What a thread has beside its data, where it makes or checks MACs of rows. */
export interface RowKeyed {
  readonly rowKey: KeyObject;
}

export interface SupervisedWorkerOptions<Message> {
  /** The thread's module. */
  readonly url: URL;
  /** As it is when the thread starts. */
  readonly data: object;
  /** What it cannot do without: it is started once that is there, and with it. */
  readonly rowKey?: Promise<KeyObject>;
  readonly onMessage: (message: Message) => void;
  /** What it died of. */
  readonly onDeath: (reason: string) => void;
}

const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 60_000;

/** A thread for background work: started again when it dies, asked by `stop` to end. */
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

  /** Does nothing where it runs, or is about to be started. */
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

  /** Asks it to end, and ends it where it has not within so long. */
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
      // One that cannot live at all is not to spin.
      this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
    });
    this.#worker = worker;
  }
}
