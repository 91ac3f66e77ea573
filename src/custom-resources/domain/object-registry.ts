import type { CustomResource } from './custom-resource.js';
import type { CustomResourceSink } from './custom-resources.js';

/** Parsed object of a kind. */
export interface ParsedObject {
  readonly object: CustomResource;
  readonly namespaceUid: string;
}

/** States of an object around a change; undefined if it is absent. */
export interface ObjectChange<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

type Listener<T> = (parsed: T, change: ObjectChange<T>) => void;

/** All objects of a kind in the served namespaces, parsed, in memory. */
export class ObjectRegistry<T extends ParsedObject> implements CustomResourceSink {
  readonly #parse: (object: CustomResource, namespaceUid: string) => T;
  readonly #byNamespace = new Map<string, Map<string, T>>();
  readonly #listeners = new Set<Listener<T>>();

  constructor(parse: (object: CustomResource, namespaceUid: string) => T) {
    this.#parse = parse;
  }

  /** Calls the listener with each object that appears, changes or is removed. */
  onChange(listener: Listener<T>): void {
    this.#listeners.add(listener);
  }

  /** Resolves when the object appears, changes or is removed, or the signal aborts. */
  async changed(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = ({ object }: T): void => {
      if (object.namespace === namespace && object.name === name) resolve();
    };
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => resolve(), { once: true });
    try {
      await promise;
    } finally {
      this.#listeners.delete(listener);
    }
  }

  get({ namespace, name }: { readonly namespace: string; readonly name: string }): T | undefined {
    return this.#byNamespace.get(namespace)?.get(name);
  }

  /** Returns the namespaces with objects of this kind. */
  get namespaces(): Iterable<string> {
    return this.#byNamespace.keys();
  }

  /** Returns all objects, in no order. */
  get all(): readonly T[] {
    return [...this.#byNamespace.values()].flatMap((known) => [...known.values()]);
  }

  /** Returns the objects of a namespace by name. */
  of(namespace: string): ReadonlyMap<string, T> {
    return this.#byNamespace.get(namespace) ?? new Map<string, T>();
  }

  /** Takes a state, unless a newer spec of the object is known already. */
  put(object: CustomResource, namespaceUid: string): void {
    const { namespace, name } = object;
    const before = this.get(object);
    if (before?.object.uid === object.uid && object.generation < before.object.generation) return;
    const isSame =
      before?.object.uid === object.uid &&
      before.object.generation === object.generation &&
      before.namespaceUid === namespaceUid;
    // With an equal spec, only metadata and status are new.
    const parsed = isSame ? { ...before, object } : this.#parse(object, namespaceUid);
    const known = this.#byNamespace.get(namespace) ?? new Map<string, T>();
    this.#byNamespace.set(namespace, known.set(name, parsed));
    this.#tell(parsed, { before, after: parsed });
  }

  remove({ namespace, name, uid }: CustomResource): void {
    const known = this.#byNamespace.get(namespace);
    const parsed = known?.get(name);
    if (known === undefined || parsed?.object.uid !== uid) return;
    known.delete(name);
    if (known.size === 0) this.#byNamespace.delete(namespace);
    this.#tell(parsed, { before: parsed, after: undefined });
  }

  listed(namespace: string, uids: ReadonlySet<string>): void {
    const listed = namespace === '' ? [...this.#byNamespace.keys()] : [namespace];
    for (const { object } of listed.flatMap((one) => [...this.of(one).values()])) {
      if (!uids.has(object.uid)) this.remove(object);
    }
  }

  #tell(parsed: T, change: ObjectChange<T>): void {
    for (const listener of this.#listeners) listener(parsed, change);
  }
}
