import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertNever } from '../../core/assert-never.js';
import type { CallContext } from '../../core/call-context.js';
import { ClientClosed } from '../../core/errors/client-closed.js';
import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';

/** Reason why a request must end: its credential, the gateway's stop, or a disconnected client. */
export type TermsEnd = 'credential' | 'leaving' | 'client';

/** Lifetime of a request. */
export interface RequestLifetime {
  /** Aborts when the request must end. */
  readonly signal: AbortSignal;
  /** Returns undefined while the request may continue. */
  reason(): TermsEnd | undefined;
  /** Checks immediately, while `signal` depends on periodic checks; false if it has ended. */
  stillHolds(): Promise<boolean>;
  /** Call it once the request is over. Idempotent. */
  release(): void;
}

/** Returns the error of an allowed wait that ends without its event. */
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

/** Monitor of requests without an immediate response: waits and streams. */
export abstract class RequestLifetimes {
  abstract hold(request: FastifyRequest, reply: FastifyReply, ctx: CallContext): RequestLifetime;
}
