import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandFailure, exitCodes } from '../exit-code.js';
import {
  type RedirectAnswer,
  type RedirectRequest,
  answerTo,
  isLast,
  pageOf,
} from './redirect-answer.js';

const HOST = '127.0.0.1';
const CALLBACK = '/callback';
const CONNECTIONS_MAX = 16;
const SECRET_BYTES = 32;

/** Listener on loopback that receives the response of an issuer once. RFC 8252, section 7.3. */
export class LoopbackRedirect {
  readonly redirectUri: string;
  readonly #server: Server;
  readonly #startPath = `/${randomBytes(SECRET_BYTES).toString('base64url')}`;
  readonly #received = Promise.withResolvers<URL>();
  #authorizationUrl: URL | undefined;
  #state = '';
  #hasStarted = false;
  #hasEnded = false;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo; // it listens on a TCP port
    this.redirectUri = `http://${HOST}:${port}${CALLBACK}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response);
    });
    // The failure of a login that nobody waits for any more.
    this.#received.promise.catch(() => undefined);
  }

  static async open(): Promise<LoopbackRedirect> {
    const server = createServer();
    server.on('error', () => undefined);
    server.maxConnections = CONNECTIONS_MAX;
    const listening = once(server, 'listening');
    server.listen(0, HOST);
    await listening;
    return new LoopbackRedirect(server);
  }

  /**
   * Returns an address that forwards one request to the issuer. The arguments of a browser are
   * visible to all users of the machine: they have this address, without state and nonce.
   */
  startUrl(): string {
    return new URL(this.#startPath, this.redirectUri).href;
  }

  /** Waits for the redirect with this state. Throws CommandFailure, also when time is over. */
  async wait(
    { authorizationUrl, state }: { readonly authorizationUrl: URL; readonly state: string },
    limitMs: number,
  ): Promise<URL> {
    this.#authorizationUrl = authorizationUrl;
    this.#state = state;
    const late = new CommandFailure('nobody has logged in: time is over', exitCodes.denied);
    const timer = setTimeout(() => this.#received.reject(late), limitMs);
    try {
      return await this.#received.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = answerTo(this.#facts(request));
    const { status, headers, text } = pageOf(answer);
    const location = answer === 'start' ? this.#authorizationUrl?.href : undefined;
    response.on('error', () => undefined);
    // The wait ends, and the listener with it, once the browser has its page.
    response.on('close', () => this.#note(answer, request));
    response.writeHead(status, { ...headers, ...(location !== undefined && { location }) });
    response.end(text);
    this.#hasStarted ||= answer === 'start';
    this.#hasEnded ||= isLast(answer);
  }

  #facts({ method, url = '', headers }: IncomingMessage): RedirectRequest {
    return {
      ...{ method, url, host: headers.host, redirectUri: this.redirectUri, state: this.#state },
      startPath: this.#authorizationUrl === undefined ? undefined : this.#startPath,
      ...{ hasStarted: this.#hasStarted, hasEnded: this.#hasEnded },
    };
  }

  #note(answer: RedirectAnswer, { url = '' }: IncomingMessage): void {
    const { resolve, reject } = this.#received;
    if (answer === 'accepted' || answer === 'refused') resolve(new URL(url, this.redirectUri));
    const message = failures[answer];
    if (message === undefined) return;
    const advice = 'log in again; --no-browser opens no browser';
    reject(new CommandFailure(message, exitCodes.denied, advice));
  }
}

const failures: Readonly<Partial<Record<RedirectAnswer, string>>> = {
  'wrong state': 'a response to another login has arrived',
  'started twice': 'the address for the browser was opened twice',
};
