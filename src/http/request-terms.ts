import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../core/call-context.js';

/** Why a request may not go on: its credential, the gateway, or nobody is there to be answered. */
export type TermsEnd = 'credential' | 'leaving' | 'client';

/** For how long a request may go on. */
export interface RequestTerm {
  /** Aborts when it may not go on. */
  readonly signal: AbortSignal;
  /** Undefined for as long as it may. */
  reason(): TermsEnd | undefined;
  /** Asks at once, where `signal` follows looks at intervals; false where it has ended. */
  stillHolds(): Promise<boolean>;
  /** To be called once the request is over. Idempotent. */
  release(): void;
}

/** Looks after requests that are not answered at once: waits and streams. */
export abstract class RequestTerms {
  abstract hold(request: FastifyRequest, reply: FastifyReply, ctx: CallContext): RequestTerm;
}
