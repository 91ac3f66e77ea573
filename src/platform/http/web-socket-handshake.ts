import type { FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { upgradeHeadOf } from './upgrade-requests.js';

/** `closeTimeout` is missing from the types of ws. */
const serverOptions = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: limits.socketMessageBytesMax,
  closeTimeout: limits.socketCloseMsMax,
};

/** Converter of upgrade requests that have passed all hooks into WebSockets. */
export class WebSocketHandshakes {
  readonly #server: WebSocketServer;
  /** Header fields of the current handshake, which is synchronous. */
  #fields: readonly string[] = [];
  #problem: Error | undefined;

  /** `choose` returns the subprotocol of the response, if the client offers any. */
  constructor(choose: (offered: ReadonlySet<string>) => string | false) {
    this.#server = new WebSocketServer({ ...serverOptions, handleProtocols: choose });
    this.#server.on('headers', (lines) => void lines.push(...this.#fields));
    this.#server.on('wsClientError', (error) => (this.#problem = error));
  }

  /** Returns undefined if the client disconnected. Throws BadRequest before anything is sent. */
  accept({ raw }: FastifyRequest, reply: FastifyReply): WebSocket | undefined {
    this.#problem = undefined;
    this.#fields = Object.entries(reply.getHeaders()).map(
      ([name, value]) => `${name}: ${String(value)}`,
    );
    let opened: WebSocket | undefined;
    const head = upgradeHeadOf(raw) ?? Buffer.alloc(0);
    this.#server.handleUpgrade(raw, raw.socket, head, (socket) => (opened = socket));
    // The message of ws names a header, and quotes no value.
    if (this.#problem) throw badHandshake(this.#problem);
    reply.hijack();
    // For the log, which has one line for each request.
    reply.raw.statusCode = 101;
    return opened;
  }
}

/**
 * Refuses pages of other origins: a WebSocket has no preflight, and browsers present a client
 * certificate to every page that names the address. Programs may send the gateway's own origin.
 */
export function refuseForeignOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined) return;
  const parsed = URL.parse(origin);
  if (parsed !== null && parsed.host === host?.toLowerCase()) return;
  throw new SallyportError('Forbidden', 'no connections for pages of other origins');
}

/** Refuses an upgrade that cannot become a WebSocket, before anything is opened for it. */
export function refuseBadHandshake(request: FastifyRequest): void {
  refuseForeignOrigin(request);
  const { headers } = request;
  const hasKey = /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');
  if (hasKey && headers['sec-websocket-version'] === '13') return;
  throw badHandshake(new Error('Sec-WebSocket-Key or Sec-WebSocket-Version'));
}

function badHandshake(problem: Error): SallyportError {
  return new SallyportError('BadRequest', 'the WebSocket handshake is not valid', {
    internal: problem.message,
    headers: { 'sec-websocket-version': '13' },
  });
}
