import { cachePage } from '../domain/cache/cache-page.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import { LabelIndex } from '../domain/cache/label-index.js';
import type { Step } from '../domain/cache/list-difference.js';
import { OrderedNames } from '../domain/cache/ordered-names.js';
import type { CachePage, CacheQuery, NamespaceView } from '../domain/cache/namespace-view.js';
import type { NamespaceLog } from './namespace-log.js';

/** Secrets of one namespace as last received, and their changes. */
export class CachedNamespace implements NamespaceView {
  readonly namespace: string;
  log: NamespaceLog;
  /** The uid of the namespace; undefined while it is not known. */
  incarnation: string | undefined;
  readonly #reached: () => string;
  readonly #byName = new Map<string, CachedSecret>();
  readonly #names = new OrderedNames();
  readonly #labels = new LabelIndex();

  constructor(parts: {
    readonly namespace: string;
    readonly log: NamespaceLog;
    readonly incarnation: string | undefined;
    readonly reached: () => string;
  }) {
    this.namespace = parts.namespace;
    this.log = parts.log;
    this.incarnation = parts.incarnation;
    this.#reached = parts.reached;
  }

  get resourceVersion(): string {
    return this.#reached();
  }

  get size(): number {
    return this.#byName.size;
  }

  get byName(): ReadonlyMap<string, CachedSecret> {
    return this.#byName;
  }

  get(name: string): CachedSecret | undefined {
    return this.#byName.get(name);
  }

  page(query: CacheQuery): CachePage {
    const secrets = { byName: this.#byName, names: this.#names, labels: this.#labels };
    return cachePage(secrets, query);
  }

  /** Takes one step; each step begins where its predecessor ended. */
  take({ before, after }: Step): void {
    if (before !== undefined) this.#labels.remove(before.name, before.labels);
    if (after === undefined) {
      if (before === undefined) return;
      this.#byName.delete(before.name);
      this.#names.remove(before.name);
      return;
    }
    this.#byName.set(after.name, after);
    this.#names.add(after.name);
    this.#labels.add(after.name, after.labels);
  }
}
