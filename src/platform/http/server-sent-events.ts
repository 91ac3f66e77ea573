import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../../core/limits.js';
import type { RequestLifetime } from './request-lifetimes.js';
import { takeOver } from './take-over.js';

/** Headers of every response of events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would delay events.
  'x-accel-buffering': 'no',
} as const;

/** Contains no event; proxies see that the stream is alive. */
export const heartbeatFrame = ': \n\n';

/**
 * Ends the connection of a stream that a stop has ended. The connection would otherwise stay open
 * for further requests, and the stop would wait for it.
 */
export function endConnectionAtStop(request: FastifyRequest, term: RequestLifetime): void {
  if (term.reason() === 'leaving') request.raw.socket.destroySoon();
}

/** Responses of events. Each is written only as fast as its client reads. */
export class ServerSentEvents {
  readonly #open = new Set<ServerResponse>();
  #beats: NodeJS.Timeout | undefined;

  /**
   * Sends frames until they end, the client disconnects, or the stream is `over`. A failure of the
   * frames interrupts the response.
   */
  async send(
    reply: FastifyReply,
    frames: AsyncIterator<Buffer | string>,
    over: AbortSignal,
  ): Promise<void> {
    const response = takeOver(reply, { status: 200, headers: eventStreamHeaders });
    this.#join(response);
    try {
      for (let next = await frames.next(); next.done !== true; next = await frames.next()) {
        if (!(await written(response, next.value, over))) break;
      }
    } catch {
      // The client must see an interrupted stream as interrupted.
      response.destroy();
    } finally {
      this.#leave(response);
      await frames.return?.();
      end(response);
    }
  }

  #join(response: ServerResponse): void {
    this.#open.add(response);
    this.#beats ??= setInterval(() => this.#beat(), limits.streamHeartbeatMs).unref();
  }

  #leave(response: ServerResponse): void {
    this.#open.delete(response);
    if (this.#open.size > 0) return;
    clearInterval(this.#beats);
    this.#beats = undefined;
  }

  #beat(): void {
    for (const response of this.#open) {
      if (!response.destroyed && !response.writableNeedDrain) response.write(heartbeatFrame);
    }
  }
}

/**
 * Reports whether the client may receive more; waits for the client, but not once the stream is
 * `over`. Disconnects a client that reads nothing.
 */
async function written(
  response: ServerResponse,
  frame: Buffer | string,
  over: AbortSignal,
): Promise<boolean> {
  if (response.destroyed || over.aborted) return false;
  if (response.write(frame)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onDrain = (): void => resolve(true);
  const onClose = (): void => resolve(false);
  over.addEventListener('abort', onClose, { once: true });
  const stalled = setTimeout(() => response.destroy(), limits.streamStalledMsMax).unref();
  response.once('drain', onDrain).once('close', onClose);
  try {
    return await promise;
  } finally {
    clearTimeout(stalled);
    over.removeEventListener('abort', onClose);
    response.removeListener('drain', onDrain).removeListener('close', onClose);
  }
}

/** Ends a response: a client that does not read sees no end, and uses nothing for long. */
function end(response: ServerResponse): void {
  if (response.destroyed) return;
  const unread = setTimeout(() => response.destroy(), limits.streamUnreadEndMsMax).unref();
  response.once('close', () => clearTimeout(unread));
  response.end();
}
