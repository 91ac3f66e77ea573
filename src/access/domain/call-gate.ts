import type { SallyportError } from '../../core/errors/sallyport-error.js';

/** Gate that closes while the gateway has more rights than its profile. */
export abstract class CallGate {
  /** Why no request is served and no background work done; undefined if both are. */
  abstract readonly refusal: SallyportError | undefined;
}
