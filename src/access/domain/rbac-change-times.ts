import { limits } from '../../core/limits.js';
import type { RbacConcern } from './rbac-changes.js';

/** A change older than this concerns no decision that is still kept. */
const REMEMBERED_MS = limits.decisionKeptMs + limits.decisionSettleMs;

/**
 * When RBAC objects last changed, for each namespace and for all. Which answers a change makes
 * worthless follows from these times alone, so a change costs one entry however many decisions it
 * drops: churn in one namespace is no lever against the others.
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
    // Latest last, so that the oldest are found in front.
    this.#ofNamespaces.delete(concern.namespace);
    this.#ofNamespaces.set(concern.namespace, nowMs);
    this.#forgetBefore(nowMs - REMEMBERED_MS);
    if (this.#ofNamespaces.size > limits.rbacChangedNamespacesMax) this.note('all', nowMs);
  }

  /** Whether something changed at or after `sinceMs` that a question in `namespace` is about. */
  hasChangedSince(namespace: string, sinceMs: number): boolean {
    if (this.#ofAllMs >= sinceMs) return true;
    // Roles and their bindings say nothing about cluster-wide questions.
    return (this.#ofNamespaces.get(namespace) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
  }

  #forgetBefore(ms: number): void {
    for (const [namespace, changedMs] of this.#ofNamespaces) {
      if (changedMs >= ms) return;
      this.#ofNamespaces.delete(namespace);
    }
  }
}
