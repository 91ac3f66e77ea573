import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Sallyport, type SallyportSettings } from '../src/sallyport.js';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (response: ServerResponse, asked: Asked) => void;

/** A server that answers as a test says: the last answer counts for all later requests too. */
export class SaidGateway {
  readonly asked: Asked[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #answers: Answering[];

  private constructor(server: Server, answers: readonly Answering[]) {
    this.#server = server;
    this.#answers = [...answers];
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(...answers: readonly Answering[]): Promise<SaidGateway> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    return new SaidGateway(server, answers);
  }

  client(settings: Partial<SallyportSettings> = {}): Sallyport {
    const retries = { firstDelayMs: 1, delayMsMax: 5 };
    return new Sallyport({ baseUrl: this.url, token: 'token-of-a-test', retries, ...settings });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const asked = { method, path, headers, body: await text(request) };
    this.asked.push(asked);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    answer?.(response, asked);
  }
}

/** Every response of a gateway has it. */
const fromGateway = { 'x-request-id': 'r-1' };

export const bytes =
  (body: string, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/plain', ...fromGateway, ...headers })
      .end(body);

export const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...fromGateway, ...headers })
      .end(JSON.stringify(body));

export const problem =
  (status: number, code: string, headers: Record<string, string> = {}): Answering =>
  (response) => {
    const media = { 'content-type': 'application/problem+json', ...fromGateway, ...headers };
    response.writeHead(status, media).end(JSON.stringify({ status, code, detail: `is ${code}` }));
  };

export const unchanged =
  (etag: string): Answering =>
  (response) =>
    void response.writeHead(304, { etag, ...fromGateway }).end();

export const stream =
  (text: string): Answering =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream', ...fromGateway }).end(text);

/** The connection ends without a response. */
export const cut: Answering = (response) => void response.destroy();

/** The response ends in the middle of its body. */
export const half: Answering = (response) => {
  response.writeHead(200, { ...fromGateway, 'content-length': '1000' });
  response.write('{"namespace":');
  setTimeout(() => response.destroy(), 20);
};
