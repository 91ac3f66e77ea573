import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { Operation } from '../../core/operation.js';
import type { Principal } from '../../core/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ours, or the caller's where well-formed. */
    requestId: string;
    auditId: string;
    /** The client's, as far as trusted proxies tell; never what others claim. */
    sourceIp: string;
    /** There once the request is authenticated. */
    principal: Principal | null;
    callContext: CallContext | null;
    /** Of an operation's request, once it has been read. */
    operationInput: unknown;
  }
  interface FastifyContextConfig {
    operation?: Operation;
    /** Audit action of a call refused before its service saw it, where there is no operation. */
    action?: string;
    /** Answered without a credential: the short list of the route matrix test. */
    public?: boolean;
    /** Without a credential it is answered all the same: that may come on the connection. */
    credentialMayFollow?: boolean;
  }
}

/** The context of an authenticated request. */
export function contextOf(request: FastifyRequest): CallContext {
  if (!request.callContext) throw new TypeError('the request was not authenticated');
  return request.callContext;
}
