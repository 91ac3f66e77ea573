import { dirname, join } from 'node:path';
import { unavailable, type SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { AdoptedFile } from '../../platform/storage/adopted-file.js';
import type { AttachedFile, SqliteLocation } from '../../platform/storage/sqlite-database.js';
import { SupervisedThread } from '../../platform/threads/supervised-thread.js';
import type {
  RebuildReason,
  FromSearchIndex,
  IndexProgress,
  SearchIndexData,
  ToSearchIndex,
} from './search-index-messages.js';

export interface SearchIndexOptions {
  /** The thread's module, if it is not next to this file. */
  readonly worker?: URL;
  /** Between two full comparisons with the log; `limits.auditCheckEveryMs` if absent. */
  readonly checkEveryMs?: number;
  /** Reports what an operator must know: the index cannot be built, or used. */
  readonly onAlarm: (message: string) => void;
  /** Reports progress as a sentence: the index is rebuilt, or has caught up. */
  readonly onNotice?: (message: string) => void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: SallyportError) => void;
  readonly deadline: NodeJS.Timeout;
}

const WORKER = new URL('./search-index.worker.js', import.meta.url);

/**
 * Search index of a SQLite log, in a separate file next to it. A separate thread builds it from the
 * log, later and in bulk. No write waits for it, and its loss costs only the time of a rebuild.
 */
export class SearchIndex {
  readonly file: AttachedFile;
  readonly #options: SearchIndexOptions;
  readonly #worker: SupervisedThread<FromSearchIndex>;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #progress: IndexProgress = { indexedBelow: 0, size: 0 };
  #isFailing = false;
  #isFarBehind = false;

  constructor(location: SqliteLocation, options: SearchIndexOptions) {
    this.#options = options;
    const path = searchIndexPath(location.path);
    this.file = { path, adopted: new AdoptedFile().memory };
    this.#worker = new SupervisedThread<FromSearchIndex>({
      url: options.worker ?? WORKER,
      data: {
        location,
        index: this.file,
        checkEveryMs: options.checkEveryMs ?? limits.auditCheckEveryMs,
      } satisfies SearchIndexData,
      onMessage: (message) => this.#hear(message),
      onDeath: (reason) => this.#fail([...this.#waiting.keys()], `its thread died: ${reason}`),
    });
  }

  start(): void {
    this.#worker.start();
  }

  /** Returns the number of written entries that cannot be found yet, as far as is known. */
  get entriesBehind(): number {
    const { indexedBelow, size } = this.#progress;
    return size - indexedBelow;
  }

  /** Reports whether the last update failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /**
   * Resolves once everything now in the log can be found; throws Unavailable within
   * `limits.auditIndexWaitMsMax`.
   */
  upToDate(): Promise<void> {
    if (this.#waiting.size >= limits.auditIndexWaitingMax) {
      return Promise.reject(unavailable('too many searches wait for the index of the audit trail'));
    }
    this.start();
    this.#next += 1;
    const id = this.#next;
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        this.#waiting.delete(id);
        reject(this.#behind());
      }, limits.auditIndexWaitMsMax);
      this.#waiting.set(id, { resolve, reject, deadline });
      this.#worker.post({ kind: 'catch up', id } satisfies ToSearchIndex);
    });
  }

  /** Handles a search that found it damaged. */
  suspect(): void {
    this.#worker.post({ kind: 'suspect' } satisfies ToSearchIndex);
  }

  async stop(): Promise<void> {
    await this.#worker.stop(limits.auditIndexStopMsMax);
    this.#fail([...this.#waiting.keys()], 'the gateway ends');
  }

  #hear(message: FromSearchIndex): void {
    if (message.kind === 'progress') this.#note(message.progress);
    else if (message.kind === 'failed') this.#fail(message.ids, message.reason);
    else if (message.kind === 'made anew') this.#tellAnew(message.reason);
    else {
      if (this.#isFailing) this.#options.onNotice?.('the audit log can be searched again');
      this.#isFailing = false;
      for (const id of message.ids) this.#settled(id)?.resolve();
    }
  }

  #tellAnew(reason: RebuildReason): void {
    if (reason === 'absent') {
      this.#options.onNotice?.('the search index of the audit log is made');
      return;
    }
    const sentence = `the search index of the audit log is made anew: it was ${reason}`;
    if (reason === 'old') this.#options.onNotice?.(sentence);
    else this.#options.onAlarm(sentence);
  }

  #note(progress: IndexProgress): void {
    this.#progress = progress;
    const behind = this.entriesBehind;
    if (!this.#isFarBehind && behind >= limits.auditIndexBehindTold) {
      this.#isFarBehind = true;
      this.#options.onNotice?.(`the search index of the audit log lacks ${behind} entries`);
    } else if (this.#isFarBehind && behind === 0) {
      this.#isFarBehind = false;
      this.#options.onNotice?.(
        `the search index of the audit log has all ${progress.size} entries`,
      );
    }
  }

  #fail(ids: readonly number[], reason: string): void {
    if (!this.#isFailing && !this.#worker.isStopping) {
      this.#options.onAlarm(`the audit log cannot be searched: ${reason}`);
    }
    this.#isFailing = true;
    for (const id of ids) {
      const internal = `the search index cannot be used: ${reason}`;
      this.#settled(id)?.reject(unavailable('the audit trail cannot be searched', { internal }));
    }
  }

  #settled(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.deadline);
    return waiting;
  }

  #behind(): SallyportError {
    const { indexedBelow, size } = this.#progress;
    // The thread reports its first progress once it has opened the index.
    const progress = size === 0 ? '' : `: it has ${indexedBelow} of ${size} entries`;
    return unavailable(`the search index of the audit trail is being made${progress}`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

const RETRY_AFTER_SECONDS = 5;

/** Returns the path of a database's index. */
export function searchIndexPath(databasePath: string): string {
  return join(dirname(databasePath), 'audit-search.db');
}
