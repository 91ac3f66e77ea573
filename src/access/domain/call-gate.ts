import type { SallyportError } from '../../core/errors/sallyport-error.js';

/** Whether the gateway may act at all: it does not while it has more rights than its profile. */
export abstract class CallGate {
  /** Why no request is served and no background work done; undefined where both are. */
  abstract readonly refusal: SallyportError | undefined;
}
