import type { CallContext } from '../../core/call-context.js';
import type { RawAnswer, RawStream } from '../../core/forwarding.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import type { ForwardDependencies } from './forward-dependencies.js';
import { forwardGet, forwardList } from './forward-read.js';
import { forwardWatch } from './forward-watch.js';
import { forwardWrite } from './forward-write.js';

/** Requests of Kubernetes' own API: authorised and on record as all others, their bytes as is. */
export class SecretForwards {
  readonly #parts: ForwardDependencies;

  constructor(parts: ForwardDependencies) {
    this.#parts = parts;
  }

  /**
   * Throws SallyportError: RefusedByCluster with the API server's own words, Forbidden for what a
   * token is not for, Unavailable where nothing could be written down.
   */
  forward(ctx: CallContext, request: ForwardedRequest): Promise<RawAnswer | RawStream> {
    switch (request.verb) {
      case 'get':
        return forwardGet(this.#parts, ctx, request);
      case 'list':
        return forwardList(this.#parts, ctx, request);
      case 'watch':
        return forwardWatch(this.#parts, ctx, request);
      default:
        return forwardWrite(this.#parts, ctx, request);
    }
  }
}
