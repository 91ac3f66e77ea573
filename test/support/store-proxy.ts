import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TestServer } from '../services/test-server.js';

export interface StoreCall {
  readonly method: string;
  readonly path: string;
}

/**
 * What becomes of a call: `unsent`: the store never gets the call. `lost`: the store carries out
 * the call, and its answer gets lost. A number: a status with which the proxy refuses the call.
 */
export type StoreFate = 'passed' | 'unsent' | 'lost' | number;

/**
 * Proxy in front of an OpenBao server of the tests, with the certificate of the server: clients
 * cannot distinguish both. It sees every call, and decides what becomes of each.
 */
export class StoreProxy {
  fate: (call: StoreCall) => StoreFate = () => 'passed';
  /** Called with each call that the store has answered. */
  onAnswered: (call: StoreCall, status: number) => void = () => undefined;
  readonly #target: TestServer;
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(target: TestServer, server: Server) {
    this.#target = target;
    this.#server = server;
    this.#agent = new Agent({ ca: target.ca, keepAlive: true });
    server.on('request', (request, response) => {
      this.#forward(request, response).catch(() => response.destroy());
    });
  }

  static async start(target: TestServer): Promise<StoreProxy> {
    const [key, cert] = ['server.key', 'server.crt'].map((name) =>
      readFileSync(join(target.dir, name)),
    );
    const server = createServer({ key, cert });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new StoreProxy(target, server);
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await buffer(request);
    const call = { method, path };
    const fate = this.fate(call);
    if (fate === 'unsent') return void request.socket.destroy();
    if (typeof fate === 'number') {
      response.writeHead(fate, { 'content-type': 'application/json' }).end('{"errors":[]}');
      return;
    }
    const { host, port } = this.#target;
    const outgoing = httpsRequest({
      ...{ host, port, method, path, agent: this.#agent },
      headers: { ...headers, host: `${host}:${port}`, connection: 'keep-alive' },
    });
    outgoing.end(body.length > 0 ? body : undefined);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const bytes = await buffer(answer);
    const { statusCode: status = 0 } = answer;
    this.onAnswered(call, status);
    if (fate === 'lost') return void request.socket.destroy();
    response.writeHead(status, { ...answer.headers, connection: 'close' }).end(bytes);
  }
}
