import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SallyportError } from '../../core/errors/sallyport-error.js';
import { REPLAYED_HEADER } from './answer.js';
import { discardRest, hasBody } from './discard-rest.js';
import { toStatus } from './domain/kube-status.js';
import { isKubernetesPath } from './domain/kubernetes-path.js';
import { auditIdShown, toProblem } from './problem.js';

/**
 * Writes an error as problem+json, and as a `Status` for Kubernetes clients; only here does REST
 * choose a status.
 */
export function answerError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: SallyportError,
): FastifyReply {
  if (hasBody(request.headers) && !request.raw.complete) {
    // Fastify ends the connection immediately, and many clients then never read the response.
    void reply.removeHeader('connection');
    discardRest(request.raw, reply.raw);
  }
  // The rest of a replay failed, such as the check of the right.
  void reply.removeHeader(REPLAYED_HEADER);
  const ids = { requestId: request.requestId, auditId: request.auditId };
  const { auditId } = auditIdShown(error, request.auditId);
  if (auditId === undefined) void reply.removeHeader('audit-id');
  else void reply.header('audit-id', auditId);
  if (error.code === 'Unauthenticated') void reply.header('www-authenticate', 'Bearer');
  if (isKubernetesPath(request.raw.url ?? '')) return answerStatus(reply, error);
  return reply
    .status(error.status)
    .headers(error.headers)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(toProblem(error, ids)));
}

function answerStatus(reply: FastifyReply, error: SallyportError): FastifyReply {
  const { code, body } = toStatus(error);
  return (
    reply
      .status(code)
      .headers(error.headers)
      .header('content-type', 'application/json')
      // As bytes: Fastify would add a charset to text, which Kubernetes does not.
      .send(Buffer.from(JSON.stringify(body), 'utf8'))
  );
}
