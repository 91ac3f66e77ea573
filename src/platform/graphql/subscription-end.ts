import type { ErrorCode } from '../../core/errors/error-table.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { CloseCode } from './socket-close.js';

interface SubscriptionEndOptions {
  /** Closes the whole connection with this code. */
  readonly closes?: CloseCode;
  readonly members?: Readonly<Record<string, string>>;
}

/** End of a begun subscription that its client has not ended; not a fault of the gateway. */
export class SubscriptionEnd extends SallyportError {
  readonly closes: CloseCode | undefined;

  constructor(code: ErrorCode, publicMessage: string, options: SubscriptionEndOptions = {}) {
    const { closes, members = {} } = options;
    super(code, publicMessage, { members });
    this.closes = closes;
  }
}
