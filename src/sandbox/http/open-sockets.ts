import type { Server, Socket } from 'node:net';

/**
 * Every connection of a server, also those still in their TLS handshake: `closeAllConnections`
 * knows only those that have sent a request, and the server waits for all of them.
 */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** At once, whatever they are waiting for. */
  end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
