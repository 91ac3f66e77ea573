import type { FastifyRequest } from 'fastify';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { isPreferred } from './domain/accept.js';

/** Reports whether the client requests a stream in place of a list. */
export function asksForEvents({ headers: { accept } }: FastifyRequest): boolean {
  return isPreferred(accept, 'text/event-stream', ['application/json']);
}

/** Throws BadRequest for parameters of a list that have no meaning for a stream. */
export function refuseListParameters(others: Readonly<Record<string, unknown>>): void {
  const [unknown] = Object.keys(others).filter((name) => others[name] !== undefined);
  if (unknown === undefined) return;
  const reason = 'has no meaning for a stream';
  throw badRequest(`${unknown} ${reason}`, [{ pointer: `/query/${unknown}`, reason }]);
}
