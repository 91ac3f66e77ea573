import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RawStream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { WebSocketConnection } from '../platform/http/web-socket-connection.js';
import { WebSocketHandshakes } from '../platform/http/web-socket-handshake.js';
import { watchFrames } from './domain/forward/watch-frames.js';
import { endUnread } from './send-answer.js';

/** Codes of https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const NORMAL = 1000;
const INTERNAL_ERROR = 1011;

/** Watches over WebSocket, one text message an event, as the API server serves them. */
export class WatchSockets {
  readonly #handshakes = new WebSocketHandshakes((offered) => [...offered][0] ?? false);

  /**
   * Sends an open watch until it ends or its client disconnects. Throws BadRequest for a handshake
   * that is not valid; nothing has been sent then.
   */
  async send(request: FastifyRequest, reply: FastifyReply, answer: RawStream): Promise<void> {
    const socket = this.#handshakes.accept(request, reply);
    if (socket === undefined) return;
    // Messages of the client have no meaning here; the API server drops them too.
    const connection = new WebSocketConnection(socket, request.raw.socket);
    const release = endUnread(answer, () => connection.terminate());
    try {
      await sendFrames(connection, answer);
      connection.close(NORMAL);
    } catch {
      connection.close(INTERNAL_ERROR);
    } finally {
      release();
    }
  }
}

async function sendFrames(connection: WebSocketConnection, { chunks }: RawStream): Promise<void> {
  for await (const frames of watchFrames(chunks, limits.kubectlObjectBytesMax)) {
    for (const frame of frames) await connection.send(frame.toString('utf8'));
  }
}
