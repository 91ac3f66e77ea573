import { type HeaderValues, headersOf, reasonHeader } from './headers.js';
import { orAborted, pause } from './pause.js';
import { parsedBody } from './parsed-body.js';
import { BodyCut, readBytes } from './reading.js';
import {
  type Repeatability,
  RetryBudget,
  type RetrySettings,
  delayMs,
  hasUnknownEffect,
  mayRepeat,
  retrySettings,
} from './retry.js';
import { SallyportError, idsOf, problemOf } from './sallyport-error.js';
import type { TokenSource } from './token.js';

export interface TransportSettings {
  /** Address of the gateway, such as `https://sallyport.sallyport.svc:8443`. */
  readonly baseUrl: string;
  readonly token: string | TokenSource;
  /** Replaces the `fetch` of the platform, for instance to trust another authority. */
  readonly fetch?: typeof fetch | undefined;
  /** Time of one attempt; 10 s if absent. A wait for a change is added to it. */
  readonly timeoutMs?: number | undefined;
  readonly retries?: Partial<RetrySettings> | undefined;
  /** Allows http to other hosts than this one. */
  readonly allowsPlainHttp?: boolean | undefined;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers?: HeaderValues;
  readonly reason?: string | undefined;
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined;
  readonly mediaType?: string | undefined;
  /** Key of the request; absent if the operation takes none. */
  readonly idempotencyKey?: string | undefined;
  /** A POST that changes nothing. */
  readonly isRead?: true;
  /** Time that the gateway may wait for a change. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A response whose headers are there, and the signal that limits the reading of its body. */
export interface Opened {
  readonly response: Response;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
const USER_AGENT = 'sallyport-client/0.1.0';

/** Sends requests: with the token, a time limit, and repetitions where they are safe. */
export class Transport {
  readonly #base: URL;
  readonly #token: string | TokenSource;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #budget = new RetryBudget();
  readonly retries: RetrySettings;

  constructor(settings: TransportSettings) {
    const { baseUrl, token, timeoutMs = TIMEOUT_MS, allowsPlainHttp = false } = settings;
    this.#base = checkedBase(baseUrl, allowsPlainHttp);
    this.#token = token;
    this.#fetch = settings.fetch ?? fetch;
    this.#timeoutMs = timeoutMs;
    this.retries = retrySettings(settings.retries);
  }

  /**
   * Sends a request until it succeeds or may not be repeated, and returns what `read` makes of the
   * response: 2xx, or 304 to a conditional read. Throws SallyportError, and the reason of an
   * aborted signal.
   */
  async send<T>(request: ApiRequest, read: (opened: Opened) => Promise<T>): Promise<T> {
    const attempts = new Attempts(this.#token);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await this.#within(request, attempts, read);
        this.#budget.succeeded();
        return result;
      } catch (error) {
        if (!(error instanceof SallyportError)) throw error;
        if (attempts.mayAskForToken(error)) {
          attempt -= 1;
          continue;
        }
        attempts.note(error);
        const isOver = attempt >= this.retries.retriesMax;
        if (isOver || !attempts.mayRepeat(error, request) || !this.#budget.take(error)) throw error;
        await pause(delayMs(this.retries, attempt, error), request.signal);
      }
    }
  }

  /** Opens a stream; its body has no time limit. A refused token is asked for once more. */
  async open(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    const attempts = new Attempts(this.#token);
    const open = async ({ response }: Opened): Promise<ReadableStream<Uint8Array>> => {
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (response.body !== null && isStream) return response.body;
      await response.body?.cancel();
      throw new SallyportError('InvalidResponse', 'the response is no stream', idsOf(response));
    };
    try {
      return await this.#within(request, attempts, open);
    } catch (error) {
      if (!(error instanceof SallyportError && attempts.mayAskForToken(error))) throw error;
      return this.#within(request, attempts, open);
    }
  }

  async #within<T>(
    request: ApiRequest,
    attempts: Attempts,
    read: (opened: Opened) => Promise<T>,
  ): Promise<T> {
    request.signal?.throwIfAborted();
    const limitMs = this.#timeoutMs + (request.waitMs ?? 0);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new TooLate(limitMs)), limitMs);
    const signal = request.signal ? AbortSignal.any([late.signal, request.signal]) : late.signal;
    try {
      const token = await orAborted(attempts.token(), signal);
      const response = await this.#fetched(request, token, signal);
      return await read({ response, signal });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw known(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #fetched(request: ApiRequest, token: string, signal: AbortSignal): Promise<Response> {
    const { method, path, body, reason, idempotencyKey, mediaType, headers } = request;
    const sent = headersOf(token, {
      ...headers,
      'user-agent': USER_AGENT,
      'idempotency-key': idempotencyKey,
      'content-type': mediaType,
    });
    if (reason !== undefined) sent.set('x-change-reason', reasonHeader(reason));
    const response = await this.#fetch(this.#base.href + path.slice(1), {
      method,
      headers: sent,
      // A redirect is an answer like any other: it is never followed.
      redirect: 'manual',
      signal,
      ...(body !== undefined && { body }),
    }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : new ConnectionFailed(error);
    });
    const isUnchanged = response.status === 304 && sent.has('if-none-match');
    if (!response.ok && !isUnchanged) throw await problemOf(response, signal);
    if (!response.headers.has('x-request-id')) {
      await response.body?.cancel();
      throw new SallyportError('InvalidResponse', 'something else answered', idsOf(response));
    }
    return response;
  }
}

/** Attempts of one call, and the token that they use. */
class Attempts {
  readonly #source: string | TokenSource;
  #wasUnknown = false;
  #isRefused = false;
  #hasAskedAgain = false;
  #token: string | undefined;

  constructor(source: string | TokenSource) {
    this.#source = source;
  }

  /** The gateway knows a key by its credential: an attempt that may have been done keeps both. */
  async token(): Promise<string> {
    if (this.#wasUnknown && this.#token !== undefined) return this.#token;
    const source = this.#source;
    const isRefused = this.#isRefused;
    this.#isRefused = false;
    this.#token = typeof source === 'string' ? source : await source({ isRefused });
    return this.#token;
  }

  /** Reports, once, whether the token may have been replaced since it was read. */
  mayAskForToken({ code }: SallyportError): boolean {
    const isFixed = typeof this.#source === 'string' || this.#wasUnknown;
    if (code !== 'Unauthenticated' || isFixed || this.#hasAskedAgain) return false;
    this.#hasAskedAgain = true;
    this.#isRefused = true;
    return true;
  }

  note(error: SallyportError): void {
    this.#wasUnknown ||= hasUnknownEffect(error);
  }

  mayRepeat(error: SallyportError, request: ApiRequest): boolean {
    return mayRepeat(error, repeatabilityOf(request), this.#wasUnknown);
  }
}

class TooLate extends Error {
  constructor(limitMs: number) {
    super(`the gateway did not respond within ${limitMs} ms`);
  }
}

/** The error of `fetch`, of which only the code of the system is used. */
class ConnectionFailed extends Error {
  constructor(error: unknown) {
    super(`the gateway cannot be reached: ${codeOf(error) ?? 'the connection failed'}`);
  }
}

/** Reads a JSON body. */
export async function readJson<T>({ response, signal }: Opened): Promise<T> {
  return parsedBody(await readBytes(response, signal), idsOf(response));
}

/** Returns the address with a final slash. Throws a TypeError for one that cannot be used. */
function checkedBase(baseUrl: string, allowsPlainHttp: boolean): URL {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  const { protocol, hostname, username, password, search, hash } = base;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TypeError('baseUrl must begin with https:// or http://');
  }
  if (username + password + search + hash !== '') {
    throw new TypeError('baseUrl has no credentials, no query and no fragment');
  }
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !isLocal && !allowsPlainHttp) {
    throw new TypeError('http to another host shows the token to the network: use https');
  }
  return base;
}

function repeatabilityOf({ method, idempotencyKey, isRead }: ApiRequest): Repeatability {
  return { isRead: method === 'GET' || isRead === true, isKeyed: idempotencyKey !== undefined };
}

/** Returns the error to throw; its words contain no part of the request. */
function known(error: unknown): unknown {
  const isConnection =
    error instanceof TooLate || error instanceof ConnectionFailed || error instanceof BodyCut;
  return isConnection ? new SallyportError('Unreachable', error.message) : error;
}

function codeOf(error: unknown): string | undefined {
  const { cause, code } = Object(error) as { readonly cause?: unknown; readonly code?: unknown };
  if (typeof code === 'string') return code;
  return cause === undefined ? undefined : codeOf(cause);
}
