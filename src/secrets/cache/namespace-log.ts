import type { ChangeLog, SecretChange } from '../domain/cache/change-log.js';
import type { ChangeBuffer } from '../domain/cache/change-buffer.js';
import type { NamespaceView } from '../domain/cache/namespace-view.js';
import { Listeners } from './listeners.js';

export interface NamespaceLogDependencies {
  readonly kept: ChangeBuffer;
  /** Version that its collection has reached. */
  readonly reached: () => string;
  readonly view: () => NamespaceView | undefined;
  readonly onFault: (error: unknown) => void;
}

/** Recent changes in one incarnation of a namespace. */
export class NamespaceLog implements ChangeLog {
  readonly kept: ChangeBuffer;
  readonly #parts: NamespaceLogDependencies;
  readonly #listeners: Listeners<'all'>;
  #hasEnded = false;

  constructor(parts: NamespaceLogDependencies) {
    this.kept = parts.kept;
    this.#parts = parts;
    this.#listeners = new Listeners(parts.onFault);
  }

  get next(): number {
    return this.kept.next;
  }

  get reached(): string {
    return this.#parts.reached();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Reports whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.count > 0;
  }

  view(): NamespaceView | undefined {
    return this.#hasEnded ? undefined : this.#parts.view();
  }

  after(resourceVersion: string): number | undefined {
    return this.kept.after(resourceVersion);
  }

  from(sequence: number, limit: number): readonly SecretChange[] | undefined {
    return this.kept.from(sequence, limit);
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add('all', listener);
  }

  /** Notifies listeners that changes were added. */
  tell(): void {
    this.#listeners.tell('all');
  }

  /** Ends the log: nothing more will come. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.kept.forgetAll();
    this.tell();
  }
}
