import type { Socket } from 'node:net';
import { ApiStatusError } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';

type Release = () => void;

/**
 * Watches of each connection. A pipelined response that waits for an earlier response receives no
 * event when its connection ends, so this class listens to each connection.
 */
export class ConnectionWatches {
  readonly #bySocket = new WeakMap<Socket, Set<Release>>();

  /** Throws 429 if the connection has the maximum number of watches. */
  refuseAnother(socket: Socket): void {
    const count = this.#bySocket.get(socket)?.size ?? 0;
    if (count >= bounds.watchersPerConnectionMax) throw tooManyWatches();
  }

  /** Calls `release` when the connection ends, or immediately if it has ended. */
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

/** Returns the 429 of one connection, or of all connections together. */
export function tooManyWatches(): ApiStatusError {
  const message = 'too many watches, please try again later';
  return new ApiStatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
}
