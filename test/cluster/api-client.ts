import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { createSecureContext } from 'node:tls';

export interface ApiRequestOptions {
  /** Default: JSON, and JSON merge patch for PATCH. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** A bearer token to act with, instead of the client certificate. */
  readonly token?: string;
}

export interface ApiResponse<Body> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where the answer is JSON, else text. */
  readonly body: Body;
}

export interface ApiClientSettings {
  readonly url: string;
  readonly ca: string;
  readonly key: string;
  readonly certificate: string;
}

type Message = readonly [
  method: string,
  path: string,
  payload: string | undefined,
  options: ApiRequestOptions,
];

class StaleConnection extends Error {}

const requestTimeoutMs = 30_000;

/** Sends single requests to one server, with a client certificate unless told otherwise. */
export class ApiClient {
  readonly #url: string;
  readonly #certificateAgent: Agent;
  readonly #anonymousAgent: Agent;

  constructor({ url, ca, key, certificate }: ApiClientSettings) {
    this.#url = url;
    // Each connection would parse these again, which costs more than its handshake.
    const own = createSecureContext({ ca, key, cert: certificate });
    this.#certificateAgent = new Agent({ secureContext: own, keepAlive: true });
    const anonymous = createSecureContext({ ca });
    this.#anonymousAgent = new Agent({ secureContext: anonymous, keepAlive: true });
  }

  /** Resolves with any answer, also a refusal; rejects if there is none within 30 s. */
  async request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options: ApiRequestOptions = {},
  ): Promise<ApiResponse<Body>> {
    const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await this.#send(method, path, payload, options);
    const answer = await text(response);
    const isJson = response.headers['content-type']?.includes('json') ?? false;
    return {
      // Node always sets the status of a response that a client received.
      status: response.statusCode as number,
      headers: response.headers,
      // The caller names the type that it expects, as with JSON.parse.
      body: (isJson ? JSON.parse(answer) : answer) as Body,
    };
  }

  /** Once more where the connection was an old one, to a server that was stopped since. */
  async #send(...message: Message): Promise<IncomingMessage> {
    try {
      return await this.#sendOnce(...message);
    } catch (error) {
      if (error instanceof StaleConnection) return this.#sendOnce(...message);
      throw error;
    }
  }

  #sendOnce(...[method, path, payload, options]: Message): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = httpsRequest(new URL(path, this.#url), {
      method,
      headers: headersOf(method, payload, options),
      // An API server prefers a client certificate to a token, so it must not see both.
      agent: options.token === undefined ? this.#certificateAgent : this.#anonymousAgent,
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    // Bytes: with a text, Node encodes the headers like that, and not as they are.
    const bytes = payload === undefined ? undefined : Buffer.from(payload, 'utf8');
    request.on('response', resolve).end(bytes);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    return promise;
  }
}

function headersOf(
  method: string,
  payload: string | undefined,
  { contentType, headers, token }: ApiRequestOptions,
): Record<string, string | string[]> {
  const defaultType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    // As kubectl: some answers, such as the JWKS, exist in a type of their own only.
    accept: 'application/json, */*',
    ...(payload === undefined ? {} : { 'content-type': contentType ?? defaultType }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  };
}
