import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../core/call-context.js';
import type { Principal } from '../core/principal.js';
import { REPLAYED_HEADER } from '../platform/http/answer.js';
import {
  changeReasonOf,
  refuseAmbiguousRequest,
  refuseImpersonation,
} from '../platform/http/request-headers.js';
import { isDiscoveryPath } from '../platform/http/domain/discovery-path.js';
import { isKubernetesPath } from '../platform/http/domain/kubernetes-path.js';
import '../platform/http/request.js';
import type { RequestLimits } from '../platform/http/request-limits.js';
import { upgradeHeadOf } from '../platform/http/upgrade-requests.js';
import type { RequestAuthentication } from './request-authentication.js';
import { takeWebSocketToken } from './web-socket-token.js';

export interface AuthenticationHookDependencies {
  readonly authentication: RequestAuthentication;
  readonly limits: Pick<RequestLimits, 'admit' | 'admitAnswer' | 'answered'>;
  /**
   * Handling of Kubernetes clients that name a user to act as; `refuse` if absent. Discovery is
   * answered in any case: kubectl requests it first, and does not display why it was refused.
   */
  readonly impersonation?: 'refuse' | 'allow';
}

/**
 * Authenticates every request once, deny by default: REST, GraphQL, raw routes and unknown paths.
 * Then counts it against its credential's limit. Public routes are marked in their route
 * configuration; an unknown path never is.
 */
export function addAuthenticationHook(
  instance: FastifyInstance,
  { authentication, limits, impersonation = 'refuse' }: AuthenticationHookDependencies,
  stop: AbortSignal,
): void {
  const admit = (request: FastifyRequest, reply: FastifyReply, principal: Principal): void => {
    const target = request.raw.url ?? '';
    request.principal = principal;
    const charge = (requests: number): void => {
      if (requests > 0) void reply.headers(limits.admit(principal, requests));
    };
    const chargeAnswer = (bytes: number): void => limits.admitAnswer(principal, bytes);
    const countAnswer = (bytes: number): void => limits.answered(principal, bytes);
    const onReplay = (): void => void reply.header(REPLAYED_HEADER, 'true');
    const call = toCallContext(request, principal, stop);
    // A document of GraphQL may have several writes, of which one header cannot tell.
    const replay = call.door === 'rest' ? { onReplay } : {};
    request.callContext = { ...call, charge, chargeAnswer, countAnswer, ...replay };
    // The event names the caller.
    const isRefused = impersonation === 'refuse' && isKubernetesPath(target);
    if (isRefused && !isDiscoveryPath(target)) refuseImpersonation(request.raw);
    void reply.headers(limits.admit(principal));
  };
  // A synchronous hook, because often there is nothing to wait for.
  instance.addHook('onRequest', (request, reply, done) => {
    const isKubernetes = isKubernetesPath(request.raw.url ?? '');
    refuseAmbiguousRequest(request.raw, { takesImpersonation: isKubernetes });
    const isUpgrade = upgradeHeadOf(request.raw) !== undefined;
    if (isUpgrade && isKubernetes) takeWebSocketToken(request.headers);
    const { public: isPublic, credentialMayFollow } = request.routeOptions.config;
    if (isPublic || (credentialMayFollow && !authentication.showsCredential(request))) {
      done();
      return;
    }
    const known = authentication.known(request);
    if (known !== undefined) {
      admit(request, reply, known);
      done();
      return;
    }
    authentication
      .authenticate(request)
      .then((principal) => admit(request, reply, principal))
      .then(() => done(), done);
  });
}

function doorOf(target: string): CallContext['door'] {
  if (target.startsWith('/graphql')) return 'graphql';
  return isKubernetesPath(target) ? 'kubectl' : 'rest';
}

/** Returns the context of a request that has been authenticated. */
export function toCallContext(
  request: FastifyRequest,
  principal: Principal,
  stop: AbortSignal,
): CallContext {
  const userAgent = request.headers['user-agent'];
  const changeReason = changeReasonOf(request.raw);
  return {
    principal,
    door: doorOf(request.raw.url ?? ''),
    requestId: request.requestId,
    auditId: request.auditId,
    sourceIp: request.sourceIp,
    requestUri: request.raw.url?.split('?', 1)[0] ?? '',
    signal: stop,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(changeReason === undefined ? {} : { changeReason }),
  };
}
