import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between a client and a server, and cuts a connection once, right after the client has sent
 * a certain text: the server gets it, and its answer gets lost.
 */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cutAfter: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Forwards to the server of a URL. */
  static async start(target: string): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server);
    const { hostname, port } = new URL(target);
    server.on('connection', (client) => proxy.#join(client, connect(Number(port), hostname)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** The address of a database by way of the proxy. */
  url(target: string): string {
    const url = new URL(target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  cutAfter(text: string): void {
    this.#cutAfter = text;
  }

  /** Cuts all connections; new ones are made as before. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, server].forEach((one) => one.destroy()));
    }
    server.pipe(client);
    client.on('data', (chunk) => {
      server.write(chunk);
      if (this.#cutAfter === undefined || !chunk.includes(this.#cutAfter)) return;
      this.#cutAfter = undefined;
      server.unpipe(client);
      // The server works on, as behind a network that broke.
      client.destroy();
      client.removeAllListeners('close');
    });
  }
}
