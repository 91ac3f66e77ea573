import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Server, type ServerOptions, createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { limits } from '../../core/limits.js';
import { LoopTurns } from '../../core/loop-turns.js';
import type { BoundedConnections } from './bounded-connections.js';
import { refuseOddRequests } from './odd-requests.js';
import { routeUpgrades } from './upgrade-requests.js';

export interface TlsFiles {
  /** PEM files of the certificate chain and its key. */
  readonly cert: string;
  readonly key: string;
  /** PEM file of client certificate authorities; by default, no certificate is requested. */
  readonly clientCa?: string;
}

export interface TlsListenerOptions {
  /** Path of the settings that name the files, for messages. */
  readonly setting: string;
  readonly files: TlsFiles;
  readonly server: ServerOptions;
  readonly onRequest: RequestListener;
  readonly onParserError: (error: Error & { code?: string }, socket: Socket) => void;
  readonly onAlarm: (message: string) => void;
  readonly connections: Pick<BoundedConnections, 'bound'>;
}

type Material = ReturnType<typeof readMaterial>;

const superseded = new WeakSet<Socket>();

/** Reports whether a connection was made under client authorities that have been replaced since. */
export function isSuperseded(socket: Socket): boolean {
  return superseded.has(socket);
}

/** HTTPS listener. It checks its files every few seconds and applies changes. */
export class TlsListener {
  readonly #options: TlsListenerOptions;
  readonly #server: Server;
  readonly #open = new Set<TLSSocket>();
  readonly #inHandshake = new Map<string, Socket>();
  #material: Material;
  #refused: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Throws if the files are unreadable or do not belong together. */
  constructor(options: TlsListenerOptions) {
    this.#options = options;
    this.#material = readMaterial(options);
    const asksClients = options.files.clientCa !== undefined;
    this.#server = createServer(
      // An invalid certificate gets a response, as an invalid token does.
      {
        ...options.server,
        ...contextOf(this.#material),
        requestCert: asksClients,
        rejectUnauthorized: false,
      },
      options.onRequest,
    );
    // Accepting a connection may fail at any time, e.g. if descriptors run out.
    this.#server.on('error', () => undefined);
    this.#server.on('clientError', options.onParserError);
    refuseOddRequests(this.#server, options.onRequest, options.onParserError);
    routeUpgrades(this.#server, options.onRequest, options.server.ServerResponse);
    shakeHandsInTurns(this.#server);
    options.connections.bound(this.#server);
    if (asksClients) this.#followConnections();
  }

  /** Resolves with the URL. */
  listen(host: string, port: number): Promise<string> {
    this.#timer = setInterval(() => {
      this.#lookAtFiles();
    }, limits.tlsFilesReadMs).unref();
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        const bound = typeof address === 'object' && address ? address.port : port;
        resolve(`https://${host}:${bound}`);
      });
    });
  }

  /**
   * Applies the current files. Open connections keep the old certificate, but none stays open under
   * replaced client authorities. Throws, and changes nothing, if the files are unreadable or do not
   * belong together.
   */
  reload(): void {
    const material = readMaterial(this.#options);
    if (sameMaterial(material, this.#material)) return;
    this.#server.setSecureContext(contextOf(material));
    const hasNewAuthorities = material.ca !== this.#material.ca;
    this.#material = material;
    if (hasNewAuthorities) this.#endOldConnections();
  }

  /** Ends connections whose requests do not end on their own. */
  closeAllConnections(): void {
    this.#server.closeAllConnections();
  }

  /** Resolves once the active requests have ended. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }

  /** Applies changed files; certificate and key are written separately, so they may match later. */
  #lookAtFiles(): void {
    try {
      this.reload();
      this.#refused = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason === this.#refused) return;
      this.#refused = reason;
      this.#options.onAlarm(`the files of ${this.#options.setting} are not taken up: ${reason}`);
    }
  }

  #followConnections(): void {
    this.#server.on('connection', (socket: Socket) => {
      const key = endOf(socket);
      this.#inHandshake.set(key, socket);
      socket.once('close', () => this.#inHandshake.delete(key));
    });
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      this.#inHandshake.delete(endOf(socket));
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  #endOldConnections(): void {
    for (const socket of this.#inHandshake.values()) socket.destroy();
    for (const socket of this.#open) superseded.add(socket);
    this.#server.closeIdleConnections();
  }
}

/** Begins one handshake in each turn of the event loop: it takes as long as several requests. */
function shakeHandsInTurns(server: Server): void {
  const turns = new LoopTurns();
  const [begin] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    // Until then, no other listener receives errors.
    const ignore = (): void => undefined;
    socket.on('error', ignore);
    void turns.next().then(() => {
      if (!socket.destroyed) begin?.call(server, socket);
    });
  });
}

function readMaterial({ setting, files }: Pick<TlsListenerOptions, 'setting' | 'files'>) {
  const { cert, key, clientCa } = files;
  const ca = clientCa === undefined ? undefined : readFileSync(clientCa, 'utf8');
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    // OpenSSL would accept it as an empty list, and Node would then use the system's.
    throw new Error(`${setting}.clientCa holds no certificate`);
  }
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), ca };
}

function contextOf({ cert, key, ca }: Material) {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    // The first handshake identifies the client: TLS 1.2 renegotiation would allow another
    // certificate later, which Node would report as authorized.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(ca === undefined ? {} : { ca }),
  } as const;
}

function sameMaterial(one: Material, other: Material): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}

function endOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
