import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertNever } from '../../core/assert-never.js';
import type { CallContext } from '../../core/call-context.js';
import { ClientClosed } from '../../core/errors/client-closed.js';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';

/** Why a request may not go on: its credential, the gateway, or nobody is there to be answered. */
export type TermsEnd = 'credential' | 'leaving' | 'client';

/** For how long a request may go on. */
export interface RequestLifetime {
  /** Aborts when it may not go on. */
  readonly signal: AbortSignal;
  /** Undefined for as long as it may. */
  reason(): TermsEnd | undefined;
  /** Asks at once, where `signal` follows looks at intervals; false where it has ended. */
  stillHolds(): Promise<boolean>;
  /** To be called once the request is over. Idempotent. */
  release(): void;
}

/** Why a wait that was allowed ends without what it waited for. */
export function endOfWait(reason: TermsEnd | undefined): SallyportError {
  switch (reason) {
    case 'credential':
      return new SallyportError('Unauthenticated', 'the credential has ended meanwhile');
    case 'client':
      return new ClientClosed({ isAllowed: true });
    case 'leaving':
    case undefined:
      return unavailable('the gateway stops: ask again');
    default:
      return assertNever(reason);
  }
}

/** Looks after requests that are not answered at once: waits and streams. */
export abstract class RequestLifetimes {
  abstract hold(request: FastifyRequest, reply: FastifyReply, ctx: CallContext): RequestLifetime;
}
