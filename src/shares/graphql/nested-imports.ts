import { badRequest } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import type { GraphqlContext } from '../../platform/graphql/graphql-context.js';

const counts = new WeakMap<GraphqlContext, number>();

/**
 * Counts an import whose values a request reads. Throws BadRequest for one too many, before it
 * costs anything.
 */
export function countImport(context: GraphqlContext): void {
  const count = (counts.get(context) ?? 0) + 1;
  counts.set(context, count);
  const { importsReadMax } = shareLimits;
  if (count <= importsReadMax) return;
  throw badRequest(`values of at most ${importsReadMax} imports in a request`);
}
