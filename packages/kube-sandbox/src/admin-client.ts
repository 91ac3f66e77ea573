import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RunningSandbox, SandboxRequestOptions } from './running-sandbox.js';

const REQUEST_MS_MAX = 30_000;

/** Sends requests as `system:masters` to the port that all clients use. */
export class AdminClient {
  readonly #url: string;
  readonly #agent: Agent;

  constructor(
    sandbox: Pick<RunningSandbox, 'url' | 'caCertificate' | 'adminCertificate' | 'adminKey'>,
  ) {
    this.#url = sandbox.url;
    this.#agent = new Agent({
      ca: sandbox.caCertificate,
      cert: sandbox.adminCertificate,
      key: sandbox.adminKey,
      keepAlive: true,
      maxSockets: 4,
    });
  }

  /** Resolves with any response; rejects if there is no response within 30 s. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    { contentType = 'application/json' }: SandboxRequestOptions = {},
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = {
      accept: 'application/json',
      'user-agent': 'sallyport',
      ...(payload === undefined ? {} : { 'content-type': contentType, ...lengthOf(payload) }),
    };
    const signal = AbortSignal.timeout(REQUEST_MS_MAX);
    const outgoing = httpsRequest(new URL(path, this.#url), {
      method,
      headers,
      agent: this.#agent,
      signal,
    });
    outgoing.once('response', resolve).on('error', reject).end(payload);
    const response = await promise;
    const answer = await text(response);
    const isJson = response.headers['content-type']?.includes('json') === true;
    // Node always sets the status of a response that a client received.
    return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(answer) : answer };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Node frames the body of a DELETE only if the request has a Content-Length. */
function lengthOf(payload: string): { readonly 'content-length': number } {
  return { 'content-length': Buffer.byteLength(payload) };
}
