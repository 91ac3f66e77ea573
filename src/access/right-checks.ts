import type { CallContext } from '../core/call-context.js';
import type { ResourceRequest } from './access.service.js';
import { decisionKey } from './domain/decision-key.js';
import type { RbacConcern } from './domain/rbac-changes.js';

export interface Holder {
  readonly ctx: CallContext;
  /** Aborts when the right is lost. */
  readonly gone: AbortController;
  /** Later holders have larger numbers. */
  readonly order: number;
}

/** Right of one identity, with all its holders. */
export interface RightCheck {
  readonly key: string;
  readonly right: ResourceRequest;
  readonly holders: Set<Holder>;
}

/** Monitored rights by question, so that a check asks each question once. */
export class RightChecks {
  readonly #ofNamespaces = new Map<string, Map<string, RightCheck>>();
  #size = 0;
  #held = 0;

  /** Returns the number of holders. */
  get size(): number {
    return this.#size;
  }

  /** Returns the order of the latest holder: later holders have larger numbers. */
  get lastOrder(): number {
    return this.#held;
  }

  hold(ctx: CallContext, right: ResourceRequest): readonly [RightCheck, Holder] {
    const question = this.#question(ctx, right);
    this.#held += 1;
    const holder = { ctx, gone: new AbortController(), order: this.#held };
    question.holders.add(holder);
    this.#size += 1;
    return [question, holder];
  }

  /** Releases a check; reports whether the holder had it until now. */
  release({ key, right, holders }: RightCheck, holder: Holder): boolean {
    if (!holders.delete(holder)) return false;
    this.#size -= 1;
    const { namespace } = right;
    const questions = this.#ofNamespaces.get(namespace);
    if (holders.size > 0 || questions === undefined) return true;
    questions.delete(key);
    if (questions.size === 0) this.#ofNamespaces.delete(namespace);
    return true;
  }

  /** Returns affected checks; roles of a namespace grant nothing elsewhere, nor in all. */
  about(concern: RbacConcern): readonly RightCheck[] {
    if (concern !== 'all') return [...(this.#ofNamespaces.get(concern.namespace)?.values() ?? [])];
    return [...this.#ofNamespaces.values()].flatMap((questions) => [...questions.values()]);
  }

  #question({ principal }: CallContext, right: ResourceRequest): RightCheck {
    const { namespace } = right;
    const key = decisionKey(principal, right);
    const questions = this.#ofNamespaces.get(namespace) ?? new Map<string, RightCheck>();
    this.#ofNamespaces.set(namespace, questions);
    const question = questions.get(key) ?? { key, right, holders: new Set() };
    questions.set(key, question);
    return question;
  }
}
