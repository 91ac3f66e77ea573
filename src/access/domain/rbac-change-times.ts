import { limits } from '../../core/limits.js';
import type { RbacConcern } from './rbac-changes.js';

/** Age of changes that concern no cached decision any more. */
const REMEMBERED_MS = limits.decisionKeptMs + limits.decisionSettleMs;

/**
 * Times of the last RBAC changes, for each namespace and for all. These times alone decide which
 * answers a change invalidates. So a change costs one entry however many decisions it drops: churn
 * in one namespace cannot harm the others.
 */
export class RbacChangeTimes {
  readonly #ofNamespaces = new Map<string, number>();
  #ofAllMs = Number.NEGATIVE_INFINITY;

  note(concern: RbacConcern, nowMs: number): void {
    if (concern === 'all') {
      this.#ofAllMs = nowMs;
      this.#ofNamespaces.clear();
      return;
    }
    // Latest last, so that the oldest come first.
    this.#ofNamespaces.delete(concern.namespace);
    this.#ofNamespaces.set(concern.namespace, nowMs);
    this.#forgetBefore(nowMs - REMEMBERED_MS);
    if (this.#ofNamespaces.size > limits.rbacChangedNamespacesMax) this.note('all', nowMs);
  }

  /** Reports a change at or after `sinceMs` that concerns a question in `namespace`. */
  hasChangedSince(namespace: string, sinceMs: number): boolean {
    if (this.#ofAllMs >= sinceMs) return true;
    // Roles and their bindings do not concern cluster-wide questions.
    return (this.#ofNamespaces.get(namespace) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
  }

  #forgetBefore(ms: number): void {
    for (const [namespace, changedMs] of this.#ofNamespaces) {
      if (changedMs >= ms) return;
      this.#ofNamespaces.delete(namespace);
    }
  }
}
