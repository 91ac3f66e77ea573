import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { type SandboxServer, startSandboxServer } from '../../src/sandbox-server.js';

export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  /** The text as JSON. */
  json(): Record<string, unknown>;
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A sandbox in this process, met by its administrator, who may act as others. */
export class SandboxDoor {
  readonly faults: unknown[];
  readonly #server: SandboxServer;
  readonly #dir: string;

  private constructor(server: SandboxServer, dir: string, faults: unknown[]) {
    this.#server = server;
    this.#dir = dir;
    this.faults = faults;
  }

  static async open(): Promise<SandboxDoor> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-door-'));
    const faults: unknown[] = [];
    const settings = { dataDir: dir, port: 0 };
    const server = await startSandboxServer(settings, (error) => void faults.push(error));
    return new SandboxDoor(server, dir, faults);
  }

  async close(): Promise<void> {
    await this.#server.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** The whole answer. */
  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const response = await this.stream(method, path, sent);
    const answer = await text(response);
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'],
      text: answer,
      json: () => JSON.parse(answer) as Record<string, unknown>,
    };
  }

  /** An answer that goes on, like that of a watch. */
  async stream(method: string, path: string, { body, headers }: Sent = {}) {
    const { url } = this.#server;
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const outgoing = httpsRequest(new URL(path, url), {
      method,
      ...this.#identity(),
      agent: false,
      headers: {
        'content-type': 'application/json',
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
    });
    outgoing.end(body === undefined ? undefined : payload);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  }

  /** A connection that sends what it is told, byte for byte. */
  async connection(): Promise<TLSSocket> {
    const { hostname, port } = new URL(this.#server.url);
    const socket = connect({ host: hostname, port: Number(port), ...this.#identity() });
    await once(socket, 'secureConnect');
    return socket;
  }

  #identity() {
    const { caCertificate, adminCertificate, adminKey } = this.#server;
    return { ca: caCertificate, cert: adminCertificate, key: adminKey };
  }
}
