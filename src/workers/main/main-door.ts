import { type RequestListener, type Server, type ServerOptions, createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { workerLimits } from '../../core/worker-limits.js';
import { refuseOddRequests } from '../../http/odd-requests.js';
import { routeUpgrades } from '../../http/upgrade-requests.js';
import { greetingLength, LENGTH_BYTES, readGreeting } from '../domain/greeting.js';

export interface MainDoorParts {
  readonly path: string;
  readonly connectionsMax: number;
  /** As those of every listener. */
  readonly server: ServerOptions;
  readonly onRequest: RequestListener;
  readonly onParserError: (error: Error & { code?: string }, socket: Duplex) => void;
}

/**
 * Where the main process takes the requests that workers pass on. Each connection stands for one of
 * a client, and begins with his address: what he sends himself comes behind that, so that nothing
 * in it can pass for it.
 */
export class MainDoor {
  readonly #path: string;
  readonly #server: Server;

  constructor({ path, connectionsMax, server, onRequest, onParserError }: MainDoorParts) {
    this.#path = path;
    this.#server = createServer(server, onRequest);
    // Accepting a connection may fail at any time, as for want of descriptors.
    this.#server.on('error', () => undefined);
    this.#server.maxConnections = connectionsMax;
    // A worker may send at any time: it closes the connection with that of its client.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('clientError', onParserError);
    refuseOddRequests(this.#server, onRequest, onParserError);
    routeUpgrades(this.#server, onRequest, server.ServerResponse);
    const [serve] = this.#server.listeners('connection') as ((socket: Socket) => void)[];
    this.#server.removeAllListeners('connection');
    this.#server.on('connection', (socket: Socket) => {
      greeted(socket, () => serve?.call(this.#server, socket));
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      const options = { path: this.#path, backlog: workerLimits.doorBacklogMax };
      this.#server.listen(options, () => resolve());
    });
  }

  /** Resolves once no connection is left; those that are left now are ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

/** Reads what stands before the first request, and goes on with the client's address in place. */
function greeted(socket: Socket, serve: () => void): void {
  let bytes = Buffer.alloc(0);
  const end = (): void => {
    socket.destroy();
  };
  const timer = setTimeout(end, workerLimits.greetingMsMax).unref();
  const read = (): void => {
    for (;;) {
      const length = greetingLength(bytes);
      if (length !== undefined && length > workerLimits.greetingBytesMax) return end();
      const missing = (length ?? LENGTH_BYTES) - bytes.length;
      if (missing === 0) break;
      const chunk = socket.read(missing) as Buffer | null;
      if (chunk === null) return undefined;
      bytes = Buffer.concat([bytes, chunk]);
    }
    clearTimeout(timer);
    socket.removeListener('readable', read);
    socket.removeListener('error', end);
    const greeting = readGreeting(bytes);
    if (greeting === undefined) return end();
    Object.defineProperty(socket, 'remoteAddress', { value: greeting.peer });
    serve();
    return undefined;
  };
  socket.on('readable', read);
  socket.on('error', end);
  socket.once('close', () => clearTimeout(timer));
}
