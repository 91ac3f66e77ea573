import { randomUUID } from 'node:crypto';
import type { SecretValue } from '../../../core/secret-value.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import type { StoreTransport } from '../store-transport.js';
import { requestSignature } from './request-signature.js';

export interface WebhookCallsOptions {
  readonly transport: Pick<StoreTransport, 'send'>;
  /** Base of all requests. */
  readonly url: URL;
  /** Key that signs requests; undefined: they have no signature. */
  readonly signingKey: SecretValue | undefined;
  /** Returns a token of the ServiceAccount; undefined: none is sent. Throws OutboundFault. */
  readonly token: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Called when the store refuses the credential. */
  readonly onDenied: () => void;
  readonly nowMs: () => number;
}

export interface WebhookCall {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'DELETE';
  readonly name: string;
  /** Query with its `?`. */
  readonly query?: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

const EMPTY = Buffer.alloc(0);

/** Requests of the contract, each with a new signature, a token, or both. */
export class WebhookCalls {
  readonly #options: WebhookCallsOptions;

  constructor(options: WebhookCallsOptions) {
    this.#options = options;
  }

  /** Sends a request. Throws OutboundFault. */
  async send(call: WebhookCall, signal: AbortSignal): Promise<HttpsAnswer> {
    const { transport, token, onDenied } = this.#options;
    const { method, name, query = '', idempotencyKey } = call;
    const path = `/secrets/${name}${query}`;
    const body =
      call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body), 'utf8');
    const headers = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(token !== undefined && { authorization: `Bearer ${await token(signal)}` }),
      ...this.#signature(method, path, body),
    };
    const answer = await transport.send({ method, path, headers, body }, signal);
    if (answer.status === 401 || answer.status === 403) onDenied();
    return answer;
  }

  #signature(
    method: string,
    path: string,
    body: Buffer = EMPTY,
  ): Readonly<Record<string, string>> | undefined {
    const { url, signingKey, nowMs } = this.#options;
    if (signingKey === undefined) return undefined;
    const timestampSeconds = Math.floor(nowMs() / 1_000);
    const target = url.pathname.replace(/\/$/, '') + path;
    const request = { method, target, id: randomUUID(), timestampSeconds, body };
    return requestSignature(request, signingKey.reveal());
  }
}
