import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import type { CustomResourceSink } from '../custom-resources/domain/custom-resources.js';
import type { CheckPace } from './check-pace.js';

/** Changes of one namespace that wait for its time. */
interface HeldChanges {
  /** Last state of each schema, by name. */
  readonly puts: Map<string, { readonly object: CustomResource; readonly namespaceUid: string }>;
  /** Removed objects by uid, without their specs. */
  readonly removed: Map<string, CustomResource>;
}

/**
 * Passes on schemas of namespaces as they change; those of a namespace whose schemas took long to
 * compile, after a pause, in their last state. A tenant with the right to change schemas by kubectl
 * must not take the processor from others. Removals wait too: a schema that replaces another must
 * be in force first. Schemas of a list are never held.
 */
export class PacedSink implements CustomResourceSink {
  readonly #sink: CustomResourceSink;
  readonly #pace: Pick<CheckPace, 'waitMs'>;
  readonly #held = new Map<string, HeldChanges>();
  #isListed = false;

  constructor(sink: CustomResourceSink, pace: Pick<CheckPace, 'waitMs'>) {
    this.#sink = sink;
    this.#pace = pace;
  }

  put(object: CustomResource, namespaceUid: string): void {
    const held = this.#heldOf(object);
    if (held === undefined) this.#sink.put(object, namespaceUid);
    else held.puts.set(object.name, { object, namespaceUid });
  }

  remove(object: CustomResource): void {
    const { name, uid } = object;
    const held = this.#heldOf(object);
    if (held === undefined) {
      this.#sink.remove(object);
      return;
    }
    if (held.puts.get(name)?.object.uid === uid) held.puts.delete(name);
    held.removed.set(uid, { ...object, spec: {} });
  }

  listed(namespace: string, uids: ReadonlySet<string>): void {
    this.#isListed = true;
    // The list removes what it lacks: what replaces that must be in force first.
    for (const one of [...this.#held.keys()]) this.#release(one);
    this.#sink.listed(namespace, uids);
  }

  /** Forgets the held state of a schema that the gateway itself has written or removed since. */
  forget({ namespace, name }: Pick<CustomResource, 'namespace' | 'name'>): void {
    this.#held.get(namespace)?.puts.delete(name);
  }

  /** Returns the held changes of a namespace; undefined if they need not wait. */
  #heldOf({ namespace }: CustomResource): HeldChanges | undefined {
    const known = this.#held.get(namespace);
    const waitMs = this.#pace.waitMs({ work: 'schemas', namespace });
    if (known !== undefined || !this.#isListed || waitMs <= 0) return known;
    const held = { puts: new Map(), removed: new Map() } satisfies HeldChanges;
    this.#held.set(namespace, held);
    setTimeout(() => this.#release(namespace), waitMs).unref();
    return held;
  }

  #release(namespace: string): void {
    const held = this.#held.get(namespace);
    this.#held.delete(namespace);
    for (const { object, namespaceUid } of held?.puts.values() ?? []) {
      this.#sink.put(object, namespaceUid);
    }
    // Of a name that another object has now, the removal changes nothing.
    for (const object of held?.removed.values() ?? []) this.#sink.remove(object);
  }
}
