import type { CallContext } from '../../core/call-context.js';
import type { RawAnswer, RawStream } from '../../core/forwarding.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import type { ForwardDependencies } from './forward-dependencies.js';
import { forwardGet, forwardList } from './forward-read.js';
import { forwardWatch } from './forward-watch.js';
import { forwardWrite } from './forward-write.js';

/** Requests of Kubernetes' own API: authorized and recorded like all others, bytes unchanged. */
export class SecretForwards {
  readonly #parts: ForwardDependencies;

  constructor(parts: ForwardDependencies) {
    this.#parts = parts;
  }

  /**
   * Throws SallyportError: RefusedByCluster with the API server's own words, Forbidden for what a
   * token's scope excludes, Unavailable if nothing could be recorded.
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
