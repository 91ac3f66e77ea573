import { Thread } from './thread.js';

export interface SupervisedThreadOptions<Message> {
  /** The thread's module. */
  readonly url: URL;
  /** `workerData` of the thread, at the time when it starts. */
  readonly data: object;
  readonly onMessage: (message: Message) => void;
  /** Receives the reason of a thread's death. */
  readonly onDeath: (reason: string) => void;
}

const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 60_000;

/** Thread for background work: restarted when it dies, asked by `stop` to end. */
export class SupervisedThread<Message> {
  readonly #options: SupervisedThreadOptions<Message>;
  #thread: Thread<Message> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartMs = RESTART_MS_MIN;
  #isStopping = false;

  constructor(options: SupervisedThreadOptions<Message>) {
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Starts the thread; does nothing if it runs, or is about to be started. */
  start(): void {
    if (this.#isStopping || this.#restart !== undefined) return;
    const { url, data } = this.#options;
    this.#thread ??= new Thread<Message>(url, data, {
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => this.#replace(reason),
    });
  }

  post(message: unknown): void {
    this.#thread?.post(message);
  }

  /** Requests the thread's end, and ends it after this time. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    await this.#thread?.close(withinMs);
  }

  #receive(message: Message): void {
    this.#restartMs = RESTART_MS_MIN;
    this.#options.onMessage(message);
  }

  #replace(reason: string | undefined): void {
    this.#thread = undefined;
    if (reason !== undefined) this.#options.onDeath(reason);
    if (this.#isStopping) return;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.start();
    }, this.#restartMs).unref();
    // A thread that dies immediately must not spin.
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
  }
}
