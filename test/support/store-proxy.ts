import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TestServer } from '../services/test-server.js';

export interface StoreCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answer of the store, which its client may not get. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Server behind a proxy, and the files of its certificate in its folder. */
export interface ProxiedServer extends Pick<TestServer, 'host' | 'port' | 'ca' | 'dir'> {
  readonly files?: { readonly key: string; readonly certificate: string };
}

/**
 * What becomes of a call: `unsent`: the store never gets the call. `lost`: the store carries out
 * the call, and its answer gets lost. A number: a status with which the proxy refuses the call.
 */
export type StoreFate = 'passed' | 'unsent' | 'lost' | number;

const serverFiles = { key: 'server.key', certificate: 'server.crt' };

/**
 * Proxy in front of a server of the tests, with the certificate of the server: clients cannot
 * distinguish both. It sees every call, and decides what becomes of each.
 */
export class StoreProxy {
  fate: (call: StoreCall) => StoreFate = () => 'passed';
  /** Called with each call that the store has answered. */
  onAnswered: (call: StoreCall, answer: StoreAnswer) => void = () => undefined;
  readonly #target: ProxiedServer;
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(target: ProxiedServer, server: Server) {
    this.#target = target;
    this.#server = server;
    this.#agent = new Agent({ ca: target.ca, keepAlive: true });
    server.on('request', (request, response) => {
      this.#forward(request, response).catch(() => response.destroy());
    });
  }

  static async start(target: ProxiedServer): Promise<StoreProxy> {
    const { dir, files = serverFiles } = target;
    const [key, cert] = [files.key, files.certificate].map((name) => readFileSync(join(dir, name)));
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
    const call = { method, path, headers, body };
    const fate = this.fate(call);
    if (fate === 'unsent') return void request.socket.destroy();
    if (typeof fate === 'number') {
      response.writeHead(fate, { 'content-type': 'application/json' }).end('{"errors":[]}');
      return;
    }
    const { host, port } = this.#target;
    const outgoing = httpsRequest({
      ...{ host, port, method, path, agent: this.#agent },
      // The host stays: a signature may cover it.
      headers: { ...headers, connection: 'keep-alive' },
    });
    outgoing.end(body.length > 0 ? body : undefined);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const bytes = await buffer(answer);
    const { statusCode: status = 0 } = answer;
    this.onAnswered(call, { status, body: bytes });
    if (fate === 'lost') return void request.socket.destroy();
    response.writeHead(status, { ...answer.headers, connection: 'close' }).end(bytes);
  }
}
