import { SallyportError } from './sallyport-error.js';

/** nginx's status for a request whose client has disconnected. It is recorded, but never sent. */
export const CLIENT_CLOSED_STATUS = 499;

/** The reason of a signal that aborts because the client has closed its connection. */
export const CLIENT_CLOSED_REASON = 'client';

/** The client closed its connection before the response, which is not a fault. */
export class ClientClosed extends SallyportError {
  /** Whether the request had been allowed by then. */
  readonly isAllowed: boolean;

  constructor({ isAllowed = false }: { readonly isAllowed?: boolean } = {}) {
    super('Unavailable', 'the client has closed the connection');
    this.isAllowed = isAllowed;
  }
}

/** Reports whether a signal has aborted because the client has closed its connection. */
export function isClosedByClient(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && signal.reason === CLIENT_CLOSED_REASON;
}
