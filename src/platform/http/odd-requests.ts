import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';

type Refuse = (error: Error, socket: Socket) => void;

/**
 * Handles requests to which Node responds by itself, with its own bodies and unrecorded: an unknown
 * `Expect`, and CONNECT. The first is handled like every request, the second like invalid HTTP.
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
