import type { ErrorCode } from '../../core/errors/error-table.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { CloseCode } from './socket-close.js';

interface SubscriptionEndOptions {
  /** Closes the whole connection with it. */
  readonly closes?: CloseCode;
  readonly members?: Readonly<Record<string, string>>;
}

/** Why a subscription ends that has begun, where its client has not ended it; no fault of ours. */
export class SubscriptionEnd extends SallyportError {
  readonly closes: CloseCode | undefined;

  constructor(code: ErrorCode, publicMessage: string, options: SubscriptionEndOptions = {}) {
    const { closes, members = {} } = options;
    super(code, publicMessage, { members });
    this.closes = closes;
  }
}
