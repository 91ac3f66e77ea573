import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Server, type TLSSocket, connect, createServer } from 'node:tls';
import { createCertificateAuthority } from '../../cluster/certificates.js';

/**
 * Stands between a client and a server, both by TLS, and cuts a connection once: when the server
 * has answered what the client said with a certain text in it. The answer gets lost.
 */
export class TlsCuttingProxy {
  /** PEM of the authority that certified the proxy for db.test. */
  readonly ca: string;
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  #cutAfter: string | undefined;
  #before: { readonly text: string; readonly act: () => void } | undefined;

  private constructor(ca: string, server: Server) {
    this.ca = ca;
    this.#server = server;
  }

  static async start(target: { readonly port: number }): Promise<TlsCuttingProxy> {
    const authority = await createCertificateAuthority('proxy');
    const { key, certificate } = await authority.issue({ commonName: 'cut', hosts: ['db.test'] });
    const server = createServer({ key, cert: certificate });
    const proxy = new TlsCuttingProxy(authority.certificate, server);
    server.on('secureConnection', (client) => {
      proxy.#join(client, connect({ port: target.port, rejectUnauthorized: false }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether the cut that was asked for has come. */
  get hasCut(): boolean {
    return this.#cutAfter === undefined;
  }

  cutAfter(text: string): void {
    this.#cutAfter = text;
  }

  /** Does something once, before the server hears of a text. */
  before(text: string, act: () => void): void {
    this.#before = { text, act };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #join(client: TLSSocket, server: TLSSocket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, server].forEach((one) => one.destroy()));
    }
    let isToBeCut = false;
    client.on('data', (chunk) => {
      isToBeCut ||= this.#cutAfter !== undefined && chunk.includes(this.#cutAfter);
      if (this.#before !== undefined && chunk.includes(this.#before.text)) {
        this.#before.act();
        this.#before = undefined;
      }
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (!isToBeCut) return void client.write(chunk);
      this.#cutAfter = undefined;
      client.destroy();
    });
  }
}
