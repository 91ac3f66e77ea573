import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf } from '../output/system-error.js';

const REQUEST_MS_MAX = 5_000;
const CONNECTIONS_MAX = 32;

export interface AgentState {
  readonly isReady: () => boolean;
  readonly metrics: () => Promise<string>;
}

/** HTTP server for probes and metrics: `/livez`, `/readyz` and `/metrics`. */
export class StatusServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens. Throws an Error if the address cannot be used. */
  static async listen(
    { host, port }: { readonly host: string; readonly port: number },
    state: AgentState,
  ): Promise<StatusServer> {
    const server = createServer({ requestTimeout: REQUEST_MS_MAX }, ({ url = '' }, response) => {
      void answer(url, response, state);
    });
    server.maxConnections = CONNECTIONS_MAX;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.on('error', (error) => reject(new Error(`${host}:${port}: ${codeOf(error)}`)));
    server.listen(port, host, resolve);
    await promise;
    return new StatusServer(server);
  }

  /** Address, such as `127.0.0.1:8421`. */
  get address(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function answer(url: string, response: ServerResponse, state: AgentState): Promise<void> {
  switch (url) {
    case '/livez':
      return send(response, 200, 'ok\n');
    case '/readyz':
      return state.isReady() ? send(response, 200, 'ok\n') : send(response, 503, 'not ready\n');
    case '/metrics':
      return send(response, 200, await state.metrics(), 'text/plain; version=0.0.4');
    default:
      return send(response, 404, 'not found\n');
  }
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.on('error', () => undefined);
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
