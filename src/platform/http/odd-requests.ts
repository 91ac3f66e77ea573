import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';

type Refuse = (error: Error, socket: Socket) => void;

/**
 * Node answers a few requests by itself, with bodies of its own and on no record: an `Expect` it
 * does not know, and CONNECT. The first goes the way of every request, the second that of one which
 * is no valid HTTP.
 * https://nodejs.org/api/http.html#event-checkexpectation
 */
export function refuseOddRequests(
  server: Pick<Server, 'on'>,
  onRequest: RequestListener,
  refuse: Refuse,
): void {
  server.on('checkExpectation', onRequest);
  server.on('connect', (_request, socket) => {
    // Both kinds of server listen on sockets.
    refuse(new Error('CONNECT'), socket as Socket);
  });
}
