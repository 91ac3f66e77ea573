import { badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { Turns } from '../../core/turns.js';

const ofRequests = new WeakMap<GraphqlContext, NestedLists>();

/** Lists of events below Secrets, in one request: each is a search, and a list has many Secrets. */
export class NestedLists {
  readonly #turns = new Turns(
    limits.auditNestedListsAtOnceMax,
    limits.auditNestedListsMax,
    'lists of audit events',
  );
  #count = 0;

  static of(context: GraphqlContext): NestedLists {
    const known = ofRequests.get(context);
    if (known) return known;
    const lists = new NestedLists();
    ofRequests.set(context, lists);
    return lists;
  }

  /** Runs a list within the limit. Throws BadRequest beyond the maximum, which costs nothing. */
  async run<T>(list: () => Promise<T>): Promise<T> {
    this.#count += 1;
    if (this.#count > limits.auditNestedListsMax) {
      throw badRequest(`auditEvents of at most ${limits.auditNestedListsMax} Secrets in a request`);
    }
    return this.#turns.run(list);
  }
}
