import type { Socket } from 'node:net';
import { ApiStatusError } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';

type Release = () => void;

/**
 * The watches of each connection. A response that waits behind another one hears nothing of the end
 * of its connection, so that each connection is listened to.
 */
export class ConnectionWatches {
  readonly #bySocket = new WeakMap<Socket, Set<Release>>();

  /** Throws 429 where the connection has as many watches as it may have. */
  refuseAnother(socket: Socket): void {
    const count = this.#bySocket.get(socket)?.size ?? 0;
    if (count >= bounds.watchersPerConnectionMax) throw tooManyWatches();
  }

  /** `release` is called when the connection ends, at once where it has. */
  add(socket: Socket, release: Release): void {
    if (socket.destroyed) return release();
    const known = this.#bySocket.get(socket);
    if (known) return void known.add(release);
    const releases = new Set([release]);
    this.#bySocket.set(socket, releases);
    socket.once('close', () => {
      for (const each of releases) each();
    });
  }

  remove(socket: Socket, release: Release): void {
    this.#bySocket.get(socket)?.delete(release);
  }
}

/** 429: of one connection, or of all of them together. */
export function tooManyWatches(): ApiStatusError {
  const message = 'too many watches, please try again later';
  return new ApiStatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
}
