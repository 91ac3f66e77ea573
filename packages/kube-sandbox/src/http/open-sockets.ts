import type { Server, Socket } from 'node:net';

/**
 * All connections of a server, including those in their TLS handshake. `closeAllConnections` knows
 * only connections with a request, but the server waits for all of them.
 */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Destroys all connections immediately. */
  end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
