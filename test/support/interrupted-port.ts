import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { findFreePorts } from '../cluster/free-ports.js';

/** A port on loopback that leads to another one while it is open, and to nobody else. */
export class InterruptedPort {
  readonly port: number;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  /** It is open. */
  static async to(targetPort: number): Promise<InterruptedPort> {
    const [port = 0] = await findFreePorts(1);
    const interrupted = new InterruptedPort(port, targetPort);
    await interrupted.open();
    return interrupted;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => {
      const target = connect(this.#targetPort, '127.0.0.1');
      for (const one of [this.#kept(socket), this.#kept(target)]) {
        one.on('close', () => [socket, target].forEach((other) => other.destroy()));
      }
      socket.pipe(target).pipe(socket);
    });
    await once(server.listen(this.port, '127.0.0.1'), 'listening');
    this.#server = server;
  }

  /** Ends what is open; connections are refused from then on. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server.close(), 'close');
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #kept(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
