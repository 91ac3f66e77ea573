import { limits } from '../../core/limits.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { RequestThread } from '../../platform/threads/request-thread.js';
import type { VersionWrite, VersionWrites } from './version-writes.js';
import type { WriteAnswer, WriteThreadData } from './write-messages.js';

export interface WriteThreadOptions {
  /** Module of the thread, if it is not the module in this directory. */
  readonly worker?: URL;
  readonly writeMsMax?: number;
}

interface WriteRequest {
  readonly write: VersionWrite;
  readonly args: readonly unknown[];
}

const WORKER = new URL('./write-thread.worker.js', import.meta.url);

/**
 * Writes histories to a SQLite file in a separate thread, in the order of the calls, so that the
 * disk blocks nothing else. It starts with the first call. A call that takes longer than
 * `limits.versionWriteMsMax` ends it, and the next call starts another thread.
 */
export class WriteThread implements VersionWrites {
  readonly #thread: RequestThread<WriteRequest, WriteAnswer, unknown>;

  constructor(data: WriteThreadData, options: WriteThreadOptions = {}) {
    this.#thread = new RequestThread({
      worker: options.worker ?? WORKER,
      data,
      waitingMax: limits.versionWritesMax,
      waitMsMax: options.writeMsMax ?? limits.versionWriteMsMax,
      resultOf,
      sentences: {
        closed: 'the histories are closed',
        busy: 'too many writes wait for the histories',
        slow: `the database ${data.location.path} takes too long to write histories`,
        died: (reason) => `the thread that writes histories died: ${reason}`,
      },
    });
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
  close(): Promise<void> {
    return this.#thread.close();
  }

  #call<Name extends VersionWrite>(write: Name): VersionWrites[Name] {
    const call = (...args: Parameters<VersionWrites[Name]>) =>
      this.#thread.request({ write, args });
    // The thread replies with what the method of that name promises.
    return call as VersionWrites[Name];
  }
}

function resultOf(answer: WriteAnswer): unknown {
  if ('result' in answer) return answer.result;
  throw new StorageError(answer.failure);
}
