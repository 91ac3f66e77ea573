import { badRequest } from '../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { GraphqlContext } from '../../platform/graphql/graphql-context.js';
import type { ReadWorkloads } from '../consumers.service.js';
import type { NamespaceWorkloads } from '../domain/consumers.js';

const ofRequests = new WeakMap<GraphqlContext, NestedConsumers>();

/** Consumers in one request: a limited number of Secrets; each namespace is read once. */
export class NestedConsumers {
  readonly #namespaces = new Map<string, Promise<NamespaceWorkloads>>();
  #count = 0;

  static of(context: GraphqlContext): NestedConsumers {
    const known = ofRequests.get(context);
    if (known) return known;
    const consumers = new NestedConsumers();
    ofRequests.set(context, consumers);
    return consumers;
  }

  /** Returns how to read one Secret's consumers. Throws BadRequest for one too many, for free. */
  next(): ReadWorkloads {
    this.#count += 1;
    const { consumerListsMax } = rotationLimits;
    if (this.#count > consumerListsMax) {
      throw badRequest(`consumers of at most ${consumerListsMax} Secrets in a request`);
    }
    return (namespace, read) => {
      const known = this.#namespaces.get(namespace);
      if (known) return known;
      const reading = read();
      this.#namespaces.set(namespace, reading);
      return reading;
    };
  }
}
