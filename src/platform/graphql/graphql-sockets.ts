import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { StreamQuota } from '../../core/stream-quota.js';
import { addRouteConstraint } from '../http/route-constraint.js';
import { SOCKET_PATH, SOCKET_PROTOCOL, upgradeHeadOf } from '../http/upgrade-requests.js';
import { refuseForeignOrigin, WebSocketHandshakes } from '../http/web-socket-handshake.js';
import { knownCloseCode } from './socket-close.js';
import { SocketConnection } from './socket-connection.js';
import { type SocketProtocolDependencies, socketProtocol } from './socket-protocol.js';
import { SocketSession, type SocketSessionDependencies } from './socket-session.js';

export interface GraphqlSocketOptions
  extends SocketProtocolDependencies, Omit<SocketSessionDependencies, 'places'> {}

const UPGRADE = 'upgrade';

/**
 * Adds subscriptions over graphql-transport-ws at `GET /graphql`. An upgrade is handled like other
 * requests: by its own route, which only upgrades match, and through all hooks.
 */
export function addGraphqlSockets(instance: FastifyInstance, options: GraphqlSocketOptions): void {
  addRouteConstraint(instance, UPGRADE, (message) =>
    upgradeHeadOf(message) ? SOCKET_PROTOCOL : undefined,
  );
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
  readonly #handshakes = new WebSocketHandshakes(() => SOCKET_PROTOCOL);
  readonly #protocol: ReturnType<typeof socketProtocol>;
  readonly #places = new StreamQuota({
    what: 'connections',
    inAllMax: limits.socketsMax,
    ofUserMax: limits.socketsPerUserMax,
    ofAddressMax: limits.socketsPerAddressMax,
  });

  constructor(options: GraphqlSocketOptions) {
    this.#options = options;
    this.#protocol = socketProtocol(options);
  }

  /** Opens a connection, or throws first: BadRequest, Forbidden, TooManyRequests, Unavailable. */
  open(request: FastifyRequest, reply: FastifyReply): void {
    refuseForeignOrigin(request);
    const { leaving } = this.#options;
    if (leaving.aborted) throw unavailable('the gateway stops');
    const session = new SocketSession(request, reply, { ...this.#options, places: this.#places });
    session.enter();
    const socket = this.#handshakes.accept(request, reply);
    if (socket === undefined) return;
    this.#serve(session, socket);
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
