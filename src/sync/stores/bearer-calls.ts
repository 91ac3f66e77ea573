import type { SecretValue } from '../../core/secret-value.js';
import type { HttpsAnswer } from '../../platform/outbound/https-exchange.js';
import type { StoreTransport } from './store-transport.js';

export interface BearerCallsOptions {
  readonly transport: Pick<StoreTransport, 'send'>;
  /** Returns a token of the store. Throws OutboundFault. */
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** Called when the store refuses the token. */
  readonly onDenied: () => void;
}

export interface BearerCall {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
  /** Type of the body; by default JSON. */
  readonly contentType?: string;
}

/** Identity of a ServiceAccount, which a token endpoint exchanges. */
export type WorkloadIdentity = (signal: AbortSignal) => Promise<SecretValue>;

/**
 * Requests in JSON with a bearer token. A challenge in an answer is never read: it would let a
 * store choose who gets the token of a ServiceAccount.
 */
export class BearerCalls {
  readonly #options: BearerCallsOptions;

  constructor(options: BearerCallsOptions) {
    this.#options = options;
  }

  /** Sends a request with the token. Throws OutboundFault. */
  async send(call: BearerCall, signal: AbortSignal): Promise<HttpsAnswer> {
    const { method, path, body, contentType = 'application/json' } = call;
    const { transport, token } = this.#options;
    const headers = {
      authorization: `Bearer ${await token(signal)}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': contentType }),
    };
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8');
    return transport.send({ method, path, headers, body: sent }, signal);
  }

  /** Forgets the token if the store has refused the request because of it. */
  noteDenial({ status }: HttpsAnswer): void {
    if (status === 401 || status === 403) this.#options.onDenied();
  }
}
