import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isKubernetesPath } from './domain/kubernetes-path.js';

/** Path of GraphQL's WebSocket, and its subprotocol. */
export const SOCKET_PATH = '/graphql';
export const SOCKET_PROTOCOL = 'graphql-transport-ws';

const heads = new WeakMap<IncomingMessage, Buffer>();

/**
 * Reports whether an upgrade offer is accepted, for `createServer`. Otherwise the offer is ignored:
 * curl --http2 and Java's client always offer `h2c`. Below `/kubernetes`, a watch becomes a
 * WebSocket; other requests get a plain response.
 */
export function isUpgrade({ method, url, headers }: IncomingMessage): boolean {
  const hasBody =
    headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    (isGraphql(url, headers['sec-websocket-protocol']) || isKubernetesPath(url ?? '')) &&
    !hasBody
  );
}

function isGraphql(url: string | undefined, offered = ''): boolean {
  const protocols = offered.split(',').map((protocol) => protocol.trim());
  return url === SOCKET_PATH && protocols.includes(SOCKET_PROTOCOL);
}

/** Returns the bytes read after the head of an upgraded request; undefined for any other. */
export function upgradeHeadOf(message: IncomingMessage): Buffer | undefined {
  return heads.get(message);
}

/**
 * Routes upgrades like every request, with their own response: hooks, refusals and records apply.
 * The `close` of the response is the connection's. https://nodejs.org/api/http.html#event-upgrade_1
 */
export function routeUpgrades(
  server: Pick<Server, 'on'>,
  onRequest: RequestListener,
  Response: typeof ServerResponse = ServerResponse,
): void {
  server.on('upgrade', (request, stream, head) => {
    // Both kinds of server listen on sockets.
    const socket = stream as Socket;
    // Node has removed its own listener.
    socket.on('error', () => socket.destroy());
    const response = new Response(request);
    try {
      response.assignSocket(socket);
    } catch {
      // The response to an earlier request has not been sent yet: no response can replace it.
      socket.destroy();
      return;
    }
    // A response that replaces an upgrade ends the connection.
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.destroySoon());
    heads.set(request, head);
    onRequest(request, response);
  });
}
