import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { StreamPlaces } from '../core/stream-places.js';
import { SOCKET_PATH, SOCKET_PROTOCOL, upgradeHeadOf } from '../http/upgrade-requests.js';
import { knownCloseCode } from './socket-close.js';
import { SocketConnection } from './socket-connection.js';
import { type SocketProtocolParts, socketProtocol } from './socket-protocol.js';
import { SocketSession, type SocketSessionParts } from './socket-session.js';

export interface GraphqlSocketOptions
  extends SocketProtocolParts, Omit<SocketSessionParts, 'places'> {}

const UPGRADE = 'upgrade';
type Strategy = Parameters<FastifyInstance['addConstraintStrategy']>[0];
type Handler = NonNullable<ReturnType<ReturnType<Strategy['storage']>['get']>>;
/** `closeTimeout` is missing from the types of ws. */
const serverOptions = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: limits.socketMessageBytesMax,
  closeTimeout: limits.socketCloseMsMax,
  handleProtocols: (): string => SOCKET_PROTOCOL,
};

/**
 * Subscriptions over graphql-transport-ws at `GET /graphql`. An upgrade is a request like others:
 * by a route of its own, which only upgrades reach, and through all hooks.
 */
export function addGraphqlSockets(instance: FastifyInstance, options: GraphqlSocketOptions): void {
  instance.addConstraintStrategy({
    name: UPGRADE,
    storage: () => {
      const handlers = new Map<unknown, Handler>();
      return {
        get: (protocol) => handlers.get(protocol) ?? null,
        set: (protocol, handler) => void handlers.set(protocol, handler),
      };
    },
    deriveConstraint: (message) => (upgradeHeadOf(message) ? SOCKET_PROTOCOL : undefined),
    mustMatchWhenDerived: false,
    validate: () => undefined,
  });
  const sockets = new GraphqlSockets(options);
  instance.route({
    method: 'GET',
    url: SOCKET_PATH,
    constraints: { [UPGRADE]: SOCKET_PROTOCOL },
    exposeHeadRoute: false,
    config: { credentialMayFollow: true, action: 'auth.refused' },
    handler: (request, reply) => sockets.open(request, reply),
  });
}

class GraphqlSockets {
  readonly #options: GraphqlSocketOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: ReturnType<typeof socketProtocol>;
  readonly #places = new StreamPlaces({
    what: 'connections',
    inAllMax: limits.socketsMax,
    ofUserMax: limits.socketsPerUserMax,
  });
  /** Of the handshake under way, which awaits nothing. */
  #fields: readonly string[] = [];
  #problem: Error | undefined;

  constructor(options: GraphqlSocketOptions) {
    this.#options = options;
    this.#protocol = socketProtocol(options);
    this.#server = new WebSocketServer(serverOptions);
    this.#server.on('headers', (lines) => void lines.push(...this.#fields));
    this.#server.on('wsClientError', (error) => (this.#problem = error));
  }

  /** Throws before the connection is one: BadRequest, Forbidden, TooManyRequests, Unavailable. */
  open(request: FastifyRequest, reply: FastifyReply): void {
    refuseForeignOrigin(request);
    const { leaving } = this.#options;
    if (leaving.aborted) throw unavailable('the gateway stops');
    const session = new SocketSession(request, reply, { ...this.#options, places: this.#places });
    session.enter();
    const socket = this.#handshake(request, reply);
    if (socket === undefined) return;
    this.#serve(session, socket);
  }

  /** Undefined where the client has gone. */
  #handshake({ raw }: FastifyRequest, reply: FastifyReply): WebSocket | undefined {
    this.#problem = undefined;
    this.#fields = Object.entries(reply.getHeaders()).map(
      ([name, value]) => `${name}: ${String(value)}`,
    );
    let opened: WebSocket | undefined;
    const head = upgradeHeadOf(raw) ?? Buffer.alloc(0);
    this.#server.handleUpgrade(raw, raw.socket, head, (socket) => (opened = socket));
    // ws names a header, and quotes none.
    if (this.#problem) throw badHandshake(this.#problem);
    reply.hijack();
    // For the log, which has one line for each request.
    reply.raw.statusCode = 101;
    return opened;
  }

  #serve(session: SocketSession, socket: WebSocket): void {
    const { request } = session;
    const { leaving, onError } = this.#options;
    const onFault = (error: unknown): void => onError(error, request.requestId);
    const connection = new SocketConnection(socket, request.raw.socket, onFault);
    const leave = (): void => connection.close(1001);
    leaving.addEventListener('abort', leave, { once: true });
    const closed = this.#protocol.opened(
      {
        protocol: connection.protocol,
        send: (text) => connection.send(text),
        close: (code) => session.close(knownCloseCode(code)),
        onMessage: (take) => connection.onMessage(take),
        onPing: () => connection.onPing(),
      },
      session,
    );
    socket.once('close', (code) => {
      leaving.removeEventListener('abort', leave);
      void closed(code).catch(onFault);
    });
    session.attach(connection);
  }
}

function badHandshake(problem: Error): SallyportError {
  return new SallyportError('BadRequest', 'the WebSocket handshake is not valid', {
    internal: problem.message,
    headers: { 'sec-websocket-version': '13' },
  });
}

/**
 * A page of another origin gets no connection: there is no preflight to a WebSocket, and browsers
 * show a client certificate to whoever names the address.
 */
function refuseForeignOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined) return;
  const parsed = URL.parse(origin);
  if (parsed !== null && parsed.host === host?.toLowerCase()) return;
  throw new SallyportError('Forbidden', 'no connections for pages of other origins');
}
