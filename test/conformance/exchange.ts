import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';

import type { KeyAndCertificate } from '../cluster/certificates.js';

export interface ExchangeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | undefined;
  readonly signal?: AbortSignal;
}

const timeoutMs = 10_000;

/** Sends requests to one server as one user, over connections that it keeps. */
export class Exchange {
  readonly #url: string;
  readonly #agent: Agent;

  constructor(url: string, ca: string, user?: KeyAndCertificate) {
    this.#url = url;
    const certificate = user === undefined ? {} : { key: user.key, cert: user.certificate };
    this.#agent = new Agent({ ca, keepAlive: true, ...certificate });
  }

  /** Resolves when the headers of an answer have come; the body is still to be read. */
  async send({
    method,
    path,
    headers,
    payload,
    signal,
  }: ExchangeRequest): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = httpsRequest(`${this.#url}${path}`, {
      method,
      headers,
      agent: this.#agent,
      signal: signal ?? AbortSignal.timeout(timeoutMs),
    });
    request.on('response', resolve).on('error', reject).end(payload);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}
