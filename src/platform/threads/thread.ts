import { Worker } from 'node:worker_threads';

export interface ThreadEvents<Message> {
  readonly onMessage: (message: Message) => void;
  /** Receives the message of the error that ended the thread, or undefined if it just ended. */
  readonly onEnd: (reason: string | undefined) => void;
}

/** Message that asks a thread to finish its work and to end. */
export const CLOSE = 'close';

/** Worker thread from its start to its end. */
export class Thread<Message> {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  constructor(url: URL, workerData: object, { onMessage, onEnd }: ThreadEvents<Message>) {
    const worker = new Worker(url, { workerData });
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    let reason: string | undefined;
    worker.on('message', onMessage);
    worker.on('error', (error: Error) => (reason = error.message));
    worker.once('exit', () => {
      resolve();
      onEnd(reason);
    });
    this.#worker = worker;
    this.#ended = ended;
  }

  post(message: unknown): void {
    this.#worker.postMessage(message);
  }

  /** Lets a process end that has nothing else to do. */
  unref(): void {
    this.#worker.unref();
  }

  /** Requests the thread's end, and ends it after this time. */
  async close(withinMs: number): Promise<void> {
    this.#worker.ref();
    this.post(CLOSE);
    const kill = setTimeout(() => void this.terminate(), withinMs);
    await this.#ended;
    clearTimeout(kill);
  }

  /** Ends the thread now; its current work may still take effect. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
