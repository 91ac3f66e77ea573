import { limits } from '../../core/limits.js';
import type { HistoryRef } from '../domain/version.js';
import type { Pruned } from '../domain/versions.store.js';

export interface PruneNote {
  readonly history: HistoryRef;
  /** Highest deleted number, and the number of deletions. */
  readonly version: number;
  readonly count: number;
}

/**
 * Notes of what retention deleted, collected so that a frequently written Secret does not fill the
 * audit log. One note for each history and `limits.versionPrunesNotedMs`.
 */
export class PruneNotes {
  readonly #record: (note: PruneNote) => Promise<void>;
  readonly #notes = new Map<string, PruneNote>();
  #timer: NodeJS.Timeout | undefined;

  constructor(record: (note: PruneNote) => Promise<void>) {
    this.#record = record;
  }

  add(pruned: readonly Pruned[]): void {
    for (const { history, versions } of pruned) {
      const key = `${history.namespaceUid}/${history.name}`;
      const before = this.#notes.get(key);
      this.#notes.set(key, {
        history,
        version: Math.max(before?.version ?? 0, ...versions),
        count: (before?.count ?? 0) + versions.length,
      });
    }
    if (this.#notes.size >= limits.versionPrunesNotedMax) void this.flush();
    else if (this.#notes.size > 0) this.#timer ??= this.#later();
  }

  /** Records collected notes. Never throws: unrecorded notes are collected again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [key, note] of [...this.#notes]) {
      try {
        await this.#record(note);
      } catch {
        if (this.#notes.size < limits.versionPrunesNotedMax) this.#timer ??= this.#later();
        return;
      }
      if (this.#notes.get(key) === note) this.#notes.delete(key);
    }
  }

  #later(): NodeJS.Timeout {
    return setTimeout(() => void this.flush(), limits.versionPrunesNotedMs).unref();
  }
}
