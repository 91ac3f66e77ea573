import type { Readable } from 'node:stream';
import { SallyportError, badRequest } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { BodyShare } from './body-budget.js';

export interface BodyReading {
  readonly bytesMax: number;
  /** Undefined where the length is not announced. */
  readonly announcedBytes: number | undefined;
  readonly share: BodyShare;
}

/**
 * The bytes of a body in memory of their own. Rejects with TooLarge, TooManyRequests for bytes that
 * were not announced, BadRequest for a body that comes too slowly or ends early.
 */
export function readBody(payload: Readable, reading: BodyReading): Promise<Buffer> {
  const { bytesMax, announcedBytes, share } = reading;
  if (payload.destroyed) return Promise.reject(cut());
  return new Promise((resolve, reject) => {
    const body = new BodyBytes(announcedBytes);
    const pace = setInterval(() => {
      if (body.isSlow(share.bytes)) fail(slow());
    }, limits.bodyPaceMs).unref();
    const onData = (chunk: Buffer): void => {
      try {
        if (body.length + chunk.byteLength > bytesMax) throw tooLarge(bytesMax);
        if (announcedBytes === undefined) share.grow(chunk.byteLength);
        body.add(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      if (announcedBytes !== undefined && body.length !== announcedBytes) return onCut();
      leave();
      resolve(body.whole());
    };
    const onCut = (): void => fail(cut());
    const fail = (error: unknown): void => {
      leave();
      payload.pause();
      reject(error as Error);
    };
    const leave = (): void => {
      clearInterval(pace);
      payload.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    };
    payload.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}

/** Bytes as they come, copied: a chunk is a part of a larger buffer of its socket. */
class BodyBytes {
  readonly #announced: Buffer | undefined;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #seenBytes = 0;

  constructor(announcedBytes: number | undefined) {
    this.#announced = announcedBytes === undefined ? undefined : Buffer.allocUnsafe(announcedBytes);
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    if (this.#announced) chunk.copy(this.#announced, this.#length);
    else this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
  }

  whole(): Buffer {
    return this.#announced ?? Buffer.concat(this.#chunks, this.#length);
  }

  /** Reports whether too little came since the last call; a small body has all its time. */
  isSlow(chargedBytes: number): boolean {
    const cameBytes = this.#length - this.#seenBytes;
    this.#seenBytes = this.#length;
    return chargedBytes > limits.smallBodyBytesMax && cameBytes < limits.bodyPaceBytesMin;
  }
}

function cut(): SallyportError {
  return badRequest('the body is not as long as Content-Length says');
}

function slow(): SallyportError {
  const rate = (limits.bodyPaceBytesMin / limits.bodyPaceMs) * 1_000;
  return badRequest(`the body comes too slowly: ${rate} bytes a second are expected`);
}

export function tooLarge(bytesMax: number): SallyportError {
  return new SallyportError('TooLarge', `the body may have at most ${bytesMax} bytes`);
}
