import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type TrustedProxies, isTrustedPeer, sourceAddress } from './domain/source-address.js';
import { forwardedHeadersOf } from './request-headers.js';

/** Sources of requests. A direct connection, not from a proxy, is resolved once. */
export class RequestSources {
  readonly #proxies: TrustedProxies;
  readonly #direct = new WeakMap<Socket, string>();

  constructor(proxies: TrustedProxies) {
    this.#proxies = proxies;
  }

  /** Returns the source; undefined if proxies contradict each other. */
  of(message: IncomingMessage): string | undefined {
    const { socket } = message;
    const known = this.#direct.get(socket);
    if (known !== undefined) return known;
    const peer = socket.remoteAddress;
    const source = sourceAddress({ peer, ...forwardedHeadersOf(message) }, this.#proxies);
    const isDirect = peer !== undefined && !isTrustedPeer(peer, this.#proxies);
    if (isDirect && source !== undefined) this.#direct.set(socket, source);
    return source;
  }
}
