import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { addressGroup } from '../../core/address-group.js';
import { connectionLimits } from '../../core/connection-limits.js';
import { limits } from '../../core/limits.js';
import {
  type ClosedFor,
  ConnectionPlaces,
  type Evicted,
  connectionBounds,
} from './domain/connection-places.js';
import { type TrustedProxies, isTrustedPeer, plainAddress } from './domain/source-address.js';

/** Events of a server, with a response, once the head of a request has arrived. */
const ANSWERED = ['request', 'checkExpectation'] as const;
/** Events of a server if the connection changes its protocol. */
const HANDED_OVER = ['upgrade', 'connect'] as const;

export interface BoundedConnectionsOptions {
  /** Connections of all listeners together. */
  readonly connectionsMax: number;
  /** Proxies carry connections of many clients, so that no limit of an address applies. */
  readonly proxies?: TrustedProxies;
  /** Notified of each connection that is closed, or not accepted, to enforce a limit. */
  readonly onClosed?: (reason: ClosedFor) => void;
}

/** Connection of a client; with TLS, `socket` is the encrypted socket after the handshake. */
interface Open {
  socket: Socket;
  unanswered: number;
  /** The client sent more requests than allowed: the connection ends with the last response. */
  isEnding: boolean;
}

const ignored = new WeakSet<IncomingMessage>();

/** Reports whether a request exceeds its connection's limit and is not processed. */
export function isIgnored(request: IncomingMessage): boolean {
  return ignored.has(request);
}

/** Enforces the limits on connections of one or more listeners. */
export class BoundedConnections {
  readonly #options: BoundedConnectionsOptions;
  readonly #places: ConnectionPlaces<Open>;
  readonly #open = new WeakMap<Socket, Open>();

  constructor(options: BoundedConnectionsOptions) {
    this.#options = options;
    this.#places = new ConnectionPlaces(connectionBounds(options.connectionsMax));
  }

  /** Returns the current connections, and how many of them have not sent the head of a request. */
  get counts(): { readonly all: number; readonly halfOpen: number } {
    return { all: this.#places.size, halfOpen: this.#places.halfOpen };
  }

  /** Limits a listener. Call it once the server has its own listeners. */
  bound(server: Server | SecureServer): void {
    server.maxConnections = this.#options.connectionsMax;
    server.on('drop', () => this.#options.onClosed?.('full'));
    server.on('connection', (socket: Socket) => this.#accept(socket));
    if (server instanceof SecureServer) this.#followHandshakes(server);
    for (const event of ANSWERED) {
      beforeOthers(server, event, (request: IncomingMessage, response: ServerResponse) => {
        const { socket } = request;
        const open = this.#begin(socket);
        if (open === undefined) return;
        if (open.unanswered > connectionLimits.connectionUnansweredMax) {
          this.#ignore(open, request);
          return;
        }
        // Emitted once, whether the response was sent or its connection ended.
        response.once('close', () => this.#end(open));
      });
    }
    for (const event of HANDED_OVER) {
      beforeOthers(server, event, ({ socket }: IncomingMessage) => this.#begin(socket));
    }
  }

  #accept(socket: Socket): void {
    const open: Open = { socket, unanswered: 0, isEnding: false };
    this.#open.set(socket, open);
    socket.once('close', () => this.#places.remove(open));
    this.#close(this.#places.add(open, this.#addressOf(socket)));
  }

  /** Requests arrive by another socket than the accepted socket. */
  #followHandshakes(server: SecureServer): void {
    const inHandshake = new Map<string, Socket>();
    server.on('connection', (socket: Socket) => {
      const ends = endsOf(socket);
      inHandshake.set(ends, socket);
      socket.once('close', () => {
        if (inHandshake.get(ends) === socket) inHandshake.delete(ends);
      });
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      const ends = endsOf(socket);
      const accepted = inHandshake.get(ends);
      const open = accepted && this.#open.get(accepted);
      if (open === undefined) return;
      inHandshake.delete(ends);
      open.socket = socket;
      this.#open.set(socket, open);
    });
  }

  #begin(socket: Socket): Open | undefined {
    const open = this.#open.get(socket);
    if (open === undefined) return undefined;
    open.unanswered += 1;
    this.#places.busy(open);
    return open;
  }

  /** Ignores a request: Node reads all pipelined requests, but only earlier ones are processed. */
  #ignore(open: Open, request: IncomingMessage): void {
    ignored.add(request);
    open.unanswered -= 1;
    if (open.isEnding) return;
    open.isEnding = true;
    this.#options.onClosed?.('pipelined');
    // Its client may read nothing.
    setTimeout(() => open.socket.destroy(), limits.streamStalledMsMax).unref();
  }

  #end(open: Open): void {
    open.unanswered -= 1;
    if (open.unanswered > 0) return;
    if (open.isEnding) open.socket.destroySoon();
    else this.#close(this.#places.idle(open));
  }

  #addressOf({ remoteAddress = '' }: Socket): string | undefined {
    const { proxies } = this.#options;
    if (proxies !== undefined && isTrustedPeer(remoteAddress, proxies)) return undefined;
    return addressGroup(plainAddress(remoteAddress) ?? remoteAddress);
  }

  #close(evicted: Evicted<Open> | undefined): void {
    if (evicted === undefined) return;
    evicted.connection.socket.destroy();
    this.#options.onClosed?.(evicted.reason);
  }
}

/** Adds no listener if there is none: Node treats a request differently if one exists. */
function beforeOthers(
  server: Server | SecureServer,
  event: string,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  if (server.listenerCount(event) > 0) server.prependListener(event, listener);
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
