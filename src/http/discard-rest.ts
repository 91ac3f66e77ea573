import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { limits } from '../core/limits.js';

/** Reports whether a request announces a body, be it empty. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * Reads on for a little where a request is answered before its body has arrived, so that its sender
 * sees the answer; then ends the connection. Node would read all of it, however long it is.
 */
export function discardRest(message: IncomingMessage, response: ServerResponse): void {
  if (!hasBody(message.headers) || message.complete) return;
  let leftBytes: number = limits.unwantedBodyBytesMax;
  message.on('data', (chunk: Buffer) => {
    leftBytes -= chunk.byteLength;
    if (leftBytes < 0) message.pause();
  });
  message.resume();
  const end = (): void => {
    if (!message.complete) message.destroy();
  };
  const begin = (): void => void setTimeout(end, limits.unwantedBodyMsMax).unref();
  if (response.writableFinished || response.destroyed) begin();
  else response.once('close', begin);
}
