import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SallyportError } from '../core/errors/sallyport-error.js';
import { toProblem } from './problem.js';

/** Writes an error as problem+json; the one place where REST chooses a status. */
export function answerError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: SallyportError,
): FastifyReply {
  const ids = { requestId: request.requestId, auditId: request.auditId };
  if (error.code === 'Unauthenticated') void reply.header('www-authenticate', 'Bearer');
  return reply
    .status(error.status)
    .headers(error.headers)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(toProblem(error, ids)));
}
