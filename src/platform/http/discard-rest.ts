import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { addressGroup } from '../../core/address-group.js';
import { limits } from '../../core/limits.js';
import { ByteRate } from './byte-rate.js';
import { plainAddress } from './domain/source-address.js';

/** Rate of unwanted bytes that this process reads. */
const unwanted = new ByteRate({
  bytesPerSecond: limits.unwantedBytesPerSecond,
  burstBytes: limits.unwantedBytesBurst,
  waitMsMax: limits.unwantedBodyMsMax,
  usersMax: limits.limitedAddressesMax,
});

/** Reports whether a request announces a body, even an empty one. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * Reads on briefly if a response precedes the end of the body, so that the sender gets it; then
 * ends the connection. Node would read the whole body, however long it is.
 */
export function discardRest(message: IncomingMessage, response: ServerResponse): void {
  if (!hasBody(message.headers) || message.complete) return;
  let leftBytes: number = limits.unwantedBodyBytesMax;
  const address = addressGroup(plainAddress(message.socket.remoteAddress ?? '') ?? '');
  message.on('data', (chunk: Buffer) => {
    leftBytes -= chunk.byteLength;
    unwanted.add(address, chunk.byteLength);
    if (leftBytes < 0 || unwanted.waitMs(address) > 0) message.pause();
  });
  if (unwanted.waitMs(address) === 0) message.resume();
  const end = (): void => {
    if (!message.complete) message.destroy();
  };
  const begin = (): void => void setTimeout(end, limits.unwantedBodyMsMax).unref();
  if (response.writableFinished || response.destroyed) begin();
  else response.once('close', begin);
}
