import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isKubernetesPath } from './domain/kubernetes-path.js';

/** Where GraphQL takes a WebSocket, and its subprotocol there. */
export const SOCKET_PATH = '/graphql';
export const SOCKET_PROTOCOL = 'graphql-transport-ws';

const heads = new WeakMap<IncomingMessage, Buffer>();

/**
 * Whether a request that offers an upgrade is taken by its word, for `createServer`. Any other is
 * answered as if it had offered nothing: curl --http2 and Java's client offer `h2c` with each.
 * Below `/kubernetes` a watch becomes a WebSocket; other requests get their response without one.
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

/** What was read behind the head of a request that is upgraded; undefined for any other. */
export function upgradeHeadOf(message: IncomingMessage): Buffer | undefined {
  return heads.get(message);
}

/**
 * Sends upgrades the way of every request, with a response of their own: hooks, refusals and
 * records hold for them as well. Its `close` is that of the connection.
 * https://nodejs.org/api/http.html#event-upgrade_1
 */
export function routeUpgrades(
  server: Pick<Server, 'on'>,
  onRequest: RequestListener,
  Response: typeof ServerResponse = ServerResponse,
): void {
  server.on('upgrade', (request, stream, head) => {
    // Both kinds of server listen on sockets.
    const socket = stream as Socket;
    // Node has taken its own listener away.
    socket.on('error', () => socket.destroy());
    const response = new Response(request);
    try {
      response.assignSocket(socket);
    } catch {
      // The answer to a request before it has not left yet: nothing can be said in its place.
      socket.destroy();
      return;
    }
    // What is answered in place of an upgrade ends the connection.
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.destroySoon());
    heads.set(request, head);
    onRequest(request, response);
  });
}
