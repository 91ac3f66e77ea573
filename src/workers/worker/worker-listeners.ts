import {
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../../config/config.schema.js';
import { type BoundedConnections, isIgnored } from '../../http/bounded-connections.js';
import { refuseOddRequests } from '../../http/odd-requests.js';
import { TlsListener } from '../../http/tls-listener.js';
import { routeUpgrades } from '../../http/upgrade-requests.js';

export interface WorkerListenersParts {
  readonly listen: Config['listen'];
  readonly server: ServerOptions;
  readonly onRequest: RequestListener;
  readonly onParserError: (error: Error & { code?: string }, socket: Duplex) => void;
  readonly onAlarm: (message: string) => void;
  readonly connections: Pick<BoundedConnections, 'bound'>;
}

/** The public listeners, which a worker shares with the others. */
export class WorkerListeners {
  readonly #parts: WorkerListenersParts;
  readonly #open = new Set<ServerResponse>();
  readonly #plain: Server;
  #secure: TlsListener | undefined;
  #isStopping = false;
  #onIdle: (() => void) | undefined;

  constructor(parts: WorkerListenersParts) {
    this.#parts = parts;
    const { server, onParserError } = parts;
    this.#plain = createServer(server, this.#onRequest);
    // Accepting a connection may fail at any time, as for want of descriptors.
    this.#plain.on('error', () => undefined);
    this.#plain.on('clientError', onParserError);
    refuseOddRequests(this.#plain, this.#onRequest, onParserError);
    routeUpgrades(this.#plain, this.#onRequest, server.ServerResponse);
    parts.connections.bound(this.#plain);
  }

  /** Rejects where an address is taken, or a file of the certificate cannot be used. */
  async listen(): Promise<{ readonly urls: readonly string[]; readonly tlsUrl?: string }> {
    const { host, port, tls } = this.#parts.listen;
    // Where TLS is configured, plain HTTP stays on loopback.
    const plain = await this.#listenPlain(port, tls ? '127.0.0.1' : host);
    if (!tls) return { urls: [plain] };
    this.#secure = this.#tlsListener(tls);
    const tlsUrl = await this.#secure.listen(host, tls.port);
    return { urls: [plain, tlsUrl], tlsUrl };
  }

  /** What cannot be used is told, and the one before stays. */
  renewCertificate(): void {
    try {
      this.#secure?.reload();
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      this.#parts.onAlarm(`the certificate cannot be renewed: ${why}`);
    }
  }

  /** Takes no more connections; resolves once nothing is answered any more, or on `late`. */
  async stop(late: AbortSignal): Promise<void> {
    this.#isStopping = true;
    this.#plain.close();
    void this.#secure?.close();
    for (const response of this.#open) response.shouldKeepAlive = false;
    await new Promise<void>((resolve) => {
      if (late.aborted || this.#open.size === 0) return resolve();
      this.#onIdle = resolve;
      late.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#plain.closeAllConnections();
    this.#secure?.closeAllConnections();
  }

  readonly #onRequest: RequestListener = (request, response) => {
    if (isIgnored(request)) return;
    this.#open.add(response);
    // It comes once, whether the answer was sent or its connection ended.
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#onIdle?.();
    });
    if (this.#isStopping) response.shouldKeepAlive = false;
    this.#parts.onRequest(request, response);
  };

  #listenPlain(port: number, host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#plain.once('error', reject);
      this.#plain.listen(port, host, () => {
        const address = this.#plain.address();
        const bound = typeof address === 'object' && address ? address.port : port;
        resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
      });
    });
  }

  #tlsListener(files: NonNullable<Config['listen']['tls']>): TlsListener {
    const { server, onParserError, onAlarm, connections } = this.#parts;
    const onRequest = this.#onRequest;
    return new TlsListener({ files, server, onRequest, onParserError, onAlarm, connections });
  }
}
