import type { FastifyRequest } from 'fastify';
import { badRequest } from '../../core/errors/sallyport-error.js';

/** Members of inputs that mean what these headers mean in REST. */
const membersForHeaders = {
  'idempotency-key': 'idempotencyKey',
  'if-match': 'resourceVersion or ifMatch',
};

/**
 * Refuses headers that would seem to take effect: GraphQL has them as members of its inputs. Throws
 * BadRequest.
 */
export function refuseHeadersOfRest({ headers }: FastifyRequest): void {
  for (const [name, member] of Object.entries(membersForHeaders)) {
    if (headers[name] !== undefined) {
      throw badRequest(`${name} has no effect in GraphQL: use ${member} of the input`);
    }
  }
}
