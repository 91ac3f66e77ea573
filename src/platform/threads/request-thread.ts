import { StorageError } from '../storage/storage-error.js';
import { Thread } from './thread.js';

/** Messages of errors, for operators. */
export interface RequestThreadSentences {
  readonly closed: string;
  /** As many requests wait as may. */
  readonly busy: string;
  /** A request took too long. */
  readonly slow: string;
  died(reason: string): string;
}

export interface RequestThreadOptions<Reply, Result> {
  readonly worker: URL;
  /** `workerData` of the thread. */
  readonly data: object;
  readonly waitingMax: number;
  /** How long a request may take. */
  readonly waitMsMax: number;
  readonly sentences: RequestThreadSentences;
  /** Returns what a reply means; throws StorageError if the request failed. */
  readonly resultOf: (reply: Reply) => Result;
}

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly deadline: NodeJS.Timeout;
}

/**
 * Sends requests to a thread, which replies to each by its id. The first request starts the thread.
 * A request that takes too long ends the thread, because nothing else stops a call of SQLite; the
 * next request starts another one. All errors are StorageErrors.
 */
export class RequestThread<Request extends object, Reply extends { readonly id: number }, Result> {
  readonly #options: RequestThreadOptions<Reply, Result>;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #thread: Thread<Reply> | undefined;
  #next = 0;
  #isClosed = false;
  #whenIdle: (() => void) | undefined;

  constructor(options: RequestThreadOptions<Reply, Result>) {
    this.#options = options;
  }

  request(request: Request): Promise<Result> {
    const { waitingMax, waitMsMax, sentences } = this.#options;
    if (this.#isClosed) return Promise.reject(new StorageError(sentences.closed));
    if (this.#waiting.size >= waitingMax) return Promise.reject(new StorageError(sentences.busy));
    this.#thread ??= this.#start();
    this.#next += 1;
    const id = this.#next;
    const result = new Promise<Result>((resolve, reject) => {
      const deadline = setTimeout(() => void this.#end(sentences.slow), waitMsMax);
      this.#waiting.set(id, { resolve, reject, deadline });
    });
    this.#thread.post({ ...request, id });
    return result;
  }

  /** Ends the thread; requests that wait are rejected. */
  async terminate(): Promise<void> {
    this.#isClosed = true;
    await this.#end(this.#options.sentences.closed);
  }

  /** Takes no more, waits for what was taken, and asks the thread to close. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close(this.#options.waitMsMax);
  }

  #start(): Thread<Reply> {
    const { worker, data, sentences } = this.#options;
    const thread = new Thread<Reply>(worker, data, {
      onMessage: (reply) => this.#receive(reply),
      onEnd: (reason = 'it ended') => {
        if (this.#thread === thread) void this.#end(sentences.died(reason));
      },
    });
    // A gateway that has nothing else to do ends.
    thread.unref();
    return thread;
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.deadline);
    try {
      waiting.resolve(this.#options.resultOf(reply));
    } catch (error) {
      waiting.reject(error);
    }
    if (this.#waiting.size === 0) this.#whenIdle?.();
  }

  /** The current request of the thread may still take effect. */
  async #end(reason: string): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, deadline } of left) {
      clearTimeout(deadline);
      reject(new StorageError(reason));
    }
    this.#whenIdle?.();
    await thread?.terminate();
  }
}
