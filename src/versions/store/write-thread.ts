import { Worker } from 'node:worker_threads';
import { limits } from '../../core/limits.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import type { VersionWrite, VersionWrites } from './version-writes.js';
import type { WriteAnswer, WriteCall, WriteThreadData } from './write-messages.js';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: StorageError) => void;
  readonly deadline: NodeJS.Timeout;
}

export interface WriteThreadOptions {
  /** The thread's module, where it is not the one beside this file. */
  readonly worker?: URL;
  readonly writeMsMax?: number;
}

const CLOSED = 'the histories are closed';
const WORKER = new URL('./write-thread.worker.js', import.meta.url);

/**
 * Writes histories to a SQLite file in a thread of its own, in the order of the calls, so that the
 * disk holds up nobody else. It starts with the first call; one that takes longer than
 * `limits.versionWriteMsMax` ends it, and the next call starts another one.
 */
export class WriteThread implements VersionWrites {
  readonly #data: WriteThreadData;
  readonly #worker: URL;
  readonly #writeMsMax: number;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #next = 0;
  #isClosed = false;
  #whenIdle: (() => void) | undefined;

  constructor(data: WriteThreadData, options: WriteThreadOptions = {}) {
    this.#data = data;
    this.#worker = options.worker ?? WORKER;
    this.#writeMsMax = options.writeMsMax ?? limits.versionWriteMsMax;
  }

  readonly record = this.#call('record');
  readonly moveOn = this.#call('moveOn');
  readonly markDeleted = this.#call('markDeleted');
  readonly attribute = this.#call('attribute');
  readonly attributeOutside = this.#call('attributeOutside');
  readonly setAlias = this.#call('setAlias');
  readonly removeAlias = this.#call('removeAlias');
  readonly setState = this.#call('setState');
  readonly setRetired = this.#call('setRetired');
  readonly setWatchCursor = this.#call('setWatchCursor');
  readonly rewrap = this.#call('rewrap');
  readonly sweep = this.#call('sweep');
  readonly sweepGone = this.#call('sweepGone');

  /** Takes no more, waits for what was taken, and ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread === undefined) return;
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    thread.postMessage('close');
    const kill = setTimeout(() => void thread.terminate(), this.#writeMsMax);
    await ended;
    clearTimeout(kill);
  }

  #call<Name extends VersionWrite>(write: Name): VersionWrites[Name] {
    const call = (...args: Parameters<VersionWrites[Name]>) => this.#post(write, args);
    return call as VersionWrites[Name];
  }

  #post(write: VersionWrite, args: readonly unknown[]): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new StorageError(CLOSED));
    if (this.#waiting.size >= limits.versionWritesMax) {
      return Promise.reject(new StorageError('too many writes wait for the histories'));
    }
    this.#thread ??= this.#start();
    this.#next += 1;
    const id = this.#next;
    const answer = new Promise<unknown>((resolve, reject) => {
      const deadline = setTimeout(() => {
        this.#end(`the database ${this.#data.location.path} takes too long to write histories`);
      }, this.#writeMsMax);
      this.#waiting.set(id, { resolve, reject, deadline });
    });
    this.#thread.postMessage({ id, write, args } as WriteCall);
    return answer;
  }

  #start(): Worker {
    const thread = new Worker(this.#worker, { workerData: this.#data });
    // A gateway that has nothing else to do ends.
    thread.unref();
    let reason = 'it ended';
    thread.on('message', (answer: WriteAnswer) => this.#hear(answer));
    thread.on('error', (error: Error) => (reason = error.message));
    thread.on('exit', () => {
      if (this.#thread === thread) this.#end(`the thread that writes histories died: ${reason}`);
    });
    return thread;
  }

  #hear(answer: WriteAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.deadline);
    // What it answers is what the method of that name promises.
    if ('result' in answer) waiting.resolve(answer.result as never);
    else waiting.reject(new StorageError(answer.failure));
    if (this.#waiting.size === 0) this.#whenIdle?.();
  }

  /** What the thread is at may still be committed: recording it again finds it there. */
  #end(reason: string): void {
    const thread = this.#thread;
    this.#thread = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, deadline } of left) {
      clearTimeout(deadline);
      reject(new StorageError(reason));
    }
    this.#whenIdle?.();
    void thread?.terminate();
  }
}
