import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConnection } from '../../../../src/kubernetes/kube-connection.js';
import { KubeTransport } from '../../../../src/kubernetes/kube-transport.js';

export type Script = (response: ServerResponse, query: URLSearchParams, count: number) => void;

export interface SeenRequest {
  readonly isWatch: boolean;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

const tls = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  servername: undefined,
  rejectUnauthorized: true,
};

/** An API server that lists and watches as told; counts begin with 1. */
export class ScriptedApi {
  readonly seen: SeenRequest[] = [];
  readonly transport: KubeTransport;
  readonly #server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    // A listening TCP server has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const material = { token: 'own', tls };
    this.transport = new KubeTransport(
      new KubeConnection({
        server: `http://127.0.0.1:${port}`,
        read: () => Promise.resolve(material),
      }),
    );
  }

  static async start(list: Script, watch: Script): Promise<ScriptedApi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = new ScriptedApi(server);
    server.on('request', (request, response) => {
      const query = new URL(request.url ?? '/', 'http://x').searchParams;
      const isWatch = query.has('watch');
      api.seen.push({ isWatch, query, headers: request.headers });
      const count = api.seen.filter((other) => other.isWatch === isWatch).length;
      (isWatch ? watch : list)(response, query, count);
    });
    return api;
  }

  get lists(): readonly SeenRequest[] {
    return this.seen.filter(({ isWatch }) => !isWatch);
  }

  get watches(): readonly SeenRequest[] {
    return this.seen.filter(({ isWatch }) => isWatch);
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  stop(): void {
    this.transport.close();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** An answer with a Status. */
export function refuse(response: ServerResponse, code: number, reason = ''): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason };
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}

/** One page of a list. */
export function page(
  response: ServerResponse,
  names: readonly string[],
  metadata: Readonly<Record<string, string>>,
): void {
  const items = names.map((name) => ({ metadata: { name } }));
  response.end(JSON.stringify({ kind: 'SecretList', apiVersion: 'v1', metadata, items }));
}

/** One line of a watch; `flush` before it makes the watch open without one. */
export function send(response: ServerResponse, type: string, name: string, version: string): void {
  const object = { metadata: { name, resourceVersion: version } };
  response.write(`${JSON.stringify({ type, object })}\n`);
}
