import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectSecurely, createSecureContext, TLSSocket } from 'node:tls';
import type { TestServer } from '../services/test-server.js';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

interface Moment {
  readonly text: string;
  readonly act: () => Promise<void>;
}

/**
 * Stands before a PostgreSQL server of the tests, with its certificate, so that clients cannot tell
 * them apart: something can happen right before the server hears of a text, and an answer can get
 * lost.
 */
export class RotationProxy {
  readonly #target: TestServer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #before: Moment | undefined;
  #cutAfter: string | undefined;
  #heardBytes = 0;
  #connections = 0;

  private constructor(target: TestServer, server: Server) {
    this.#target = target;
    this.#server = server;
    server.on('connection', (socket) => void this.#join(socket).catch(() => socket.destroy()));
  }

  static async start(target: TestServer): Promise<RotationProxy> {
    const proxy = new RotationProxy(target, createServer());
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** All that clients have said, decrypted. */
  get heardBytes(): number {
    return this.#heardBytes;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Whether all that was asked for has come. */
  get isDone(): boolean {
    return this.#before === undefined && this.#cutAfter === undefined;
  }

  /** Once: the server hears of the text when `act` is over. */
  before(text: string, act: () => Promise<void>): void {
    this.#before = { text, act };
  }

  /** Once: the server has done what the text says, and its answer gets lost. */
  cutAfter(text: string): void {
    this.#cutAfter = text;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  async #join(socket: Socket): Promise<void> {
    this.#connections += 1;
    this.#keep(socket);
    await once(socket, 'data');
    socket.write('S');
    const [key, cert] = ['server.key', 'server.crt'].map((name) =>
      readFileSync(join(this.#target.dir, name)),
    );
    const secureContext = createSecureContext({ key, cert });
    const client = this.#keep(new TLSSocket(socket, { isServer: true, secureContext }));
    const server = await this.#connect();
    for (const one of [client, server]) {
      one.on('close', () => [client, server].forEach((other) => other.destroy()));
    }
    this.#forward(client, server);
  }

  async #connect(): Promise<TLSSocket> {
    const { host, port } = this.#target;
    const socket = this.#keep(connect(port, host));
    socket.write(SSL_REQUEST);
    await once(socket, 'data');
    const secure = this.#keep(connectSecurely({ socket, rejectUnauthorized: false }));
    await once(secure, 'secureConnect');
    return secure;
  }

  #forward(client: TLSSocket, server: TLSSocket): void {
    let isToBeCut = false;
    let saying = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      this.#heardBytes += chunk.length;
      const moment = this.#momentOf(chunk);
      isToBeCut ||= this.#cutAfter !== undefined && chunk.includes(this.#cutAfter);
      saying = saying.then(() => moment?.act()).then(() => void server.write(chunk));
      // A test that fails there says so itself; here the connection ends.
      saying.catch(() => client.destroy());
    });
    server.on('data', (chunk: Buffer) => {
      if (!isToBeCut) return void client.write(chunk);
      this.#cutAfter = undefined;
      client.destroy();
    });
  }

  #momentOf(chunk: Buffer): Moment | undefined {
    const moment = this.#before;
    if (moment === undefined || !chunk.includes(moment.text)) return undefined;
    this.#before = undefined;
    return moment;
  }

  #keep<T extends Socket>(socket: T): T {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    return socket;
  }
}
