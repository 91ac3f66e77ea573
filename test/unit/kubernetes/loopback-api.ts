import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeTransport } from '../../../src/kubernetes/kube-transport.js';

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const noTls = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  servername: undefined,
  rejectUnauthorized: true,
};

/** An API server on loopback that answers as the test says, and what it has received. */
export class LoopbackApi {
  readonly received: Received[] = [];
  answering: (response: ServerResponse, received: Received) => void = (response) => response.end();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method, url, headers } = request;
      const received = { method, url, headers, body };
      this.received.push(received);
      this.answering(response, received);
    });
  });

  async start(): Promise<KubeTransport> {
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    // A listening TCP server has an AddressInfo.
    const { port } = this.#server.address() as AddressInfo;
    const server = `http://127.0.0.1:${port}`;
    const material = { token: 'own', tls: noTls };
    return new KubeTransport(new KubeConnection({ server, read: async () => material }));
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
