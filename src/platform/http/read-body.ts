import type { Readable } from 'node:stream';
import type { JsonMemberCount } from '../../core/json-member-count.js';
import { SallyportError, badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { BodyShare } from './body-budget.js';

export interface BodyReading {
  readonly bytesMax: number;
  /** Undefined if the length is not announced. */
  readonly announcedBytes: number | undefined;
  readonly share: BodyShare;
  /** Counter for a body that will be parsed. */
  readonly members?: JsonMemberCount | undefined;
}

/**
 * Reads a body into its own memory. Rejects with TooLarge, also for members; with TooManyRequests
 * for unannounced bytes, or bytes that others need. Rejects with BadRequest for a body that is too
 * slow or ends early.
 */
export function readBody(payload: Readable, reading: BodyReading): Promise<Buffer> {
  const { bytesMax, announcedBytes, share, members } = reading;
  if (payload.destroyed) return Promise.reject(cut());
  return new Promise((resolve, reject) => {
    const body = new BodyBytes(announcedBytes);
    const pace = setInterval(() => {
      if (body.isSlow()) fail(slow());
    }, limits.bodyPaceMs).unref();
    let readOn: NodeJS.Timeout | undefined;
    const onData = (chunk: Buffer): void => {
      try {
        if (body.length + chunk.byteLength > bytesMax) throw tooLarge(bytesMax);
        const uncharged = body.length + chunk.byteLength - share.bytes;
        if (uncharged > 0) share.grow(uncharged);
        members?.add(chunk);
        body.add(chunk);
        const waitMs = share.arrived(chunk.byteLength);
        if (waitMs > 0) wait(waitMs);
      } catch (error) {
        fail(error);
      }
    };
    const wait = (waitMs: number): void => {
      body.waits();
      payload.pause();
      readOn = setTimeout(() => payload.resume(), waitMs);
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
      share.stopReading();
      clearInterval(pace);
      clearTimeout(readOn);
      payload.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    };
    share.startReading(fail);
    payload.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}

/** Received bytes, copied: a chunk is a part of a larger buffer of its socket. */
class BodyBytes {
  readonly #announcedBytes: number | undefined;
  readonly #chunks: Buffer[] = [];
  /** Allocated once much has arrived: most refusals come earlier, and memory is costly. */
  #memory: Buffer | undefined;
  #length = 0;
  #seenBytes = 0;
  #isHeld = false;
  #looks = 0;

  constructor(announcedBytes: number | undefined) {
    this.#announcedBytes = announcedBytes;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    if (this.#memory) chunk.copy(this.#memory, this.#length);
    else this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
    if (!this.#memory && this.#length > limits.bodyInOnePieceBytesMin) this.#join();
  }

  #join(): void {
    if (this.#announcedBytes === undefined) return;
    this.#memory = Buffer.allocUnsafe(this.#announcedBytes);
    let position = 0;
    for (const chunk of this.#chunks.splice(0)) position += chunk.copy(this.#memory, position);
  }

  whole(): Buffer {
    return this.#memory ?? Buffer.concat(this.#chunks, this.#length);
  }

  /** Notes that reading pauses: the sender is not slow then. */
  waits(): void {
    this.#isHeld = true;
  }

  /**
   * Reports whether too little arrived since the last call. A small announced body has twice the
   * time; an unannounced body may be typed by hand.
   */
  isSlow(): boolean {
    const cameBytes = this.#length - this.#seenBytes;
    const wasHeld = this.#isHeld;
    this.#seenBytes = this.#length;
    this.#isHeld = false;
    this.#looks += 1;
    if (wasHeld) return false;
    const isSmall = (this.#announcedBytes ?? this.#length) <= limits.smallBodyBytesMax;
    if (isSmall) return this.#announcedBytes !== undefined && this.#looks >= 2;
    return cameBytes < limits.bodyPaceBytesMin;
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
