import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallContext } from '../core/call-context.js';
import type { Principal } from '../core/principal.js';
import { changeReasonOf, refuseAmbiguousRequest } from '../http/request-headers.js';
import '../http/request.js';
import type { Authenticator } from './authenticator.js';

/**
 * Authenticates every request once, deny by default: REST, GraphQL, raw routes and unknown paths.
 * Public routes are marked in their route configuration; an unknown path never is.
 */
export function addAuthenticationHook(
  instance: FastifyInstance,
  authenticator: Authenticator,
  stop: AbortSignal,
): void {
  instance.addHook('onRequest', async (request) => {
    refuseAmbiguousRequest(request.raw);
    if (request.routeOptions.config.public) return;
    request.principal = await authenticator.authenticate(request.headers.authorization);
    request.callContext = toCallContext(request, request.principal, stop);
  });
}

function toCallContext(
  request: FastifyRequest,
  principal: Principal,
  stop: AbortSignal,
): CallContext {
  const userAgent = request.headers['user-agent'];
  const changeReason = changeReasonOf(request.raw);
  return {
    principal,
    door: request.raw.url?.startsWith('/graphql') ? 'graphql' : 'rest',
    requestId: request.requestId,
    auditId: request.auditId,
    sourceIp: request.ip,
    requestUri: request.raw.url?.split('?', 1)[0] ?? '',
    signal: stop,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(changeReason === undefined ? {} : { changeReason }),
  };
}
