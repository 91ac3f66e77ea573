import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../core/call-context.js';
import {
  type RequestLifetime,
  RequestLifetimes,
  type TermsEnd,
} from '../platform/http/request-lifetimes.js';
import type { CredentialLifetimes } from './credential-lifetimes.service.js';

/** Requests that continue while their credential, their client and the gateway last. */
export class ActiveRequestLifetimes extends RequestLifetimes {
  readonly #credentials: Pick<CredentialLifetimes, 'hold'>;
  readonly #leaving: AbortSignal;

  /** `leaving` aborts when the gateway begins to stop. */
  constructor(credentials: Pick<CredentialLifetimes, 'hold'>, leaving: AbortSignal) {
    super();
    this.#credentials = credentials;
    this.#leaving = leaving;
  }

  override hold(request: FastifyRequest, reply: FastifyReply, ctx: CallContext): RequestLifetime {
    const over = new AbortController();
    let reason: TermsEnd | undefined;
    const end = (why: TermsEnd) => (): void => {
      reason ??= why;
      over.abort(reason);
    };
    const ends = { leaving: end('leaving'), client: end('client'), credential: end('credential') };
    const leaving = this.#leaving;
    const credential = this.#credentials.hold(request, ctx.impersonator ?? ctx.principal);
    if (leaving.aborted) ends.leaving();
    if (reply.raw.destroyed) ends.client();
    leaving.addEventListener('abort', ends.leaving, { once: true });
    credential.signal.addEventListener('abort', ends.credential, { once: true });
    reply.raw.once('close', ends.client);
    return {
      signal: over.signal,
      reason: () => reason,
      stillHolds: async () => !over.signal.aborted && (await credential.stillHolds()),
      release: () => {
        credential.release();
        leaving.removeEventListener('abort', ends.leaving);
        credential.signal.removeEventListener('abort', ends.credential);
        reply.raw.removeListener('close', ends.client);
      },
    };
  }
}
