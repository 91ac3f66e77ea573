import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { Operation } from '../../core/operation.js';
import type { Principal } from '../../core/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Generated, or the caller's id if well-formed. */
    requestId: string;
    auditId: string;
    /** The client's address as reported by trusted proxies; never other claims. */
    sourceIp: string;
    /** Set once the request is authenticated. */
    principal: Principal | null;
    callContext: CallContext | null;
    /** Frees the share of the budget that the body takes, before the response ends. */
    releaseBody: (() => void) | undefined;
    /** Input of an operation's request, once it was parsed. */
    operationInput: unknown;
  }
  interface FastifyContextConfig {
    operation?: Operation;
    /** Audit action of a call refused before its service is called, if there is no operation. */
    action?: string;
    /** Served without a credential: the short list of the route matrix test. */
    public?: boolean;
    /** Served even without a credential, which may follow on the connection. */
    credentialMayFollow?: boolean;
  }
}

/** Returns the context of an authenticated request. */
export function contextOf(request: FastifyRequest): CallContext {
  if (!request.callContext) throw new TypeError('the request was not authenticated');
  return request.callContext;
}
