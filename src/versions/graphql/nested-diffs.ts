import { badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { GraphqlContext } from '../../platform/graphql/graphql-context.js';
import type { ComparedVersion } from '../domain/version.js';
import type { ReadCompared } from '../version-lookup.js';

const ofRequests = new WeakMap<GraphqlContext, NestedDiffs>();

/** Comparisons of versions in one request: limited in number; each version is read once. */
export class NestedDiffs {
  readonly #rows = new Map<string, Promise<ComparedVersion | undefined>>();
  #count = 0;

  static of(context: GraphqlContext): NestedDiffs {
    const known = ofRequests.get(context);
    if (known) return known;
    const diffs = new NestedDiffs();
    ofRequests.set(context, diffs);
    return diffs;
  }

  /**
   * Returns how a diff reads its rows; diffs of one `scope` share rows, since mutations run in
   * sequence and change states. Throws BadRequest for one too many, before it costs anything.
   */
  next(scope: string): ReadCompared {
    this.#count += 1;
    if (this.#count > limits.versionDiffsMax) {
      throw badRequest(`diff of at most ${limits.versionDiffsMax} versions in a request`);
    }
    return (historyId, version, read) => {
      const key = `${historyId}/${version}/${scope}`;
      const known = this.#rows.get(key);
      if (known) return known;
      const row = read();
      this.#rows.set(key, row);
      return row;
    };
  }
}
