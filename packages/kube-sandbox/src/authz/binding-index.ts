import { type Binding, subjectKey } from './role-binding.js';

/**
 * Bindings by their subjects, so that a decision checks only the user's own bindings: most of ten
 * thousand bindings concern other users.
 */
export class BindingIndex {
  readonly #bindings = new Map<string, Binding>();
  readonly #bySubject = new Map<string, Map<string, Binding>>();

  /** Adds a binding, or replaces the binding with this name. */
  put(binding: Binding): void {
    this.remove(binding.namespace, binding.name);
    const path = pathOf(binding.namespace, binding.name);
    this.#bindings.set(path, binding);
    for (const key of keysIn(binding)) {
      const entry = entryOf(binding.namespace, key);
      const named = this.#bySubject.get(entry) ?? new Map<string, Binding>();
      named.set(path, binding);
      this.#bySubject.set(entry, named);
    }
  }

  remove(namespace: string, name: string): void {
    const path = pathOf(namespace, name);
    const binding = this.#bindings.get(path);
    if (binding === undefined) return;
    this.#bindings.delete(path);
    for (const key of keysIn(binding)) {
      const entry = entryOf(namespace, key);
      const named = this.#bySubject.get(entry);
      named?.delete(path);
      if (named?.size === 0) this.#bySubject.delete(entry);
    }
  }

  /** Yields each binding of a namespace (empty: of the cluster) with one of these subjects once. */
  *naming(keys: ReadonlySet<string>, namespace: string): Iterable<Binding> {
    const seen = new Set<Binding>();
    for (const key of keys) {
      for (const binding of this.#bySubject.get(entryOf(namespace, key))?.values() ?? []) {
        if (!seen.has(binding)) yield binding;
        seen.add(binding);
      }
    }
  }
}

function keysIn(binding: Binding): ReadonlySet<string> {
  const keys = binding.subjects.map(subjectKey);
  return new Set(keys.filter((key) => key !== undefined));
}

function pathOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** Namespaces contain no slash, so no two pairs share an entry. */
function entryOf(namespace: string, key: string): string {
  return `${namespace}/${key}`;
}
