import { isIP } from 'node:net';
import { workerLimits } from '../../core/worker-limits.js';

/** By which it begins. */
export const LENGTH_BYTES = 2;

/** What a worker says of a client before it passes on the first byte of his. */
export interface Greeting {
  /** The other end of the client's connection. */
  readonly peer: string;
}

/** As it stands on the connection: its length, then an address. */
export function greetingBytes({ peer }: Greeting): Buffer {
  const text = Buffer.from(peer, 'latin1');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text]);
}

/** How many bytes stand before what comes after it; undefined while that cannot be told. */
export function greetingLength(bytes: Buffer): number | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  return LENGTH_BYTES + bytes.readUInt16BE();
}

/** Undefined where these bytes are none: then nothing that follows is to be believed. */
export function readGreeting(bytes: Buffer): Greeting | undefined {
  if (bytes.length > workerLimits.greetingBytesMax) return undefined;
  if (greetingLength(bytes) !== bytes.length) return undefined;
  const peer = bytes.subarray(LENGTH_BYTES).toString('latin1');
  return isIP(peer) === 0 ? undefined : { peer };
}
