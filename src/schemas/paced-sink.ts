import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import type { CustomResourceSink } from '../custom-resources/domain/custom-resources.js';
import type { CheckPace } from './check-pace.js';

/** State of a schema that waits for the time of its namespace. */
interface HeldSchema {
  readonly object: CustomResource;
  readonly namespaceUid: string;
}

/**
 * Passes on schemas of namespaces as they change; those of a namespace whose schemas took long to
 * compile, after a pause, in their last state. A tenant with the right to change schemas by kubectl
 * must not take the processor from others. Schemas of the first list are never held: they are in
 * force from the start.
 */
export class PacedSink implements CustomResourceSink {
  readonly #sink: CustomResourceSink;
  readonly #pace: Pick<CheckPace, 'waitMs'>;
  readonly #held = new Map<string, Map<string, HeldSchema>>();
  #isListed = false;

  constructor(sink: CustomResourceSink, pace: Pick<CheckPace, 'waitMs'>) {
    this.#sink = sink;
    this.#pace = pace;
  }

  put(object: CustomResource, namespaceUid: string): void {
    const { namespace, name } = object;
    const held = this.#held.get(namespace);
    if (held !== undefined) {
      held.set(name, { object, namespaceUid });
      return;
    }
    const waitMs = this.#pace.waitMs({ work: 'schemas', namespace });
    if (!this.#isListed || waitMs <= 0) {
      this.#sink.put(object, namespaceUid);
      return;
    }
    this.#held.set(namespace, new Map([[name, { object, namespaceUid }]]));
    setTimeout(() => this.#release(namespace), waitMs).unref();
  }

  remove(object: CustomResource): void {
    const { namespace, name, uid } = object;
    const held = this.#held.get(namespace);
    if (held?.get(name)?.object.uid === uid) held.delete(name);
    this.#sink.remove(object);
  }

  listed(namespace: string, uids: ReadonlySet<string>): void {
    this.#isListed = true;
    for (const held of this.#held.values()) {
      for (const { object } of held.values()) if (!uids.has(object.uid)) this.remove(object);
    }
    this.#sink.listed(namespace, uids);
  }

  #release(namespace: string): void {
    const held = this.#held.get(namespace);
    this.#held.delete(namespace);
    for (const { object, namespaceUid } of held?.values() ?? []) {
      this.#sink.put(object, namespaceUid);
    }
  }
}
