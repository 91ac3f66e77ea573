import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { RequestLifetimes } from '../../platform/http/request-lifetimes.js';
import { contextOf } from '../../platform/http/request.js';
import type { ReadWait } from '../read/read-wait.js';
import { SecretWaits } from '../read/secret-waits.js';

/** Implements `waitSeconds` over REST. */
@Injectable()
export class WaitForChange {
  readonly #terms: RequestLifetimes;
  readonly #waits: SecretWaits;

  constructor(terms: RequestLifetimes, waits: SecretWaits) {
    this.#terms = terms;
    this.#waits = waits;
  }

  /**
   * Runs a read that waits if the request says so, while its client is connected. Throws BadRequest
   * if the request does not name the state it has, TooManyRequests, and errors of the read.
   */
  async during<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    { waitSeconds }: { readonly waitSeconds?: number | undefined },
    read: (wait?: ReadWait) => Promise<T>,
  ): Promise<T> {
    if (waitSeconds === undefined) return read();
    if (request.headers['if-none-match'] === undefined) throw withoutTag();
    const ctx = contextOf(request);
    const term = this.#terms.hold(request, reply, ctx);
    try {
      return await this.#waits.during(ctx, { seconds: waitSeconds, term }, read);
    } finally {
      term.release();
    }
  }
}

function withoutTag() {
  const reason = 'needs If-None-Match with the ETag of what you have';
  return badRequest(`waitSeconds ${reason}`, [{ pointer: '/query/waitSeconds', reason }]);
}
