import { badRequest } from '../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { GraphqlContext } from '../../platform/graphql/graphql-context.js';

const counts = new WeakMap<GraphqlContext, number>();

/**
 * Counts a rotation that a request reads, each of which queries the cluster. Throws BadRequest for
 * one too many, before it costs anything.
 */
export function countRotation(context: GraphqlContext): void {
  const count = (counts.get(context) ?? 0) + 1;
  counts.set(context, count);
  const { rotationsReadMax } = rotationLimits;
  if (count <= rotationsReadMax) return;
  throw badRequest(`rotations of at most ${rotationsReadMax} Secrets in a request`);
}
