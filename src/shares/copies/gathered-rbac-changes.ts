import type { RbacConcern } from '../../access/domain/rbac-changes.js';
import type { Clock } from '../../core/clock.js';
import { limits } from '../../core/limits.js';
import { shareLimits } from '../../core/share-limits.js';

export interface GatheredRbacChangesDependencies {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Checks the rights in these namespaces; `''`: in all. */
  readonly check: (namespaces: ReadonlySet<string>) => void;
}

/**
 * Changes of RBAC that come together. API servers lag behind their own watch, so each change causes
 * a check soon after it, and another one when they have settled. Further changes postpone neither.
 */
export class GatheredRbacChanges {
  readonly #parts: GatheredRbacChangesDependencies;
  /** Times of the last changes, by namespace. */
  readonly #changedMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: GatheredRbacChangesDependencies) {
    this.#parts = parts;
  }

  note(concern: RbacConcern): void {
    const isMany = this.#changedMs.size >= limits.rbacChangedNamespacesMax;
    if (isMany) this.#changedMs.clear();
    const namespace = concern === 'all' || isMany ? '' : concern.namespace;
    this.#changedMs.set(namespace, this.#parts.clock.monotonicMs());
    if (this.#timer === undefined) this.#checkLater(shareLimits.rbacGatheredMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changedMs.clear();
  }

  #checkLater(ms: number): void {
    this.#timer = setTimeout(() => this.#check(), ms).unref();
  }

  #check(): void {
    const { clock, check } = this.#parts;
    const settledMs = clock.monotonicMs() - shareLimits.rbacSettledMs;
    const namespaces = new Set(this.#changedMs.keys());
    for (const [namespace, changedMs] of this.#changedMs) {
      if (changedMs <= settledMs) this.#changedMs.delete(namespace);
    }
    this.#timer = undefined;
    if (this.#changedMs.size > 0) this.#checkLater(shareLimits.rbacSettledMs);
    check(namespaces);
  }
}
