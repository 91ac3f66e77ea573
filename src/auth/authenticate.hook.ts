import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallContext } from '../core/call-context.js';
import type { Principal } from '../core/principal.js';
import { changeReasonOf, refuseAmbiguousRequest } from '../http/request-headers.js';
import '../http/request.js';
import {
  RequestAuthentication,
  type RequestAuthenticationParts,
} from './request-authentication.js';

/**
 * Authenticates every request once, deny by default: REST, GraphQL, raw routes and unknown paths;
 * then counts it against its credential's limit. Public routes are marked in their route
 * configuration; an unknown path never is.
 */
export function addAuthenticationHook(
  instance: FastifyInstance,
  parts: RequestAuthenticationParts,
  stop: AbortSignal,
): void {
  const authentication = new RequestAuthentication(parts);
  instance.addHook('onRequest', async (request, reply) => {
    refuseAmbiguousRequest(request.raw);
    if (request.routeOptions.config.public) return;
    request.principal = await authentication.authenticate(request);
    request.callContext = toCallContext(request, request.principal, stop);
    void reply.headers(parts.limits.admit(request.principal));
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
    sourceIp: request.sourceIp,
    requestUri: request.raw.url?.split('?', 1)[0] ?? '',
    signal: stop,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(changeReason === undefined ? {} : { changeReason }),
  };
}
