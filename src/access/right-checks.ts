import type { CallContext } from '../core/call-context.js';
import type { ResourceRequest } from './access.service.js';
import { decisionKey } from './domain/decision-key.js';
import type { RbacConcern } from './domain/rbac-changes.js';

export interface Holder {
  readonly ctx: CallContext;
  /** Aborts when the right is gone. */
  readonly gone: AbortController;
  /** Who holds later has a larger one. */
  readonly order: number;
}

/** One right of one identity, however many hold it. */
export interface RightCheck {
  readonly key: string;
  readonly right: ResourceRequest;
  readonly holders: Set<Holder>;
}

/** Rights that are held, by the question to ask about them, so that looks are over questions. */
export class RightChecks {
  readonly #ofNamespaces = new Map<string, Map<string, RightCheck>>();
  #size = 0;
  #held = 0;

  /** Of holders. */
  get size(): number {
    return this.#size;
  }

  /** Of the one who came last: whoever holds later has a larger one. */
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

  /** Whether he held it until now. */
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

  /** Roles of a namespace give nothing elsewhere, nor in all of them. */
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
