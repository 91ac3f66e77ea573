import { type Server, type Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

type Fault = 'none' | 'cut-request' | 'cut-response' | 'half' | 'busy' | 'away' | 'slow';

const faults: readonly Fault[] = ['cut-request', 'cut-response', 'half', 'busy', 'away', 'slow'];
const said = {
  busy: 'HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\nretry-after: 0\r\n\r\n',
  away: 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n',
} as const;

/**
 * A proxy between a client and a gateway that breaks a share of all connections: before the request
 * is sent on, after it was carried out, in the middle of the response, or with an answer of its
 * own.
 */
export class FaultyProxy {
  readonly url: string;
  /** How often each fault was made. */
  readonly made = new Map<Fault, number>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** `random`: from 0 to 1; a connection is broken below `share`. */
  static async start(
    target: string,
    { share, random }: { readonly share: number; readonly random: () => number },
  ): Promise<FaultyProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const proxy = new FaultyProxy(server);
    const { hostname, port } = new URL(target);
    server.on('connection', (client) => {
      const fault = random() < share ? faults[Math.floor(random() * faults.length)] : 'none';
      proxy.made.set(fault ?? 'none', (proxy.made.get(fault ?? 'none') ?? 0) + 1);
      proxy.#serve(client, { hostname, port: Number(port) }, fault ?? 'none');
    });
    return proxy;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** Ends the oldest connection, such as that of a stream. */
  cutOne(): void {
    const [socket] = this.#sockets;
    socket?.destroy();
  }

  #serve(
    client: Socket,
    target: { readonly hostname: string; readonly port: number },
    fault: Fault,
  ): void {
    this.#hold(client);
    if (fault === 'cut-request') {
      client.once('data', () => client.destroy());
      return;
    }
    if (fault === 'busy' || fault === 'away') {
      client.once('data', () => client.end(said[fault]));
      return;
    }
    const gateway = connect(target.port, target.hostname);
    this.#hold(gateway);
    client.pipe(gateway);
    gateway.once('data', (first) => this.#answer(client, gateway, first, fault));
    gateway.once('close', () => client.end());
    client.once('close', () => gateway.destroy());
  }

  #answer(client: Socket, gateway: Socket, first: Buffer, fault: Fault): void {
    if (fault === 'cut-response') return void client.destroy();
    if (fault === 'half') {
      client.write(first.subarray(0, Math.max(1, Math.floor(first.length * 0.6))));
      setTimeout(() => client.destroy(), 5);
      return;
    }
    const send = () => {
      client.write(first);
      gateway.pipe(client);
    };
    if (fault === 'slow') setTimeout(send, 50);
    else send();
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
