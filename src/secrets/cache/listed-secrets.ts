import type { CachedSecret } from '../domain/cache/cached-secret.js';
import { isSameState } from '../domain/cache/list-difference.js';
import type { ByteBudget } from './byte-budget.js';

/** List whose parts are arriving. Unchanged cached states stay as they are. */
export class ListedSecrets {
  readonly beganAtMs = performance.now();
  readonly namespaces = new Map<string, Map<string, CachedSecret>>();
  readonly #bytes: ByteBudget;
  readonly #new = new Set<CachedSecret>();

  constructor(bytes: ByteBudget) {
    this.#bytes = bytes;
  }

  /** Adds a Secret; false if it does not fit. `held`: the cached state of its name. */
  add(secret: CachedSecret, held: CachedSecret | undefined): boolean {
    const kept = held !== undefined && isSameState(held, secret) ? held : secret;
    if (kept === secret) {
      if (!this.#bytes.take(secret)) return false;
      this.#new.add(secret);
    }
    const ofNamespace = this.namespaces.get(secret.namespace) ?? new Map<string, CachedSecret>();
    this.namespaces.set(secret.namespace, ofNamespace);
    ofNamespace.set(secret.name, kept);
    return true;
  }

  /** Discards the list, which was not completed. */
  forget(): void {
    for (const secret of this.#new) this.#bytes.give(secret);
    this.#new.clear();
  }
}
