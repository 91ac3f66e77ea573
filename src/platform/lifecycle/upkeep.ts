import { limits } from '../../core/limits.js';

/** Work that features repeat while the gateway runs; work that fails is tried again next time. */
export class Upkeep {
  readonly #tasks: (() => Promise<void>)[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(task: () => Promise<void>): void {
    this.#tasks.push(task);
  }

  /** Runs each task once, concurrently. Never rejects. */
  async run(): Promise<void> {
    await Promise.allSettled(this.#tasks.map(async (task) => task()));
  }

  /** Runs the tasks every `limits.upkeepMs` from now on. */
  start(): void {
    this.#timer ??= setInterval(() => void this.run(), limits.upkeepMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
