import { limits } from '../../core/limits.js';
import type { HistoryRef } from '../domain/version.js';

export interface SkipNote {
  readonly namespace: string;
  /** Set if all that was left out belongs to one Secret. */
  readonly secret: string | undefined;
  readonly count: number;
}

/**
 * Notes of states that did not fit, collected so that a tenant who fills a quota does not fill the
 * audit log. One note for each namespace and `limits.versionPrunesNotedMs`.
 */
export class SkipNotes {
  readonly #record: (note: SkipNote) => Promise<void>;
  readonly #notes = new Map<string, SkipNote>();
  /** Time when a namespace was last full. */
  readonly #fullMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(record: (note: SkipNote) => Promise<void>) {
    this.#record = record;
  }

  /** Returns namespaces whose states were left out lately. */
  get namespaces(): readonly string[] {
    const sinceMs = performance.now() - limits.versionSkipsShownMs;
    for (const [namespace, atMs] of this.#fullMs) {
      if (atMs < sinceMs) this.#fullMs.delete(namespace);
    }
    return [...this.#fullMs.keys()];
  }

  add({ namespace, name }: Pick<HistoryRef, 'namespace' | 'name'>): void {
    const before = this.#notes.get(namespace);
    const isOther = before !== undefined && before.secret !== name;
    const count = (before?.count ?? 0) + 1;
    this.#notes.set(namespace, { namespace, secret: isOther ? undefined : name, count });
    this.#fullMs.delete(namespace);
    this.#fullMs.set(namespace, performance.now());
    const [oldest] = this.#fullMs.keys();
    const isMany = this.#fullMs.size > limits.versionSkipsNotedMax;
    if (isMany && oldest !== undefined) this.#fullMs.delete(oldest);
    if (this.#notes.size >= limits.versionSkipsNotedMax) void this.flush();
    else this.#timer ??= this.#later();
  }

  /** Records collected notes. Never throws: unrecorded notes are collected again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [key, note] of [...this.#notes]) {
      try {
        await this.#record(note);
      } catch {
        if (this.#notes.size < limits.versionSkipsNotedMax) this.#timer ??= this.#later();
        return;
      }
      if (this.#notes.get(key) === note) this.#notes.delete(key);
    }
  }

  #later(): NodeJS.Timeout {
    return setTimeout(() => void this.flush(), limits.versionPrunesNotedMs).unref();
  }
}
