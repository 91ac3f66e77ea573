import { readBytes } from './read-bytes.js';
import {
  type Repeatability,
  RetryBudget,
  type RetrySettings,
  defaultRetries,
  delayMs,
  hasUnknownEffect,
  mayRepeat,
} from './retry.js';
import { pause } from './pause.js';
import { SallyportError, problemOf } from './sallyport-error.js';
import type { TokenSource } from './token.js';

export interface TransportSettings {
  /** Address of the gateway, such as `https://sallyport.sallyport.svc:8443`. */
  readonly baseUrl: string;
  readonly token: string | TokenSource;
  /** Replaces the `fetch` of the platform, for instance to trust another authority. */
  readonly fetch?: typeof fetch;
  /** Of one attempt; 10 s if absent. A wait for a change is added to it. */
  readonly timeoutMs?: number;
  readonly retries?: Partial<RetrySettings>;
  /** Allows http to other hosts than this one. */
  readonly allowsPlainHttp?: boolean;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined;
  readonly mediaType?: string;
  /** Key of the request; absent if the operation takes none. */
  readonly idempotencyKey?: string | undefined;
  /** Time that the gateway may wait for a change. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;
const USER_AGENT = 'sallyport-client/0.1.0';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const TOKEN = /^[\x21-\x7e]+$/;

/** Sends requests: with the token, a time limit, and repetitions where they are safe. */
export class Transport {
  readonly #base: URL;
  readonly #token: string | TokenSource;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #budget = new RetryBudget();
  readonly retries: RetrySettings;

  constructor({ baseUrl, token, timeoutMs = TIMEOUT_MS, ...others }: TransportSettings) {
    this.#base = new URL(baseUrl);
    const isPlain = this.#base.protocol === 'http:' && !LOOPBACK.test(this.#base.hostname);
    if (isPlain && others.allowsPlainHttp !== true) {
      throw new TypeError('http to another host shows the token to the network: use https');
    }
    this.#token = token;
    this.#fetch = others.fetch ?? fetch;
    this.#timeoutMs = timeoutMs;
    this.retries = { ...defaultRetries, ...others.retries };
  }

  /**
   * Sends a request until it succeeds or may not be repeated, and returns what `read` makes of the
   * response: 2xx, or 304. Throws SallyportError, and the reason of an aborted signal.
   */
  async send<T>(request: ApiRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const repeatability = repeatabilityOf(request);
    let [isRefused, wasUnknown] = [false, false];
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await this.#attempt(request, isRefused, read);
        this.#budget.succeeded();
        return result;
      } catch (error) {
        if (!(error instanceof SallyportError)) throw error;
        if (error.code === 'Unauthenticated' && !isRefused && typeof this.#token !== 'string') {
          // The token may have been replaced since it was read.
          isRefused = true;
          continue;
        }
        wasUnknown ||= hasUnknownEffect(error);
        const isOver = attempt >= this.retries.retriesMax;
        if (isOver || !mayRepeat(error, repeatability, wasUnknown) || !this.#budget.take(error)) {
          throw error;
        }
        await pause(delayMs(this.retries, attempt, error), request.signal);
      }
    }
  }

  /** Opens a stream, whose body has no time limit. One attempt. */
  async open(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), this.#timeoutMs);
    try {
      const response = await this.#fetched(request, false, timer.signal);
      if (!response.ok || response.body === null) throw await problemOf(response);
      return response.body;
    } finally {
      clearTimeout(timeout);
    }
  }

  async #attempt<T>(
    request: ApiRequest,
    isRefused: boolean,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const limitMs = this.#timeoutMs + (request.waitMs ?? 0);
    const timeout = AbortSignal.timeout(limitMs);
    const response = await this.#fetched(request, isRefused, timeout);
    try {
      if (!response.ok && response.status !== 304) throw await problemOf(response);
      return await read(response);
    } catch (error) {
      if (error instanceof SallyportError || error instanceof RangeError) throw error;
      request.signal?.throwIfAborted();
      throw unreachable(error, timeout, limitMs);
    }
  }

  async #fetched(request: ApiRequest, isRefused: boolean, timeout: AbortSignal): Promise<Response> {
    const { method, path, body, signal } = request;
    const headers = headersOf(request, await this.#bearer(isRefused));
    const signals = signal === undefined ? [timeout] : [timeout, signal];
    signal?.throwIfAborted();
    try {
      return await this.#fetch(new URL(path, this.#base), {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.any(signals),
        ...(body !== undefined && { body }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(error, timeout, this.#timeoutMs);
    }
  }

  async #bearer(isRefused: boolean): Promise<string> {
    const source = this.#token;
    const token = typeof source === 'string' ? source : await source({ isRefused });
    // An error of `Headers` would contain the token.
    if (!TOKEN.test(token)) throw new TypeError('the token is empty or has invalid characters');
    return `Bearer ${token}`;
  }
}

/** Reads a JSON body. */
export async function readJson<T>(response: Response): Promise<T> {
  const bytes = await readBytes(response);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T; // the type of the operation
  } catch {
    throw new SallyportError('InvalidResponse', 'the response is not JSON', {
      status: response.status,
    });
  }
}

function repeatabilityOf({ method, idempotencyKey }: ApiRequest): Repeatability {
  return { isRead: method === 'GET', isKeyed: idempotencyKey !== undefined };
}

function headersOf(request: ApiRequest, authorization: string): Headers {
  const headers = new Headers({ authorization, 'user-agent': USER_AGENT });
  const { idempotencyKey, mediaType, headers: others = {} } = request;
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  if (mediaType !== undefined) headers.set('content-type', mediaType);
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}

/** Returns the error of a connection; its words contain no part of the request. */
function unreachable(error: unknown, timeout: AbortSignal, limitMs: number): SallyportError {
  if (timeout.aborted) {
    return new SallyportError('Unreachable', `the gateway did not respond within ${limitMs} ms`);
  }
  const code = codeOf(error) ?? 'the connection failed';
  return new SallyportError('Unreachable', `the gateway cannot be reached: ${code}`);
}

function codeOf(error: unknown): string | undefined {
  const { cause, code } = Object(error) as { readonly cause?: unknown; readonly code?: unknown };
  if (typeof code === 'string') return code;
  return cause === undefined ? undefined : codeOf(cause);
}
